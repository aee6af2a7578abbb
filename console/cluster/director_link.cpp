// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/director_link.hpp"

#include "common/rpc/jsonrpc.hpp"
#include "console/cluster/state_merger.hpp"
#include "console/cluster/text.hpp"
#include "console/ssh/post_box.hpp"

#include <QThreadPool>

#include <chrono>

namespace lvsdeck::cluster {

using std::chrono::milliseconds;

namespace {

constexpr int missedPingsUntilLost = 3;
constexpr milliseconds stableAfter{30000}; ///< a connection that lasted this long resets the waiting time
constexpr milliseconds pingLimit{15000};

Error unavailable(const QString& text) { return {ErrorCode::Unavailable, text.toStdString(), {}}; }

} // namespace

ConsoleClock systemConsoleClock() {
    using namespace std::chrono;
    const auto wall = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
    const auto start = steady_clock::now();
    return [wall, start] { return wall + duration_cast<microseconds>(steady_clock::now() - start).count(); };
}

/// One thing that a line said. Exactly one of the alternatives.
struct DirectorLink::Decoded {
    std::optional<std::pair<std::int64_t, Result<json::Value>>> response;
    std::optional<rpc::Notification> notification;
    Snapshot state;
    std::optional<Error> broken; ///< the peer does not speak the protocol
};

/// Bytes to values. Used by one decoding job at a time, in the order of the bytes.
class DirectorLink::Decoder {
public:
    explicit Decoder(DirectorLink* link) : box(link) {}

    std::vector<Decoded> feed(std::string_view bytes) {
        std::vector<Decoded> out;
        m_lines.append(bytes);
        while (auto line = m_lines.next()) {
            if (!*line) {
                out.push_back({.response = {}, .notification = {}, .state = {}, .broken = line->error()});
                continue;
            }
            if ((*line)->empty())
                continue;
            auto message = rpc::decode(**line);
            if (!message) {
                Error error = message.error();
                error.text = Text::tr("the answer is not the agent's protocol (%1): “%2”; check the remote command and the "
                                      "shell's start-up files")
                                 .arg(q(error.text), q((*line)->substr(0, 120)))
                                 .toStdString();
                out.push_back({.response = {}, .notification = {}, .state = {}, .broken = std::move(error)});
                continue;
            }
            take(std::move(*message), out);
        }
        return out;
    }

    ssh::PostBox box;

private:
    void take(rpc::Message message, std::vector<Decoded>& out) {
        if (auto* response = std::get_if<rpc::Response>(&message)) {
            if (response->id)
                out.push_back({.response = {{*response->id, std::move(response->result)}},
                               .notification = {},
                               .state = {},
                               .broken = {}});
            return;
        }
        auto* notification = std::get_if<rpc::Notification>(&message);
        if (notification == nullptr)
            return; // agents do not ask
        if (notification->method != "state") {
            out.push_back({.response = {}, .notification = std::move(*notification), .state = {}, .broken = {}});
            return;
        }
        auto state = json::fromJson<rpc::State>(notification->params);
        if (!state) {
            out.push_back({.response = {}, .notification = {}, .state = {}, .broken = state.error()});
            return;
        }
        auto merged = m_merger.merge(std::move(*state));
        if (!merged)
            return;
        // Only the newest of a batch is of use.
        std::erase_if(out, [](const Decoded& decoded) { return decoded.state != nullptr; });
        out.push_back({.response = {}, .notification = {}, .state = std::move(merged), .broken = {}});
    }

    rpc::LineSplitter m_lines{rpc::maxLineBytes};
    StateMerger m_merger;
};

DirectorLink::DirectorLink(LinkOptions options, QObject* parent) : QObject(parent), m_options(std::move(options)) {
    m_pingTimer.setInterval(m_options.ping);
    connect(&m_pingTimer, &QTimer::timeout, this, [this] {
        if (++m_missedPings > missedPingsUntilLost)
            lose(unavailable(Text::tr("no answer for %1 s").arg((m_options.ping.count() * missedPingsUntilLost) / 1000)),
                 false);
        else
            ping({});
    });
    m_retryTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &DirectorLink::begin);
    m_stableTimer.setSingleShot(true);
    m_stableTimer.setInterval(stableAfter);
    connect(&m_stableTimer, &QTimer::timeout, this, [this] { m_nextRetry = m_options.firstRetry; });
    m_nextRetry = m_options.firstRetry;
}

DirectorLink::~DirectorLink() { dropTransport(); }

void DirectorLink::open() {
    if (m_phase == LinkPhase::Idle)
        begin();
}

void DirectorLink::close() {
    m_retryTimer.stop();
    m_retryAtUs = 0;
    dropTransport();
    m_reason.reset();
    if (m_phase != LinkPhase::Idle)
        enter(LinkPhase::Idle);
}

void DirectorLink::reconnect() {
    m_nextRetry = m_options.firstRetry;
    begin();
}

std::optional<ClockOffset> DirectorLink::clock() const { return m_clock.estimate(m_options.clock()); }

void DirectorLink::begin() {
    m_retryTimer.stop();
    m_retryAtUs = 0;
    dropTransport();
    m_clock.reset();
    m_decoder = std::make_shared<Decoder>(this);
    m_transport = m_options.makeTransport();
    using ssh::Transport;
    Transport* transport = m_transport.get();
    connect(transport, &Transport::stage, this, [this](ssh::Stage stage) {
        enter(stage == ssh::Stage::Connecting ? LinkPhase::Connecting : LinkPhase::Authenticating);
    });
    connect(transport, &Transport::question, this, [this](const ssh::Question& asked) {
        const LinkPhase before = m_phase;
        ssh::Question passed = asked;
        // Back to what went on before, as soon as it is answered; the answer may come from anywhere.
        passed.answer = [inner = asked.answer, decoder = std::weak_ptr(m_decoder), connection = m_connection, before,
                         this](ssh::Answer answer) {
            inner(std::move(answer));
            if (const auto alive = decoder.lock())
                alive->box.post([this, connection, before] {
                    if (connection == m_connection && m_phase == LinkPhase::Question)
                        enter(before);
                });
        };
        enter(LinkPhase::Question);
        emit question(passed);
    });
    connect(transport, &Transport::ready, this, &DirectorLink::sayHello);
    connect(transport, &Transport::received, this, &DirectorLink::feed);
    connect(transport, &Transport::failed, this, [this](const Error& error) {
        lose(error, error.code == ErrorCode::Denied || error.code == ErrorCode::InvalidInput);
    });
    enter(LinkPhase::Connecting);
    if (m_transport.get() == transport)
        transport->start();
}

void DirectorLink::enter(LinkPhase phase) {
    m_phase = phase;
    emit phaseChanged();
}

void DirectorLink::dropTransport() {
    ++m_connection;
    m_pingTimer.stop();
    m_stableTimer.stop();
    m_missedPings = 0;
    if (m_decoder)
        m_decoder->box.close();
    m_decoder.reset();
    if (m_transport) {
        m_transport->disconnect(this);
        m_transport->close();
        m_transport.release()->deleteLater(); // we may be inside one of its signals
    }
    auto waiting = std::exchange(m_waiting, {});
    for (auto& [id, call] : waiting)
        if (call.reply)
            QMetaObject::invokeMethod(
                this,
                [reply = std::move(call.reply)] {
                    reply(std::unexpected(unavailable(Text::tr("the connection ended before the answer came"))));
                },
                Qt::QueuedConnection);
}

void DirectorLink::lose(Error error, bool final) {
    if (m_phase == LinkPhase::Lost || m_phase == LinkPhase::Failed || m_phase == LinkPhase::Idle)
        return;
    dropTransport();
    m_reason = std::move(error);
    if (final || !m_options.retry) {
        enter(LinkPhase::Failed);
        return;
    }
    m_retryAtUs = m_options.clock() + std::chrono::microseconds(m_nextRetry).count();
    m_retryTimer.start(m_nextRetry);
    m_nextRetry = std::min(m_nextRetry * 2, m_options.lastRetry);
    enter(LinkPhase::Lost);
}

void DirectorLink::feed(const QByteArray& bytes) {
    if (m_options.decodePool == nullptr) {
        take(m_decoder->feed({bytes.constData(), static_cast<std::size_t>(bytes.size())}));
        return;
    }
    m_options.decodePool->start([this, decoder = m_decoder, bytes, connection = m_connection] {
        auto decoded = std::make_shared<std::vector<Decoded>>(
            decoder->feed({bytes.constData(), static_cast<std::size_t>(bytes.size())}));
        if (!decoded->empty())
            decoder->box.post([this, decoded, connection] {
                if (connection == m_connection)
                    take(std::move(*decoded));
            });
    });
}

void DirectorLink::take(std::vector<Decoded> all) {
    const std::uint64_t connection = m_connection;
    for (Decoded& decoded : all) {
        if (connection != m_connection)
            return; // one of them ended it
        if (decoded.response) {
            m_missedPings = 0; // only what the peer itself said counts: our own time limits end calls too
            answer(decoded.response->first, std::move(decoded.response->second));
        } else if (decoded.notification) {
            emit notified(decoded.notification->method, decoded.notification->params);
        } else if (decoded.state) {
            m_state = std::move(decoded.state);
            m_stateAtUs = m_options.clock();
            emit stateChanged();
        } else if (decoded.broken) {
            lose({ErrorCode::Unavailable, decoded.broken->text, decoded.broken->path}, false);
        }
    }
}

void DirectorLink::answer(std::int64_t id, Result<json::Value> result) {
    const auto found = m_waiting.find(id);
    if (found == m_waiting.end())
        return; // timed out or cancelled
    Reply reply = std::move(found->second.reply);
    found->second.timer.release()->deleteLater(); // it may be the one that calls
    m_waiting.erase(found);
    if (reply)
        reply(std::move(result));
}

std::int64_t DirectorLink::send(const std::string& method, json::Value params, milliseconds limit, Reply reply) {
    const std::int64_t id = m_nextId++;
    auto timer = std::make_unique<QTimer>();
    timer->setSingleShot(true);
    connect(timer.get(), &QTimer::timeout, this, [this, id, method, limit] {
        answer(id, failure(ErrorCode::Timeout, Text::tr("no answer to %1 within %2 s")
                                                   .arg(q(method))
                                                   .arg(static_cast<double>(limit.count()) / 1000.0)
                                                   .toStdString()));
    });
    timer->start(limit);
    m_waiting.emplace(id, Waiting{std::move(reply), std::move(timer)});
    m_transport->write(QByteArray::fromStdString(rpc::encode(rpc::Request{id, method, std::move(params)})));
    return id;
}

std::int64_t DirectorLink::call(const std::string& method, json::Value params, milliseconds limit, Reply reply) {
    if (m_phase == LinkPhase::Ready)
        return send(method, std::move(params), limit, std::move(reply));
    const std::int64_t id = m_nextId++;
    const Error error = m_reason.value_or(unavailable(Text::tr("not connected")));
    QMetaObject::invokeMethod(
        this, [reply = std::move(reply), error] { reply(failure(ErrorCode::Unavailable, error.text, error.path)); },
        Qt::QueuedConnection);
    return id;
}

void DirectorLink::cancel(std::int64_t id) { m_waiting.erase(id); }

void DirectorLink::sayHello() {
    const std::int64_t sentUs = m_options.clock();
    send("hello", json::toJson(rpc::HelloParams{rpc::protocolVersion, m_options.client}), m_options.hello,
         [this, sentUs](Result<json::Value> result) { greeted(std::move(result), sentUs); });
}

void DirectorLink::greeted(Result<json::Value> result, std::int64_t sentUs) {
    auto hello = result ? json::fromJson<rpc::Hello>(*result) : std::unexpected(result.error());
    if (!hello) {
        const Error& error = hello.error();
        const bool final = error.code == ErrorCode::Denied || error.code == ErrorCode::Unsupported;
        lose({error.code, Text::tr("the agent did not greet: %1").arg(q(error.text)).toStdString(), error.path}, final);
        return;
    }
    if (hello->protocol != rpc::protocolVersion) {
        lose({ErrorCode::Unsupported,
              Text::tr("the agent speaks protocol %1 and this console %2; update the older one (agent %3)")
                  .arg(hello->protocol)
                  .arg(rpc::protocolVersion)
                  .arg(q(hello->agentVersion))
                  .toStdString(),
              {}},
             true);
        return;
    }
    if (hello->clockUs > 0)
        m_clock.add(sentUs, hello->clockUs, hello->clockUs, m_options.clock());
    m_hello = std::move(*hello);
    m_reason.reset();
    m_pingTimer.start();
    m_stableTimer.start();
    sendSubscribe();
    enter(LinkPhase::Ready);
    if (m_phase == LinkPhase::Ready)
        measureClock(4, {});
}

void DirectorLink::subscribe(std::optional<rpc::SubscribeParams> what) {
    m_subscription = std::move(what);
    if (m_phase == LinkPhase::Ready)
        sendSubscribe();
}

void DirectorLink::sendSubscribe() {
    if (!m_subscription)
        return;
    send("state.subscribe", json::toJson(*m_subscription), m_options.hello, [this](Result<json::Value> result) {
        // A caller who may not even look keeps the connection: doctor and probes may still work.
        if (!result)
            emit notified("refused", json::Value(result.error().text));
    });
}

void DirectorLink::ping(std::function<void()> done) {
    const std::int64_t sentUs = m_options.clock();
    send("ping", json::Value(json::Object{}), pingLimit, [this, sentUs, done = std::move(done)](Result<json::Value> result) {
        if (auto pong = result ? json::fromJson<rpc::Pong>(*result) : Result<rpc::Pong>(std::unexpected(result.error()))) {
            const std::int64_t now = m_options.clock();
            m_latencyUs = now - sentUs;
            m_clock.add(sentUs, pong->clockUs, pong->clockUs, now);
            emit pinged();
        }
        if (done)
            done();
    });
}

void DirectorLink::measureClock(int exchanges, std::function<void()> done) {
    if (m_phase != LinkPhase::Ready || exchanges <= 0) {
        if (done)
            QMetaObject::invokeMethod(this, done, Qt::QueuedConnection);
        return;
    }
    // One after the other: a queue in front of the agent would widen the bound.
    ping([this, exchanges, done = std::move(done), connection = m_connection] {
        if (connection == m_connection && exchanges > 1)
            measureClock(exchanges - 1, done);
        else if (done)
            done();
    });
}

} // namespace lvsdeck::cluster
