// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/event_model.hpp"
#include "console/models/keyed_rows.hpp"
#include "console/models/watch_model.hpp"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <random>

namespace lvsdeck::console {
namespace {

WatchService aService(const std::string& key, std::vector<std::string> servers, std::int64_t active = 1) {
    WatchService out;
    out.key = key;
    for (const std::string& server : servers) {
        WatchServer one;
        one.key = server;
        one.numbers.active = active;
        out.servers.push_back(one);
    }
    return out;
}

TEST(WatchModel, keeps_rows_that_stay_and_never_resets) {
    WatchModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.setRows({aService("a", {"1", "2"}), aService("b", {"3"})});
    const QPersistentModelIndex server = model.index(0, 0, model.index(1, 0, {}));
    ASSERT_TRUE(server.isValid());
    model.setRows({aService("new", {"9"}), aService("a", {"2"}), aService("b", {"0", "3"}, 7)});
    ASSERT_TRUE(server.isValid());
    EXPECT_EQ(model.server(server)->key, "3");
    EXPECT_EQ(model.server(server)->numbers.active, 7);
    EXPECT_EQ(model.server(server)->trend.size(), 2U);
    EXPECT_EQ(model.rowCount({}), 3);
    EXPECT_EQ(resets.count(), 0);
}

TEST(WatchModel, survives_any_sequence_of_tables) {
    WatchModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    std::mt19937 random(51);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::string> keys{"a", "b", "c", "d", "e"};
        std::shuffle(keys.begin(), keys.end(), random);
        keys.resize(random() % 6);
        std::vector<WatchService> rows;
        for (const std::string& key : keys) {
            std::vector<std::string> servers{"1", "2", "3", "4"};
            std::shuffle(servers.begin(), servers.end(), random);
            servers.resize(random() % 5);
            rows.push_back(aService(key, servers));
        }
        model.setRows(rows);
        ASSERT_EQ(model.rowCount({}), static_cast<int>(rows.size()));
        for (int i = 0; i < model.rowCount({}); ++i) {
            ASSERT_EQ(model.service(model.index(i, 0, {}))->key, keys[static_cast<std::size_t>(i)]);
            ASSERT_EQ(model.rowCount(model.index(i, 0, {})),
                      static_cast<int>(rows[static_cast<std::size_t>(i)].servers.size()));
        }
    }
}

TEST(WatchModel, tells_changes_in_ranges) {
    std::vector<WatchService> rows;
    for (int i = 0; i < 1000; ++i)
        rows.push_back(aService(std::to_string(i), {}));
    WatchModel model;
    model.setRows(rows);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.setRows(rows);
    EXPECT_EQ(changes.count(), 1);
}

TEST(EventModel, inserts_new_events_above_the_old) {
    EventModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    std::vector<EventRow> rows;
    for (std::uint64_t i = 1; i <= 10; ++i) {
        rpc::Event event;
        event.id = i;
        event.atUs = static_cast<std::int64_t>(i) * 1000;
        rows.push_back({"lb1", event, event.atUs});
        model.setRows(rows);
    }
    EXPECT_EQ(inserted.count(), 10);
    EXPECT_EQ(model.row(0).event.id, 10U);
}

} // namespace
} // namespace lvsdeck::console
