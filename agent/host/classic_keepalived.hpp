// SPDX-License-Identifier: GPL-3.0-or-later
// The keepalived of this host, for real: found in /proc, its files read as it would find them, ended by signals, started again by
// systemd where systemd had started it or us, else as it was. Its files are read on a thread of their own. Owned by the composition
// root; control thread.
#pragma once

#include "agent/host/process_list.hpp"
#include "agent/host/worker.hpp"
#include "agent/ports/classic_port.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace lvsdeck::host {

/// Which file a command line of keepalived reads ("-f", "--use-file"), and its "-i"; the distribution's file when none is named.
struct ClassicOptions {
    std::string file = "/etc/keepalived/keepalived.conf";
    std::string configId;
    bool serves = true; ///< false: it only tests a file or prints something, and ends
    bool operator==(const ClassicOptions&) const = default;
};
[[nodiscard]] ClassicOptions classicOptions(const std::vector<std::string>& arguments);

/// The main file and what it includes, with paths below `root` ("" on a real host): keepalived in a container has its own. Ends soon
/// after `until` with what it has, and says so in the problem; a single read of a disk that hangs it cannot end. Any thread.
[[nodiscard]] ClassicConfiguration readClassic(const ClassicOptions& options, const std::string& root,
                                               std::chrono::steady_clock::time_point until);

class ClassicKeepalived final : public ClassicPort {
public:
    /// `requestFile` is made when systemd shall start it: this process must not, and a unit with a path (installers/systemd) waits
    /// for the file. Empty, it asks for keepalived.service, else it holds a command line, a zero byte after each word.
    ClassicKeepalived(boost::asio::io_context& loop, std::string requestFile);
    /// A reading that hangs is left to the end of the process.
    ~ClassicKeepalived() override;

    /// Conflict when two of them run here: nobody could say which one is meant.
    [[nodiscard]] Result<ClassicProgram> find() override;
    void read(const ClassicProgram& program, std::function<void(Result<ClassicConfiguration>)> then) override;
    [[nodiscard]] Result<void> kill(const ClassicProgram& program) override;
    [[nodiscard]] Result<void> start(const ClassicProgram& program) override;

    /// A test's way to hang the reading.
    void readWith(std::function<ClassicConfiguration(const ClassicProgram&)> reader) { m_reader = std::move(reader); }
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

private:
    struct Loop;
    struct Reading;

    std::shared_ptr<Loop> m_loop;
    std::function<ClassicConfiguration(const ClassicProgram&)> m_reader;
    std::chrono::milliseconds m_patience = std::chrono::seconds(5);
    std::unique_ptr<Worker> m_worker; ///< made for the first reading
    [[nodiscard]] Result<void> request(const ClassicProgram& program) const;

    std::string m_requestFile;
    ProcessList m_processes;
};

} // namespace lvsdeck::host
