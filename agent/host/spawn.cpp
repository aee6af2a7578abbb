// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/spawn.hpp"

#include "agent/host/script_security.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace lvsdeck::host {

namespace {

constexpr const char* defaultUser = "keepalived_script";
constexpr const char* defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::size_t lookupBytes = 16384;

struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
};

std::optional<unsigned> number(const std::string& text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool findUser(const std::string& name, Account& out, std::string& login) {
    std::vector<char> buffer(lookupBytes);
    passwd entry{};
    passwd* found = nullptr;
    const auto uid = number(name);
    if (uid)
        ::getpwuid_r(*uid, &entry, buffer.data(), buffer.size(), &found);
    else
        ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr)
        return false;
    out.uid = found->pw_uid;
    out.gid = found->pw_gid;
    login = found->pw_name;
    return true;
}

Result<Account> accountOf(const model::Script& script) {
    Account account;
    std::string login = "root";
    if (!script.user.empty()) {
        if (!findUser(script.user, account, login))
            return failure(ErrorCode::NotFound, "this host has no user " + script.user);
    } else if (!findUser(defaultUser, account, login)) {
        account = {};
    }
    if (!script.group.empty()) {
        std::vector<char> buffer(lookupBytes);
        group entry{};
        group* found = nullptr;
        ::getgrnam_r(script.group.c_str(), &entry, buffer.data(), buffer.size(), &found);
        const auto gid = number(script.group);
        if (found == nullptr && !gid)
            return failure(ErrorCode::NotFound, "this host has no group " + script.group);
        account.gid = found != nullptr ? found->gr_gid : *gid;
    }
    int count = 256;
    account.groups.resize(static_cast<std::size_t>(count));
    if (::getgrouplist(login.c_str(), account.gid, account.groups.data(), &count) < 0)
        count = 0;
    account.groups.resize(static_cast<std::size_t>(count));
    return account;
}

/// All that the child needs, made before it exists: between vfork and exec it may not allocate.
struct Plan {
    std::string program;
    std::vector<std::string> words;
    std::vector<std::string> environment;
    std::vector<char*> argv;
    std::vector<char*> envp;
    Account account;
    bool changeUser = false;
    Fate fate = Fate::Alone;
    int input = -1;
    int output = -1;
    const char* failedStep = nullptr; ///< the child shares our memory and tells us here
    int error = 0;
};

void childMain(Plan& plan) {
    const auto fail = [&plan](const char* step) {
        plan.failedStep = step;
        plan.error = errno;
        ::_exit(127);
    };
    ::setpgid(0, 0);
    if (::dup2(plan.input, 0) < 0 || ::dup2(plan.output, 1) < 0 || ::dup2(plan.output, 2) < 0)
        fail("connect the streams of");
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    // The C library's own calls would change the user of the threads that we share memory with.
    if (plan.changeUser && (::syscall(SYS_setgroups, plan.account.groups.size(), plan.account.groups.data()) != 0 ||
                            ::syscall(SYS_setresgid, plan.account.gid, plan.account.gid, plan.account.gid) != 0 ||
                            ::syscall(SYS_setresuid, plan.account.uid, plan.account.uid, plan.account.uid) != 0))
        fail("change the user for");
    if (plan.fate == Fate::Together)
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0); // which is the agent's own choice
    if (::chdir("/") != 0)
        fail("go to / for");
    for (int signal = 1; signal < NSIG; ++signal)
        ::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(plan.program.c_str(), plan.argv.data(), plan.envp.data());
    fail("execute");
}

/// vfork, because copying the tables of a large agent's memory for every check would cost more than the check.
[[gnu::noinline]] int vforkWith(Plan& plan) {
    // NOLINTNEXTLINE(bugprone-unsafe-functions): posix_spawn sets neither user nor limits.
    const int pid = ::vfork();
    if (pid == 0) {
        childMain(plan);
        ::_exit(127);
    }
    return pid;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (std::string& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

Error startError(const Plan& plan, const std::string& program) {
    std::string text = std::string("cannot ") + plan.failedStep + " " + program + ": " + std::strerror(plan.error);
    if (plan.error == EPERM && plan.changeUser)
        text += "; the agent needs CAP_SETUID and CAP_SETGID to run programs as somebody else";
    else if (plan.error == ENOEXEC)
        text += "; a script must begin with #! and its interpreter";
    else if (plan.error == EACCES)
        text += "; user " + std::to_string(plan.account.uid) + " must be allowed to execute it";
    return {plan.error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, text, {}};
}

} // namespace

Result<Spawned> spawn(const ScriptRun& run, Output output, Fate fate) {
    if (run.script.empty())
        return failure(ErrorCode::InvalidInput, "no program is named");
    const std::string& name = run.script.command.front();
    auto account = accountOf(run.script);
    if (!account)
        return failure(account.error().code, "cannot run " + name + ": " + account.error().text);
    const char* searched = std::getenv("PATH");
    const auto program = findProgram(name, searched != nullptr ? searched : defaultPath);
    if (!program)
        return std::unexpected(program.error());
    if (run.security && account->uid == 0)
        if (const auto safe = onlyRootMayChange(*program); !safe)
            return failure(safe.error().code, "will not run " + name + " as root: " + safe.error().text);

    Plan plan;
    plan.program = *program;
    plan.words = run.script.command;
    plan.words.insert(plan.words.end(), run.arguments.begin(), run.arguments.end());
    plan.argv = pointers(plan.words);
    for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
        const std::string_view variable(*one);
        // systemd's line to the agent is not the program's.
        if (!variable.starts_with("NOTIFY_SOCKET=") && !variable.starts_with("WATCHDOG_"))
            plan.environment.emplace_back(variable);
    }
    if (searched == nullptr)
        plan.environment.push_back(std::string("PATH=") + defaultPath);
    plan.envp = pointers(plan.environment);
    plan.account = std::move(*account);
    plan.changeUser = plan.account.uid != ::geteuid() || plan.account.gid != ::getegid();
    plan.fate = fate;

    const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    Descriptor reader;
    Descriptor writer;
    if (output == Output::Read) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            return failure(ErrorCode::Io, "cannot run " + name + ": " + std::strerror(errno));
        reader = Descriptor(ends[0]);
        writer = Descriptor(ends[1]);
        ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
    }
    if (!null)
        return failure(ErrorCode::Io, "cannot run " + name + ": /dev/null: " + std::strerror(errno));
    plan.input = null.get();
    plan.output = writer ? writer.get() : null.get();

    Spawned spawned;
    spawned.pid = vforkWith(plan);
    if (spawned.pid < 0)
        return failure(ErrorCode::Io, "cannot run " + name + ": " + std::strerror(errno));
    if (plan.failedStep != nullptr) {
        ::waitpid(spawned.pid, nullptr, 0);
        return std::unexpected(startError(plan, name));
    }
    // Not waited for yet, so the number still means this process.
    spawned.handle = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, spawned.pid, 0U)));
    if (!spawned.handle) {
        const int why = errno;
        ::kill(-spawned.pid, SIGKILL);
        ::waitpid(spawned.pid, nullptr, 0);
        return failure(ErrorCode::Io, "cannot watch " + name + ": " + std::strerror(why));
    }
    spawned.output = std::move(reader);
    return spawned;
}

} // namespace lvsdeck::host
