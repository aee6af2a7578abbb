// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/conversation.hpp"

#include "agent/health/ask_url.hpp"
#include "agent/health/socket_choices.hpp"

namespace lvsdeck::health {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

bool endOfFile(const error_code& ec) { return ec == asio::error::eof; }

} // namespace

CheckResult failureOf(const Conversation& conversation, const error_code& ec) {
    if (conversation.socket->expired())
        return timeoutOf(conversation.target);
    if (ec.category() != boost::system::system_category()) // an end of file in the middle
        return {.reason = CheckReason::Reset, .detail = probe::printable(ec.message(), 200)};
    return failureOf(ec.value());
}

asio::awaitable<CheckResult> connect(std::shared_ptr<Conversation> conversation) {
    const auto endpoint = probe::toEndpoint(conversation->target.address, conversation->target.port);
    if (const error_code ec = conversation->socket->open(endpoint); ec)
        co_return failureOf(*conversation, ec);
    if (const int refused = chooseSource(conversation->socket->socket().native_handle(), conversation->target,
                                         conversation->target.address.family());
        refused != 0)
        co_return localFailure("the source of this check", refused);
    conversation->socket->arm(conversation->target.timeout);
    const auto [ec] = co_await conversation->socket->socket().async_connect(endpoint, asTuple);
    if (ec || conversation->socket->expired())
        co_return failureOf(*conversation, ec);
    conversation->socket->disarm();
    co_return CheckResult{.reason = CheckReason::Ok, .detail = "connected", .latency = {}};
}

asio::awaitable<CheckResult> cannotCheck(std::shared_ptr<Conversation> /*conversation*/, std::string why) {
    co_return CheckResult{.reason = CheckReason::Local, .detail = std::move(why)};
}

asio::awaitable<CheckResult> checkHttp(std::shared_ptr<Conversation> conversation) {
    const auto& check = std::get<model::HttpCheck>(conversation->target.check);
    const model::HttpUrl url = urlOf(check, conversation->url);
    CheckResult result = co_await connect(conversation);
    if (result.reason == CheckReason::Ok)
        result = co_await askUrl(conversation->socket->socket(), conversation, url, &endOfFile);
    conversation->socket->disarm();
    conversation->socket->reset();
    co_return namingUrl(std::move(result), check, url);
}

} // namespace lvsdeck::health
