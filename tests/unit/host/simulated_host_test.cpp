// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_store.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace lvsdeck::simulated {
namespace {

/// Runs posted work when told to; time stands still.
class Postbox final : public Runtime {
public:
    Instant now() const override { return Instant{}; }
    std::int64_t wallUs() const override { return 0; }
    Timer after(Duration, std::function<void()>) override { return Timer(); }
    void post(std::function<void()> work) override { m_work.push_back(std::move(work)); }
    void deliver() {
        while (!m_work.empty()) {
            auto work = std::move(m_work.front());
            m_work.pop_front();
            work();
        }
    }

private:
    std::deque<std::function<void()>> m_work;
};

class Segment : public testing::Test {
protected:
    Postbox runtime;
    SimulatedSegment segment;
    SimulatedHost lb1{segment, "lb1", runtime};
    SimulatedHost lb2{segment, "lb2", runtime};
    InterfaceAddress vip{*IpAddress::parse("192.0.2.10"), 32, ""};
};

TEST_F(Segment, PacketsGoToTheLastAnnouncerWhileItIsOnTheWire) {
    EXPECT_EQ(segment.reaches(vip.address), std::nullopt);
    ASSERT_TRUE(lb1.addAddress("eth0", vip, {}));
    ASSERT_TRUE(lb1.announce("eth0", vip.address));
    EXPECT_EQ(segment.reaches(vip.address), "lb1");
    ASSERT_TRUE(lb2.addAddress("eth0", vip, {}));
    EXPECT_EQ(segment.reaches(vip.address), "lb1") << "nobody told the neighbours";
    EXPECT_EQ(segment.holders(vip.address), (std::vector<std::string>{"lb1", "lb2"}));
    ASSERT_TRUE(lb2.announce("eth0", vip.address));
    EXPECT_EQ(segment.reaches(vip.address), "lb2");
    ASSERT_TRUE(lb2.removeAddress("eth0", vip));
    EXPECT_EQ(segment.reaches(vip.address), "lb2") << "nobody told the neighbours that it let go";
    lb2.setPowered(false);
    EXPECT_EQ(segment.reaches(vip.address), "lb1");
}

TEST_F(Segment, ChangesByAnybodyAreToldOnceAndNotFromInsideTheCall) {
    int told = 0;
    lb1.watch([&] { ++told; });
    ASSERT_TRUE(lb1.addAddress("eth0", vip, {}));
    lb1.takeAddressAway("eth0", vip.address);
    EXPECT_EQ(told, 0);
    runtime.deliver();
    EXPECT_EQ(told, 1);
    ASSERT_TRUE(lb1.removeAddress("eth0", vip));
    runtime.deliver();
    EXPECT_EQ(told, 1) << "it was gone already";
}

TEST(SimulatedStore, ACrashLeavesTheOldOrTheNewTextAndAPowerCutWhatWasFlushed) {
    for (std::uint64_t step = 0; step <= 3; ++step) {
        CrashPoint crash;
        SimulatedStore store(&crash);
        ASSERT_TRUE(store.write("a", "old"));
        crash.armAfter(step);
        bool crashed = false;
        try {
            EXPECT_TRUE(store.write("a", "new"));
        } catch (const SimulatedCrash&) {
            crashed = true;
        }
        EXPECT_EQ(crashed, step < 3);
        EXPECT_EQ(**store.read("a"), step < 2 ? "old" : "new");
        store.cutPower();
        EXPECT_EQ(**store.read("a"), step < 3 ? "old" : "new");
    }
}

TEST(SimulatedStore, ListsAFolder) {
    SimulatedStore store;
    ASSERT_TRUE(store.write("revisions/2.json", "x"));
    ASSERT_TRUE(store.write("revisions/10.json", "x"));
    ASSERT_TRUE(store.write("current.json", "x"));
    EXPECT_EQ(*store.list("revisions"), (std::vector<std::string>{"10.json", "2.json"}));
    EXPECT_EQ(*store.list(""), (std::vector<std::string>{"current.json"}));
}

} // namespace
} // namespace lvsdeck::simulated
