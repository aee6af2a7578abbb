// SPDX-License-Identifier: GPL-3.0-or-later
// Drills on real directors: the fault is the one that was asked for, it ends by itself, and what the agents measure meanwhile is
// what a client feels that shares no code with them.
#include "tests/lab/scenarios/cluster_lab.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <sstream>
#include <sys/socket.h>

namespace lvsdeck::lab {
namespace {

/// A measurement by the client's agent: `probe.run` on a connection of its own, read by a thread of its own.
class Measurement {
public:
    Measurement(UniqueFd socket, int intervalMs) : m_socket(std::move(socket)) {
        send("hello", {{"protocol", 1}, {"client", "lab"}});
        send("probe.run", {{"address", virtualAddress},
                           {"port", 80},
                           {"interval_ms", intervalMs},
                           {"timeout_ms", 1000},
                           {"duration_s", 120}});
        m_thread = std::thread([this] { listen(); });
    }
    ~Measurement() { end(); }

    /// The measurement ends with its connection; all that was said until now, as attempts in time since the prober's epoch.
    std::vector<Attempt> end() {
        if (m_thread.joinable()) {
            ::shutdown(m_socket.get(), SHUT_RDWR);
            m_thread.join();
        }
        std::vector<Attempt> attempts;
        std::istringstream lines(m_said);
        for (std::string line; std::getline(lines, line);) {
            boost::json::error_code notJson;
            const auto message = boost::json::parse(line, notJson);
            if (notJson || !message.as_object().contains("method") || message.at("method") != "probe")
                continue;
            for (const auto& sample : message.at("params").at("samples").as_array()) {
                const Clock::time_point start{std::chrono::microseconds(sample.at(0).to_number<std::int64_t>())};
                const auto length = std::chrono::microseconds(sample.at(1).to_number<std::int64_t>());
                attempts.push_back(
                    {start, start + length, sample.at(2) == 0 ? AttemptResult::Connected : AttemptResult::TimedOut});
            }
        }
        return attempts;
    }

private:
    void send(const char* method, const boost::json::object& params) {
        const std::string line = boost::json::serialize(boost::json::object{
                                     {"jsonrpc", "2.0"}, {"id", ++m_id}, {"method", method}, {"params", params}}) +
                                 "\n";
        if (::send(m_socket.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
            throw LabError::fromErrno("speak to the client's agent");
    }
    void listen() {
        std::array<char, 65536> buffer{};
        for (ssize_t got = 0; (got = ::recv(m_socket.get(), buffer.data(), buffer.size(), 0)) > 0;)
            m_said.append(buffer.data(), static_cast<std::size_t>(got));
    }

    UniqueFd m_socket;
    int m_id = 0;
    std::string m_said; ///< the thread's own until it is joined
    std::thread m_thread;
};

struct Drill : ClusterLab {
    [[nodiscard]] std::vector<int> prioritiesOfFirst(Clock::time_point since) const {
        std::vector<int> priorities;
        for (const SeenAdvert& advert : wire.advertsSince(since))
            if (advert.source == "192.168.50.101")
                priorities.push_back(advert.priority);
        return priorities;
    }
};

TEST_F(Drill, TheOutageOfACrashIsMeasuredAsAClientFeelsIt) {
    startBothAgents(classicCluster());
    Agent prober(lab.client(), agentProgram(), "");
    prober.awaitReady();

    std::vector<double> differences;
    for (int round = 0; round < 3; ++round) {
        ClientProbe client(&lab.client(), virtualAddress, 80, 5ms, 1000ms);
        Measurement measurement(connectTo("client"), 5);
        client.awaitSuccess(Clock::now() + 1s, 10s);

        const auto lease = agent("lb1").must("drill.begin", {{"kind", "crash"}, {"lease_s", 60}});
        const auto begun = Clock::now();
        awaitMaster("lb2");
        client.awaitSuccess(Clock::now(), 5s);
        EXPECT_THAT(prioritiesOfFirst(begun), testing::IsEmpty()) << "who has crashed says nothing, not even goodbye";
        agent("lb1").must("drill.end", {{"id", lease.at("id")}});
        awaitMaster("lb1");
        client.awaitSuccess(Clock::now() + 1s, 5s);

        using Decimal = std::chrono::duration<double, std::milli>;
        const Decimal felt = longestOutage(client.attempts());
        const Decimal measured = longestOutage(measurement.end());
        std::cout << "outage of the crash: measured " << measured.count() << " ms, felt " << felt.count() << " ms\n";
        EXPECT_GE(felt, 2500ms);
        EXPECT_LE(felt, 4600ms);
        EXPECT_LE(wire.longestDualMaster(begun, 1s), 1000ms);
        differences.push_back(std::abs((measured - felt).count()));
    }
    // The middle one of three: an emulated processor pauses for longer than this now and then, and then for one prober only.
    std::ranges::sort(differences);
    EXPECT_LE(differences[1], 20);
}

TEST_F(Drill, AGracefulDrillThatNobodyRenewsEndsByItself) {
    startBothAgents(classicCluster());
    ClientProbe client(&lab.client(), virtualAddress, 80, 10ms);
    client.awaitSuccess(Clock::now(), 10s);

    const auto begin = Clock::now();
    agent("lb1").must("drill.begin", {{"kind", "graceful"}, {"lease_s", 6}});
    awaitMaster("lb2");
    EXPECT_THAT(prioritiesOfFirst(begin), testing::Contains(0)) << "who resigns says goodbye";
    EXPECT_TRUE(eventually(20s, [&] { return lab.holderOfVirtualAddress() == "lb1"; }, 100ms));
    client.awaitSuccess(Clock::now(), 5s);

    EXPECT_LE(client.outage(begin), 2500ms);
    EXPECT_LE(wire.longestDualMaster(begin, 1s), 1000ms);
}

} // namespace
} // namespace lvsdeck::lab
