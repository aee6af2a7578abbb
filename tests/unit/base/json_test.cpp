// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/cluster.hpp"
#include "common/model/validate.hpp"
#include "common/rpc/jsonrpc.hpp"
#include "common/rpc/messages.hpp"

#include <gtest/gtest.h>

namespace lvsdeck {
namespace {

model::Cluster sample() {
    model::Cluster cluster;
    cluster.name = "web";
    cluster.directors.push_back({"lb1", "10.0.0.1", 22, "admin", ""});
    model::VirtualService service;
    service.address = *IpAddress::parse("192.0.2.10");
    service.port = 80;
    service.scheduler = model::Scheduler::Wrr;
    service.persistenceTimeout = 60;
    model::RealServer server;
    server.address = *IpAddress::parse("192.0.2.20");
    server.port = 80;
    model::HttpCheck check;
    check.retry = 3;
    check.urls.push_back({"/health", {{200, 204}}, "", ""});
    server.checks.emplace_back(check);
    server.checks.emplace_back(model::TcpCheck{});
    service.servers.push_back(server);
    cluster.services.push_back(service);
    return cluster;
}

TEST(ClusterDocument, SurvivesTheWayThroughText) {
    const auto back = model::parseCluster(model::clusterText(sample()));
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(*back, sample());
}

TEST(ClusterDocument, IsTheSameWhereverItsValuesLie) {
    json::Value apart = json::toJson(sample(), json::ownMemory(64));
    EXPECT_EQ(json::toLine(apart), json::toLine(json::toJson(sample())));
    EXPECT_EQ(json::lineOf(sample()), json::toLine(apart));
    const json::Value outlives = std::move(apart);
    EXPECT_EQ(json::fromJson<model::Cluster>(outlives).value(), sample());
}

TEST(ClusterDocument, HandedOnItIsNotCopied) {
    rpc::ConfigApplyParams params;
    {
        const json::Value message = json::toJson(rpc::ConfigApplyParams{1, 0, json::toJson(sample()), 60, {}, ""});
        params = json::fromJson<rpc::ConfigApplyParams>(message).value();
    }
    const rpc::ConfigApplyParams copy = params;
    EXPECT_EQ(&*copy.cluster, &*params.cluster);
    EXPECT_EQ(*copy.cluster, json::toJson(sample()));
    params.cluster.edit().get_object()["name"] = "other";
    EXPECT_EQ(*copy.cluster, json::toJson(sample()));
}

TEST(ClusterDocument, UsesTheWordsOfTheField) {
    const std::string text = model::clusterText(sample());
    for (const char* word : {"\"scheduler\": \"wrr\"", "\"delay_loop\": 6000", "\"kind\": \"http\"",
                             "\"forwarding\": \"dr\"", "\"address\": \"192.0.2.10\"", "\"persistence_timeout\": 60"})
        EXPECT_NE(text.find(word), std::string::npos) << word << "\n" << text;
}

TEST(ClusterDocument, NamesThePlaceOfAWrongValue) {
    std::string text = model::clusterText(sample());
    const auto at = text.find("\"weight\": 1");
    text.replace(at, 11, "\"weight\": 9999999999");
    const auto result = model::parseCluster(text);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().path, "services[0].servers[0].weight");
    EXPECT_EQ(result.error().code, ErrorCode::InvalidInput);
}

TEST(ClusterDocument, HashIgnoresTheRevisionAndNothingElse) {
    model::Cluster a = sample();
    model::Cluster b = a;
    b.revision = 7;
    EXPECT_EQ(contentHash(a), contentHash(b));
    b.services[0].servers[0].weight = 2;
    EXPECT_NE(contentHash(a), contentHash(b));
}

TEST(JsonRpc, CarriesRequestsAnswersAndErrors) {
    const std::string line = rpc::encode(rpc::Request{7, "config.get", json::Object{{"a", "x\ny"}}});
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
    const auto request = rpc::decode(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(request);
    EXPECT_EQ(std::get<rpc::Request>(*request).method, "config.get");

    const std::string refusal =
        rpc::encode(rpc::Response{7, failure(ErrorCode::Denied, "only group lvsdeck-admin may apply", "x")});
    const auto response = rpc::decode(std::string_view(refusal).substr(0, refusal.size() - 1));
    ASSERT_TRUE(response);
    const auto& answer = std::get<rpc::Response>(*response);
    EXPECT_EQ(answer.id, 7);
    ASSERT_FALSE(answer.result);
    EXPECT_EQ(answer.result.error(), (Error{ErrorCode::Denied, "only group lvsdeck-admin may apply", "x"}));
}

TEST(JsonRpc, AnswersNonsenseWithAnError) {
    for (const char* line : {"", "x", "[]", "{}", "{\"method\":1}", "{\"method\":\"a\",\"id\":\"x\"}",
                             "{\"method\":\"a\",\"params\":3}", "{\"a\":1}garbage"})
        EXPECT_FALSE(rpc::decode(line)) << line;
}

TEST(LineSplitter, DropsALineThatIsTooLongAndGoesOn) {
    rpc::LineSplitter lines(10);
    lines.append("short\nthis one is far too");
    EXPECT_EQ(lines.next()->value(), "short");
    EXPECT_FALSE(lines.next());
    lines.append(std::string(1000, 'x'));
    EXPECT_FALSE(lines.next());
    EXPECT_LE(lines.buffered(), 10U);
    lines.append(" long\nagain\r\n");
    const auto problem = lines.next();
    ASSERT_TRUE(problem);
    ASSERT_FALSE(*problem);
    EXPECT_EQ(problem->error().code, ErrorCode::TooLarge);
    EXPECT_EQ(lines.next()->value(), "again");
    EXPECT_FALSE(lines.next());
}

TEST(Json, ANumberThatIsTooBigIsRefused) {
    for (const char* text : {"1e400", "-3e2000", "[1, {\"a\": [1e99999]}]"}) {
        const auto parsed = json::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_NE(parsed.error().text.find("too big"), std::string::npos);
    }
    EXPECT_TRUE(json::parse("[1e308, -1e308, 18446744073709551615, 1e-400]"));
}

TEST(Errors, CanBeReadWhereverTheyCutAText) {
    for (std::size_t blanks = 0; blanks < 3; ++blanks) {
        std::string word(blanks, 'x');
        for (int i = 0; i < 100; ++i)
            word += "日";
        const auto scheduler = json::fromJson<model::Scheduler>(json::Value(word), "scheduler");
        const auto address = IpAddress::parse(word);
        ASSERT_FALSE(scheduler || address);
        model::Cluster cluster = sample();
        cluster.directors[0].id = word;
        const auto problems = model::validate(cluster);
        ASSERT_FALSE(problems.empty());
        for (const std::string& text : {scheduler.error().text, address.error().text, problems.front().text}) {
            const auto error = rpc::encode(rpc::Response{1, failure(ErrorCode::InvalidInput, text)});
            EXPECT_TRUE(rpc::decode(error.substr(0, error.size() - 1))) << text;
        }
    }
}

} // namespace
} // namespace lvsdeck
