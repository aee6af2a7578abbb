// SPDX-License-Identifier: GPL-3.0-or-later
// What the directors of an open cluster have on their disks now. The import window offers "read it from the directors" when
// somebody gives it one of these. Window thread; nothing here waits.
#pragma once

#include "common/formats/diagnostic.hpp"

#include <functional>
#include <memory>
#include <string>

namespace lvsdeck::cluster {
class ClusterSession;
}

namespace lvsdeck::console {

class DirectorFiles {
public:
    /// One director's answer. `text.director` is its id, `text.file` names the file as it is called there; the window adds the
    /// director. The error says what to do about it.
    struct Answer {
        std::string director;
        Result<formats::SourceText> text;
    };

    DirectorFiles() = default;
    DirectorFiles(const DirectorFiles&) = delete;
    DirectorFiles& operator=(const DirectorFiles&) = delete;
    virtual ~DirectorFiles() = default;

    /// Asks all directors at once: `answered` comes once for each, then `done` once. Nothing comes after the destructor.
    virtual void ask(std::function<void(Answer)> answered, std::function<void()> done) = 0;
    /// After `done`: finds what the include lines of these texts stand for, with the names that the window gave them
    /// ("lb1:/etc/keepalived/keepalived.conf"); NotFound for a text of somebody else. Any thread, also when this is gone; empty:
    /// includes cannot be followed.
    [[nodiscard]] virtual formats::Resolver includes() const { return {}; }
};

using MakeDirectorFiles = std::function<std::unique_ptr<DirectorFiles>(cluster::ClusterSession& session)>;

} // namespace lvsdeck::console
