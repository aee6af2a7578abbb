// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/classic_keepalived.hpp"

#include "agent/host/descriptor.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace lvsdeck::host {

namespace {

namespace fs = std::filesystem;

std::string ownFolder(int pid) { return "/proc/" + std::to_string(pid); }

/// Who may not look must not say that there is none.
Result<bool> isInOurNetwork(int pid) {
    std::error_code error;
    const fs::path own = fs::read_symlink("/proc/self/ns/net", error);
    const fs::path theirs = fs::read_symlink(ownFolder(pid) + "/ns/net", error);
    if (error == std::errc::permission_denied)
        return failure(ErrorCode::Denied, "it cannot be seen whether keepalived (process " + std::to_string(pid) +
                                              ") runs in this network: the agent needs CAP_SYS_PTRACE");
    return !error && own == theirs;
}

/// What another user calls keepalived is none of ours: it is not believed, not ended, and never started as root.
bool isRoots(int pid) {
    struct stat facts{};
    return ::stat(ownFolder(pid).c_str(), &facts) == 0 && facts.st_uid == 0;
}

int parentOf(int pid) {
    std::ifstream file(ownFolder(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name = text.rfind(')'); // which may hold anything
    std::istringstream rest(name == std::string::npos ? std::string() : text.substr(name + 1));
    std::string state;
    int parent = 0;
    rest >> state >> parent;
    return parent;
}

/// The unit that a process belongs to: "keepalived.service" out of "0::/system.slice/keepalived.service". Empty when none does
/// whose name begins like that.
std::string unitOf(const std::string& folder, std::string_view begin) {
    std::ifstream file(folder + "/cgroup");
    for (std::string line; std::getline(file, line);) {
        const std::size_t slash = line.rfind('/');
        if (slash == std::string::npos)
            continue;
        std::string unit = line.substr(slash + 1);
        if (unit.starts_with(begin) && unit.ends_with(".service"))
            return unit;
    }
    return {};
}

/// Where the files of this process are; empty: where ours are.
std::string rootOf(const ClassicProgram& program) {
    if (!program.runs())
        return {};
    std::error_code error;
    const std::string link = ownFolder(program.processes.front()) + "/ns/mnt";
    const fs::path theirs = fs::read_symlink(link, error);
    const fs::path own = fs::read_symlink("/proc/self/ns/mnt", error);
    return error || own == theirs ? std::string() : ownFolder(program.processes.front()) + "/root";
}

Result<void> signalAll(const std::vector<int>& processes, int signal) {
    std::string failed;
    for (const int pid : processes)
        if (::kill(pid, signal) != 0 && errno != ESRCH)
            failed = "cannot end process " + std::to_string(pid) + ": " + std::strerror(errno);
    if (failed.empty())
        return {};
    return failure(ErrorCode::Io, failed);
}

} // namespace

Result<ClassicProgram> ClassicKeepalived::find() {
    auto all = m_processes.read();
    if (!all)
        return std::unexpected(all.error());
    ClassicProgram out;
    std::vector<int> heads;
    for (const lvsdeck::Process& process : *all) {
        if (process.name != "keepalived" || !classicOptions(process.arguments).serves || !isRoots(process.pid))
            continue;
        const auto here = isInOurNetwork(process.pid);
        if (!here)
            return std::unexpected(here.error());
        if (*here)
            out.processes.push_back(process.pid);
    }
    for (const int pid : out.processes)
        if (!std::ranges::binary_search(out.processes, parentOf(pid)))
            heads.push_back(pid);
    if (heads.size() > 1)
        return failure(ErrorCode::Conflict, "two keepalived run here (processes " + std::to_string(heads[0]) + " and " +
                                                std::to_string(heads[1]) + "); stop the one that is not meant");
    if (heads.empty())
        return ClassicProgram{};
    const auto head = std::ranges::find(*all, heads.front(), &lvsdeck::Process::pid);
    out.arguments = head->arguments;
    out.unit = unitOf(ownFolder(head->pid), "keepalived");
    return out;
}

ClassicConfiguration ClassicKeepalived::configuration(const ClassicProgram& program) {
    return readClassic(classicOptions(program.arguments), rootOf(program));
}

Result<void> ClassicKeepalived::kill(const ClassicProgram& program) {
    // The head starts a child again that dies, and a child whose head dies takes its addresses away: none may see the other go.
    (void)signalAll(program.processes, SIGSTOP);
    auto killed = signalAll(program.processes, SIGKILL);
    if (!killed)
        (void)signalAll(program.processes, SIGCONT);
    return killed;
}

Result<void> ClassicKeepalived::request(const ClassicProgram& program) const {
    std::string command;
    if (program.unit.empty())
        for (const std::string& argument : program.arguments)
            command.append(argument).push_back('\0');
    const std::string unready = m_requestFile + ".new"; // whoever waits for the file must not see half of it
    const Descriptor file(::open(unready.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file && ::write(file.get(), command.data(), command.size()) == static_cast<ssize_t>(command.size()) &&
        ::rename(unready.c_str(), m_requestFile.c_str()) == 0)
        return {};
    const std::string what = program.unit.empty() ? "keepalived" : program.unit;
    return failure(ErrorCode::Io, "cannot ask systemd for " + what + " (" + m_requestFile + ": " + std::strerror(errno) +
                                      "); start it by hand" +
                                      (program.unit.empty() ? std::string() : ": systemctl start " + program.unit));
}

Result<void> ClassicKeepalived::start(const ClassicProgram& program) {
    if (program.unit.empty() && program.arguments.empty())
        return failure(ErrorCode::NotFound, "it is not known how keepalived was started here; start it by hand");
    // What a unit starts itself stays in its group and its sandbox, which are not keepalived's.
    if (!program.unit.empty() || !unitOf("/proc/self", "lvsdeck-agent").empty())
        return request(program);
    // A shell between lets it outlive this process without being its child.
    std::vector<std::string> words{"sh", "-c", R"(setsid "$@" < /dev/null > /dev/null 2>&1 &)", "sh"};
    words.insert(words.end(), program.arguments.begin(), program.arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t shell = 0;
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error = ::posix_spawn(&shell, "/bin/sh", nullptr, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        return failure(ErrorCode::Io, std::string("cannot start keepalived: ") + std::strerror(error));
    int status = 0;
    while (::waitpid(shell, &status, 0) < 0 && errno == EINTR) {}
    return {};
}

} // namespace lvsdeck::host
