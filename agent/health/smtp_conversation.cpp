// SPDX-License-Identifier: GPL-3.0-or-later
// SMTP checks: greeting, HELO, QUIT. Each waits at most the check's time-out.
#include "agent/health/ask_url.hpp"
#include "agent/health/smtp_reader.hpp"

namespace lvsdeck::health {

namespace asio = boost::asio;

namespace {

/// What a step of the conversation came to: a reply, or why there is none.
struct Step {
    CheckResult failure;
    SmtpReply reply;
};

asio::awaitable<Step> hear(std::shared_ptr<Conversation> conversation, SmtpReader& reader) {
    auto& socket = conversation->socket->socket();
    conversation->socket->arm(conversation->target.timeout);
    std::array<char, 1024> buffer;
    std::string_view bytes;
    for (;;) {
        if (auto reply = reader.feed(bytes))
            co_return Step{.failure = {}, .reply = std::move(*reply)};
        const auto [error, count] = co_await socket.async_read_some(asio::buffer(buffer), asTuple);
        if (error)
            co_return Step{.failure = failureOf(*conversation, error), .reply = {}};
        bytes = {buffer.data(), count};
    }
}

asio::awaitable<Step> say(std::shared_ptr<Conversation> conversation, SmtpReader& reader, std::string line) {
    conversation->socket->arm(conversation->target.timeout);
    const auto [error, written] = co_await asio::async_write(conversation->socket->socket(), asio::buffer(line), asTuple);
    if (error)
        co_return Step{.failure = failureOf(*conversation, error), .reply = {}};
    co_return co_await hear(conversation, reader);
}

/// Ok, or what is wrong with this answer.
CheckResult expecting(int code, const char* what, const Step& step) {
    if (step.failure.reason != CheckReason::Ok) {
        CheckResult result = step.failure;
        result.detail = probe::printable(std::string(what) + ": " + result.detail, 200);
        return result;
    }
    if (step.reply.code == code)
        return {.reason = CheckReason::Ok, .detail = step.reply.text};
    return {.reason = CheckReason::BadAnswer,
            .detail = probe::printable(std::string(what) + ": answered '" + step.reply.text + "'", 200)};
}

} // namespace

asio::awaitable<CheckResult> checkSmtp(std::shared_ptr<Conversation> conversation) {
    const auto& check = std::get<model::SmtpCheck>(conversation->target.check);
    SmtpReader reader;
    CheckResult result = co_await connect(conversation);
    if (result.reason == CheckReason::Ok) {
        const Step greeting = co_await hear(conversation, reader);
        result = expecting(220, "greeting", greeting);
    }
    const std::string greeted = result.detail;
    if (result.reason == CheckReason::Ok) {
        const std::string line = "HELO " + heloArgument(check.heloName) + "\r\n";
        const Step hello = co_await say(conversation, reader, line);
        result = expecting(250, "HELO", hello);
    }
    if (result.reason == CheckReason::Ok) {
        // Whatever it answers to a goodbye, it works; but a mail server logs those that leave without one.
        const std::string line = "QUIT\r\n";
        (void)co_await say(conversation, reader, line);
        result.detail = greeted;
    }
    conversation->socket->disarm();
    conversation->socket->reset();
    co_return result;
}

} // namespace lvsdeck::health
