// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/asio_checks.hpp"

#include "agent/health/conversation.hpp"
#include "agent/health/half_open.hpp"
#include "agent/health/late_openssl.hpp"
#include "agent/health/socket_choices.hpp"
#include "agent/health/tcp_connects.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <utility>
#include <vector>

namespace lvsdeck::health {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;

/// Jobs come and go in batches: what the control thread starts within one moment costs one waking of the probes thread, and what is
/// answered within one moment costs one the other way.
class AsioChecks::Core {
public:
    Core(Post post, std::size_t handshakesAtOnce, bool wholeConnections)
        : m_post(std::move(post)), m_slots(std::make_shared<HandshakeSlots>(handshakesAtOnce)),
          m_wholeConnections(wholeConnections), m_connects(m_io, finish(), [this](Job& job) { connected(job); }),
          m_halfOpen(m_io, finish(), [this](const std::shared_ptr<Job>& job) { goOn(job); }), m_work(m_io.get_executor()) {
        // Signals belong to the control thread.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        // An exception that escapes a handler ends the process: the service manager restarts it and it adopts what it finds,
        // which beats a director that no longer checks anything.
        m_thread = std::thread([this] { m_io.run(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        pthread_setname_np(m_thread.native_handle(), "probes");
    }
    ~Core() {
        m_io.stop();
        m_thread.join();
    }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    // --- control thread
    void begin(std::shared_ptr<Job> job) {
        const std::lock_guard lock(m_mutex);
        m_toBegin.push_back(std::move(job));
        if (m_toBegin.size() == 1)
            asio::post(m_io, [this] { beginAll(); });
    }
    void abandon(std::shared_ptr<Job> job) {
        asio::post(m_io, [this, job = std::move(job)] {
            job->abandoned = true;
            m_halfOpen.abandon(*job);
            m_connects.abandon(*job);
            if (const auto conversation = job->conversation.lock())
                conversation->abandon();
        });
    }

private:
    // --- probes thread
    void beginAll() {
        {
            const std::lock_guard lock(m_mutex);
            m_toBegin.swap(m_beginning);
        }
        const auto now = Clock::now();
        for (const auto& job : m_beginning) {
            job->begun = now;
            beginOne(job);
        }
        m_halfOpen.flush();
        m_beginning.clear();
    }

    void beginOne(const std::shared_ptr<Job>& job) {
        if (job->abandoned)
            return;
        if (std::holds_alternative<model::TcpCheck>(job->request.target->check)) {
            if (!m_halfOpen.begin(job))
                m_connects.begin(job, job->request.target->timeout);
            return;
        }
        auto conversation = std::make_shared<Conversation>(m_io, wholeTarget(job->request), job->request.url);
        job->conversation = conversation;
        const auto finish = [this, job, conversation](const std::exception_ptr& failed, CheckResult result) {
            if (failed)
                result = {.reason = CheckReason::Local, .detail = "out of memory", .latency = {}};
            conversation->socket->disarm();
            job->waited = conversation->waited;
            job->result = std::move(result);
            finished(job);
        };
        asio::co_spawn(m_io, converse(conversation), finish);
    }

    /// A TCP check is over, whichever way it went at last.
    [[nodiscard]] std::function<void(std::shared_ptr<Job>)> finish() {
        return [this](std::shared_ptr<Job> job) {
            if (job->handedOver) {
                m_halfOpen.abandon(*job);
                m_connects.abandon(*job);
            }
            finished(std::move(job));
        };
    }
    /// A TCP check passed: may the next ones be made with less?
    void connected(Job& job) {
        if (m_wholeConnections || !HalfOpen::suits(*job.request.target))
            return;
        const IpAddress source = localAddress(job.descriptor, job.request.who.address.family());
        job.result.memo = m_halfOpen.remember(source, job.request.memo, job.handedOver);
    }
    /// What was begun with less needs the whole connection, in the time that is left.
    void goOn(const std::shared_ptr<Job>& job) {
        constexpr Clock::duration least = std::chrono::seconds(1);      // a first SYN's time, however late this host is
        constexpr Clock::duration step = std::chrono::milliseconds(20); // TcpConnects keeps a queue for each limit
        const Clock::duration left = job->begun + job->request.target->timeout - Clock::now();
        m_connects.begin(job, std::max(least, (left + step) / step * step));
    }

    [[nodiscard]] asio::awaitable<CheckResult> converse(const std::shared_ptr<Conversation>& conversation) {
        const model::HealthCheck& check = conversation->target.check;
        if (const auto* http = std::get_if<model::HttpCheck>(&check))
            return http->tls ? overTls(conversation) : checkHttp(conversation);
        if (std::holds_alternative<model::SmtpCheck>(check))
            return checkSmtp(conversation);
        if (std::holds_alternative<model::DnsCheck>(check) || std::holds_alternative<model::UdpCheck>(check) ||
            std::holds_alternative<model::PingCheck>(check))
            return checkDatagram(conversation);
        if (std::holds_alternative<model::VipCheck>(check))
            return checkVip(conversation);
        return cannotCheck(conversation, "this agent does not know this kind of check");
    }

    asio::awaitable<CheckResult> overTls(const std::shared_ptr<Conversation>& conversation) {
        if (const auto opened = openOpenssl(); !opened)
            return cannotCheck(conversation, opened.error().text);
        if (!m_tls)
            m_tls = makeTlsContext();
        return checkHttps(conversation, m_tls, m_slots);
    }

    void finished(std::shared_ptr<Job> job) {
        job->result.latency =
            duration_cast<std::chrono::microseconds>((job->ended ? *job->ended : Clock::now()) - job->begun - job->waited);
        job->result.begun = Instant(duration_cast<Duration>(job->begun.time_since_epoch()));
        if (m_finished.empty()) {
            m_finished.reserve(m_beginning.size() + 1);
            asio::post(m_io, [this] { handBack(); });
        }
        m_finished.push_back(std::move(job));
    }

    void handBack() {
        m_post([jobs = std::exchange(m_finished, {})] {
            for (const auto& job : jobs)
                // Moved out first: the receiver may destroy the probe, and with it what is being called.
                if (const auto tell = std::exchange(job->done, nullptr))
                    tell(job->result);
        });
    }

    Post m_post;
    std::shared_ptr<asio::ssl::context> m_tls; ///< null until it is needed: it takes three megabytes
    std::shared_ptr<HandshakeSlots> m_slots;
    asio::io_context m_io{1};
    std::mutex m_mutex;
    std::vector<std::shared_ptr<Job>> m_toBegin; ///< under the mutex
    std::vector<std::shared_ptr<Job>> m_beginning;
    std::vector<std::shared_ptr<Job>> m_finished;
    bool m_wholeConnections;
    TcpConnects m_connects;
    HalfOpen m_halfOpen;
    /// Makes Asio open its own descriptors now, instead of at the first probe, when there may be none left.
    asio::ip::tcp::socket m_opensReactor{m_io};
    asio::executor_work_guard<asio::io_context::executor_type> m_work;
    std::thread m_thread;
};

namespace {

template <class Core> class Probe final : public RunningCheck {
public:
    Probe(std::shared_ptr<Job> job, std::weak_ptr<Core> core) : m_job(std::move(job)), m_core(std::move(core)) {}
    ~Probe() override {
        if (!m_job->done)
            return; // answered
        m_job->done = nullptr;
        if (const auto core = m_core.lock())
            core->abandon(std::move(m_job));
    }

private:
    std::shared_ptr<Job> m_job;
    std::weak_ptr<Core> m_core;
};

} // namespace

AsioChecks::AsioChecks(Post postToControl, AsioChecksSettings settings)
    : m_core(std::make_shared<Core>(std::move(postToControl), settings.handshakesAtOnce, settings.wholeConnections)) {}

AsioChecks::~AsioChecks() = default;

std::unique_ptr<RunningCheck> AsioChecks::run(CheckRequest request, std::function<void(const CheckResult&)> done) {
    auto job = std::make_shared<Job>();
    job->request = std::move(request);
    job->done = std::move(done);
    auto probe = std::make_unique<Probe<Core>>(job, m_core);
    m_core->begin(std::move(job));
    return probe;
}

} // namespace lvsdeck::health
