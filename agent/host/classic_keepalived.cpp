// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/classic_keepalived.hpp"

#include "agent/host/classic_place.hpp"
#include "agent/host/descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

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
#include <mutex>
#include <sstream>
#include <utility>

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

/// The loop as the worker may use it: gone when the port is.
struct ClassicKeepalived::Loop {
    std::mutex mutex;
    boost::asio::io_context* loop = nullptr;
    int open = 0; ///< readings that the worker has not ended; control thread
};

struct ClassicKeepalived::Reading {
    Reading(boost::asio::io_context& loop, std::function<void(Result<ClassicConfiguration>)> whatThen)
        : then(std::move(whatThen)), timer(loop) {}
    void end(Result<ClassicConfiguration> result) {
        timer.cancel();
        if (const auto once = std::exchange(then, nullptr))
            once(std::move(result));
    }
    std::function<void(Result<ClassicConfiguration>)> then;
    boost::asio::steady_timer timer;
};

ClassicKeepalived::ClassicKeepalived(boost::asio::io_context& loop, std::string requestFile)
    : m_loop(std::make_shared<Loop>()), m_requestFile(std::move(requestFile)) {
    m_loop->loop = &loop;
}

ClassicKeepalived::~ClassicKeepalived() {
    {
        const std::lock_guard lock(m_loop->mutex);
        m_loop->loop = nullptr;
    }
    // Joining a thread that waits for a dead disk would keep the next agent from starting.
    if (m_loop->open > 0)
        (void)m_worker.release(); // NOLINT(bugprone-unused-return-value)
}

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
    out.elsewhere = elsewhere(placeOf(std::to_string(head->pid)), placeOf("self"));
    return out;
}

void ClassicKeepalived::read(const ClassicProgram& program, std::function<void(Result<ClassicConfiguration>)> then) {
    const std::string file = classicOptions(program.arguments).file;
    if (m_loop->open > 0)
        return then(failure(ErrorCode::Busy, "an earlier reading of keepalived's files (" + file +
                                                 ") has not ended; is a disk or a network file system there hanging?"));
    if (!m_worker)
        m_worker = std::make_unique<Worker>("lvsdeck-files", 1);
    auto& loop = *m_loop->loop;
    const auto reading = std::make_shared<Reading>(loop, std::move(then));
    reading->timer.expires_after(m_patience);
    reading->timer.async_wait([reading, file](boost::system::error_code error) {
        if (!error)
            reading->end(
                failure(ErrorCode::Timeout, "reading keepalived's files (" + file +
                                                ") takes too long; is a disk or a network file system there hanging?"));
    });
    ++m_loop->open;
    // The worker gives up later than we: half of the files would look as if the others had gone.
    const auto until = std::chrono::steady_clock::now() + 2 * m_patience;
    auto reader = m_reader ? m_reader : [until](const ClassicProgram& one) {
        return readClassic(classicOptions(one.arguments), rootOf(one), until);
    };
    const bool queued =
        m_worker->post([shared = m_loop, reading = std::weak_ptr(reading), program, reader = std::move(reader)] {
            auto found = std::make_shared<ClassicConfiguration>(reader(program));
            const std::lock_guard lock(shared->mutex);
            if (shared->loop != nullptr)
                boost::asio::post(*shared->loop, [shared, reading, found] {
                    --shared->open;
                    if (const auto waits = reading.lock())
                        waits->end(std::move(*found));
                });
        });
    if (queued)
        return;
    --m_loop->open;
    reading->end(failure(ErrorCode::Busy, "keepalived's files are being read already"));
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
