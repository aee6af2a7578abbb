// SPDX-License-Identifier: GPL-3.0-or-later
// Who manages the directors of a cluster, keepalived or lvsdeck, and what that means for what can be done. Pure; any thread.
#pragma once

#include "console/cluster/cluster_session.hpp"
#include "console/theme/tokens.hpp"

#include <QString>

#include <string>
#include <vector>

namespace lvsdeck::console {

/// Ids in the saved order; each director is in one of the lists. A director that does not answer now is where it was last.
struct AdoptStanding {
    std::vector<std::string> observed;  ///< keepalived manages them, lvsdeck looks on
    std::vector<std::string> taking;    ///< lvsdeck does, until that is confirmed or given back
    std::vector<std::string> replaced;  ///< lvsdeck does, and keepalived can come back
    std::vector<std::string> returning; ///< lvsdeck does, until keepalived is ready
    std::vector<std::string> fresh;     ///< nothing was ever applied
    std::vector<std::string> managed;   ///< lvsdeck does, and knows of no keepalived
    std::vector<std::string> silent;    ///< never heard from
    std::vector<std::string> problems;  ///< "lb1: keepalived does not run on this director"
    bool operator==(const AdoptStanding&) const = default;
};
[[nodiscard]] AdoptStanding adoptStandingOf(const std::vector<cluster::DirectorSnapshot>& directors);

/// "lb1", "lb1 and lb2", "lb1, lb2 and lb3".
[[nodiscard]] QString namesText(const std::vector<std::string>& names);

/// What the agents would answer to a change: keepalived manages this cluster. Empty: they would do it.
[[nodiscard]] QString heldBackText(const AdoptStanding& standing);

/// One sentence for the top of a cluster, and what can be done about it. Empty text: nothing to say.
struct AdoptNotice {
    Tone tone = Tone::Accent;
    QString text;
    QString button;
    bool operator==(const AdoptNotice&) const = default;
};
[[nodiscard]] AdoptNotice adoptNotice(const AdoptStanding& standing);

} // namespace lvsdeck::console
