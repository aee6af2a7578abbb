// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/agenda.hpp"
#include "agent/health/lateness.hpp"

#include "tests/unit/health/virtual_runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

using namespace lvsdeck;
using namespace lvsdeck::health;
using namespace std::chrono_literals;

TEST(Agenda, CallsInTheOrderOfTimeAndThenOfPlanning) {
    test::VirtualRuntime runtime;
    std::vector<int> called;
    Agenda agenda(runtime, [&called](void* what) { called.push_back(*static_cast<int*>(what)); });
    std::vector<int> names{0, 1, 2, 3};
    Agenda::Entry a(agenda);
    Agenda::Entry b(agenda);
    Agenda::Entry c(agenda);
    Agenda::Entry d(agenda);
    const Instant now = runtime.now();
    a.plan(now + 3s, &names[0]);
    b.plan(now + 1s, &names[1]);
    c.plan(now + 1s, &names[2]);
    d.plan(now + 2s, &names[3]);
    EXPECT_EQ(b.planned(), now + 1s);
    d.cancel();
    EXPECT_FALSE(d.planned());
    runtime.advance(1s);
    EXPECT_THAT(called, testing::ElementsAre(1, 2));
    b.plan(now - 5s, &names[1]); // overdue
    EXPECT_EQ(called.size(), 2U) << "never from inside of the call";
    runtime.advance(2s);
    EXPECT_THAT(called, testing::ElementsAre(1, 2, 1, 0));
}

RC_GTEST_PROP(AgendaProperty, CallsEveryEntryOnceAtItsTime, ()) {
    test::VirtualRuntime runtime;
    struct Item {
        Instant when;
        bool wanted = false;
        std::vector<Instant> called;
    };
    std::vector<Item> items(*rc::gen::inRange<std::size_t>(1, 60));
    Agenda agenda(runtime, [&runtime](void* what) { static_cast<Item*>(what)->called.push_back(runtime.now()); });
    std::vector<std::unique_ptr<Agenda::Entry>> entries;
    for (std::size_t i = 0; i < items.size(); ++i)
        entries.push_back(std::make_unique<Agenda::Entry>(agenda));
    const auto steps = *rc::gen::container<std::vector<std::pair<std::size_t, int>>>(
        rc::gen::pair(rc::gen::inRange<std::size_t>(0, items.size()), rc::gen::inRange(-20, 100)));
    for (const auto& [at, delay] : steps) {
        if (delay < 0) {
            entries[at]->cancel();
            items[at].wanted = false;
        } else {
            items[at].when = runtime.now() + std::chrono::milliseconds(delay);
            items[at].wanted = true;
            entries[at]->plan(items[at].when, &items[at]);
        }
    }
    runtime.advance(1s);
    for (const Item& item : items)
        RC_ASSERT(item.called == (item.wanted ? std::vector{item.when} : std::vector<Instant>{}));
}

TEST(Lateness, RemembersTheWorstOfTheLastMinute) {
    Lateness lateness;
    const Instant start{std::chrono::hours(1)};
    EXPECT_EQ(lateness.worst(start), 0s);
    lateness.add(start, 3s);
    lateness.add(start + 20s, 1s);
    EXPECT_EQ(lateness.worst(start + 49s), 3s);
    EXPECT_EQ(lateness.worst(start + 65s), 1s);
    EXPECT_EQ(lateness.worst(start + 200s), 0s);
}
