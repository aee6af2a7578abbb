// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/attempt.hpp"

#include "probe/classify.hpp"
#include "probe/http_answer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace lvsdeck::probe {

namespace asio = boost::asio;
using boost::system::error_code;
using rpc::ProbeResult;

namespace {

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t readBytes = 4096;
constexpr HttpAnswer::Limits answerLimits{.headerBytes = 8192, .bodyBytes = 65536};

ProbeResult resultOf(const DeadlineSocket& socket, const error_code& ec) {
    if (socket.expired())
        return ProbeResult::Timeout;
    return ec.category() == boost::system::system_category() ? classify(ec.value()) : ProbeResult::Reset;
}

/// Sends the request and reads one answer. Ok means a whole answer of any status.
asio::awaitable<ProbeResult> converse(std::shared_ptr<DeadlineSocket> socket, std::string request,
                                      std::shared_ptr<HttpAnswer> answer) {
    const auto [writeError, written] = co_await asio::async_write(socket->socket(), asio::buffer(request), tuple);
    if (writeError)
        co_return resultOf(*socket, writeError);
    std::array<char, readBytes> buffer;
    auto progress = HttpAnswer::Progress::NeedMore;
    while (progress == HttpAnswer::Progress::NeedMore) {
        const auto [readError, count] = co_await socket->socket().async_read_some(asio::buffer(buffer), tuple);
        if (readError == asio::error::eof)
            progress = answer->end();
        else if (readError)
            co_return resultOf(*socket, readError);
        else
            progress = answer->feed({buffer.data(), count});
    }
    co_return progress == HttpAnswer::Progress::Bad ? ProbeResult::BadAnswer : ProbeResult::Ok;
}

asio::awaitable<ProbeResult> connect(std::shared_ptr<DeadlineSocket> socket, asio::ip::tcp::endpoint endpoint) {
    if (const error_code ec = socket->open(endpoint); ec)
        co_return resultOf(*socket, ec);
    const auto [ec] = co_await socket->socket().async_connect(endpoint, tuple);
    co_return ec || socket->expired() ? resultOf(*socket, ec) : ProbeResult::Ok;
}

} // namespace

asio::awaitable<ProbeResult> attempt(std::shared_ptr<const AttemptPlan> plan, std::shared_ptr<DeadlineSocket> socket) {
    socket->arm(plan->timeout);
    ProbeResult result = co_await connect(socket, plan->endpoint);
    if (result == ProbeResult::Ok && !plan->request.empty()) {
        auto answer = std::make_shared<HttpAnswer>(answerLimits);
        result = co_await converse(socket, plan->request, answer);
        if (result == ProbeResult::Ok && (answer->status() < 200 || answer->status() > 399))
            result = ProbeResult::BadAnswer;
    }
    socket->disarm();
    socket->reset();
    co_return result;
}

asio::awaitable<void> hold(HeldPlan plan, std::shared_ptr<DeadlineSocket> socket, std::shared_ptr<HeldState> state) {
    using Clock = HeldState::Clock;
    asio::steady_timer pause(socket->socket().get_executor());
    pause.expires_after(plan.startAfter);
    co_await pause.async_wait(tuple);
    Clock::time_point next = Clock::now();
    bool connected = false;
    for (;;) {
        if (!connected) {
            socket->arm(plan.connectTimeout);
            const ProbeResult opened = co_await connect(socket, plan.endpoint);
            if (opened != ProbeResult::Ok)
                break;
            state->phase = HeldState::Phase::Alive;
            connected = true;
        }
        const Clock::time_point sent = Clock::now();
        state->waitingSince = sent;
        socket->arm(plan.giveUp);
        auto answer = std::make_shared<HttpAnswer>(answerLimits);
        const ProbeResult result = co_await converse(socket, plan.request, answer);
        socket->disarm();
        state->maxStall = std::max(state->maxStall, Clock::now() - sent);
        state->waitingSince.reset();
        if (result != ProbeResult::Ok)
            break;
        if (!answer->keepAlive()) {
            socket->reset();
            connected = false;
        }
        next = std::max(next + plan.heartbeat, Clock::now());
        pause.expires_at(next);
        co_await pause.async_wait(tuple);
    }
    socket->disarm();
    socket->reset();
    state->phase = HeldState::Phase::Broken;
}

} // namespace lvsdeck::probe
