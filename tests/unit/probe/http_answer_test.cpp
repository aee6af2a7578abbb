// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/http_answer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace lvsdeck::probe;
using Progress = HttpAnswer::Progress;

namespace {

struct Reading {
    std::string body;
    HttpAnswer answer;
    explicit Reading(HttpAnswer::Limits limits = {}) : answer(limits, [this](std::string_view piece) { body += piece; }) {}
};

} // namespace

TEST(HttpAnswer, ReadsABodyOfKnownLength) {
    Reading r;
    EXPECT_EQ(r.answer.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"), Progress::NeedMore);
    EXPECT_EQ(r.answer.feed("lo and more"), Progress::Done);
    EXPECT_EQ(r.body, "hello");
    EXPECT_EQ(r.answer.status(), 200U);
    EXPECT_EQ(r.answer.statusText(), "HTTP 200 OK");
    EXPECT_TRUE(r.answer.keepAlive());
}

TEST(HttpAnswer, ReadsABodyThatEndsWithTheConnection) {
    Reading r;
    EXPECT_EQ(r.answer.feed("HTTP/1.0 404 Not Found\r\n\r\nnope"), Progress::NeedMore);
    EXPECT_EQ(r.answer.end(), Progress::Done);
    EXPECT_EQ(r.body, "nope");
    EXPECT_EQ(r.answer.statusText(), "HTTP 404 Not Found");
    EXPECT_FALSE(r.answer.keepAlive());
}

TEST(HttpAnswer, ReadsChunks) {
    Reading r;
    EXPECT_EQ(r.answer.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
              Progress::Done);
    EXPECT_EQ(r.body, "abcde");
}

TEST(HttpAnswer, SkipsInterimAnswersButNotForEver) {
    Reading r;
    EXPECT_EQ(r.answer.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"), Progress::Done);
    EXPECT_EQ(r.answer.status(), 204U);
    Reading endless;
    auto progress = Progress::NeedMore;
    for (int i = 0; i < 9; ++i)
        progress = endless.answer.feed("HTTP/1.1 103 Early Hints\r\n\r\n");
    EXPECT_EQ(progress, Progress::Bad);
}

TEST(HttpAnswer, SaysWhatIsWrong) {
    struct Row {
        std::string bytes;
        std::string problem;
    };
    for (const Row& row : {Row{"", "closed without an answer"}, Row{"HTTP/1.1 20", "closed in the middle of the header"},
                           Row{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel", "closed in the middle of the body"}}) {
        Reading r;
        EXPECT_EQ(r.answer.feed(row.bytes), Progress::NeedMore);
        EXPECT_EQ(r.answer.end(), Progress::Bad);
        EXPECT_EQ(r.answer.problem(), row.problem);
    }
    Reading ssh;
    EXPECT_EQ(ssh.answer.feed("SSH-2.0-OpenSSH_9.2p1\r\n"), Progress::Bad);
    EXPECT_EQ(ssh.answer.problem().substr(0, 18), "not an HTTP answer");
    EXPECT_EQ(ssh.answer.feed("HTTP/1.1 200 OK\r\n\r\n"), Progress::Bad) << "what is final stays";
}

TEST(HttpAnswer, BoundsHeaderAndBody) {
    Reading header({.headerBytes = 1000, .bodyBytes = 10});
    auto progress = header.answer.feed("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 1000 && progress == Progress::NeedMore; ++i)
        progress = header.answer.feed("X-Padding: aaaaaaaaaaaaaaaaaaaaaaa\r\n");
    EXPECT_EQ(progress, Progress::Bad);
    EXPECT_EQ(header.answer.problem(), "the header is longer than 1000 bytes");

    Reading announced({.headerBytes = 1000, .bodyBytes = 10});
    EXPECT_EQ(announced.answer.feed("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"), Progress::BodyTooLong);
    EXPECT_EQ(announced.answer.status(), 200U);
    Reading streamed({.headerBytes = 1000, .bodyBytes = 10});
    EXPECT_EQ(streamed.answer.feed("HTTP/1.0 200 OK\r\n\r\n0123456789"), Progress::NeedMore);
    EXPECT_EQ(streamed.answer.feed("x"), Progress::BodyTooLong);
}

RC_GTEST_PROP(HttpAnswerProperty, ReadsTheSameHoweverTheBytesArrive, ()) {
    const auto body = *rc::gen::string<std::string>();
    const std::string text = "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    Reading r;
    auto progress = Progress::NeedMore;
    for (std::size_t i = 0; i < text.size();) {
        const auto count = *rc::gen::inRange<std::size_t>(1, 20);
        progress = r.answer.feed(std::string_view(text).substr(i, count));
        i += count;
    }
    RC_ASSERT(progress == Progress::Done);
    RC_ASSERT(r.body == body);
}

RC_GTEST_PROP(HttpAnswerProperty, SurvivesAnything, ()) {
    Reading r({.headerBytes = 200, .bodyBytes = 50});
    const auto start = *rc::gen::element<std::string>(
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n");
    (void)r.answer.feed(start);
    for (const auto& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>()))
        (void)r.answer.feed(piece);
    (void)r.answer.end();
    RC_ASSERT(r.body.size() <= 50);
    RC_ASSERT(r.answer.statusText().size() <= 80);
}

TEST(RequestPath, CannotBreakOutOfTheRequestLine) {
    EXPECT_EQ(requestPath(""), "/");
    EXPECT_EQ(requestPath("status"), "/status");
    EXPECT_EQ(requestPath("/a b\r\nX: y"), "/a%20b%0D%0AX:%20y");
    EXPECT_EQ(requestPath("/\xc3\xa9?q=1"), "/%C3%A9?q=1");
}
