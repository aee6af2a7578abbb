// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/world.hpp"

#include "tests/lab/support/unique_fd.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace lvsdeck::lab {
namespace {

pid_t forwardTo = -1;

void forward(int number) { ::kill(forwardTo, number); }

/// Waits for `child`, reaping whatever else ends meanwhile, and exits as it did.
[[noreturn]] void followToTheEnd(pid_t child) {
    forwardTo = child;
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        ::signal(number, forward);
    while (true) {
        int raw = 0;
        const pid_t ended = ::waitpid(-1, &raw, 0);
        if (ended == child)
            ::_exit(WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw));
        if (ended < 0 && errno != EINTR)
            ::_exit(125);
    }
}

void mountOrThrow(const char* source, const char* target, const char* type, unsigned long flags, const char* data) {
    if (::mount(source, target, type, flags, data) != 0)
        throw LabError::fromErrno(std::string("mount ") + target);
}

} // namespace

void enterWorld() {
    if (::unshare(CLONE_NEWNS | CLONE_NEWPID) != 0)
        throw LabError::fromErrno("the lab needs root to make namespaces; unshare");
    const pid_t first = ::fork();
    if (first < 0)
        throw LabError::fromErrno("fork");
    if (first > 0)
        followToTheEnd(first);
    // Process 1 of the new world: dies with the one outside, and everything with it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const pid_t main = ::fork();
    if (main < 0)
        throw LabError::fromErrno("fork");
    if (main > 0)
        followToTheEnd(main);
    mountOrThrow("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    mountOrThrow("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
    mountOrThrow("lab", "/run", "tmpfs", 0, "mode=755");
    std::filesystem::create_directories(std::string(worldFolder) + "/logs");
}

} // namespace lvsdeck::lab
