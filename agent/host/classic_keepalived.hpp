// SPDX-License-Identifier: GPL-3.0-or-later
// The keepalived of this host, for real: found in /proc, its files read as it would find them, ended by signals, started again by
// systemd where systemd had started it or us, else as it was. Owned by the composition root; control thread.
#pragma once

#include "agent/host/process_list.hpp"
#include "agent/ports/classic_port.hpp"

#include <string>

namespace lvsdeck::host {

/// Which file a command line of keepalived reads ("-f", "--use-file"), and its "-i"; the distribution's file when none is named.
struct ClassicOptions {
    std::string file = "/etc/keepalived/keepalived.conf";
    std::string configId;
    bool serves = true; ///< false: it only tests a file or prints something, and ends
    bool operator==(const ClassicOptions&) const = default;
};
[[nodiscard]] ClassicOptions classicOptions(const std::vector<std::string>& arguments);

/// The main file and what it includes, with paths below `root` ("" on a real host): keepalived in a container has its own.
[[nodiscard]] ClassicConfiguration readClassic(const ClassicOptions& options, const std::string& root);

class ClassicKeepalived final : public ClassicPort {
public:
    /// `requestFile` is made when systemd shall start it: this process must not, and a unit with a path (installers/systemd) waits
    /// for the file. Empty, it asks for keepalived.service, else it holds a command line, a zero byte after each word.
    explicit ClassicKeepalived(std::string requestFile) : m_requestFile(std::move(requestFile)) {}

    /// Conflict when two of them run here: nobody could say which one is meant.
    [[nodiscard]] Result<ClassicProgram> find() override;
    [[nodiscard]] ClassicConfiguration configuration(const ClassicProgram& program) override;
    [[nodiscard]] Result<void> kill(const ClassicProgram& program) override;
    [[nodiscard]] Result<void> start(const ClassicProgram& program) override;

private:
    [[nodiscard]] Result<void> request(const ClassicProgram& program) const;

    std::string m_requestFile;
    ProcessList m_processes;
};

} // namespace lvsdeck::host
