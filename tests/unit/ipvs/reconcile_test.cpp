// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/reconcile.hpp"

#include "agent/simulated/simulated_ipvs.hpp"
#include "tests/support/random_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lvsdeck::ipvs {
namespace {

/// Half of what is there belongs to others.
void leaveOddPorts(Owned& owned) {
    std::erase_if(owned.services, [](const ServiceKey& key) { return key.port % 2 == 0; });
    for (auto& [service, destinations] : owned.destinations)
        for (auto at = destinations.begin(); at != destinations.end();)
            at = at->port % 2 == 0 ? destinations.erase(at) : std::next(at);
}

/// Applies to a kernel that holds `actual`; no operation may fail.
Table applied(const Table& actual, const std::vector<Operation>& operations) {
    simulated::SimulatedIpvs kernel;
    RC_ASSERT(kernel.apply(test::addOperations(actual))->empty());
    RC_ASSERT(kernel.apply(operations)->empty());
    return kernel.table();
}

struct Case {
    Table actual, desired;
};

Case randomCase() {
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    Case result;
    result.actual = test::randomTable(random, *rc::gen::inRange(0U, 8U), *rc::gen::inRange(0U, 6U));
    result.desired = test::changedTable(result.actual, random);
    return result;
}

RC_GTEST_PROP(Reconcile, ReachesTheWantedTableWhenAllIsOurs, ()) {
    const auto [actual, desired] = randomCase();
    Owned owned = test::allOf(actual);
    RC_ASSERT(applied(actual, reconcile(desired, actual, owned)) == desired);
}

RC_GTEST_PROP(Reconcile, HasNothingToDoTheSecondTime, ()) {
    const auto [actual, desired] = randomCase();
    Owned owned = test::allOf(actual);
    leaveOddPorts(owned);
    const Table after = applied(actual, reconcile(desired, actual, owned));
    merge(owned, test::allOf(desired));
    RC_ASSERT(reconcile(desired, after, owned).empty());
}

// The inner parentheses matter: RapidCheck takes expressions apart, and && would not short-circuit.
RC_GTEST_PROP(Reconcile, NeverTouchesWhatOthersOwn, ()) {
    const auto [actual, desired] = randomCase();
    Owned owned = test::allOf(actual);
    leaveOddPorts(owned);
    const Table after = applied(actual, reconcile(desired, actual, owned));
    for (const auto& [key, service] : actual) {
        const auto wanted = desired.find(key);
        if (wanted == desired.end() && !owned.services.contains(key))
            RC_ASSERT((after.contains(key) && after.at(key).settings == service.settings));
        for (const auto& [destination, settings] : service.destinations) {
            const bool isWanted = wanted != desired.end() && wanted->second.destinations.contains(destination);
            if (!isWanted && !owned.has(key, destination))
                RC_ASSERT((after.contains(key) && after.at(key).destinations.at(destination) == settings));
        }
    }
}

RC_GTEST_PROP(Reconcile, DoesNothingForEntriesThatAreAsWanted, ()) {
    const auto [actual, desired] = randomCase();
    for (const Operation& operation : reconcile(desired, actual, test::allOf(actual))) {
        const auto before = actual.find(operation.service);
        const auto wanted = desired.find(operation.service);
        switch (operation.type) {
        case OperationType::AddService: RC_ASSERT(before == actual.end()); break;
        case OperationType::SetService: RC_ASSERT(!(before->second.settings == wanted->second.settings)); break;
        case OperationType::RemoveService: RC_ASSERT(wanted == desired.end()); break;
        case OperationType::AddDestination:
            RC_ASSERT((before == actual.end() || !before->second.destinations.contains(operation.destination)));
            break;
        case OperationType::SetDestination:
            RC_ASSERT(!(before->second.destinations.at(operation.destination) ==
                        wanted->second.destinations.at(operation.destination)));
            break;
        case OperationType::RemoveDestination:
            RC_ASSERT((wanted != desired.end() && !wanted->second.destinations.contains(operation.destination)));
            break;
        }
    }
}

class Reconciling : public testing::Test {
protected:
    Reconciling() {
        key.address = *IpAddress::parse("192.0.2.10");
        key.port = 80;
        Service service;
        service.settings = {"wrr", 0, 0, 32, ""};
        service.destinations[one] = {};
        service.destinations[two] = {};
        table[key] = service;
    }
    ServiceKey key;
    DestinationKey one{*IpAddress::parse("192.0.2.20"), 80};
    DestinationKey two{*IpAddress::parse("192.0.2.21"), 80};
    Table table;
};

TEST_F(Reconciling, AWeightChangeIsOneOperation) {
    Table desired = table;
    desired[key].destinations[two].weight = 0;
    const auto operations = reconcile(desired, table, test::allOf(table));
    ASSERT_EQ(operations.size(), 1U);
    EXPECT_EQ(operations[0].type, OperationType::SetDestination);
    EXPECT_EQ(operations[0].destination, two);
    EXPECT_EQ(operations[0].destinationSettings.weight, 0);
}

TEST_F(Reconciling, RemovingAServiceIsOneOperation) {
    const auto operations = reconcile({}, table, test::allOf(table));
    ASSERT_EQ(operations.size(), 1U);
    EXPECT_EQ(operations[0].type, OperationType::RemoveService);
}

TEST_F(Reconciling, AServiceThatHoldsSomebodysServerLosesOnlyOurs) {
    Owned owned = test::allOf(table);
    owned.destinations[key].erase(two);
    const auto operations = reconcile({}, table, owned);
    ASSERT_EQ(operations.size(), 1U);
    EXPECT_EQ(operations[0].type, OperationType::RemoveDestination);
    EXPECT_EQ(operations[0].destination, one);
}

TEST_F(Reconciling, WhatSomebodyAddedByHandIsAdoptedWithItsConnections) { EXPECT_TRUE(reconcile(table, table, {}).empty()); }

TEST_F(Reconciling, WhatTheKernelShowsDifferentlyButMeansTheSameIsLeftAlone) {
    Table actual = table;
    actual[key].settings.flags |= 2;
    actual[key].settings.prefixLength = 24; // without persistence it means nothing
    actual[key].destinations[one].forward = Forward::Local;
    actual[key].destinations[two].tunnelPort = 99;
    EXPECT_TRUE(reconcile(table, actual, test::allOf(table)).empty());
}

TEST_F(Reconciling, NewEntriesComeBeforeOldOnesLeave) {
    Table desired;
    ServiceKey other = key;
    other.port = 443;
    desired[other].settings = table[key].settings;
    desired[other].destinations[one] = {};
    const auto operations = reconcile(desired, table, test::allOf(table));
    ASSERT_EQ(operations.size(), 3U);
    EXPECT_EQ(operations[0].type, OperationType::AddService);
    EXPECT_EQ(operations[1].type, OperationType::AddDestination);
    EXPECT_EQ(operations[2].type, OperationType::RemoveService);
}

} // namespace
} // namespace lvsdeck::ipvs
