// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON-RPC client of one director (or probing host): connects through a Transport, says hello, keeps a subscription alive,
// measures the clock, pings, and comes back by itself after a loss. Owned by ClusterSession, window thread; decoding and
// merging happen on the pool that the options name.
#pragma once

#include "common/rpc/messages.hpp"
#include "console/cluster/clock_estimator.hpp"
#include "console/ssh/transport.hpp"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

class QThreadPool;

namespace lvsdeck::cluster {

enum class LinkPhase {
    Idle, ///< not started, or closed
    Connecting,
    Question, ///< waits for a person (host key, password …)
    Authenticating,
    Ready,  ///< hello was answered
    Lost,   ///< will try again at retryAtMs
    Failed, ///< will not try again by itself: host key, login, protocol version
};

/// µs of the console's clock: CLOCK_REALTIME at the start plus steady time since, so that it never steps.
using ConsoleClock = std::function<std::int64_t()>;
[[nodiscard]] ConsoleClock systemConsoleClock();

using MakeTransport = std::function<std::unique_ptr<ssh::Transport>()>;

struct LinkOptions {
    MakeTransport makeTransport;
    ConsoleClock clock = systemConsoleClock();
    QThreadPool* decodePool = nullptr; ///< one thread at most per pool keeps the order; null: decode where the bytes arrive
    std::string client;                ///< for the event log: "lvsdeck 0.1.0 on desk7"
    std::chrono::milliseconds ping{5000}; ///< three unanswered ones: lost
    std::chrono::milliseconds hello{15000};
    std::chrono::milliseconds firstRetry{1000}; ///< doubles up to lastRetry
    std::chrono::milliseconds lastRetry{30000};
    bool retry = true; ///< false: a loss is a failure (command line)
};

using Reply = std::function<void(Result<json::Value>)>;

class DirectorLink : public QObject {
    Q_OBJECT
public:
    using Snapshot = std::shared_ptr<const rpc::State>;

    explicit DirectorLink(LinkOptions options, QObject* parent = nullptr);
    ~DirectorLink() override;

    void open();
    /// Idle; waiting calls are answered with Unavailable.
    void close();
    /// Now, instead of at the next retry; also out of Failed.
    void reconnect();

    [[nodiscard]] LinkPhase phase() const { return m_phase; }
    /// Why it is Lost or Failed, or what the last loss was.
    [[nodiscard]] const std::optional<Error>& reason() const { return m_reason; }
    [[nodiscard]] std::int64_t retryAtUs() const { return m_retryAtUs; } ///< console clock; 0: no retry planned
    [[nodiscard]] const std::optional<rpc::Hello>& hello() const { return m_hello; }
    [[nodiscard]] std::optional<ClockOffset> clock() const;
    [[nodiscard]] std::int64_t latencyUs() const { return m_latencyUs; } ///< of the last ping; 0: none yet
    [[nodiscard]] const Snapshot& state() const { return m_state; } ///< the newest; may be old when not Ready; null before
    [[nodiscard]] std::int64_t stateAtUs() const { return m_stateAtUs; }
    [[nodiscard]] std::int64_t nowUs() const { return m_options.clock(); }

    /// Answers exactly once, never inside this call: the result, the agent's error, Timeout, or Unavailable when the connection
    /// is not Ready or ends. A number that cancel() takes.
    std::int64_t call(const std::string& method, json::Value params, std::chrono::milliseconds limit, Reply reply);
    /// The reply will not come; the agent may still do it.
    void cancel(std::int64_t id);
    /// Now and after every reconnect; nullopt: none.
    void subscribe(std::optional<rpc::SubscribeParams> what);
    /// Several quick exchanges, for a good clock before a drill; `done` when the last is answered or lost.
    void measureClock(int exchanges, std::function<void()> done);

signals:
    void phaseChanged();
    void question(const lvsdeck::ssh::Question& question);
    void stateChanged(); ///< state() is new; several changes may come as one
    void notified(const std::string& method, const lvsdeck::json::Value& params); ///< all but `state`
    void pinged();                                                                ///< latency and clock are new

private:
    struct Waiting {
        Reply reply;
        std::unique_ptr<QTimer> timer;
    };
    class Decoder;
    struct Decoded;

    void begin();
    void enter(LinkPhase phase);
    void lose(Error error, bool final);
    void dropTransport();
    void feed(const QByteArray& bytes);
    void take(std::vector<Decoded> all);
    void answer(std::int64_t id, Result<json::Value> result);
    std::int64_t send(const std::string& method, json::Value params, std::chrono::milliseconds limit, Reply reply);
    void sayHello();
    void greeted(Result<json::Value> result, std::int64_t sentUs);
    void sendSubscribe();
    void ping(std::function<void()> done);

    LinkOptions m_options;
    LinkPhase m_phase = LinkPhase::Idle;
    std::optional<Error> m_reason;
    std::unique_ptr<ssh::Transport> m_transport;
    std::shared_ptr<Decoder> m_decoder;
    std::map<std::int64_t, Waiting> m_waiting;
    std::int64_t m_nextId = 1;
    std::uint64_t m_connection = 0; ///< what an older connection still delivers is dropped
    std::optional<rpc::Hello> m_hello;
    std::optional<rpc::SubscribeParams> m_subscription;
    ClockEstimator m_clock;
    std::int64_t m_latencyUs = 0;
    Snapshot m_state;
    std::int64_t m_stateAtUs = 0;
    QTimer m_pingTimer;
    QTimer m_retryTimer;
    QTimer m_stableTimer;
    std::int64_t m_retryAtUs = 0;
    int m_missedPings = 0;
    std::chrono::milliseconds m_nextRetry{0};
};

} // namespace lvsdeck::cluster
