// SPDX-License-Identifier: GPL-3.0-or-later
// A director that keepalived manages, with its address and its table, and the questions that the tests of the way to lvsdeck and back
// ask.
#pragma once

#include "tests/support/simulated_director.hpp"

#include "agent/ipvs/desired.hpp"
#include "agent/ipvs/reconcile.hpp"
#include "agent/ipvs/words.hpp"
#include "agent/vrrp/packet.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace lvsdeck::core {

using namespace std::chrono_literals;
using rpc::AdoptionPhase;
using test::classicCluster;

inline const IpAddress vip = *IpAddress::parse("192.168.50.8");

/// lb1 is master under keepalived: its address and its table are there.
struct EngineAdopt : testing::Test {
    test::SimulatedDirector one;
    std::unique_ptr<VrrpEndpoint> ear;
    std::vector<Instant> adverts;
    Timer comesBack;
    std::vector<int> priorities;
    std::uint64_t operationsBefore = 0;
    std::string tableBefore;

    void SetUp() override {
        ear = *one.network.portOf("peer").open({"eth0", Family::V4, vrrp::multicastGroup(Family::V4)},
                                               [this](const ReceivedAdvert& advert) {
                                                   adverts.push_back(one.runtime.now());
                                                   priorities.push_back(advert.message.at(2));
                                               });
        one.host.configureAddress("eth0", {vip, 32, ""});
        const auto own = model::effective(classicCluster(), "lb1");
        ASSERT_TRUE(own);
        ipvs::QuorumMemory quorum;
        const auto table = ipvs::desiredTable(own->services, {}, {}, quorum).table;
        for (const auto& operation : ipvs::reconcile(table, {}, {}))
            ASSERT_EQ(one.ipvs.change(operation), 0);
        one.classic.run({"keepalived", "-n"});
        one.classic.setConfiguration({.configId = {},
                                      .files = {{"/etc/keepalived/keepalived.conf", "vrrp_instance A {\n}\n", ""}},
                                      .includes = {},
                                      .problem = {}});
        // As it does: off the host when it starts, and on it as master.
        one.classic.whenStarted([this] {
            if (!one.host.holds(vip))
                return;
            one.host.takeAddressAway("eth0", vip);
            comesBack = one.runtime.after(3610ms, [this] { one.host.configureAddress("eth0", {vip, 32, ""}); });
        });
        operationsBefore = one.ipvs.operationsApplied();
        tableBefore = table0();
        ASSERT_TRUE(one.start());
    }
    [[nodiscard]] std::string table0() const { return ipvs::saveText(one.ipvs.table()); }
    [[nodiscard]] Engine& engine() { return *one.engine; }
    /// The answer of something that answers later; the simulated disk is fast.
    template <class T, class Ask> [[nodiscard]] static Result<T> answer(Ask ask) {
        std::optional<Result<T>> out;
        ask([&out](Result<T> done) { out = std::move(done); });
        return out ? std::move(*out) : failure(ErrorCode::Timeout, "there is no answer yet");
    }
    [[nodiscard]] Result<rpc::ConfigApplied> observe(const model::Cluster& cluster = classicCluster(),
                                                     std::vector<rpc::AdoptKnownFile> files = {}) {
        rpc::AdoptObserveParams params;
        params.baseRevision = engine().history().empty() ? 0 : engine().history().back().revision;
        params.cluster = json::toJson(cluster);
        params.director = "lb1";
        params.files = std::move(files);
        return answer<rpc::ConfigApplied>([&](auto then) { engine().observe(params, "root", then); });
    }
    [[nodiscard]] Result<rpc::ConfigApplied> take(std::uint32_t confirmWithinS) {
        return answer<rpc::ConfigApplied>([&](auto then) { engine().takeOver({confirmWithinS}, "root", then); });
    }
    [[nodiscard]] Result<rpc::ConfigApplied> giveBack(bool anyway = false) {
        return answer<rpc::ConfigApplied>([&](auto then) { engine().giveBack({anyway}, "root", then); });
    }
    /// Until it has listened for long enough to say who is master.
    void observed() {
        const auto done = observe();
        ASSERT_TRUE(done) << done.error().text;
        one.runFor(4s);
    }
    [[nodiscard]] std::optional<rpc::Adoption> adoption() { return engine().state({rpc::Part::Config}).config->adoption; }
    [[nodiscard]] rpc::VrrpState vrrp() { return engine().state({rpc::Part::Vrrp}).vrrp->at(0); }
    [[nodiscard]] bool hasEvent(const std::string& part) {
        return std::ranges::any_of(engine().events().after(0),
                                   [&](const rpc::Event& event) { return event.text.find(part) != std::string::npos; });
    }
    /// On the loopback.
    [[nodiscard]] bool isLent(const IpAddress& address = vip) {
        const auto links = *one.host.links();
        const auto lo = std::ranges::find(links, std::string("lo"), &Link::name);
        return std::ranges::find(lo->addresses, address, &InterfaceAddress::address) != lo->addresses.end();
    }
    /// What the other director says.
    void peerAdvertises(std::uint8_t priority, std::uint8_t vrid = 51, const IpAddress& address = vip) {
        const vrrp::Advert advert{2, vrid, priority, 1000ms, "1111", {address}, false};
        const IpAddress from = *IpAddress::parse("192.168.50.2");
        ASSERT_TRUE(ear->send({from, vrrp::multicastGroup(Family::V4), 255},
                              *vrrp::encode(advert, from, vrrp::multicastGroup(Family::V4))));
    }
    /// Step by step, so that not even a short absence is missed.
    void runUntouched(Duration duration) {
        for (Duration passed{0}; passed < duration; passed += 10ms) {
            one.runFor(10ms);
            ASSERT_TRUE(one.host.holds(vip) || isLent()) << "after " << passed.count() << " us";
            ASSERT_EQ(table0(), tableBefore) << "after " << passed.count() << " us";
        }
        ASSERT_EQ(one.ipvs.operationsApplied(), operationsBefore);
    }
    [[nodiscard]] Duration longestSilence(Instant from, Instant to) const {
        Duration longest{0};
        Instant last = from;
        for (const Instant at : adverts)
            if (at >= from && at <= to) {
                longest = std::max(longest, at - last);
                last = at;
            }
        return std::max(longest, to - last);
    }
};

} // namespace lvsdeck::core
