// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/netlink_messages.hpp"

#include "tests/support/random_table.hpp"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <rapidcheck/gtest.h>

#include <cstring>

namespace lvsdeck::ipvs {
namespace {

/// The kernel answers with the same attributes as it is asked with, so a request reads as an answer.
RC_GTEST_PROP(NetlinkMessages, WhatIsWrittenIsReadAgain, ()) {
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const Table table = test::randomTable(random, 12, 6);
    for (const Operation& operation : test::addOperations(table)) {
        const auto message = operationMessage(42, 7, operation, Acknowledge::Always);
        nlmsghdr* header = nlmsg_hdr(message.get());
        RC_ASSERT(header->nlmsg_type == 42);
        RC_ASSERT(header->nlmsg_seq == 7U);
        RC_ASSERT((header->nlmsg_flags & (NLM_F_REQUEST | NLM_F_ACK)) == (NLM_F_REQUEST | NLM_F_ACK));
        if (operation.type == OperationType::AddService) {
            const auto read = readService(header);
            RC_ASSERT(read.has_value());
            RC_ASSERT(read->key == operation.service);
            RC_ASSERT(read->settings == operation.serviceSettings);
            RC_ASSERT(readServiceFamily(header) == operation.service.family);
        } else {
            const auto read = readDestination(header, operation.service.family);
            RC_ASSERT(read.has_value());
            RC_ASSERT(read->key == operation.destination);
            RC_ASSERT(read->settings == operation.destinationSettings);
        }
    }
}

/// A batch is what libnl would have made of its operations one by one.
RC_GTEST_PROP(NetlinkMessages, MessagesOfABatchLieBesideEachOther, ()) {
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const auto operations = test::addOperations(test::randomTable(random, 12, 6));
    std::vector<char> batch;
    for (std::size_t i = 0; i < operations.size(); ++i)
        appendOperation(batch, 42, static_cast<std::uint32_t>(i), operations[i], Acknowledge::OnError);
    int left = static_cast<int>(batch.size());
    auto* header = static_cast<nlmsghdr*>(static_cast<void*>(batch.data()));
    std::size_t count = 0;
    for (; nlmsg_ok(header, left) != 0; header = nlmsg_next(header, &left), ++count) {
        RC_ASSERT(header->nlmsg_seq == count);
        const auto alone = operationMessage(42, static_cast<std::uint32_t>(count), operations[count], Acknowledge::OnError);
        RC_ASSERT(nlmsg_hdr(alone.get())->nlmsg_len == header->nlmsg_len);
        RC_ASSERT(std::memcmp(nlmsg_hdr(alone.get()), header, header->nlmsg_len) == 0);
    }
    RC_ASSERT(count == operations.size());
    RC_ASSERT(left == 0);
}

RC_GTEST_PROP(NetlinkMessages, DamagedAnswersDoNoHarm, ()) {
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const auto operations = test::addOperations(test::randomTable(random, 6, 3));
    for (const Operation& operation : operations) {
        const auto message = operationMessage(42, 7, operation, Acknowledge::OnError);
        nlmsghdr* header = nlmsg_hdr(message.get());
        auto* bytes = static_cast<std::uint8_t*>(static_cast<void*>(header));
        for (std::uint32_t damage = 1 + random() % 8; damage > 0; --damage)
            bytes[sizeof(nlmsghdr) + random() % (header->nlmsg_len - sizeof(nlmsghdr))] =
                static_cast<std::uint8_t>(random());
        header->nlmsg_len -=
            random() % 2 == 0 ? 0 : static_cast<std::uint32_t>(random() % (header->nlmsg_len - sizeof(nlmsghdr) - 4));
        (void)readService(header);
        (void)readServiceFamily(header);
        (void)readDestination(header, Family::V4);
        (void)readVersion(header);
    }
}

TEST(NetlinkSettings, DaemonAndTimeoutsThatAreWrittenAreReadAgain) {
    SyncDaemon daemon{SyncRole::Master, "eth0.100", 200, 1400, 9000, 7, IpAddress::parse("239.1.2.3").value()};
    EXPECT_EQ(readDaemon(nlmsg_hdr(startDaemonMessage(42, 7, daemon).get())), daemon);
    daemon = {SyncRole::Backup, "eth1", 0, std::nullopt, std::nullopt, std::nullopt, IpAddress::parse("ff02::51").value()};
    EXPECT_EQ(readDaemon(nlmsg_hdr(startDaemonMessage(42, 7, daemon).get())), daemon);
    EXPECT_FALSE(readDaemon(nlmsg_hdr(stopDaemonMessage(42, 7, SyncRole::Master).get())));
    EXPECT_EQ(readTimeouts(nlmsg_hdr(setTimeoutsMessage(42, 7, {900, 0, 30}).get())), (Timeouts{900, 0, 30}));
    EXPECT_FALSE(readTimeouts(nlmsg_hdr(setTimeoutsMessage(42, 7, {}).get())));
}

TEST(NetlinkSettings, DaemonIsTheSameWhenWhatWasNotAskedForIsTheDefault) {
    const SyncDaemon wanted{SyncRole::Backup, "eth0", 1, 900, std::nullopt, std::nullopt, std::nullopt};
    SyncDaemon actual{SyncRole::Backup, "eth0", 1, 1024, 8848, 1, IpAddress::parse("224.0.0.81").value()};
    EXPECT_TRUE(sameDaemon(wanted, actual));
    actual.ttl = 2;
    EXPECT_FALSE(sameDaemon(wanted, actual));
    actual.ttl = 1;
    actual.maxLength = 1025;
    EXPECT_FALSE(sameDaemon(wanted, actual));
}

} // namespace
} // namespace lvsdeck::ipvs
