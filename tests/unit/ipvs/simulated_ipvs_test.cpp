// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_ipvs.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace lvsdeck::simulated {
namespace {

using namespace ipvs;

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

class Kernel : public testing::Test {
protected:
    Operation service(OperationType type) {
        Operation operation;
        operation.type = type;
        operation.service = {0, Family::V4, model::Protocol::Tcp, ip("192.0.2.10"), 80};
        operation.serviceSettings = {"wrr", 0, 0, 32, ""};
        return operation;
    }
    Operation server(OperationType type, std::string_view address = "192.0.2.20", std::int32_t weight = 1) {
        Operation operation = service(type);
        operation.destination = {ip(address), 80};
        operation.destinationSettings.weight = weight;
        return operation;
    }
    SimulatedIpvs kernel;
};

TEST_F(Kernel, RefusesAsTheRealOneDoes) {
    EXPECT_EQ(kernel.change(service(OperationType::SetService)), ESRCH);
    EXPECT_EQ(kernel.change(server(OperationType::AddDestination)), ESRCH);
    Operation unknown = service(OperationType::AddService);
    unknown.serviceSettings.scheduler = "nosuch";
    EXPECT_EQ(kernel.change(unknown), ENOENT);
    EXPECT_EQ(kernel.change(service(OperationType::AddService)), 0);
    EXPECT_EQ(kernel.change(service(OperationType::AddService)), EEXIST);
    EXPECT_EQ(kernel.change(server(OperationType::SetDestination)), ENOENT);
    EXPECT_EQ(kernel.change(server(OperationType::RemoveDestination)), ENOENT);
    EXPECT_EQ(kernel.change(server(OperationType::AddDestination, "192.0.2.20", -1)), ERANGE);
    EXPECT_EQ(kernel.change(server(OperationType::AddDestination, "224.0.0.1")), EINVAL);
    EXPECT_EQ(kernel.change(server(OperationType::AddDestination, "2001:db8::1")), EINVAL);
    EXPECT_EQ(kernel.change(server(OperationType::AddDestination)), 0);
    EXPECT_EQ(kernel.change(server(OperationType::AddDestination)), EEXIST);
}

TEST_F(Kernel, GoesOnAfterAFailedOperationAndNamesIt) {
    const auto failed = kernel.apply(
        {service(OperationType::AddService), service(OperationType::AddService), server(OperationType::AddDestination)});
    ASSERT_TRUE(failed);
    ASSERT_EQ(failed->size(), 1U);
    EXPECT_EQ(failed->front().index, 1U);
    EXPECT_EQ(kernel.table().begin()->second.destinations.size(), 1U);
}

TEST_F(Kernel, WithoutIpvsOrPermissionSaysSo) {
    kernel.setPermitted(false);
    EXPECT_EQ(kernel.read().error().code, ErrorCode::Denied);
    kernel.setAvailable(false);
    EXPECT_EQ(kernel.version().error().code, ErrorCode::Unsupported);
}

TEST_F(Kernel, SpreadsConnectionsByWeightAndKeepsThemWhenADestinationChanges) {
    kernel.change(service(OperationType::AddService));
    kernel.change(server(OperationType::AddDestination, "192.0.2.20", 3));
    kernel.change(server(OperationType::AddDestination, "192.0.2.21", 1));
    const ServiceKey key = service(OperationType::AddService).service;
    for (int second = 0; second < 40; ++second)
        kernel.advance(1, {{key, Load{100, 2, 8, 10, 900, 14'000}}});
    const ServiceTraffic before = kernel.counters()->traffic->at(key);
    EXPECT_EQ(before.destinations.begin()->second.traffic.conns, 3000U);
    EXPECT_EQ(before.destinations.rbegin()->second.traffic.conns, 1000U);
    EXPECT_EQ(before.total.conns, 4000U);
    EXPECT_EQ(before.total.cps, 100U);
    EXPECT_EQ(before.total.outBytes, 0U) << "replies of routed servers do not pass the director";

    kernel.change(server(OperationType::SetDestination, "192.0.2.20", 0));
    kernel.advance(1, {{key, Load{100, 2, 8, 10, 900, 14'000}}});
    const TableCounters counters = *kernel.counters();
    const ServiceTraffic& after = counters.traffic->at(key);
    EXPECT_EQ(after.destinations.begin()->second.traffic.conns, 3000U);
    EXPECT_EQ(after.destinations.rbegin()->second.traffic.conns, 1100U);
    EXPECT_GT(counters.of(after.destinations.begin()->second).active, 0U);
}

TEST_F(Kernel, CrashesBetweenTwoOperations) {
    CrashPoint crash;
    SimulatedIpvs mortal(&crash);
    crash.armAfter(1);
    EXPECT_THROW((void)mortal.apply({service(OperationType::AddService), server(OperationType::AddDestination)}),
                 SimulatedCrash);
    EXPECT_EQ(mortal.table().size(), 1U);
    EXPECT_TRUE(mortal.table().begin()->second.destinations.empty());
    EXPECT_EQ(crash.steps(), 1U);
}

} // namespace
} // namespace lvsdeck::simulated
