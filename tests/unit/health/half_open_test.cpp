// SPDX-License-Identifier: GPL-3.0-or-later
// TCP checks after the first: with a SYN alone. Needs to send raw packets; skipped where that is not allowed.
#include "tests/unit/health/check_loop.hpp"

#include "agent/health/socket_choices.hpp"
#include "agent/host/descriptor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

using namespace lvsdeck;
using namespace lvsdeck::health;
using namespace std::chrono_literals;
using host::Descriptor;

namespace {

/// Listens, and tells whether anybody has connected.
class Listener {
public:
    explicit Listener(const IpAddress& address, int backlog = 16) {
        SocketAddress own = socketAddress(address, 0);
        m_socket = Descriptor(::socket(own.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        EXPECT_EQ(::bind(m_socket.get(), own.get(), own.length), 0) << std::strerror(errno);
        EXPECT_EQ(::listen(m_socket.get(), backlog), 0);
        ::getsockname(m_socket.get(), reinterpret_cast<sockaddr*>(&own.storage), &own.length);
        m_port = ntohs(reinterpret_cast<const sockaddr_in*>(&own.storage)->sin_port);
    }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    /// Connections since the last call.
    [[nodiscard]] int connections() const {
        for (int count = 0;; ++count)
            if (const Descriptor connection(::accept(m_socket.get(), nullptr, nullptr)); !connection)
                return count;
    }
    /// What the oldest one tells its server: the error of reading from it.
    [[nodiscard]] int endOfConnection() const {
        const Descriptor connection(::accept(m_socket.get(), nullptr, nullptr));
        std::uint8_t byte = 0;
        return connection && ::recv(connection.get(), &byte, 1, 0) < 0 ? errno : 0;
    }
    void close() { m_socket = Descriptor(); }

private:
    Descriptor m_socket;
    std::uint16_t m_port = 0;
};

/// More connections than fit into the queue: further SYNs stay without an answer until somebody accepts.
std::vector<Descriptor> fill(const Listener& listener, const IpAddress& address) {
    std::vector<Descriptor> connections;
    const SocketAddress peer = socketAddress(address, listener.port());
    for (int i = 0; i < 3; ++i) {
        connections.emplace_back(::socket(peer.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        EXPECT_TRUE(::connect(connections.back().get(), peer.get(), peer.length) == 0 || errno == EINPROGRESS);
    }
    return connections;
}

std::ptrdiff_t descriptorsInUse() {
    using Entries = std::filesystem::directory_iterator;
    return std::distance(Entries("/proc/self/fd"), Entries());
}

class HalfOpenTest : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        const Descriptor raw(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP));
        if (!raw)
            GTEST_SKIP() << "cannot send raw packets here: " << std::strerror(errno);
    }
    [[nodiscard]] CheckTarget target(std::uint16_t port, model::Milliseconds timeout = 2s) const {
        CheckTarget out;
        out.address = address;
        out.port = port;
        out.timeout = timeout;
        out.check = model::TcpCheck{};
        return out;
    }
    /// Of a whole connection, and far from the next one.
    CheckMemo proven(const CheckTarget& what) {
        CheckResult first = probe(what, {});
        EXPECT_EQ(first.reason, CheckReason::Ok) << first.detail;
        EXPECT_EQ(first.detail, "connected");
        first.memo.answered = 0;
        return first.memo;
    }
    CheckResult probe(const CheckTarget& what, CheckMemo memo) {
        CheckRequest request = requestFor(std::make_shared<const CheckTarget>(what));
        request.memo = memo;
        return test::probeOnce(checks, loop, std::move(request));
    }

    IpAddress address = *IpAddress::parse(GetParam());
    test::Loop loop;
    AsioChecks checks{loop.post()};
};

INSTANTIATE_TEST_SUITE_P(, HalfOpenTest, testing::Values("127.0.0.1", "::1"),
                         [](const auto& which) { return std::strchr(which.param, ':') == nullptr ? "IPv4" : "IPv6"; });

} // namespace

TEST_P(HalfOpenTest, MostChecksDoNotConnect) {
    const Listener server(address);
    CheckMemo memo = proven(target(server.port()));
    EXPECT_EQ(server.connections(), 1);
    for (int i = 0; i < 32; ++i) {
        const CheckResult result = probe(target(server.port()), memo);
        EXPECT_EQ(result.reason, CheckReason::Ok) << result.detail;
        EXPECT_EQ(result.detail, "SYN answered");
        EXPECT_GT(result.latency.count(), 0);
        EXPECT_LT(result.latency, 1s);
        memo = result.memo;
    }
    EXPECT_EQ(server.connections(), 0);
    const CheckResult whole = probe(target(server.port()), memo);
    EXPECT_EQ(whole.detail, "connected");
    EXPECT_EQ(whole.memo, (CheckMemo{.way = memo.way}));
    EXPECT_EQ(server.connections(), 1);
}

TEST_P(HalfOpenTest, AProgramThatAcceptsNoMoreIsFound) {
    const Listener server(address, 4);
    CheckMemo memo = proven(target(server.port()));
    CheckReason last = CheckReason::Ok;
    for (int i = 0; i < 12 * 33 && last == CheckReason::Ok; ++i) {
        const CheckResult result = probe(target(server.port()), memo);
        last = result.reason;
        memo = result.memo;
    }
    EXPECT_EQ(last, CheckReason::Timeout);
}

TEST_P(HalfOpenTest, ARefusalIsToldAsOfAConnection) {
    Listener server(address);
    const CheckMemo memo = proven(target(server.port()));
    const int connections = server.connections();
    server.close();
    const CheckResult second = probe(target(server.port()), memo);
    EXPECT_EQ(connections, 1);
    EXPECT_EQ(second.reason, CheckReason::Refused);
    EXPECT_EQ(second.detail, "Connection refused");
    EXPECT_EQ(second.memo, CheckMemo{}) << "it has to prove itself anew";
    EXPECT_LT(second.latency, 500ms);
}

TEST_P(HalfOpenTest, SilenceTakesTheWholeTimeAndNotLonger) {
    const Listener server(address);
    const CheckMemo memo = proven(target(server.port()));
    const Listener deaf(address, 0);
    const auto queue = fill(deaf, address);
    const CheckResult second = probe(target(deaf.port(), 2s), memo);
    EXPECT_EQ(second.reason, CheckReason::Timeout) << second.detail;
    EXPECT_GE(second.latency, 1990ms);
    EXPECT_LT(second.latency, 3s);
    EXPECT_EQ(second.detail, "no answer within 2000 ms");
}

TEST_P(HalfOpenTest, SilenceBeforeAConnectionIsRemembered) {
    const Listener server(address);
    const CheckMemo memo = proven(target(server.port()));
    const Listener slow(address, 0);
    const auto queue = fill(slow, address);
    CheckRequest request = requestFor(std::make_shared<const CheckTarget>(target(slow.port(), 8s)));
    request.memo = memo;
    std::optional<CheckResult> got;
    const auto running = checks.run(std::move(request), [&got](const CheckResult& result) { got = result; });
    EXPECT_FALSE(loop.runOne(500ms));
    (void)slow.connections();
    ASSERT_TRUE(loop.runOne());
    ASSERT_TRUE(got);
    EXPECT_EQ(got->reason, CheckReason::Ok) << got->detail;
    EXPECT_EQ(got->detail, "connected");
    EXPECT_EQ(got->memo, (CheckMemo{.way = memo.way, .silent = 1}));
}

TEST_P(HalfOpenTest, ConnectsWhereOnlyConnectionsGetThrough) {
    const Listener server(address);
    const CheckMemo memo = proven(target(server.port()));
    (void)server.connections();
    const auto after = [&](int silent) {
        return probe(target(server.port()), {.way = memo.way, .silent = static_cast<std::uint8_t>(silent)}).memo;
    };
    EXPECT_EQ(after(2), (CheckMemo{.way = memo.way, .silent = 3}));
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(after(31), (CheckMemo{.way = memo.way})) << "it is tried again after a while";
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(after(1), (CheckMemo{.way = memo.way, .answered = 1})) << "an answer makes good";
    EXPECT_EQ(server.connections(), 0);
}

TEST_P(HalfOpenTest, WhatChoosesItsOwnWayConnects) {
    const Listener server(address);
    CheckTarget mark = target(server.port());
    mark.firewallMark = 7;
    CheckTarget interface = target(server.port());
    interface.bindInterface = "lo";
    CheckTarget port = target(server.port());
    port.bindPort = 40123;
    for (const CheckTarget& what : {mark, interface, port, target(server.port(), 1999ms)}) {
        const CheckResult result = probe(what, {});
        EXPECT_EQ(result.reason, CheckReason::Ok) << result.detail;
        EXPECT_EQ(result.memo, CheckMemo{});
    }
    AsioChecks whole(loop.post(), {.wholeConnections = true});
    EXPECT_EQ(test::probeOnce(whole, loop, target(server.port())).memo, CheckMemo{});
}

TEST_P(HalfOpenTest, ASocketServesOneWholeConnectionAfterAnother) {
    const Listener one(address);
    const Listener other(address);
    Listener gone(address);
    const std::uint16_t closed = gone.port();
    gone.close();
    AsioChecks whole(loop.post(), {.wholeConnections = true});
    const auto before = descriptorsInUse();
    EXPECT_EQ(test::probeOnce(whole, loop, target(one.port())).detail, "connected");
    EXPECT_EQ(one.endOfConnection(), ECONNRESET);
    const auto inUse = descriptorsInUse();
    EXPECT_EQ(inUse, before + 1) << "it is kept";
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(test::probeOnce(whole, loop, target(other.port())).detail, "connected");
        EXPECT_EQ(other.endOfConnection(), ECONNRESET);
        EXPECT_EQ(test::probeOnce(whole, loop, target(one.port())).detail, "connected");
        EXPECT_EQ(one.endOfConnection(), ECONNRESET);
        EXPECT_EQ(descriptorsInUse(), inUse);
        EXPECT_EQ(test::probeOnce(whole, loop, target(closed)).reason, CheckReason::Refused);
    }
    EXPECT_EQ(one.connections() + other.connections(), 0);
}

TEST_P(HalfOpenTest, ASocketThatChoseItsWayServesOnlyOnce) {
    const Listener server(address);
    CheckTarget bound = target(server.port());
    bound.bindAddress = address;
    AsioChecks whole(loop.post(), {.wholeConnections = true});
    const auto inUse = descriptorsInUse();
    EXPECT_EQ(test::probeOnce(whole, loop, bound).detail, "connected");
    EXPECT_EQ(descriptorsInUse(), inUse);
}

TEST_P(HalfOpenTest, ManyWholeConnectionsAtOnceAreAllAnswered) {
    const Listener server(address, 1024);
    AsioChecks whole(loop.post(), {.wholeConnections = true});
    for (int round = 1; round <= 2; ++round) {
        int passed = 0;
        std::vector<std::unique_ptr<RunningCheck>> running;
        for (int i = 0; i < 300; ++i)
            running.push_back(
                whole.run(requestFor(std::make_shared<const CheckTarget>(target(server.port(), 10s))),
                          [&passed](const CheckResult& result) { passed += result.reason == CheckReason::Ok ? 1 : 0; }));
        while (passed < 300 && loop.runOne(5s)) {}
        EXPECT_EQ(passed, 300) << round;
        EXPECT_EQ(server.connections(), 300) << round;
    }
}

TEST_P(HalfOpenTest, AnAbandonedOneIsNotTold) {
    const Listener server(address);
    const CheckMemo memo = proven(target(server.port()));
    bool called = false;
    for (const CheckMemo& before : {memo, CheckMemo{}}) {
        for (int i = 0; i < 200; ++i) { // more than a batch
            CheckRequest request = requestFor(std::make_shared<const CheckTarget>(target(server.port())));
            request.memo = before;
            (void)checks.run(std::move(request), [&called](const CheckResult&) { called = true; });
        }
        while (loop.runOne(50ms)) {}
    }
    EXPECT_FALSE(called);
}

TEST_P(HalfOpenTest, ManyAtOnceAreAllAnswered) {
    const Listener server(address);
    const CheckMemo memo = proven(target(server.port()));
    (void)server.connections();
    int passed = 0;
    std::vector<std::unique_ptr<RunningCheck>> running;
    for (int i = 0; i < 1000; ++i) {
        CheckRequest request = requestFor(std::make_shared<const CheckTarget>(target(server.port(), 10s)));
        request.memo = memo;
        running.push_back(checks.run(std::move(request), [&passed](const CheckResult& result) {
            passed += result.reason == CheckReason::Ok ? 1 : 0;
        }));
    }
    while (passed < 1000 && loop.runOne(5s)) {}
    EXPECT_EQ(passed, 1000);
}
