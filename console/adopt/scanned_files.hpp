// SPDX-License-Identifier: GPL-3.0-or-later
// What the directors' keepalived reads, for the import window: adopt.scan on each of them, with their includes. Needs the admin role
// there. Window thread.
#pragma once

#include "console/cluster/adopt_import.hpp"
#include "console/cluster/cluster_session.hpp"
#include "console/transfer/director_files.hpp"

namespace lvsdeck::console {

class ScannedFiles : public DirectorFiles {
public:
    explicit ScannedFiles(cluster::ClusterSession& session) : m_session(session) {}

    void ask(std::function<void(Answer)> answered, std::function<void()> done) override;
    [[nodiscard]] formats::Resolver includes() const override;

private:
    struct Round;
    cluster::ClusterSession& m_session;
    std::shared_ptr<Round> m_round; ///< the newest; answers to an older one are not taken
};

[[nodiscard]] MakeDirectorFiles scannedFiles();

} // namespace lvsdeck::console
