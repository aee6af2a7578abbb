// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/sshd.hpp"

namespace lvsdeck::lab {
namespace {

constexpr const char* hostKeyPath = "/run/lab/ssh_host_key";
constexpr const char* configurationPath = "/run/lab/sshd_config";

} // namespace

Sshd::Sshd(Host& host, const std::vector<Account>& accounts, const std::string& authorizedKey, const std::string& path)
    : m_host(&host) {
    makeHostKey();
    // PAM would ask this machine's own configuration about accounts that only the lab knows.
    host.writeFile(configurationPath, std::string("Port 22\nHostKey ") + hostKeyPath +
                                          "\nPidFile none\nUsePAM no\nUseDNS no\nPermitRootLogin no\nStrictModes yes\n"
                                          "PasswordAuthentication yes\nKbdInteractiveAuthentication no\nX11Forwarding no\n"
                                          "PrintMotd no\nPrintLastLog no\nMaxStartups 100\nLogLevel VERBOSE\n"
                                          "AuthorizedKeysFile /run/lab/authorized_keys/%u\nSetEnv PATH=" +
                                          path + "\n");
    for (const Account& account : accounts)
        host.writeFile("/run/lab/authorized_keys/" + account.name, authorizedKey + "\n");
    start();
}

void Sshd::makeHostKey() {
    m_host->must({"rm", "-f", hostKeyPath, std::string(hostKeyPath) + ".pub"});
    m_host->must({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", m_host->name(), "-f", hostKeyPath});
    m_publicHostKey = m_host->readFile(std::string(hostKeyPath) + ".pub");
    // "type key comment": the comment does not belong into a known_hosts file.
    m_publicHostKey.resize(m_publicHostKey.rfind(' '));
}

void Sshd::start() { m_process = m_host->start({"/usr/sbin/sshd", "-D", "-e", "-f", configurationPath}, "sshd"); }

void Sshd::stop(Sessions sessions) {
    m_process.reset();
    if (sessions == Sessions::Cut)
        (void)m_host->run({"sh", "-c",
                           "for p in /proc/[0-9]*; do case $(readlink $p/exe) in */sshd) [ $(readlink $p/ns/net) = "
                           "$(readlink /proc/self/ns/net) ] && kill -9 ${p#/proc/};; esac; done"});
}

void Sshd::awaitReady() {
    require("sshd on " + m_host->name() + " accepts connections", 20s, [&] {
        if (!m_process || !m_process->running())
            throw LabError("sshd on " + m_host->name() + " has ended: " + m_host->log("sshd"));
        return m_host->listensOn(22);
    });
}

void Sshd::replaceHostKey() {
    stop(Sessions::Cut);
    makeHostKey();
    start();
    awaitReady();
}

} // namespace lvsdeck::lab
