// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/agent.hpp"

#include <sstream>

namespace lvsdeck::lab {
namespace {

constexpr const char* socketPath = "/run/lvsdeck/agent.sock";
constexpr const char* stateFolder = "/var/lib/lvsdeck";

/// The number of the account's first group.
std::string groupOf(const Host& host, const std::string& account) {
    std::istringstream lines(host.readFile("/etc/passwd"));
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(account + ":")) {
            std::istringstream fields(line);
            std::string field;
            for (int i = 0; i < 4; ++i)
                std::getline(fields, field, ':');
            return field;
        }
    throw LabError("host " + host.name() + " has no account " + account);
}

} // namespace

Agent::Agent(Host& host, std::string program, std::string director)
    : m_host(&host), m_program(std::move(program)), m_director(std::move(director)) {
    // Where the accounts' PATH finds it, as an installed agent would be found.
    host.must({"ln", "-sfn", m_program, "/run/lab/bin/lvsdeck-agent"});
    start();
}

void Agent::start() {
    std::vector<std::string> arguments = {m_program, "serve", "--socket", socketPath, "--state-dir", stateFolder};
    if (!m_director.empty()) {
        arguments.push_back("--director");
        arguments.push_back(m_director);
    }
    m_process = m_host->start(arguments, "agent");
}

int Agent::terminate() {
    const int status = m_process ? m_process->terminate(10s) : 0;
    m_process.reset();
    return status;
}

void Agent::kill9() { m_process.reset(); }

bool Agent::running() { return m_process && m_process->running(); }

void Agent::awaitReady() {
    require("the agent on " + m_host->name() + " answers", 20s, [&] {
        if (!running())
            throw LabError("the agent on " + m_host->name() + " has ended: " + log());
        return m_host->fileExists(socketPath) && call("ping").ok();
    });
}

Agent::Answer Agent::call(const std::string& method, const boost::json::value& params, const std::string& account,
                          Milliseconds limit) {
    std::vector<std::string> command = {m_program, "call", "--socket", socketPath, method, "-"};
    if (!account.empty()) {
        const std::vector<std::string> as = {"setpriv",      "--reuid", account, "--regid", groupOf(*m_host, account),
                                             "--init-groups"};
        command.insert(command.begin(), as.begin(), as.end());
    }
    const Finished finished = m_host->run(command, boost::json::serialize(params) + "\n", limit);
    Answer answer{finished.status, nullptr, finished.output + finished.errors};
    boost::json::error_code notJson;
    const auto parsed = boost::json::parse(finished.output, notJson);
    if (!notJson)
        answer.result = parsed;
    return answer;
}

boost::json::value Agent::must(const std::string& method, const boost::json::value& params, Milliseconds limit) {
    Answer answer = call(method, params, {}, limit);
    if (!answer.ok())
        throw LabError("the agent on " + m_host->name() + " refused " + method + ": " + answer.text.substr(0, 2000));
    return std::move(answer.result);
}

std::string Agent::log() const { return m_host->log("agent"); }

} // namespace lvsdeck::lab
