// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/keepalived.hpp"

#include "tests/lab/support/wait.hpp"

#include <csignal>
#include <cstdlib>

namespace lvsdeck::lab {
namespace {

constexpr const char* configurationPath = "/etc/keepalived/keepalived.conf";
constexpr const char* parentPid = "/run/keepalived.pid";
constexpr const char* vrrpPid = "/run/keepalived-vrrp.pid";
constexpr const char* dataFolder = "/run/keepalived-data"; // /tmp is everybody's
constexpr const char* checkersPid = "/run/keepalived-checkers.pid";

} // namespace

Keepalived::Keepalived(Host& host, const std::string& configuration, std::string configId)
    : m_host(&host), m_configId(std::move(configId)) {
    m_host->writeFile(configurationPath, configuration, 0600);
    start();
}

void Keepalived::start() {
    m_host->must({"mkdir", "-p", dataFolder});
    std::vector<std::string> command = {"env",
                                        std::string("TMPDIR=") + dataFolder,
                                        "keepalived",
                                        "--dont-fork",
                                        "--log-console",
                                        "--log-detail",
                                        "--use-file",
                                        configurationPath,
                                        "--pid",
                                        parentPid,
                                        "--vrrp_pid",
                                        vrrpPid,
                                        "--checkers_pid",
                                        checkersPid};
    if (!m_configId.empty())
        command.insert(command.end(), {"--config-id", m_configId});
    m_process = m_host->start(command, "keepalived");
}

void Keepalived::stop() {
    if (m_process)
        m_process->terminate(10s);
    m_process.reset();
}

void Keepalived::crash(Switch& network, const std::vector<std::string>& heldAddresses) {
    network.pull(*m_host, "eth0");
    kill9();
    // It may have noticed the lost carrier and cleaned up in the moment before it died.
    for (const auto& address : heldAddresses)
        (void)m_host->run({"sh", "-c", "ip address del " + address});
    network.plugIn(*m_host, "eth0");
}

void Keepalived::kill9() {
    // The children first: they would follow their parent with a proper goodbye.
    for (const char* file : {vrrpPid, checkersPid, parentPid})
        if (const int pid = std::atoi(m_host->readFile(file).c_str()); pid > 1)
            ::kill(pid, SIGKILL);
    if (m_process)
        m_process->kill9();
    m_process.reset();
    m_host->must({"rm", "-f", parentPid, vrrpPid, checkersPid});
}

void Keepalived::reload(const std::string& configuration) {
    m_host->writeFile(configurationPath, configuration, 0600);
    if (m_process)
        m_process->signal(SIGHUP);
}

std::string Keepalived::vrrpData() {
    const std::string file = std::string(dataFolder) + "/keepalived.data";
    m_host->must({"rm", "-f", file});
    if (const int pid = std::atoi(m_host->readFile(vrrpPid).c_str()); pid > 1)
        ::kill(pid, SIGUSR1);
    std::string data;
    // The last part stands there when the whole is written.
    (void)eventually(5s, [&] { return (data = m_host->readFile(file)).contains("< Interfaces >"); }, 50ms);
    return data;
}

bool Keepalived::running() { return m_process && m_process->running(); }

std::string Keepalived::log() const { return m_host->log("keepalived"); }

Keepalived::Verdict Keepalived::check(Host& host, const std::string& configuration) {
    host.writeFile("/run/lab/checked.conf", configuration, 0600);
    const Finished finished =
        host.run({"keepalived", "--config-test=/run/lab/check.log", "--use-file", "/run/lab/checked.conf"});
    return {finished.status, host.readFile("/run/lab/check.log") + finished.output + finished.errors};
}

} // namespace lvsdeck::lab
