// SPDX-License-Identifier: GPL-3.0-or-later
// What the agent sees of its own host besides the network: small files, processes, named pipes, mail. Real: agent/host; simulated:
// agent/simulated. Control thread only; no call waits for anybody else.
#pragma once

#include "common/base/error.hpp"
#include "common/model/cluster.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck {

struct Process {
    int pid = 0;
    std::string name;                   ///< of the program file, without its folder (or comm when it cannot be read)
    std::vector<std::string> arguments; ///< the whole command line; empty for kernel threads
    bool operator==(const Process&) const = default;
};

struct Mail {
    model::Notification settings; ///< server, sender, receivers
    std::string subject;
    std::string body;
};

class SystemPort {
public:
    SystemPort() = default;
    SystemPort(const SystemPort&) = delete;
    SystemPort& operator=(const SystemPort&) = delete;
    virtual ~SystemPort() = default;

    /// The first 4096 bytes of a file; nullopt: there is none.
    [[nodiscard]] virtual Result<std::optional<std::string>> readFile(const std::string& path) = 0;
    [[nodiscard]] virtual Result<void> writeFile(const std::string& path, const std::string& text) = 0;
    [[nodiscard]] virtual Result<std::vector<Process>> processes() = 0;
    /// Appends a line to a named pipe, made when it is not there; dropped (with an error) when nobody reads and it is full.
    [[nodiscard]] virtual Result<void> writeFifo(const std::string& path, const std::string& line) = 0;
    /// Queues a mail; `failed` is called later when the server does not take it.
    virtual void sendMail(const Mail& mail, std::function<void(const std::string& why)> failed) = 0;
};

} // namespace lvsdeck
