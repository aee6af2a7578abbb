// SPDX-License-Identifier: GPL-3.0-or-later
// Where keepalived and the agent do the same thing one after the other: one standard lab for all tests of a program, whose
// directors are new machines for every try. Several programs may run beside each other: each has a world of its own. One thread.
#pragma once

#include "tests/lab/differential/contestant.hpp"
#include "tests/lab/differential/recording.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace lvsdeck::lab {

class Arena {
public:
    Arena();
    [[nodiscard]] StandardLab& lab() { return m_lab; }
    /// New directors and unharmed servers, prepared as the configuration says. Ends what ran before.
    void prepare(const Configuration& configuration);
    /// Starts `kinds` on the configuration's directors, in their order.
    void start(const Configuration& configuration, const std::map<std::string, Kind>& kinds);
    [[nodiscard]] Contestant& on(const std::string& director) { return *m_contestants.at(director); }
    [[nodiscard]] bool runsOn(const std::string& director) const { return m_contestants.contains(director); }

    [[nodiscard]] std::map<std::string, Glance> glance(const Configuration& configuration);
    /// Waits until nothing has changed for `quiet`, not before `atLeast` has passed; the last glance.
    std::map<std::string, Glance> awaitQuiet(const Configuration& configuration, Milliseconds atLeast,
                                             Milliseconds quiet = 1500ms);
    /// Both directors' recordings as one text.
    [[nodiscard]] std::string record(const Configuration& configuration);
    /// What the directors' keepalived say about their settings, as one text.
    [[nodiscard]] std::string parameters(const Configuration& configuration);
    [[nodiscard]] std::string logs(const Configuration& configuration) const;

    /// One of the faults that stories know; throws LabError for another.
    void inflict(const FaultLine& fault, const Configuration& configuration);

private:
    /// That host is not as it was any more; prepare() cleans servers.
    void soiled(const std::string& host);
    void clean(const std::string& server);
    void renew(const std::string& director);

    StandardLab m_lab;
    std::set<std::string> m_soiled;
    std::set<std::string> m_used = {"lb1", "lb2"}; ///< directors that somebody has run on
    std::map<std::string, std::unique_ptr<Contestant>> m_contestants;
    std::map<std::string, std::string> m_reloaded; ///< the text that a director was reloaded with last
};

/// All directors of the configuration with the same kind.
[[nodiscard]] std::map<std::string, Kind> everywhere(const Configuration& configuration, Kind kind);

/// A case that is known not to be equal.
struct KnownDifference {
    std::string seen; ///< these words are in what the case sees
    std::string reason;
};
/// By "folder/name", from known_differences.txt. LabError: a line of it cannot be read.
[[nodiscard]] std::map<std::string, KnownDifference> knownDifferences();

} // namespace lvsdeck::lab
