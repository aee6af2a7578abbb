// SPDX-License-Identifier: GPL-3.0-or-later
// One request and its answer over an open stream, plain or TLS. Internal to agent/health, included by the two files that
// hold such streams.
#pragma once

#include "agent/health/conversation.hpp"
#include "agent/health/http_judge.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace lvsdeck::health {

inline constexpr auto asTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

/// An answer that comes in pieces may take its time-out for each of them, as with keepalived; but one that drips for ever must not keep
/// the server up for ever.
inline constexpr int mostTimeouts = 10;

/// `stream` lives in the awaiting coroutine's frame. `isEnd` says which errors are an orderly end of the answer.
template <class Stream>
boost::asio::awaitable<CheckResult> askUrl(Stream& stream, std::shared_ptr<Conversation> conversation, model::HttpUrl url,
                                           bool (*isEnd)(const boost::system::error_code&)) {
    const auto& check = std::get<model::HttpCheck>(conversation->target.check);
    const std::string request = requestFor(conversation->target, check, url);
    UrlJudge judge(url);
    conversation->socket->arm(conversation->target.timeout);
    const auto [writeError, written] = co_await boost::asio::async_write(stream, boost::asio::buffer(request), asTuple);
    if (writeError)
        co_return failureOf(*conversation, writeError);
    std::array<char, 4096> buffer;
    const auto limit = std::chrono::steady_clock::duration(conversation->target.timeout);
    const auto end = std::chrono::steady_clock::now() + mostTimeouts * limit;
    for (bool complete = false; !complete;) {
        conversation->socket->arm(std::min(limit, end - std::chrono::steady_clock::now()));
        const auto [readError, count] = co_await stream.async_read_some(boost::asio::buffer(buffer), asTuple);
        if (readError && (conversation->socket->expired() || !isEnd(readError)))
            co_return failureOf(*conversation, readError);
        if (readError) {
            judge.end();
            complete = true;
        } else {
            complete = judge.feed({buffer.data(), count});
        }
    }
    co_return judge.verdict();
}

/// A check without URLs asks for "/".
[[nodiscard]] inline model::HttpUrl urlOf(const model::HttpCheck& check, std::size_t number) {
    return number < check.urls.size() ? check.urls[number] : model::HttpUrl{};
}

/// With several URLs the failing one is named.
[[nodiscard]] inline CheckResult namingUrl(CheckResult result, const model::HttpCheck& check, const model::HttpUrl& url) {
    if (result.reason != CheckReason::Ok && check.urls.size() > 1)
        result.detail = probe::printable(url.path + ": " + result.detail, 200);
    return result;
}

} // namespace lvsdeck::health
