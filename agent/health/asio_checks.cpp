// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/asio_checks.hpp"

#include "agent/health/conversation.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <pthread.h>
#include <thread>
#include <utility>

namespace lvsdeck::health {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

/// Where an answer goes; touched on the control thread only, though the probes thread carries the pointer.
struct Receiver {
    std::function<void(const CheckResult&)> done;
};

} // namespace

class AsioChecks::Core {
public:
    explicit Core(std::size_t handshakesAtOnce)
        : tls(makeTlsContext()), slots(std::make_shared<HandshakeSlots>(handshakesAtOnce)), m_work(io.get_executor()) {
        // Signals belong to the control thread.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        // An exception that escapes a handler ends the process: the service manager restarts it and it adopts what it finds,
        // which beats a director that no longer checks anything.
        m_thread = std::thread([this] { io.run(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        pthread_setname_np(m_thread.native_handle(), "probes");
    }
    ~Core() {
        io.stop();
        m_thread.join();
    }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    std::shared_ptr<asio::ssl::context> tls;
    std::shared_ptr<HandshakeSlots> slots;
    asio::io_context io{1};

    [[nodiscard]] asio::awaitable<CheckResult> converse(const std::shared_ptr<Conversation>& conversation) {
        const auto* http = std::get_if<model::HttpCheck>(&conversation->target.check);
        if (http == nullptr)
            return checkTcp(conversation);
        return http->tls ? checkHttps(conversation, tls, slots) : checkHttp(conversation);
    }

private:
    /// Makes Asio open its own descriptors now, instead of at the first probe, when there may be none left.
    asio::ip::tcp::socket m_opensReactor{io};
    asio::executor_work_guard<asio::io_context::executor_type> m_work;
    std::thread m_thread;
};

namespace {

template <class Core> class Probe final : public RunningCheck {
public:
    Probe(std::shared_ptr<Receiver> receiver, std::weak_ptr<Core> core, std::weak_ptr<Conversation> conversation)
        : m_receiver(std::move(receiver)), m_core(std::move(core)), m_conversation(std::move(conversation)) {}
    ~Probe() override {
        if (!m_receiver->done)
            return; // answered
        m_receiver->done = nullptr;
        if (const auto core = m_core.lock())
            asio::post(core->io, [weak = m_conversation] {
                if (const auto conversation = weak.lock())
                    conversation->socket->abandon();
            });
    }

private:
    std::shared_ptr<Receiver> m_receiver;
    std::weak_ptr<Core> m_core;
    std::weak_ptr<Conversation> m_conversation;
};

} // namespace

AsioChecks::AsioChecks(Post postToControl, std::size_t handshakesAtOnce)
    : m_post(std::move(postToControl)), m_core(std::make_shared<Core>(handshakesAtOnce)) {}

AsioChecks::~AsioChecks() = default;

std::unique_ptr<RunningCheck> AsioChecks::run(const CheckTarget& target, std::function<void(const CheckResult&)> done) {
    auto receiver = std::make_shared<Receiver>(Receiver{std::move(done)});
    auto conversation = std::make_shared<Conversation>(m_core->io, target);
    auto probe = std::make_unique<Probe<Core>>(receiver, m_core, conversation);

    auto begin = [core = m_core.get(), post = &m_post, conversation, receiver] {
        const auto started = Clock::now();
        const auto finish = [post, conversation, receiver, started](const std::exception_ptr& failed, CheckResult result) {
            if (failed)
                result = {.reason = CheckReason::Local, .detail = "out of memory", .latency = {}};
            result.latency =
                std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started - conversation->waited);
            conversation->socket->disarm();
            (*post)([receiver, result = std::move(result)] {
                // Moved out first: the receiver may destroy the probe, and with it what is being called.
                if (const auto tell = std::exchange(receiver->done, nullptr))
                    tell(result);
            });
        };
        asio::co_spawn(core->io, core->converse(conversation), finish);
    };
    asio::post(m_core->io, std::move(begin));
    return probe;
}

} // namespace lvsdeck::health
