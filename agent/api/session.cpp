// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/api/session.hpp"

#include "agent/api/methods.hpp"
#include "agent/api/subscription.hpp"
#include "common/base/text.hpp"

#include <algorithm>
#include <iterator>

namespace lvsdeck::api {

namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 30s;
constexpr std::size_t maxClientName = 200;

} // namespace

Session::Session(Services& services, Caller caller, Wire wire)
    : m_services(services), m_caller(std::move(caller)), m_wire(std::move(wire)), m_lines(rpc::maxLineBytes) {}

Session::~Session() = default;

void Session::receive(std::string_view bytes) {
    if (m_closed)
        return;
    m_lines.append(bytes);
    takeLines();
}

void Session::takeLines() {
    if (m_taking)
        return;
    m_taking = true;
    while (!isPaused()) {
        const auto line = m_lines.next();
        if (!line)
            break;
        if (!*line)
            send(rpc::encode(rpc::Response{std::nullopt, std::unexpected(line->error())}));
        else if (!(*line)->empty())
            handle(**line);
    }
    m_taking = false;
}

void Session::handle(std::string_view line) {
    const auto message = rpc::decode(line);
    if (!message) {
        send(rpc::encode(rpc::Response{std::nullopt, std::unexpected(message.error())}));
        return;
    }
    // Notifications and responses from a client mean nothing here; answering them could start an endless exchange.
    const auto* request = std::get_if<rpc::Request>(&*message);
    if (request == nullptr)
        return;
    const auto method = methodOf(*request);
    static const json::Value none = json::Object{};
    const json::Value& params = request->params.is_null() ? none : request->params; // which may be big: no copy
    if (method && (*method)->begin != nullptr)
        return (*method)->begin(*this, params,
                                [this, alive = std::weak_ptr<int>(m_alive), id = request->id](Result<json::Value> result) {
                                    if (!alive.expired())
                                        send(rpc::encode(rpc::Response{id, std::move(result)}));
                                });
    send(rpc::encode(rpc::Response{request->id, method ? (*method)->call(*this, params) : std::unexpected(method.error())}));
}

Result<const Method*> Session::methodOf(const rpc::Request& request) const {
    const Method* method = findMethod(request.method);
    if (method == nullptr)
        return failure(ErrorCode::Unsupported,
                       "this agent has no method “" + shortened(request.method, 64) +
                           "”; it may be older than the console, or the name is misspelt",
                       "method");
    if (!m_greeted && method->name != "hello")
        return failure(ErrorCode::InvalidInput, "the first request must be “hello”", "method");
    if (m_caller.role < method->role)
        return failure(ErrorCode::Denied, refusal(m_caller, *method));
    return method;
}

std::string Session::by() const { return m_caller.user + (m_client.empty() ? "" : " with " + m_client); }

void Session::greet(const rpc::HelloParams& params) {
    m_greeted = true;
    m_client = shortened(params.client, maxClientName);
}

void Session::send(std::string line) {
    if (!m_closed)
        m_wire.send(std::move(line));
}

void Session::notify(std::string method, json::Value params) {
    send(rpc::encode(rpc::Notification{std::move(method), std::move(params)}));
}

void Session::unsent(std::size_t bytes) {
    const bool progress = bytes < m_unsent;
    const bool wasPaused = isPaused();
    const bool wasFree = m_unsent == 0;
    m_unsent = bytes;
    if (bytes == 0)
        m_stallTimer.cancel();
    else if (progress || wasFree)
        m_stallTimer = m_services.engine.runtime().after(patience, [this] {
            dismiss(ErrorCode::Timeout, "this connection took nothing for 30 s, " + std::to_string(m_unsent) +
                                            " bytes are waiting; connect again");
        });
    if (bytes == 0)
        sendNews();
    if (wasPaused && !isPaused())
        takeLines();
}

void Session::dismiss(ErrorCode code, std::string why) {
    if (m_closed)
        return;
    m_subscription.reset();
    m_probes.clear();
    notify("goodbye", json::toJson(rpc::Goodbye{std::string(toWord(code)), std::move(why)}));
    m_closed = true;
    m_wire.close();
}

rpc::Subscribed Session::subscribe(const rpc::SubscribeParams& params) {
    m_subscription = std::make_unique<Subscription>(
        m_services.engine, ++m_epoch, params,
        Subscription::Outlet{
            .isFree = [this] { return m_unsent == 0; },
            .send = [this](const rpc::State& state) { notify("state", json::toJson(state, json::ownMemory())); }});
    return {m_epoch};
}

void Session::unsubscribe() { m_subscription.reset(); }

Result<rpc::ProbeStarted> Session::startProbe(const rpc::ProbeRunParams& params) {
    if (m_probes.size() >= maxProbes)
        return failure(ErrorCode::Busy, "eight measurements run on this connection already; stop one (probe.stop)");
    const std::string id = "probe-" + std::to_string(++m_probeCount);
    auto running = m_services.probes.run(params, [this, id](rpc::ProbeNews news) { addNews(id, std::move(news)); });
    if (!running)
        return std::unexpected(running.error());
    Probe& probe = m_probes[id];
    probe.running = std::move(*running);
    probe.waiting.id = id;
    return rpc::ProbeStarted{id, m_services.engine.runtime().wallUs()};
}

Result<void> Session::stopProbe(const std::string& id) {
    const auto found = m_probes.find(id);
    if (found == m_probes.end())
        return failure(ErrorCode::NotFound, "the measurement “" + shortened(id, 64) + "” is not running (any more)", "id");
    found->second.running.reset();
    found->second.waiting.done = true;
    found->second.hasNews = true;
    // After the answer, as every notification about a request.
    m_services.engine.runtime().post([this, alive = std::weak_ptr<int>(m_alive)] {
        if (!alive.expired())
            sendNews();
    });
    return {};
}

void Session::addNews(const std::string& id, rpc::ProbeNews news) {
    const auto found = m_probes.find(id);
    if (found == m_probes.end())
        return;
    rpc::ProbeNews& waiting = found->second.waiting;
    std::ranges::move(news.samples, std::back_inserter(waiting.samples));
    waiting.heldAlive = news.heldAlive;
    waiting.heldBroken = news.heldBroken;
    waiting.heldMaxStallUs = std::max(waiting.heldMaxStallUs, news.heldMaxStallUs);
    waiting.done = news.done;
    waiting.error = std::move(news.error);
    found->second.hasNews = true;
    sendNews();
}

void Session::sendNews() {
    for (auto entry = m_probes.begin(); entry != m_probes.end() && m_unsent == 0;) {
        Probe& probe = entry->second;
        if (!probe.hasNews) {
            ++entry;
            continue;
        }
        notify("probe", json::toJson(probe.waiting));
        probe.hasNews = false;
        probe.waiting.samples.clear();
        entry = probe.waiting.done ? m_probes.erase(entry) : std::next(entry);
    }
}

} // namespace lvsdeck::api
