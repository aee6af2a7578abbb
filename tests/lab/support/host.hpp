// SPDX-License-Identifier: GPL-3.0-or-later
// One machine of the lab: a network, mount and UTS namespace, held by a process that does nothing else. Its /run, /etc and /var
// are private (RAM over the real ones), so that six machines can each have their own /run/lvsdeck and /etc/keepalived and leave
// nothing behind. Owned by the scenario; when it goes, everything that runs in it is killed. One thread per object, except
// NetworkOf, which moves the calling thread.
#pragma once

#include "tests/lab/support/process.hpp"

#include <string>
#include <vector>

namespace lvsdeck::lab {

/// A login of the lab: its groups decide its role. An empty password means: by key only.
struct Account {
    std::string name;
    unsigned id = 0;
    std::string group; ///< created when it does not exist
    std::string password;
};

class Host {
public:
    explicit Host(std::string name, const std::vector<Account>& accounts = {});
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] pid_t holder() const { return m_holder; }

    /// Starts a program inside; its output goes to the log of that name, which log() reads back.
    [[nodiscard]] Process start(const std::vector<std::string>& arguments, const std::string& logName);
    /// Runs a program inside to its end.
    [[nodiscard]] Finished run(const std::vector<std::string>& arguments, const std::string& input = {},
                               Milliseconds limit = 30s);
    /// As run(), throwing LabError with what the program said unless it ends with 0; its output.
    std::string must(const std::vector<std::string>& arguments, const std::string& input = {});
    /// For a Process of one's own: moves the calling (single-threaded, forked) process into this host.
    [[nodiscard]] std::function<void()> entrance() const;

    /// Files as this host sees them. Absolute paths without symbolic links to other roots.
    void writeFile(const std::string& path, const std::string& text, mode_t mode = 0644);
    [[nodiscard]] std::string readFile(const std::string& path) const;
    [[nodiscard]] bool fileExists(const std::string& path) const;
    [[nodiscard]] std::string outsidePath(const std::string& path) const;
    [[nodiscard]] std::string log(const std::string& logName) const;

    /// "net/ipv4/ip_forward" and so on; only network settings are this host's own.
    void sysctl(const std::string& key, const std::string& value);
    /// Lines for `ip -batch`.
    void ip(const std::string& batch);
    [[nodiscard]] bool hasAddress(const std::string& address) const;
    /// All addresses of the host, as text, sorted.
    [[nodiscard]] std::vector<std::string> addresses() const;
    /// The text of `ipvsadm -Sn`.
    [[nodiscard]] std::string ipvsRules();
    /// Whether something listens on that TCP port (any address).
    [[nodiscard]] bool listensOn(int port) const;
    /// Kills every process in this host's network namespace but the holder.
    void killEverything() const;

private:
    std::string m_name;
    pid_t m_holder = -1;
    UniqueFd m_net, m_mount, m_uts;
    friend class NetworkOf;
};

/// While it lives, sockets that this thread opens belong to that host.
class NetworkOf {
public:
    explicit NetworkOf(const Host& host);
    ~NetworkOf();
    NetworkOf(const NetworkOf&) = delete;
    NetworkOf& operator=(const NetworkOf&) = delete;

private:
    UniqueFd m_before;
};

} // namespace lvsdeck::lab
