// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/process.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

namespace lvsdeck::lab {
namespace {

constexpr std::size_t maxOutput = 64U << 20U;

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const auto& text : texts)
        out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

/// In the child: descriptors 0, 1, 2 become what was asked for; all others close at exec.
void redirect(const ProcessSpec& spec) {
    const int null = ::open("/dev/null", O_RDWR);
    const int input = spec.input >= 0 ? spec.input : null;
    const int output = spec.output >= 0 ? spec.output : null;
    const int errors = spec.errors >= 0 ? spec.errors : output;
    // Moved out of the way first, in case one of them is 0, 1 or 2 already.
    const std::array<int, 3> high = {::fcntl(input, F_DUPFD, 10), ::fcntl(output, F_DUPFD, 10),
                                     ::fcntl(errors, F_DUPFD, 10)};
    for (int target = 0; target < 3; ++target)
        ::dup2(high[static_cast<std::size_t>(target)], target);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
}

[[noreturn]] void becomeProgram(const ProcessSpec& spec, int report) {
    try {
        if (spec.newSession)
            ::setsid();
        if (spec.enter)
            spec.enter();
        // A blocked or ignored signal would be inherited by the program.
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::signal(SIGPIPE, SIG_DFL);
        redirect(spec);
        auto arguments = pointers(spec.arguments);
        auto environment = pointers(spec.environment);
        if (spec.environment.empty())
            ::execvp(arguments[0], arguments.data());
        else
            ::execvpe(arguments[0], arguments.data(), environment.data());
    } catch (const std::exception&) {
        errno = ECANCELED;
    }
    const int problem = errno;
    (void)!::write(report, &problem, sizeof problem);
    ::_exit(127);
}

int statusOf(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

} // namespace

Process::Process(const ProcessSpec& spec) {
    std::array<int, 2> report{};
    if (::pipe2(report.data(), O_CLOEXEC) != 0)
        throw LabError::fromErrno("pipe");
    UniqueFd reading(report[0]);
    UniqueFd writing(report[1]);
    m_pid = ::fork();
    if (m_pid < 0)
        throw LabError::fromErrno("fork");
    if (m_pid == 0)
        becomeProgram(spec, writing.get());
    writing.reset();
    int problem = 0;
    if (::read(reading.get(), &problem, sizeof problem) == static_cast<ssize_t>(sizeof problem)) {
        ::waitpid(m_pid, nullptr, 0);
        m_pid = -1;
        throw LabError("cannot start " + spec.arguments.front() + ": " + std::strerror(problem));
    }
}

Process::Process(Process&& other) noexcept
    : m_pid(std::exchange(other.m_pid, -1)), m_status(std::exchange(other.m_status, std::nullopt)) {}

Process& Process::operator=(Process&& other) noexcept {
    if (this != &other) {
        kill9();
        m_pid = std::exchange(other.m_pid, -1);
        m_status = std::exchange(other.m_status, std::nullopt);
    }
    return *this;
}

Process::~Process() { kill9(); }

bool Process::running() { return m_pid > 0 && !wait(0ms); }

void Process::signal(int number) const {
    if (m_pid <= 0 || m_status)
        return;
    if (::kill(-m_pid, number) != 0)
        ::kill(m_pid, number);
}

std::optional<int> Process::wait(Milliseconds limit) {
    if (m_pid <= 0)
        return m_status.value_or(0);
    (void)eventually(
        limit,
        [&] {
            int raw = 0;
            if (!m_status && ::waitpid(m_pid, &raw, WNOHANG) == m_pid)
                m_status = statusOf(raw);
            return m_status.has_value();
        },
        2ms);
    return m_status;
}

int Process::terminate(Milliseconds patience) {
    signal(SIGTERM);
    if (const auto status = wait(patience))
        return *status;
    kill9();
    return m_status.value_or(128 + SIGKILL);
}

void Process::kill9() {
    if (m_pid <= 0)
        return;
    signal(SIGKILL);
    (void)wait(10s);
}

Finished runToEnd(ProcessSpec spec, const std::string& input, Milliseconds limit) {
    std::array<std::array<int, 2>, 3> pipes{};
    for (auto& ends : pipes)
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw LabError::fromErrno("pipe");
    UniqueFd childInput(pipes[0][0]), toChild(pipes[0][1]);
    UniqueFd fromOutput(pipes[1][0]), childOutput(pipes[1][1]);
    UniqueFd fromErrors(pipes[2][0]), childErrors(pipes[2][1]);
    spec.input = childInput.get();
    spec.output = childOutput.get();
    spec.errors = childErrors.get();
    Process process(spec);
    childInput.reset();
    childOutput.reset();
    childErrors.reset();
    ::fcntl(toChild.get(), F_SETFL, O_NONBLOCK);

    Finished finished;
    std::size_t sent = 0;
    if (input.empty())
        toChild.reset();
    const auto deadline = Clock::now() + limit;
    std::array<char, 65536> buffer{};
    const auto drain = [&](UniqueFd& from, std::string& into) {
        const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
        if (got <= 0)
            from.reset();
        else if (into.size() < maxOutput)
            into.append(buffer.data(), static_cast<std::size_t>(got));
    };
    while ((fromOutput || fromErrors) && Clock::now() < deadline) {
        std::array<pollfd, 3> waits{
            {{fromOutput.get(), POLLIN, 0}, {fromErrors.get(), POLLIN, 0}, {toChild.get(), POLLOUT, 0}}};
        ::poll(waits.data(), waits.size(), 50);
        if (waits[0].revents != 0)
            drain(fromOutput, finished.output);
        if (waits[1].revents != 0)
            drain(fromErrors, finished.errors);
        if (waits[2].revents != 0) {
            const ssize_t wrote = ::write(toChild.get(), input.data() + sent, input.size() - sent);
            sent += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
            if (sent == input.size() || (wrote < 0 && errno != EAGAIN))
                toChild.reset();
        }
        // A daemon that the program left behind may keep its pipes open for ever.
        if (!process.running() && waits[0].revents == 0 && waits[1].revents == 0)
            break;
    }
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    const auto status = process.wait(std::max(left, 0ms));
    if (!status)
        process.kill9();
    finished.status = status.value_or(124);
    return finished;
}

} // namespace lvsdeck::lab
