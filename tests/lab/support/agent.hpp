// SPDX-License-Identifier: GPL-3.0-or-later
// A real lvsdeck-agent on a host of the lab. Killed when destroyed; what it did to the kernel stays with the host. One thread.
#pragma once

#include "tests/lab/support/host.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace lvsdeck::lab {

class Agent {
public:
    /// `program` is the path of lvsdeck-agent; `director` the identity, empty for a host that only serves probes.
    Agent(Host& host, std::string program, std::string director);

    void start();
    /// SIGTERM: what an upgrade does; addresses and rules stay.
    int terminate();
    void kill9();
    [[nodiscard]] bool running();
    /// Bounded wait until it answers "hello"; throws otherwise.
    void awaitReady();

    struct Answer {
        int status = 0;            ///< exit status of `lvsdeck-agent call`
        boost::json::value result; ///< null when it said nothing that is JSON
        std::string text;          ///< everything it said
        [[nodiscard]] bool ok() const { return status == 0; }
    };
    /// `lvsdeck-agent call METHOD PARAMS` as root, or as one of the host's accounts.
    [[nodiscard]] Answer call(const std::string& method, const boost::json::value& params = boost::json::object{},
                              const std::string& account = {}, Milliseconds limit = std::chrono::seconds(30));
    /// As call(), throwing LabError unless it succeeds; the result.
    boost::json::value must(const std::string& method, const boost::json::value& params = boost::json::object{},
                            Milliseconds limit = std::chrono::seconds(30));
    [[nodiscard]] std::string log() const;
    [[nodiscard]] pid_t pid() const { return m_process ? m_process->pid() : -1; }

private:
    Host* m_host;
    std::string m_program;
    std::string m_director;
    std::optional<Process> m_process;
};

} // namespace lvsdeck::lab
