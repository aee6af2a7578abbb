// SPDX-License-Identifier: GPL-3.0-or-later
// The router with its ports simulated: what a configuration, a broken host and a peer with other ideas do to
// it.
#include "agent/vrrp/packet.hpp"
#include "agent/vrrp/router.hpp"
#include "tests/unit/vrrp/director.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lvsdeck::vrrp {
namespace {

using namespace std::chrono_literals;
using rpc::VrrpPhase;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }
const IpAddress vip = ip("192.168.50.8");
const IpAddress second = ip("192.168.50.9");

class RouterTest : public testing::Test {
protected:
    static model::OwnInstance instance(std::uint8_t priority = 100) {
        model::OwnInstance own;
        own.instance.name = "VI_1";
        own.instance.version = 2;
        own.instance.vrid = 51;
        own.instance.password = "1111";
        own.instance.addresses.push_back({vip, 24, {}, "eth0:vip"});
        own.member.interface = "eth0";
        own.member.priority = priority;
        return own;
    }
    void makeMaster() {
        lb1.configure({instance()});
        time.runFor(4s);
        ASSERT_EQ(lb1.state().phase, VrrpPhase::Master);
    }

    simulated::SimulatedTime time;
    simulated::SimulatedSegment segment;
    simulated::SimulatedNetwork network{time, 1, &segment};
    Director lb1{time, network, segment, "lb1", "192.168.50.101"};
    Director lb2{time, network, segment, "lb2", "192.168.50.102"};
};

TEST_F(RouterTest, TheHigherPriorityBecomesMasterAndAnnouncesItsAddresses) {
    lb1.configure({instance(100)});
    lb2.configure({instance(99)});
    time.runFor(9s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Backup);
    EXPECT_EQ(lb2.state().masterAddress, "192.168.50.101");
    EXPECT_EQ(lb2.state().masterPriority, 100);
    EXPECT_THAT(segment.holders(vip), ElementsAre("lb1"));
    EXPECT_EQ(segment.announcements().size(), 10U) << "five at once and five after the delay";
    EXPECT_THAT(lb1.state().addresses, ElementsAre("192.168.50.8/24"));
    EXPECT_TRUE(lb1.router->ownsAddress(vip));
    EXPECT_FALSE(lb2.router->ownsAddress(vip));
    ASSERT_EQ(lb1.transitions.size(), 2U);
    const rpc::Transition& won = lb1.transitions.back();
    EXPECT_EQ(won.atUs, won.addressesUs);
    EXPECT_EQ(won.atUs, won.garpUs);
    EXPECT_EQ(won.lastAdvertUs, 0);
}

TEST_F(RouterTest, ATakeoverKnowsTheLastAdvertisement) {
    lb1.configure({instance(100)});
    lb2.configure({instance(99)});
    time.runFor(9s);
    lb1.router->hold(Hold::Silent, "drill crash");
    time.runFor(5s);
    const rpc::Transition& taken = lb2.transitions.back();
    EXPECT_EQ(taken.to, VrrpPhase::Master);
    EXPECT_EQ(taken.atUs - taken.lastAdvertUs, 3613281);
    EXPECT_EQ(taken.reason, "no advertisement from 192.168.50.101 for 3.61 s");
    EXPECT_EQ(lb1.state().hold, "drill crash");
}

TEST_F(RouterTest, AnUnchangedConfigurationDisturbsNothing) {
    makeMaster();
    const auto before = lb1.transitions.size();
    segment.clearAnnouncements();
    time.runFor(10s);
    const auto sent = lb1.state().advertsSent;
    lb1.configure({instance()});
    EXPECT_EQ(lb1.transitions.size(), before);
    EXPECT_EQ(lb1.state().advertsSent, sent);
}

TEST_F(RouterTest, AnotherAddressComesWithoutLeavingMaster) {
    makeMaster();
    const auto before = lb1.transitions.size();
    time.runFor(10s);
    segment.clearAnnouncements();
    model::OwnInstance more = instance();
    more.instance.addresses.push_back({second, 24, {}, {}});
    lb1.configure({more});
    EXPECT_TRUE(lb1.host.holds(vip));
    EXPECT_TRUE(lb1.host.holds(second));
    ASSERT_EQ(segment.announcements().size(), 1U);
    EXPECT_EQ(segment.announcements()[0].address, second);
    more.instance.addresses.erase(more.instance.addresses.begin());
    lb1.configure({more});
    EXPECT_FALSE(lb1.host.holds(vip));
    EXPECT_TRUE(lb1.host.holds(second));
    time.runFor(10s);
    EXPECT_EQ(lb1.transitions.size(), before);
}

TEST_F(RouterTest, ARemovedInstanceResignsAndReleasesItsAddresses) {
    lb2.configure({instance(99)});
    makeMaster();
    time.runFor(2s);
    lb1.configure({});
    EXPECT_FALSE(lb1.host.holds(vip));
    EXPECT_TRUE(lb1.router->states().empty());
    time.runFor(700ms);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Master) << "after the skew time, not after three intervals";
    EXPECT_THAT(lb2.transitions.back().reason, HasSubstr("priority-0 advertisement from"));
}

TEST_F(RouterTest, AnotherVridIsANewInstance) {
    makeMaster();
    model::OwnInstance other = instance();
    other.instance.vrid = 52;
    lb1.configure({other});
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup);
    EXPECT_FALSE(lb1.host.holds(vip));
}

TEST_F(RouterTest, SeveralInstancesOfOneInterfaceHearTheirOwn) {
    model::OwnInstance other = instance(99);
    other.instance.name = "VI_2";
    other.instance.vrid = 52;
    other.instance.addresses = {{second, 24, {}, {}}};
    lb1.configure({instance(100), other});
    other.member.priority = 100;
    lb2.configure({instance(99), other});
    time.runFor(9s);
    EXPECT_THAT(segment.holders(vip), ElementsAre("lb1"));
    EXPECT_THAT(segment.holders(second), ElementsAre("lb2"));
}

TEST_F(RouterTest, AMasterThatCannotAddAnAddressStepsDownAndSaysWhy) {
    lb1.host.setPermitted(false);
    lb1.configure({instance(100)});
    lb2.configure({instance(99)});
    time.runFor(5s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Fault);
    EXPECT_THAT(lb1.state().reason, HasSubstr("cannot add 192.168.50.8/24 to eth0"));
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Master);
    EXPECT_THAT(segment.holders(vip), ElementsAre("lb2"));
    lb1.host.setPermitted(true);
    time.runFor(15s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
}

TEST_F(RouterTest, AnInterfaceThatIsDeletedAndMadeAgainIsUsedAgain) {
    makeMaster();
    lb1.host.removeLink("eth0");
    time.runFor(1s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Fault);
    EXPECT_EQ(lb1.state().reason, "interface eth0 does not exist");
    EXPECT_THAT(lb1.events, IsEmpty()) << "the goodbye that could not be sent is no news";
    lb1.host.addLink("eth0");
    time.runFor(1s);
    EXPECT_EQ(lb1.state().reason, "interface eth0 has no IPv4 address of its own");
    lb1.host.configureAddress("eth0", {ip("192.168.50.101"), 24, {}});
    time.runFor(5s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
}

TEST_F(RouterTest, AVirtualAddressIsNoSourceOfAdvertisements) {
    lb1.host.removeLink("eth0");
    lb1.host.addLink("eth0");
    lb1.host.configureAddress("eth0", {vip, 24, {}});
    lb1.configure({instance()});
    time.runFor(1s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Fault);
}

TEST_F(RouterTest, AnotherPasswordIsCountedAndToldOnce) {
    model::OwnInstance other = instance(99);
    other.instance.password = "2222";
    lb1.configure({instance(100)});
    lb2.configure({other});
    time.runFor(60s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Master) << "as keepalived: each ignores the other";
    EXPECT_GT(lb1.state().rejected.at("password"), 50U);
    ASSERT_EQ(lb1.events.size(), 1U);
    EXPECT_THAT(lb1.events[0], HasSubstr("192.168.50.102"));
    EXPECT_THAT(lb1.events[0], HasSubstr("its password is not ours"));
    EXPECT_THAT(lb1.events[0], Not(HasSubstr("1111")));
    time.runFor(300s);
    EXPECT_EQ(lb1.events.size(), 2U) << "again after five minutes";
}

TEST_F(RouterTest, TwoMastersAreToldOfWhenTheOtherDoesNotYield) {
    lb1.configure({instance(100)});
    lb2.configure({instance(99)});
    network.block("lb1", "lb2", true);
    time.runFor(10s);
    EXPECT_EQ(lb2.state().phase, VrrpPhase::Master);
    EXPECT_GT(lb1.state().rejected.at("two-masters"), 1U);
    EXPECT_THAT(lb1.events, Contains(HasSubstr("192.168.50.102: two masters")));
}

TEST_F(RouterTest, AHoldAlsoBindsInstancesThatComeLater) {
    lb1.router->hold(Hold::Graceful, "drill graceful");
    lb1.configure({instance()});
    time.runFor(20s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup);
    EXPECT_EQ(lb1.state().hold, "drill graceful");
    lb1.router->release();
    time.runFor(4s);
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
}

TEST_F(RouterTest, ANewProcessTakesOverWithoutTouchingAnything) {
    makeMaster();
    time.runFor(10s);
    lb1.router->stop(Stop::Leave);
    lb1.router.reset();
    segment.clearAnnouncements();
    time.runFor(1s);
    lb1.boot();
    lb1.configure({instance()});
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
    EXPECT_TRUE(lb1.host.holds(vip));
    time.runFor(10s);
    EXPECT_THAT(segment.announcements(), IsEmpty());
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Master);
}

TEST_F(RouterTest, AClockThatSteppedBackMakesAnOldMasterNoYounger) {
    makeMaster();
    lb1.router->stop(Stop::Leave);
    lb1.runtime.setWallOffset(Duration(lb1.runtime.wallUs()) - time.now().time_since_epoch() - 20s);
    time.runFor(20s);
    lb1.boot();
    lb1.configure({instance()});
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup);
}

TEST_F(RouterTest, ANewProcessClearsAddressesThatNobodyWantsAnyMore) {
    model::OwnInstance more = instance();
    more.instance.addresses.push_back({second, 24, {}, {}});
    lb1.configure({more});
    time.runFor(4s);
    lb1.router.reset();
    const Memory before = lb1.memory;
    lb1.boot();
    lb1.configure({instance()});
    EXPECT_TRUE(lb1.host.holds(vip));
    EXPECT_FALSE(lb1.host.holds(second));
    lb1.router.reset();
    lb1.boot();
    lb1.configure({});
    EXPECT_FALSE(lb1.host.holds(vip)) << "its instance is gone";
}

TEST_F(RouterTest, AfterTheStopNothingIsSentAnyMore) {
    makeMaster();
    lb1.router->stop(Stop::Resign);
    EXPECT_FALSE(lb1.host.holds(vip));
    const auto sent = network.sent();
    lb1.router->hold(Hold::Graceful, "late");
    lb1.router->setFailed("late");
    lb1.configure({instance()});
    time.runFor(20s);
    EXPECT_EQ(network.sent(), sent);
}

TEST_F(RouterTest, AFailureOfTheDirectorMakesEveryInstanceStepDown) {
    makeMaster();
    lb1.router->setFailed("the IPVS table cannot be programmed: no ip_vs");
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Fault);
    EXPECT_THAT(lb1.transitions.back().reason, HasSubstr("no ip_vs"));
    EXPECT_THAT(segment.holders(vip), IsEmpty());
    lb1.router->setFailed("");
    EXPECT_EQ(lb1.state().phase, VrrpPhase::Backup);
}

} // namespace
} // namespace lvsdeck::vrrp
