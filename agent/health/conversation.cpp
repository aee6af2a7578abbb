// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/conversation.hpp"

#include "agent/health/ask_url.hpp"
#include "probe/classify.hpp"

namespace lvsdeck::health {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

CheckReason reasonOf(const error_code& ec) {
    if (ec.category() != boost::system::system_category())
        return CheckReason::Reset; // an end of file in the middle
    switch (probe::classify(ec.value())) {
    case rpc::ProbeResult::Ok: return CheckReason::Ok;
    case rpc::ProbeResult::Refused: return CheckReason::Refused;
    case rpc::ProbeResult::Timeout: return CheckReason::Timeout;
    case rpc::ProbeResult::Reset: return CheckReason::Reset;
    case rpc::ProbeResult::Unreachable: return CheckReason::Unreachable;
    case rpc::ProbeResult::BadAnswer: return CheckReason::BadAnswer;
    case rpc::ProbeResult::Local: return CheckReason::Local;
    }
    return CheckReason::Reset;
}

bool endOfFile(const error_code& ec) { return ec == asio::error::eof; }

} // namespace

CheckResult failureOf(const Conversation& conversation, const error_code& ec) {
    if (conversation.socket->expired())
        return {.reason = CheckReason::Timeout,
                .detail = "no answer within " + std::to_string(conversation.target.timeout.count()) + " ms",
                .latency = {}};
    return {.reason = reasonOf(ec), .detail = probe::printable(ec.message(), 200), .latency = {}};
}

asio::awaitable<CheckResult> connect(std::shared_ptr<Conversation> conversation) {
    const auto endpoint = probe::toEndpoint(conversation->target.address, conversation->target.port);
    if (const error_code ec = conversation->socket->open(endpoint, conversation->target.bindAddress); ec)
        co_return failureOf(*conversation, ec);
    conversation->socket->arm(conversation->target.timeout);
    const auto [ec] = co_await conversation->socket->socket().async_connect(endpoint, asTuple);
    if (ec || conversation->socket->expired())
        co_return failureOf(*conversation, ec);
    conversation->socket->disarm();
    co_return CheckResult{.reason = CheckReason::Ok, .detail = "connected", .latency = {}};
}

asio::awaitable<CheckResult> checkTcp(std::shared_ptr<Conversation> conversation) {
    const CheckResult result = co_await connect(conversation);
    conversation->socket->reset();
    co_return result;
}

asio::awaitable<CheckResult> checkHttp(std::shared_ptr<Conversation> conversation) {
    const auto& check = std::get<model::HttpCheck>(conversation->target.check);
    CheckResult result{.reason = CheckReason::BadAnswer, .detail = "the check has no URL", .latency = {}};
    for (const model::HttpUrl& url : check.urls) {
        result = co_await connect(conversation);
        if (result.reason == CheckReason::Ok)
            result = co_await askUrl(conversation->socket->socket(), conversation, url, &endOfFile);
        conversation->socket->disarm();
        conversation->socket->reset();
        result = namingUrl(std::move(result), check, url);
        if (result.reason != CheckReason::Ok)
            break;
    }
    co_return result;
}

} // namespace lvsdeck::health
