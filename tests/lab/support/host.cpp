// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/host.hpp"

#include "tests/lab/support/world.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <crypt.h>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <ifaddrs.h>
#include <net/if.h>
#include <sched.h>
#include <sstream>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace lvsdeck::lab {
namespace {

namespace fs = std::filesystem;

void mountOrThrow(const char* source, const std::string& target, const char* type, unsigned long flags,
                  const std::string& data) {
    if (::mount(source, target.c_str(), type, flags, data.empty() ? nullptr : data.c_str()) != 0)
        throw LabError::fromErrno("mount " + target);
}

/// RAM over the real folder: reads fall through, writes stay here.
void coverFolder(const std::string& folder) {
    const std::string base = "/run/cover" + folder;
    fs::create_directories(base + "/changes");
    fs::create_directories(base + "/work");
    mountOrThrow("cover", folder, "overlay", 0,
                 "lowerdir=" + folder + ",upperdir=" + base + "/changes,workdir=" + base + "/work");
}

void append(const std::string& path, const std::string& line) { std::ofstream(path, std::ios::app) << line << '\n'; }

void addAccounts(const std::vector<Account>& accounts) {
    fs::create_directories("/run/home");
    std::vector<std::string> groups;
    for (const Account& account : accounts) {
        const std::string home = "/run/home/" + account.name;
        const std::string id = std::to_string(account.id);
        if (std::ranges::find(groups, account.group) == groups.end()) {
            append("/etc/group", account.group + ":x:" + std::to_string(account.id + 100) + ":");
            groups.push_back(account.group);
        }
        const std::string hash = account.password.empty() ? "*" : ::crypt(account.password.c_str(), "$6$lvsdecklab");
        append("/etc/passwd",
               account.name + ":x:" + id + ":" + std::to_string(account.id + 100) + "::" + home + ":/bin/bash");
        append("/etc/shadow", account.name + ":" + hash + ":19000:0:99999:7:::");
        // Empty start-up files of their own: those of the machine's users can take long and print things.
        fs::create_directories(home + "/.ssh");
        for (const char* file : {"/.bashrc", "/.profile", "/.hushlogin"})
            std::ofstream(home + file).flush();
        for (const char* path : {"", "/.ssh", "/.bashrc", "/.profile", "/.hushlogin"})
            if (::chown((home + path).c_str(), account.id, account.id + 100) != 0)
                throw LabError::fromErrno("chown " + home);
    }
}

/// In the holder, inside its new namespaces.
void furnish(const std::string& name, const std::vector<Account>& accounts) {
    mountOrThrow("none", "/", nullptr, MS_REC | MS_PRIVATE, {});
    mountOrThrow("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, {});
    mountOrThrow("host", "/run", "tmpfs", 0, "mode=755");
    coverFolder("/etc");
    coverFolder("/var");
    for (const char* folder :
         {"/run/lock", "/run/sshd", "/run/lvsdeck", "/var/lib/lvsdeck", "/etc/keepalived", "/run/lab/bin"})
        fs::create_directories(folder);
    std::ofstream("/etc/hostname") << name << '\n';
    if (::sethostname(name.c_str(), name.size()) != 0)
        throw LabError::fromErrno("sethostname");
    addAccounts(accounts);
}

/// Without a program: a lab has many hosts, and starting programs is what takes its time.
void raiseLoopback() {
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strncpy(request.ifr_name, "lo", IFNAMSIZ);
    request.ifr_flags = IFF_UP | IFF_LOOPBACK;
    if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
        throw LabError::fromErrno("raise the loopback");
}

UniqueFd openNamespace(pid_t pid, const char* kind) {
    UniqueFd fd(::open(("/proc/" + std::to_string(pid) + "/ns/" + kind).c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        throw LabError::fromErrno("open namespace");
    return fd;
}

std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string logPath(const std::string& host, const std::string& logName) {
    return std::string(worldFolder) + "/logs/" + host + "-" + logName + ".log";
}

} // namespace

Host::Host(std::string name, const std::vector<Account>& accounts) : m_name(std::move(name)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw LabError::fromErrno("pipe");
    UniqueFd reading(ends[0]);
    UniqueFd writing(ends[1]);
    m_holder = ::fork();
    if (m_holder < 0)
        throw LabError::fromErrno("fork");
    if (m_holder == 0) {
        ::setsid();
        std::string word = "ready";
        try {
            if (::unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS) != 0)
                throw LabError::fromErrno("unshare");
            furnish(m_name, accounts);
            raiseLoopback();
        } catch (const std::exception& problem) {
            word = problem.what();
        }
        (void)!::write(writing.get(), word.data(), word.size());
        ::close_range(3, ~0U, 0);
        while (word == "ready")
            ::pause();
        ::_exit(1);
    }
    writing.reset();
    std::array<char, 500> word{};
    const ssize_t length = ::read(reading.get(), word.data(), word.size());
    const std::string said(word.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    if (said != "ready") {
        ::waitpid(m_holder, nullptr, 0);
        throw LabError("host " + m_name + ": " + said);
    }
    m_net = openNamespace(m_holder, "net");
    m_mount = openNamespace(m_holder, "mnt");
    m_uts = openNamespace(m_holder, "uts");
}

Host::~Host() {
    killEverything();
    ::kill(m_holder, SIGKILL);
    ::waitpid(m_holder, nullptr, 0);
}

void Host::killEverything() const {
    struct stat own{};
    ::fstat(m_net.get(), &own);
    std::error_code ignored;
    // Twice: a process may have forked while the list was read.
    for (int round = 0; round < 2; ++round)
        for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
            const pid_t pid = static_cast<pid_t>(std::strtol(entry.path().filename().c_str(), nullptr, 10));
            struct stat other{};
            if (pid > 1 && pid != m_holder && ::stat((entry.path() / "ns/net").c_str(), &other) == 0 &&
                other.st_ino == own.st_ino)
                ::kill(pid, SIGKILL);
        }
}

std::function<void()> Host::entrance() const {
    return [net = m_net.get(), mount = m_mount.get(), uts = m_uts.get()] {
        for (const int fd : {net, mount, uts})
            if (::setns(fd, 0) != 0)
                throw LabError::fromErrno("setns");
    };
}

Process Host::start(const std::vector<std::string>& arguments, const std::string& logName) {
    const UniqueFd output(::open(logPath(m_name, logName).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    ProcessSpec spec;
    spec.arguments = arguments;
    spec.enter = entrance();
    spec.output = output.get();
    return Process(spec);
}

Finished Host::run(const std::vector<std::string>& arguments, const std::string& input, Milliseconds limit) {
    ProcessSpec spec;
    spec.arguments = arguments;
    spec.enter = entrance();
    return runToEnd(spec, input, limit);
}

std::string Host::must(const std::vector<std::string>& arguments, const std::string& input) {
    Finished finished = run(arguments, input);
    if (finished.ok())
        return std::move(finished.output);
    std::string line;
    for (const auto& argument : arguments)
        line += argument + " ";
    throw LabError("on " + m_name + ": " + line + "ended with " + std::to_string(finished.status) + ": " + finished.errors +
                   finished.output + (input.empty() ? "" : "\nits input was:\n" + input));
}

std::string Host::outsidePath(const std::string& path) const { return "/proc/" + std::to_string(m_holder) + "/root" + path; }

void Host::writeFile(const std::string& path, const std::string& text, mode_t mode) {
    const std::string outside = outsidePath(path);
    fs::create_directories(fs::path(outside).parent_path());
    std::ofstream file(outside, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file || ::chmod(outside.c_str(), mode) != 0)
        throw LabError::fromErrno("write " + path + " on " + m_name);
}

std::string Host::readFile(const std::string& path) const { return slurp(outsidePath(path)); }

bool Host::fileExists(const std::string& path) const { return fs::exists(outsidePath(path)); }

std::string Host::log(const std::string& logName) const { return slurp(logPath(m_name, logName)); }

void Host::sysctl(const std::string& key, const std::string& value) {
    const NetworkOf network(*this);
    std::ofstream file("/proc/sys/" + key);
    file << value << std::flush;
    if (!file)
        throw LabError("sysctl " + key + "=" + value + " on " + m_name + " was refused");
}

void Host::ip(const std::string& batch) { must({"ip", "-batch", "-"}, batch); }

std::vector<std::string> Host::addresses() const {
    const NetworkOf network(*this);
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0)
        throw LabError::fromErrno("getifaddrs");
    std::vector<std::string> out;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr)
            continue;
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (entry->ifa_addr->sa_family == AF_INET)
            ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr, text.data(), text.size());
        else if (entry->ifa_addr->sa_family == AF_INET6)
            ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr, text.data(),
                        text.size());
        else
            continue;
        out.emplace_back(text.data());
    }
    ::freeifaddrs(list);
    std::ranges::sort(out);
    return out;
}

bool Host::hasAddress(const std::string& address) const { return std::ranges::binary_search(addresses(), address); }

std::string Host::ipvsRules() { return must({"ipvsadm", "-Sn"}); }

bool Host::listensOn(int port) const {
    std::ostringstream wanted;
    wanted << ':' << std::uppercase << std::hex;
    wanted.width(4);
    wanted.fill('0');
    wanted << port << ' ';
    for (const char* table : {"/net/tcp", "/net/tcp6"}) {
        std::istringstream lines(slurp("/proc/" + std::to_string(m_holder) + table));
        for (std::string line; std::getline(lines, line);)
            // The fourth column is the state; 0A is LISTEN. The peer of a listener is port 0000.
            if (line.find(wanted.str()) != std::string::npos && line.find(":0000 0A ") != std::string::npos)
                return true;
    }
    return false;
}

NetworkOf::NetworkOf(const Host& host) : m_before(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    if (!m_before || ::setns(host.m_net.get(), CLONE_NEWNET) != 0)
        throw LabError::fromErrno("enter the network of " + host.name());
}

NetworkOf::~NetworkOf() {
    // Staying in the wrong network would falsify everything that follows.
    if (::setns(m_before.get(), CLONE_NEWNET) != 0)
        std::abort();
}

} // namespace lvsdeck::lab
