// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/runner.hpp"

#include "probe/attempt.hpp"
#include "probe/http_answer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <pthread.h>
#include <thread>
#include <utility>
#include <vector>

namespace lvsdeck::probe {

namespace asio = boost::asio;
using boost::system::error_code;
using rpc::ProbeResult;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto flushEvery = std::chrono::milliseconds(80);
/// An attempt that is later than one interval and this was not made; it says nothing about the other side.
constexpr auto tolerance = std::chrono::milliseconds(5);
constexpr std::size_t spareAttempts = 8;

std::int64_t wallUs() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

std::int64_t microseconds(Clock::duration span) {
    return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

std::string requestText(const rpc::ProbeRunParams& params, bool keepAlive) {
    return "GET " + requestPath(params.httpPath) + (keepAlive ? " HTTP/1.1" : " HTTP/1.0") +
           "\r\nHost: " + endpointText(params.address, params.port) +
           "\r\nUser-Agent: lvsdeck\r\nConnection: " + (keepAlive ? "keep-alive" : "close") + "\r\n\r\n";
}

} // namespace

class Runner::Run {
public:
    Run(const rpc::ProbeRunParams& params, Deliver deliver);
    ~Run() {
        m_io.stop();
        m_thread.join();
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    void stop() {
        asio::post(m_io, [this] { finish("stopped"); });
    }

private:
    void begin();
    void beat();
    void start();
    void missed(Clock::time_point planned, const char* why);
    void completed(std::int64_t startUs, Clock::time_point started, ProbeResult result);
    void flushLater();
    void deliver(bool done);
    void countHeld(Batch& batch, bool done) const;
    void finish(const std::string& error);

    rpc::ProbeRunParams m_params;
    Deliver m_deliver;
    std::shared_ptr<const AttemptPlan> m_plan;
    std::vector<std::shared_ptr<HeldState>> m_held;
    std::size_t m_openLimit;
    std::size_t m_open = 0;
    std::size_t m_missed = 0;
    std::string m_missedWhy;
    bool m_over = false; ///< no further attempts, waiting for the open ones
    bool m_done = false;
    Batch m_batch;
    Batch m_delivered; ///< counters of the last one
    Clock::time_point m_next;
    Clock::time_point m_end;
    asio::io_context m_io{1};
    asio::steady_timer m_beat{m_io};
    asio::steady_timer m_flush{m_io};
    std::thread m_thread;
};

Runner::Run::Run(const rpc::ProbeRunParams& params, Deliver deliver)
    : m_params(params), m_deliver(std::move(deliver)),
      m_openLimit(params.timeoutMs / std::max(params.intervalMs, 1U) + spareAttempts) {
    m_plan = std::make_shared<const AttemptPlan>(
        AttemptPlan{.endpoint = toEndpoint(params.address, params.port),
                    .request = params.httpPath.empty() ? std::string() : requestText(params, false),
                    .timeout = std::chrono::milliseconds(params.timeoutMs)});
    asio::post(m_io, [this] { begin(); });

    // Signals belong to the program's own loop, not to a prober.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    m_thread = std::thread([this] { m_io.run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(m_thread.native_handle(), "prober");
}

void Runner::Run::begin() {
    if (const auto good = check(m_params); !good) {
        finish(good.error().text);
        return;
    }
    for (std::uint32_t i = 0; i < m_params.held; ++i) {
        m_held.push_back(std::make_shared<HeldState>());
        const HeldPlan plan{.endpoint = m_plan->endpoint,
                            .request = requestText(m_params, true),
                            .connectTimeout = m_plan->timeout,
                            .heartbeat = std::chrono::milliseconds(m_params.heartbeatMs),
                            .startAfter = std::chrono::milliseconds(m_params.heartbeatMs * i / m_params.held)};
        asio::co_spawn(m_io, hold(plan, std::make_shared<DeadlineSocket>(m_io), m_held.back()), asio::detached);
    }
    m_next = Clock::now();
    m_end = m_next + std::chrono::seconds(m_params.durationS);
    flushLater();
    beat();
}

void Runner::Run::beat() {
    const auto interval = std::chrono::milliseconds(m_params.intervalMs);
    for (Clock::time_point now = Clock::now(); m_next <= now && m_next < m_end; m_next += interval) {
        if (now - m_next > interval + tolerance)
            missed(m_next, "this computer was too busy to make them in time");
        else if (m_open >= m_openLimit)
            missed(m_next, "too many earlier ones were still open");
        else
            start();
    }
    if (m_next >= m_end) {
        m_over = true;
        if (m_open == 0)
            finish({});
        return;
    }
    m_beat.expires_at(m_next);
    m_beat.async_wait([this](const error_code& ec) {
        if (!ec && !m_done)
            beat();
    });
}

void Runner::Run::start() {
    ++m_open;
    const std::int64_t startUs = wallUs();
    const Clock::time_point started = Clock::now();
    asio::co_spawn(m_io, attempt(m_plan, std::make_shared<DeadlineSocket>(m_io)),
                   [this, startUs, started](const std::exception_ptr& failed, ProbeResult result) {
                       completed(startUs, started, failed ? ProbeResult::Local : result);
                   });
}

void Runner::Run::missed(Clock::time_point planned, const char* why) {
    ++m_missed;
    m_missedWhy = why;
    m_batch.samples.push_back(
        {.startUs = wallUs() - microseconds(Clock::now() - planned), .durationUs = 0, .result = ProbeResult::Local});
}

void Runner::Run::completed(std::int64_t startUs, Clock::time_point started, ProbeResult result) {
    --m_open;
    m_batch.samples.push_back({.startUs = startUs, .durationUs = microseconds(Clock::now() - started), .result = result});
    if (m_over && m_open == 0)
        finish({});
}

void Runner::Run::flushLater() {
    m_flush.expires_after(flushEvery);
    m_flush.async_wait([this](const error_code& ec) {
        if (ec || m_done)
            return;
        deliver(false);
        flushLater();
    });
}

void Runner::Run::countHeld(Batch& batch, bool done) const {
    const Clock::time_point now = Clock::now();
    for (const auto& held : m_held) {
        Clock::duration stall = held->maxStall;
        bool broken = held->phase == HeldState::Phase::Broken;
        if (held->waitingSince) {
            const auto waiting = now - *held->waitingSince;
            stall = std::max(stall, waiting);
            broken = broken || (done && waiting > m_plan->timeout);
        }
        batch.heldMaxStallUs = std::max(batch.heldMaxStallUs, microseconds(stall));
        if (broken)
            ++batch.heldBroken;
        else if (held->phase == HeldState::Phase::Alive)
            ++batch.heldAlive;
    }
}

void Runner::Run::deliver(bool done) {
    countHeld(m_batch, done);
    m_batch.done = done;
    const bool news = done || !m_batch.samples.empty() || m_batch.heldAlive != m_delivered.heldAlive ||
                      m_batch.heldBroken != m_delivered.heldBroken || m_batch.heldMaxStallUs != m_delivered.heldMaxStallUs;
    m_delivered = std::exchange(m_batch, {});
    if (news)
        m_deliver(m_delivered);
    m_delivered.samples.clear();
}

void Runner::Run::finish(const std::string& error) {
    if (m_done)
        return;
    m_done = true;
    m_batch.error = error;
    if (m_missed > 0)
        m_batch.error += (error.empty() ? "" : "; ") + std::to_string(m_missed) + " attempts were not made: " + m_missedWhy;
    deliver(true);
    m_io.stop();
}

Runner::Runner(const rpc::ProbeRunParams& params, Deliver deliver)
    : m_run(std::make_unique<Run>(params, std::move(deliver))) {}
Runner::~Runner() = default;
void Runner::stop() { m_run->stop(); }

} // namespace lvsdeck::probe
