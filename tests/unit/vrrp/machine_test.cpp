// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of the state table: where it was, what came, what it did. Names begin with the section that asks for
// it; "Keepalived" where keepalived's practice differs from the RFC or goes beyond it.
#include "agent/vrrp/machine.hpp"
#include "agent/vrrp/wording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lvsdeck::vrrp {

void PrintTo(const Action& action, std::ostream* out) {
    struct Printer {
        std::ostream& o;
        void operator()(const SendAdvert& a) const { o << "SendAdvert " << int{a.priority}; }
        void operator()(const SetTimer& a) const {
            o << "SetTimer " << static_cast<int>(a.id) << " " << a.after.count() << " us";
        }
        void operator()(const CancelTimer& a) const { o << "CancelTimer " << static_cast<int>(a.id); }
        void operator()(const AddAddresses&) const { o << "AddAddresses"; }
        void operator()(const RemoveAddresses&) const { o << "RemoveAddresses"; }
        void operator()(const Announce& a) const { o << "Announce x" << a.repeat; }
        void operator()(const Transition& a) const {
            o << json::toWord(a.from) << " -> " << json::toWord(a.to) << ": " << a.reason;
        }
        void operator()(const LowerHeard& a) const { o << "LowerHeard " << a.source.toString(); }
        void operator()(const TellGroup&) const { o << "TellGroup"; }
        void operator()(const Contested& a) const { o << "Contested " << a.source.toString() << " " << a.text; }
    };
    std::visit(Printer{*out}, action);
}

namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

/// A machine that is driven by hand: each call is one event, `actions` is what it answered.
class Table : public testing::Test {
protected:
    Table() {
        settings.version = 2;
        settings.source = ip("192.168.50.102");
    }

    void send(decltype(Event::what) what) {
        Step next = step(state, {Instant(at), std::move(what)}, settings);
        state = next.state;
        actions = next.actions;
    }
    void start(Adopted adopted = Adopted::None) {
        send(LinkChanged{});
        EXPECT_THAT(actions, IsEmpty());
        send(Started{adopted});
    }
    void hear(std::uint8_t priority, const char* source = "192.168.50.101", Duration interval = 1s) {
        send(AdvertReceived{ip(source), priority, interval});
    }
    void makeMaster() {
        start();
        send(TimerFired{TimerId::MasterDown});
        ASSERT_EQ(state.phase, Phase::Master);
    }
    void pass(Duration duration) { at += duration; }
    template <class A> [[nodiscard]] bool did() const {
        return std::ranges::any_of(actions, [](const Action& a) { return std::holds_alternative<A>(a); });
    }
    [[nodiscard]] bool did(const Action& action) const { return std::ranges::find(actions, action) != actions.end(); }
    [[nodiscard]] std::string reason() const {
        for (const Action& action : actions)
            if (const auto* transition = std::get_if<Transition>(&action))
                return transition->reason;
        return "no transition";
    }
    [[nodiscard]] Duration downTimer() const {
        Duration after{-1};
        for (const Action& action : actions)
            if (const auto* timer = std::get_if<SetTimer>(&action); timer != nullptr && timer->id == TimerId::MasterDown)
                after = timer->after;
        return after;
    }

    Settings settings;
    State state;
    Duration at = 1000s;
    std::vector<Action> actions;
};

// --- timers (RFC 3768 section 6.1, RFC 5798 section 6.1)
TEST_F(Table, RFC3768_6_1_SkewAndMasterDownOfVersion2AreInSeconds) {
    const std::vector<std::pair<int, Duration>> skews{
        {255, 3906us}, {254, 7812us}, {150, 414062us}, {100, 609375us}, {1, 996093us}};
    for (const auto& [priority, skew] : skews) {
        settings.priority = static_cast<std::uint8_t>(priority);
        EXPECT_EQ(skewTime(state, settings), skew) << priority;
        EXPECT_EQ(masterDownTime(state, settings), 3s + skew) << priority;
    }
    settings.advertInterval = 5s;
    settings.priority = 100;
    EXPECT_EQ(masterDownTime(state, settings), 15s + 609375us);
}

TEST_F(Table, RFC5798_6_1_SkewOfVersion3ScalesWithTheMastersInterval) {
    settings.version = 3;
    settings.advertInterval = 100ms;
    start();
    EXPECT_EQ(downTimer(), 300ms + 60937us);
    hear(200, "192.168.50.101", 10ms);
    EXPECT_EQ(downTimer(), 30ms + 6093us);
}

TEST_F(Table, Keepalived_DownTimerAdvertsReplacesTheThree) {
    settings.downTimerAdverts = 5;
    start();
    EXPECT_EQ(downTimer(), 5s + 609375us);
}

// --- start (RFC 3768 section 6.4.1, keepalived)
TEST_F(Table, RFC3768_6_4_1_StartsAsBackupAndWaits) {
    start();
    EXPECT_THAT(actions, ElementsAre(Action(Transition{Phase::Initialize, Phase::Backup, "started"}),
                                     Action(SetTimer{TimerId::MasterDown, 3609375us})));
}

TEST_F(Table, RFC3768_6_4_1_TheOwnerIsMasterAtOnce) {
    settings.priority = 255;
    start();
    EXPECT_EQ(state.phase, Phase::Master);
    EXPECT_TRUE(did(SendAdvert{255}));
    EXPECT_TRUE(did<AddAddresses>());
}

TEST_F(Table, Keepalived_StateMasterOnlyShortensTheFirstWait) {
    settings.initialState = model::InitialState::Master;
    start();
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(downTimer(), 1s + 3906us);
    hear(101);
    EXPECT_EQ(downTimer(), 3609375us);
}

TEST_F(Table, Keepalived_StateMasterOverridesNopreempt) {
    settings.initialState = model::InitialState::Master;
    settings.preempt = false;
    start();
    hear(99);
    EXPECT_THAT(actions, IsEmpty());
}

TEST_F(Table, NothingHappensBeforeItIsStarted) {
    hear(200);
    EXPECT_THAT(actions, IsEmpty());
    for (std::size_t id = 0; id < timerCount; ++id) {
        send(TimerFired{static_cast<TimerId>(id)});
        EXPECT_THAT(actions, IsEmpty()) << id;
    }
    send(Held{Hold::Silent, "drill"});
    EXPECT_THAT(actions, IsEmpty());
    send(Released{});
    EXPECT_THAT(actions, IsEmpty());
    send(Reconfigured{});
    EXPECT_THAT(actions, IsEmpty());
}

// --- BACKUP (RFC 3768 and 5798 section 6.4.2)
TEST_F(Table, RFC5798_6_4_2_TheTimerMakesItMaster) {
    start();
    pass(3609375us);
    send(TimerFired{TimerId::MasterDown});
    EXPECT_THAT(actions, ElementsAre(Action(Transition{Phase::Backup, Phase::Master, "no advertisement heard for 3.61 s"}),
                                     Action(CancelTimer{TimerId::MasterDown}), Action(SendAdvert{100}),
                                     Action(SetTimer{TimerId::Advert, 1s}), Action(AddAddresses{}), Action(Announce{5}),
                                     Action(SetTimer{TimerId::GarpSecond, 5s}), Action(CancelTimer{TimerId::GarpRefresh})));
}

TEST_F(Table, RFC5798_6_4_2_SilenceOfAKnownMasterIsNamed) {
    start();
    hear(200);
    pass(3609375us);
    send(TimerFired{TimerId::MasterDown});
    EXPECT_EQ(reason(), "no advertisement from 192.168.50.101 for 3.61 s");
}

TEST_F(Table, RFC5798_6_4_2_PriorityZeroShortensTheWaitToTheSkew) {
    start();
    hear(200);
    hear(0);
    EXPECT_EQ(downTimer(), 609375us);
    pass(609375us);
    send(TimerFired{TimerId::MasterDown});
    EXPECT_EQ(reason(), "priority-0 advertisement from 192.168.50.101");
}

TEST_F(Table, RFC5798_6_4_2_AHigherOrEqualPriorityIsObeyed) {
    start();
    for (const std::uint8_t priority : std::vector<std::uint8_t>{101, 100, 255}) {
        hear(priority);
        EXPECT_TRUE(did(SetTimer{TimerId::MasterDown, 3609375us})) << int{priority};
        EXPECT_EQ(state.master, ip("192.168.50.101"));
    }
}

TEST_F(Table, Keepalived_ALowerPriorityDoesNotProlongTheWait) {
    start();
    hear(99);
    EXPECT_THAT(actions, IsEmpty());
    pass(1s);
    hear(99);
    pass(500ms);
    send(TimerFired{TimerId::MasterDown});
    EXPECT_EQ(reason(), "our priority 100 is higher than 99 of 192.168.50.101");
}

TEST_F(Table, RFC5798_6_1_NopreemptObeysALowerPriority) {
    settings.preempt = false;
    start();
    hear(1);
    EXPECT_EQ(downTimer(), 3609375us);
}

TEST_F(Table, RFC5798_6_1_AnOwnerPreemptsInAnyCase) {
    settings.preempt = false;
    settings.priority = 255;
    start();
    send(LinkChanged{"interface eth0 is down"});
    send(LinkChanged{});
    ASSERT_EQ(state.phase, Phase::Backup);
    hear(100);
    EXPECT_THAT(actions, IsEmpty());
}

TEST_F(Table, Keepalived_PreemptDelayBeginsWithTheFirstLowerPriority) {
    settings.preemptDelay = 60s;
    start();
    pass(100s);
    hear(99);
    EXPECT_EQ(downTimer(), 3609375us);
    pass(59s);
    hear(99);
    EXPECT_EQ(downTimer(), 3609375us);
    pass(1s);
    hear(99);
    EXPECT_THAT(actions, IsEmpty()) << "the delay is over";
}

TEST_F(Table, Keepalived_AHigherPriorityCancelsThePreemptDelay) {
    settings.preemptDelay = 60s;
    start();
    hear(99);
    pass(50s);
    hear(101);
    pass(20s);
    hear(99);
    EXPECT_EQ(downTimer(), 3609375us) << "it began again";
}

TEST_F(Table, RFC5798_6_4_2_Version3LearnsTheIntervalOnlyOfWhomItObeys) {
    settings.version = 3;
    start();
    hear(99, "192.168.50.101", 10ms);
    EXPECT_EQ(state.masterInterval, 1s);
    hear(200, "192.168.50.101", 10ms);
    EXPECT_EQ(state.masterInterval, 10ms);
    send(TimerFired{TimerId::MasterDown});
    EXPECT_EQ(state.masterInterval, 1s) << "a master goes by its own";
}

// --- MASTER (RFC 3768 and 5798 section 6.4.3)
TEST_F(Table, RFC5798_6_4_3_AdvertisesEveryInterval) {
    makeMaster();
    send(TimerFired{TimerId::Advert});
    EXPECT_THAT(actions, ElementsAre(Action(SendAdvert{100}), Action(SetTimer{TimerId::Advert, 1s})));
}

TEST_F(Table, RFC5798_6_4_3_PriorityZeroIsAnsweredAtOnce) {
    makeMaster();
    hear(0);
    EXPECT_EQ(state.phase, Phase::Master);
    EXPECT_EQ(actions.at(0), Action(SendAdvert{100}));
    EXPECT_EQ(actions.at(1), Action(SetTimer{TimerId::Advert, 1s}));
}

TEST_F(Table, RFC5798_6_4_3_YieldsToAHigherPriority) {
    makeMaster();
    hear(101);
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(reason(), "higher priority 101 from 192.168.50.101");
    EXPECT_TRUE(did<RemoveAddresses>());
    EXPECT_EQ(actions.front(), Action(SendAdvert{100})) << "the other one must know that there was a second master";
    EXPECT_FALSE(did(SendAdvert{0})) << "a goodbye would make the others elect again";
    EXPECT_TRUE(did(CancelTimer{TimerId::Advert}));
    EXPECT_EQ(downTimer(), 3609375us);
}

TEST_F(Table, RFC5798_6_4_3_StrictModeGivesWayWithoutALastWord) {
    settings.lastWord = false;
    makeMaster();
    hear(101);
    EXPECT_FALSE(did<SendAdvert>());
}

TEST_F(Table, RFC5798_6_4_3_EqualPrioritiesAreDecidedByAddress) {
    makeMaster();
    hear(100, "192.168.50.101");
    EXPECT_EQ(state.phase, Phase::Master);
    EXPECT_TRUE(did(SendAdvert{100}));
    hear(100, "192.168.50.103");
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(reason(), "equal priority 100 and higher address 192.168.50.103");
}

TEST_F(Table, RFC5798_6_4_3_AddressesAreComparedAsNumbers) {
    settings.source = ip("192.168.50.9");
    makeMaster();
    hear(100, "192.168.50.10");
    EXPECT_EQ(state.phase, Phase::Backup);
}

TEST_F(Table, Keepalived_ALowerPriorityIsAnsweredAndTheNeighboursAreToldAgain) {
    makeMaster();
    pass(2s);
    hear(99);
    EXPECT_THAT(actions, ElementsAre(Action(SendAdvert{100}), Action(SetTimer{TimerId::Advert, 1s}), Action(Announce{5}),
                                     Action(SetTimer{TimerId::GarpSecond, 5s}), Action(LowerHeard{ip("192.168.50.101"), 99}),
                                     Action(Contested{Dispute::TwoMasters, ip("192.168.50.101"),
                                                      "two masters: it also calls itself master, with priority 99"})));
    pass(10ms);
    hear(99);
    EXPECT_FALSE(did<Announce>()) << "at most one burst a second";
    pass(1s);
    hear(99);
    EXPECT_TRUE(did<Announce>());
}

TEST_F(Table, Keepalived_TheBurstsAfterALowerPriorityHaveANumberAndADelayOfTheirOwn) {
    settings.garp.lowerPriorityRepeat = 2;
    settings.garp.lowerPriorityDelay = 7s;
    makeMaster();
    pass(5s);
    send(TimerFired{TimerId::GarpSecond});
    EXPECT_THAT(actions, ElementsAre(Action(Announce{5}))) << "of becoming master";
    pass(2s);
    hear(99);
    EXPECT_TRUE(did(Announce{2}));
    EXPECT_TRUE(did(SetTimer{TimerId::GarpSecond, 7s}));
    pass(7s);
    send(TimerFired{TimerId::GarpSecond});
    EXPECT_THAT(actions, ElementsAre(Action(Announce{2})));
    send(TimerFired{TimerId::GarpSecond});
    EXPECT_THAT(actions, IsEmpty());
}

TEST_F(Table, ASecondMasterIsToldAtOnceUnlessItsAdvertisementMayHaveCrossedOurs) {
    makeMaster();
    pass(10ms);
    hear(99);
    EXPECT_FALSE(did<Contested>());
    pass(10ms);
    hear(99);
    EXPECT_TRUE(did<Contested>());
}

TEST_F(Table, ABackupTellsOfAMasterWithItsOwnPriority) {
    start();
    hear(100);
    EXPECT_EQ(actions.front(), Action(Contested{Dispute::Tie, ip("192.168.50.101"), "it is master with our priority 100"}));
    hear(101);
    EXPECT_FALSE(did<Contested>());
    hear(0);
    EXPECT_FALSE(did<Contested>());
}

TEST_F(Table, ALowerPriorityRightAfterABurstGetsOneWhenTheSecondIsOver) {
    makeMaster();
    pass(300ms);
    hear(99);
    EXPECT_FALSE(did<Announce>());
    EXPECT_TRUE(did(SetTimer{TimerId::GarpSecond, 700ms}));
    pass(700ms);
    send(TimerFired{TimerId::GarpSecond});
    EXPECT_THAT(actions, ElementsAre(Action(Announce{5}), Action(SetTimer{TimerId::GarpSecond, 4s})))
        << "the burst after garp.delay is still due";
    pass(4s);
    send(TimerFired{TimerId::GarpSecond});
    EXPECT_THAT(actions, ElementsAre(Action(Announce{5})));
}

TEST_F(Table, PriorityZeroHeardByAMasterTellsOfASecondMaster) {
    makeMaster();
    pass(10s);
    hear(0);
    EXPECT_TRUE(did(SendAdvert{100}));
    EXPECT_TRUE(did(Announce{5}));
}

TEST_F(Table, AMasterAnnouncesWhenAMemberOfItsGroupMetAnotherMaster) {
    settings.grouped = true;
    start();
    send(GroupContested{});
    EXPECT_THAT(actions, IsEmpty()) << "a backup has nothing to announce";
    send(TimerFired{TimerId::MasterDown});
    send(GroupMaster{});
    pass(10s);
    hear(99);
    EXPECT_TRUE(did<TellGroup>());
    pass(10s);
    send(GroupContested{});
    EXPECT_THAT(actions, ElementsAre(Action(Announce{5}), Action(SetTimer{TimerId::GarpSecond, 5s})));
    settings.garp.lowerPriorityRepeat = 0;
    pass(10s);
    send(GroupContested{});
    EXPECT_THAT(actions, IsEmpty());
}

TEST_F(Table, Keepalived_OurPriorityFromOurAddressIsOnlyTold) {
    makeMaster();
    hear(100, "192.168.50.102");
    EXPECT_EQ(state.phase, Phase::Master);
    ASSERT_EQ(actions.size(), 1U);
    EXPECT_TRUE(std::get<Contested>(actions[0]).dispute == Dispute::SameAddress);
}

TEST_F(Table, Keepalived_AnOwnerThatMeetsAnotherGoesDownTo254) {
    settings.priority = 255;
    start();
    hear(255);
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(effectivePriority(state, settings), 254);
    send(Reconfigured{});
    EXPECT_EQ(effectivePriority(state, settings), 255);
}

TEST_F(Table, Keepalived_TheSecondBurstComesOnceAndRefreshGoesOn) {
    settings.garp.refresh = 30s;
    settings.garp.refreshRepeat = 2;
    makeMaster();
    EXPECT_TRUE(did(SetTimer{TimerId::GarpRefresh, 30s}));
    pass(5s);
    send(TimerFired{TimerId::GarpSecond});
    EXPECT_THAT(actions, ElementsAre(Action(Announce{5})));
    send(TimerFired{TimerId::GarpRefresh});
    EXPECT_THAT(actions, ElementsAre(Action(Announce{2}), Action(SetTimer{TimerId::GarpRefresh, 30s})));
}

TEST_F(Table, Keepalived_ARepeatOfZeroIsOneAndADelayOfZeroNoSecondBurst) {
    settings.garp.repeat = 0;
    settings.garp.delay = 0s;
    makeMaster();
    EXPECT_TRUE(did(Announce{1}));
    EXPECT_THAT(actions, Not(Contains(Action(SetTimer{TimerId::GarpSecond, 0s}))));
}

TEST_F(Table, Keepalived_AnAddressRemovedBySomebodyElseCostsTheRoleForTheSkewTime) {
    makeMaster();
    send(AddressLost{"192.168.50.8/32 from eth0"});
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(reason(), "somebody else removed 192.168.50.8/32 from eth0");
    EXPECT_FALSE(did(SendAdvert{0}));
    EXPECT_TRUE(did<RemoveAddresses>());
    EXPECT_TRUE(did(SetTimer{TimerId::MasterDown, skewTime(state, settings)}));
    send(TimerFired{TimerId::MasterDown});
    EXPECT_EQ(state.phase, Phase::Master);
    EXPECT_TRUE(did<AddAddresses>());
}

// --- stop (RFC 5798 section 6.4.2 and 6.4.3, "Shutdown event")
TEST_F(Table, RFC5798_6_4_3_AMasterThatStopsResigns) {
    makeMaster();
    send(Stopped{Stop::Resign});
    EXPECT_EQ(state.phase, Phase::Initialize);
    const auto goodbye = std::ranges::find(actions, Action(SendAdvert{0}));
    const auto removal = std::ranges::find(actions, Action(RemoveAddresses{}));
    EXPECT_LT(goodbye, removal);
    EXPECT_NE(removal, actions.end());
    hear(200);
    EXPECT_THAT(actions, IsEmpty());
}

TEST_F(Table, RFC5798_6_4_2_ABackupThatStopsSaysNothing) {
    start();
    send(Stopped{Stop::Resign});
    EXPECT_FALSE(did<SendAdvert>());
    EXPECT_FALSE(did<RemoveAddresses>());
}

TEST_F(Table, ABurstThatIsStillDueComesBeforeARestart) {
    makeMaster();
    send(Stopped{Stop::Leave});
    EXPECT_EQ(actions.front(), Action(Announce{5}));
}

TEST_F(Table, ARestartLeavesEverythingAsItIs) {
    makeMaster();
    pass(5s);
    send(TimerFired{TimerId::GarpSecond});
    send(Stopped{Stop::Leave});
    for (const Action& action : actions)
        EXPECT_TRUE(std::holds_alternative<CancelTimer>(action));
    EXPECT_EQ(state.phase, Phase::Master);
    send(TimerFired{TimerId::Advert});
    EXPECT_THAT(actions, IsEmpty());
}

// --- FAULT (keepalived)
TEST_F(Table, Keepalived_ALinkThatGoesDownIsAFaultWithAGoodbye) {
    makeMaster();
    send(LinkChanged{"interface eth0 is down"});
    EXPECT_EQ(state.phase, Phase::Fault);
    EXPECT_EQ(reason(), "interface eth0 is down");
    EXPECT_TRUE(did(SendAdvert{0}));
    EXPECT_TRUE(did<RemoveAddresses>());
    hear(200);
    EXPECT_THAT(actions, IsEmpty());
    send(TimerFired{TimerId::MasterDown});
    EXPECT_THAT(actions, IsEmpty());
}

TEST_F(Table, Keepalived_AFaultIsLeftOnlyIntoBackup) {
    settings.priority = 255;
    start();
    send(LinkChanged{"interface eth0 is down"});
    send(LinkChanged{});
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(downTimer(), 3003906us);
}

TEST_F(Table, Keepalived_ABackupWithoutItsLinkIsInFaultToo) {
    start();
    send(LinkChanged{"interface eth0 does not exist"});
    EXPECT_EQ(state.phase, Phase::Fault);
    EXPECT_FALSE(did<SendAdvert>());
    EXPECT_TRUE(did(CancelTimer{TimerId::MasterDown}));
}

TEST_F(Table, AStartWithoutALinkIsAFault) {
    send(LinkChanged{"interface eth0 has no IPv4 address of its own"});
    send(Started{Adopted::Stale});
    EXPECT_EQ(state.phase, Phase::Fault);
    EXPECT_TRUE(did<RemoveAddresses>());
}

TEST_F(Table, AMasterThatIsToldOfAFailureStepsDownAndSaysWhy) {
    makeMaster();
    send(Failed{"the IPVS table cannot be programmed"});
    EXPECT_EQ(state.phase, Phase::Fault);
    EXPECT_EQ(reason(), "the IPVS table cannot be programmed");
    EXPECT_TRUE(did(SendAdvert{0}));
    send(LinkChanged{"interface eth0 is down"});
    send(Failed{});
    EXPECT_EQ(state.phase, Phase::Fault) << "the link is still down";
    send(LinkChanged{});
    EXPECT_EQ(state.phase, Phase::Backup);
}

TEST_F(Table, AMasterThatCannotAddAnAddressStepsDownAndTriesAgainLater) {
    makeMaster();
    send(AddressRefused{"cannot add 192.168.50.8/32 to eth0: not permitted"});
    EXPECT_EQ(state.phase, Phase::Fault);
    EXPECT_TRUE(did(SendAdvert{0}));
    EXPECT_TRUE(did(SetTimer{TimerId::Retry, 10s}));
    send(TimerFired{TimerId::Retry});
    EXPECT_EQ(state.phase, Phase::Backup);
    send(TimerFired{TimerId::MasterDown});
    send(AddressRefused{"again"});
    EXPECT_TRUE(did(SetTimer{TimerId::Retry, 20s})) << "each failure in a row doubles the wait";
    for (int i = 0; i < 10; ++i) {
        send(TimerFired{TimerId::Retry});
        send(TimerFired{TimerId::MasterDown});
        send(AddressRefused{"again"});
    }
    EXPECT_TRUE(did(SetTimer{TimerId::Retry, 300s}));
    send(TimerFired{TimerId::Retry});
    send(TimerFired{TimerId::MasterDown});
    send(TimerFired{TimerId::Advert});
    send(AddressRefused{"after an interval as master"});
    EXPECT_TRUE(did(SetTimer{TimerId::Retry, 10s}));
}

// --- holds, for drills
TEST_F(Table, AGracefulHoldResignsAndNeverElectsItself) {
    makeMaster();
    send(Held{Hold::Graceful, "drill graceful"});
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(reason(), "drill graceful");
    EXPECT_TRUE(did(SendAdvert{0}));
    EXPECT_TRUE(did<RemoveAddresses>());
    EXPECT_EQ(downTimer(), Duration{-1});
    hear(99);
    EXPECT_EQ(downTimer(), Duration{-1});
    EXPECT_EQ(state.master, ip("192.168.50.101")) << "it still knows who is master";
    hear(0);
    EXPECT_EQ(downTimer(), Duration{-1});
    send(TimerFired{TimerId::MasterDown});
    EXPECT_EQ(state.phase, Phase::Backup);
    send(Reconfigured{});
    EXPECT_EQ(downTimer(), Duration{-1});
    send(Released{});
    EXPECT_EQ(downTimer(), 3609375us);
}

TEST_F(Table, ASilentHoldSaysNoGoodbyeAndHearsNothing) {
    makeMaster();
    send(Held{Hold::Silent, "drill crash"});
    EXPECT_EQ(state.phase, Phase::Initialize);
    EXPECT_FALSE(did<SendAdvert>());
    EXPECT_TRUE(did<RemoveAddresses>());
    EXPECT_TRUE(did(CancelTimer{TimerId::Advert}));
    hear(99);
    EXPECT_THAT(actions, IsEmpty());
    send(LinkChanged{"interface eth0 is down"});
    EXPECT_EQ(state.phase, Phase::Initialize);
    send(LinkChanged{});
    send(Released{});
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(reason(), "drill crash is over");
    EXPECT_EQ(downTimer(), 3609375us);
}

TEST_F(Table, AHoldOutlastsAFault) {
    makeMaster();
    send(Held{Hold::Graceful, "drill graceful"});
    send(LinkChanged{"interface eth0 is down"});
    EXPECT_EQ(state.phase, Phase::Fault);
    send(LinkChanged{});
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_EQ(downTimer(), Duration{-1});
}

TEST_F(Table, AnInstanceThatIsHeldFromTheStartDropsWhatItFound) {
    send(LinkChanged{});
    send(Held{Hold::Graceful, "drill graceful"});
    send(Started{Adopted::Fresh});
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_TRUE(did<RemoveAddresses>());
    EXPECT_EQ(downTimer(), Duration{-1});
}

// --- adoption after a restart
TEST_F(Table, AFreshMasterGoesOnWithoutTouchingAnything) {
    start(Adopted::Fresh);
    EXPECT_THAT(actions,
                ElementsAre(Action(Transition{Phase::Initialize, Phase::Master, "the agent was restarted; still master"}),
                            Action(SendAdvert{100}), Action(SetTimer{TimerId::Advert, 1s}),
                            Action(CancelTimer{TimerId::GarpRefresh})));
    EXPECT_TRUE(state.holdsAddresses);
    hear(101);
    EXPECT_TRUE(did<RemoveAddresses>());
}

TEST_F(Table, StaleAddressesStayUntilAnotherMasterIsHeard) {
    start(Adopted::Stale);
    EXPECT_EQ(state.phase, Phase::Backup);
    EXPECT_FALSE(did<RemoveAddresses>());
    hear(0);
    EXPECT_FALSE(did<RemoveAddresses>()) << "one that leaves does not use them";
    hear(99);
    EXPECT_TRUE(did<RemoveAddresses>()) << "even a lower priority is a master now";
    hear(99);
    EXPECT_FALSE(did<RemoveAddresses>());
}

TEST_F(Table, StaleAddressesAreAnnouncedWhenNobodyElseIsMaster) {
    start(Adopted::Stale);
    send(TimerFired{TimerId::MasterDown});
    EXPECT_FALSE(did<RemoveAddresses>());
    EXPECT_TRUE(did<AddAddresses>());
    EXPECT_TRUE(did(Announce{5}));
}

// --- new settings
TEST_F(Table, AMasterTellsItsNewPriorityAtOnce) {
    makeMaster();
    settings.priority = 50;
    settings.advertInterval = 2s;
    send(Reconfigured{});
    EXPECT_TRUE(did(SendAdvert{50}));
    EXPECT_TRUE(did(SetTimer{TimerId::Advert, 2s}));
    EXPECT_EQ(state.phase, Phase::Master);
}

TEST_F(Table, ABackupWaitsByItsNewSettings) {
    start();
    hear(200);
    settings.advertInterval = 2s;
    send(Reconfigured{});
    EXPECT_EQ(downTimer(), 6609375us);
}

TEST(Wording, GivesSecondsAndBelowMilliseconds) {
    EXPECT_EQ(durationText(3609375us), "3.61 s");
    EXPECT_EQ(durationText(999999us), "1.00 s");
    EXPECT_EQ(durationText(60s + 5ms), "60.01 s");
    EXPECT_EQ(durationText(155400us), "155 ms");
}

} // namespace
} // namespace lvsdeck::vrrp
