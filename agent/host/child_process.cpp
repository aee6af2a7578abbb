// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/child_process.hpp"

#include "agent/host/last_line.hpp"
#include "agent/host/spawn.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/wait.h>

#include <array>
#include <atomic>
#include <csignal>
#include <optional>
#include <set>
#include <utility>

namespace lvsdeck::host {

namespace {

namespace asio = boost::asio;

constexpr std::size_t waitingAtMost = 10'000;
constexpr auto patience = std::chrono::seconds(2); // between SIGTERM and SIGKILL, as keepalived
constexpr int readsAtOnce = 16;

} // namespace

/// All that have not been waited for; a child keeps itself alive here after its handle is gone.
class ChildProcesses::Children {
public:
    explicit Children(asio::io_context& context) : loop(context) {}
    asio::io_context& loop;
    std::set<std::shared_ptr<Child>> all;
    std::atomic<bool> ending = false; ///< read by the worker
};

class ChildProcesses::Child : public std::enable_shared_from_this<Child> {
public:
    Child(const std::shared_ptr<Children>& children, Fate itsFate, std::function<void(const ScriptResult&)> done,
          std::chrono::milliseconds limit)
        : fate(itsFate), m_children(children), m_done(std::move(done)), m_limit(limit), m_process(children->loop),
          m_output(children->loop), m_timer(children->loop) {}
    const Fate fate;

    /// The clock runs from the request, also while the worker is busy.
    void watchTime() {
        if (m_limit.count() == 0)
            return;
        m_timer.expires_after(m_limit);
        m_timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
            if (!error)
                self->expire();
        });
    }
    void started(Spawned spawned);
    void failed(const std::string& why) {
        finish({ScriptEnd::NotStarted, 0, why});
        leave();
    }
    /// The owner is not interested any more.
    void abandon() {
        m_done = nullptr;
        terminate();
    }
    void terminate();

private:
    void expire();
    void waitForEnd();
    void waitForOutput();
    /// False at the end of the output.
    bool readOutput();
    void reap();
    void finish(const ScriptResult& result) {
        if (const auto done = std::exchange(m_done, nullptr))
            done(result);
    }
    void leave() {
        m_timer.cancel();
        boost::system::error_code ignored;
        m_output.close(ignored);
        m_process.close(ignored);
        if (const auto children = m_children.lock())
            children->all.erase(shared_from_this());
    }
    void signalGroup(int signal) const {
        if (m_pid > 0)
            ::kill(-m_pid, signal);
    }

    std::weak_ptr<Children> m_children; ///< gone: nobody is interested any more
    std::function<void(const ScriptResult&)> m_done;
    std::chrono::milliseconds m_limit;
    int m_pid = 0; ///< 0: not started yet, or waited for
    bool m_unwanted = false;
    bool m_timedOut = false;
    asio::posix::stream_descriptor m_process;
    asio::posix::stream_descriptor m_output;
    asio::steady_timer m_timer;
    LastLine m_said;
};

class ChildProcesses::Handle final : public RunningScript {
public:
    explicit Handle(std::shared_ptr<Child> child) : m_child(std::move(child)) {}
    ~Handle() override { m_child->abandon(); }

private:
    std::shared_ptr<Child> m_child;
};

void ChildProcesses::Child::started(Spawned spawned) {
    m_pid = spawned.pid;
    m_process.assign(spawned.handle.release());
    if (spawned.output) {
        m_output.assign(spawned.output.release());
        waitForOutput();
    }
    waitForEnd();
    if (m_unwanted)
        terminate();
}

void ChildProcesses::Child::waitForEnd() {
    m_process.async_wait(asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this()](const boost::system::error_code& error) {
                             if (!error)
                                 self->reap();
                         });
}

void ChildProcesses::Child::waitForOutput() {
    m_output.async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this()](const boost::system::error_code& error) {
                            if (!error && self->readOutput())
                                self->waitForOutput();
                        });
}

bool ChildProcesses::Child::readOutput() {
    std::array<char, 4096> buffer;
    for (int i = 0; i < readsAtOnce && m_output.is_open(); ++i) {
        const ssize_t size = ::read(m_output.native_handle(), buffer.data(), buffer.size());
        if (size <= 0)
            return size < 0;
        m_said.add({buffer.data(), static_cast<std::size_t>(size)});
    }
    return m_output.is_open();
}

void ChildProcesses::Child::terminate() {
    m_unwanted = true;
    if (m_pid == 0)
        return;
    signalGroup(SIGTERM);
    m_timer.expires_after(patience);
    m_timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (error)
            return;
        self->signalGroup(SIGKILL);
        // Even one that the kernel cannot end right now must not keep a check waiting.
        self->finish({ScriptEnd::TimedOut, 0, "killed: it did not end after SIGTERM either"});
    });
}

void ChildProcesses::Child::expire() {
    m_timedOut = true;
    if (m_pid == 0)
        finish({ScriptEnd::TimedOut, 0, "it could not even be started within " + std::to_string(m_limit.count()) + " ms"});
    terminate();
}

void ChildProcesses::Child::reap() {
    int status = 0;
    const int waited = ::waitpid(m_pid, &status, WNOHANG);
    if (waited == 0)
        return waitForEnd();
    m_pid = 0;
    readOutput();
    ScriptResult result;
    result.detail = m_said.text();
    if (m_timedOut) {
        result.end = ScriptEnd::TimedOut;
        if (result.detail.empty())
            result.detail = "still running after " + std::to_string(m_limit.count()) + " ms";
    } else if (waited < 0) {
        result = {ScriptEnd::NotStarted, 0, "its exit status was taken by somebody else"};
    } else if (WIFSIGNALED(status)) {
        result.end = ScriptEnd::Signalled;
        result.status = WTERMSIG(status);
    } else {
        result.status = WEXITSTATUS(status);
    }
    const auto self = shared_from_this();
    leave();
    finish(result);
}

ChildProcesses::ChildProcesses(asio::io_context& loop)
    : m_children(std::make_shared<Children>(loop)), m_worker("scripts", waitingAtMost) {}

ChildProcesses::~ChildProcesses() {
    m_children->ending = true;
    const auto all = m_children->all;
    for (const auto& child : all)
        if (child->fate == Fate::Together)
            child->abandon();
}

std::size_t ChildProcesses::running() const { return m_children->all.size(); }

std::shared_ptr<ChildProcesses::Child> ChildProcesses::begin(const ScriptRun& run, Fate fate,
                                                             std::function<void(const ScriptResult&)> done) {
    auto child = std::make_shared<Child>(m_children, fate, std::move(done), run.timeout);
    m_children->all.insert(child);
    // The last to hold a child is never the worker: the loop's objects in it belong to the control thread.
    const bool queued = m_worker.post([run, fate, child, children = m_children]() mutable {
        const auto asked = std::exchange(children, nullptr);
        auto one = std::exchange(child, nullptr);
        if (asked->ending && fate == Fate::Together)
            return;
        auto spawned =
            std::make_shared<Result<Spawned>>(spawn(run, fate == Fate::Together ? Output::Read : Output::Discard, fate));
        if (!asked->ending)
            asio::post(asked->loop, [one = std::move(one), spawned] {
                if (*spawned)
                    one->started(std::move(**spawned));
                else
                    one->failed(spawned->error().text);
            });
    });
    if (!queued)
        asio::post(m_children->loop, [child] { child->failed("too many programs wait to be started"); });
    return child;
}

std::unique_ptr<RunningScript> ChildProcesses::run(const ScriptRun& run, std::function<void(const ScriptResult&)> done) {
    const auto child = begin(run, Fate::Together, std::move(done));
    child->watchTime();
    return std::make_unique<Handle>(child);
}

void ChildProcesses::start(const ScriptRun& run, std::function<void(const std::string& why)> failed) {
    // NotStarted is the only end that its caller wants to hear of.
    begin(run, Fate::Alone, [failed = std::move(failed)](const ScriptResult& result) {
        if (result.end == ScriptEnd::NotStarted && failed)
            failed(result.detail);
    });
}

} // namespace lvsdeck::host
