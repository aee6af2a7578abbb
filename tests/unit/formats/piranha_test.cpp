// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/formats.hpp"
#include "common/formats/piranha/reader.hpp"
#include "common/formats/piranha/writer.hpp"
#include "common/model/diff.hpp"

#include "tests/support/piranha_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace lvsdeck::formats {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

Imported read(const std::string& text) { return readPiranha({{"", "lvs.cf", text, ""}}); }

std::string told(const std::vector<Diagnostic>& diagnostics) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics)
        out += toText(diagnostic) + "\n";
    return out;
}

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

/// A file with one virtual that has one server.
std::string file(const std::string& globals, const std::string& inVirtual = {}, const std::string& inServer = {}) {
    return "serial_no = 1\nprimary = 192.0.2.2\nbackup = 192.0.2.3\nbackup_active = 1\nheartbeat = 1\nnetwork = direct\n" +
           globals + "virtual web {\nactive = 1\naddress = 192.0.2.80 eth0:1\nvip_nmask = 255.255.255.0\n" + inVirtual +
           "server one {\naddress = 192.0.2.21\nactive = 1\n" + inServer + "}\n}\n";
}

model::VirtualService service(const std::string& inVirtual, const std::string& inServer = {},
                              const std::string& globals = {}) {
    const Imported in = read(file(globals, inVirtual, inServer));
    return in.cluster.services.empty() ? model::VirtualService{} : in.cluster.services.front();
}

model::HealthCheck check(const std::string& inVirtual) {
    const model::VirtualService one = service(inVirtual);
    if (one.servers.empty() || one.servers.front().checks.size() != 1)
        return model::PingCheck{};
    return one.servers.front().checks.front();
}

TEST(PiranhaReader, MakesTwoDirectorsAndOneInstance) {
    const Imported in = read(file("keepalive = 4\ndeadtime = 12\n"));
    ASSERT_EQ(in.cluster.directors.size(), 2U);
    EXPECT_EQ(in.cluster.directors[0].address, "192.0.2.2");
    EXPECT_EQ(in.cluster.directors[1].address, "192.0.2.3");
    ASSERT_EQ(in.cluster.instances.size(), 1U);
    const model::VrrpInstance& instance = in.cluster.instances.front();
    EXPECT_EQ(instance.advertInterval, seconds(4));
    EXPECT_EQ(instance.downTimerAdverts, 3U);
    EXPECT_TRUE(instance.preempt);
    EXPECT_EQ(instance.vrid, 51);
    ASSERT_EQ(instance.members.size(), 2U);
    EXPECT_GT(instance.members[0].priority, instance.members[1].priority);
    EXPECT_EQ(instance.members[0].interface, "eth0");
    ASSERT_EQ(instance.addresses.size(), 1U);
    EXPECT_EQ(instance.addresses[0].label, "eth0:1");
    EXPECT_EQ(instance.addresses[0].prefixLength, 24);
    EXPECT_THAT(told(in.diagnostics), HasSubstr("VRID 51"));
    EXPECT_FALSE(model::hasErrors(model::validate(in.cluster)));
}

TEST(PiranhaReader, SaysWhatTheHeartbeatBecomes) {
    const Imported in = read(file("keepalive = 4\ndeadtime = 18\nreservation_conflict_action = nothing\n"));
    EXPECT_FALSE(in.cluster.instances.front().preempt);
    EXPECT_EQ(in.cluster.instances.front().members.front().initialState, model::InitialState::Backup);
    EXPECT_THAT(told(in.diagnostics), HasSubstr("20 s instead of every 4 s and after 18 s"));
    EXPECT_EQ(read(file("keepalive = 60\ndeadtime = 180\n")).cluster.instances.front().version, 2);
}

TEST(PiranhaReader, LeavesABackupThatDoesNotTakeOverOutOfTheInstance) {
    for (const std::string line : {"backup_active = 0\n", "heartbeat = 0\n"}) {
        const Imported in = read(file(line));
        EXPECT_EQ(in.cluster.directors.size(), 2U) << line;
        EXPECT_EQ(in.cluster.instances.front().members.size(), 1U) << line;
        EXPECT_THAT(told(in.diagnostics), HasSubstr("does not take over"));
    }
    EXPECT_EQ(read(file("backup = 0.0.0.0\n")).cluster.directors.size(), 1U);
}

TEST(PiranhaReader, MovesTheRouterOfTheServersWithTheAddresses) {
    const std::string router = "nat_router = 10.0.0.1 eth1:1\nnat_nmask = 255.255.0.0\n";
    const Imported in = read(file("network = nat\n" + router));
    const auto& excluded = in.cluster.instances.front().excludedAddresses;
    ASSERT_EQ(excluded.size(), 1U);
    EXPECT_EQ(excluded[0].address, ip("10.0.0.1"));
    EXPECT_EQ(excluded[0].device, "eth1");
    EXPECT_EQ(excluded[0].prefixLength, 16);
    EXPECT_THAT(told(in.diagnostics), HasSubstr("not in the advertisements"));
    EXPECT_TRUE(read(file(router)).cluster.instances.front().excludedAddresses.empty());
}

TEST(PiranhaReader, ReadsTheKernelSettings) {
    const model::Cluster cluster = read(file("syncdaemon = 1\nsyncd_iface = eth1\nsyncd_id = 9\ntcp_timeout = "
                                             "100\ntcpfin_timeout = 20\nudp_timeout = 30\n"))
                                       .cluster;
    ASSERT_TRUE(cluster.connectionSync);
    EXPECT_EQ(cluster.connectionSync->interface, "eth1");
    EXPECT_EQ(cluster.connectionSync->syncId, 9);
    EXPECT_EQ(cluster.connectionSync->instance, cluster.instances.front().name);
    EXPECT_EQ(cluster.timeouts.tcp, 100U);
    EXPECT_EQ(cluster.timeouts.tcpFin, 20U);
    EXPECT_EQ(cluster.timeouts.udp, 30U);
    EXPECT_FALSE(read(file("syncdaemon = 0\n")).cluster.connectionSync);
}

TEST(PiranhaReader, ForwardsAllServicesAlike) {
    EXPECT_EQ(service({}, {}, "network = nat\n").forwarding, model::Forwarding::Nat);
    EXPECT_EQ(service({}, {}, "network = direct\n").forwarding, model::Forwarding::Dr);
    EXPECT_EQ(service({}, {}, "network = tunnel\n").forwarding, model::Forwarding::Tun);
}

TEST(PiranhaReader, ReadsTheSettingsOfAVirtual) {
    const model::VirtualService one =
        service("port = 443\nprotocol = tcp\nscheduler = lblcr\npersistent = 60\npmask = 255.255.255.0\ntimeout = 7\n"
                "quiesce_server = 1\nsorry_server = 192.0.2.99\n",
                "weight = 5\n");
    EXPECT_EQ(serviceKey(one), "tcp 192.0.2.80:443");
    EXPECT_EQ(one.name, "web");
    EXPECT_EQ(one.scheduler, model::Scheduler::Lblcr);
    EXPECT_EQ(one.persistenceTimeout, 60U);
    EXPECT_EQ(one.persistencePrefix, 24);
    EXPECT_EQ(one.delayLoop, seconds(7));
    EXPECT_EQ(one.connectTimeout, seconds(7));
    EXPECT_TRUE(one.inhibitOnFailure);
    ASSERT_TRUE(one.sorryServer);
    EXPECT_EQ(one.sorryServer->port, 443);
    EXPECT_EQ(one.servers.at(0).weight, 5);
    EXPECT_EQ(one.servers.at(0).port, 443);
    EXPECT_EQ(service({}).port, 80);
    EXPECT_EQ(service({}).scheduler, model::Scheduler::Wlc);
    EXPECT_EQ(service({}).delayLoop, seconds(10));
}

TEST(PiranhaReader, ReadsServersAndTheirPorts) {
    EXPECT_EQ(service({}, "port = 8080\n", "network = nat\n").servers.at(0).port, 8080);
    const model::RealServer direct = service({}, "port = 8080\n").servers.at(0);
    EXPECT_EQ(direct.port, 80);
    EXPECT_EQ(model::settings(direct.checks.at(0)).connectPort, 8080);
    EXPECT_EQ(service({}, "active = 0\n").servers.at(0).admin, model::AdminState::Disabled);
}

TEST(PiranhaReader, ReadsHttpChecks) {
    struct Case {
        std::string expect;
        std::vector<model::StatusRange> status;
        std::string regex;
    };
    for (const Case& one :
         {Case{"HTTP", {{100, 599}}, ""}, Case{"HTTP/1.1 200 OK", {{200, 200}}, ""}, Case{"HTTP/1.0 30", {{300, 309}}, ""},
          Case{"HTTP/1.1 2", {}, ""}, Case{"*", {{100, 599}}, ""}, Case{"it.s", {{100, 599}}, "\\Ait\\.s"}}) {
        const model::HealthCheck read =
            check("send = \"GET /x HTTP/1.0\\r\\nHost: a.example\\r\\n\\r\\n\"\nexpect = \"" + one.expect + "\"\n");
        ASSERT_TRUE(std::holds_alternative<model::HttpCheck>(read)) << one.expect;
        const auto& http = std::get<model::HttpCheck>(read);
        EXPECT_EQ(http.urls.at(0).path, "/x");
        EXPECT_EQ(http.virtualHost, "a.example");
        EXPECT_EQ(http.urls.at(0).status, one.status) << one.expect;
        EXPECT_EQ(http.urls.at(0).regex, one.regex) << one.expect;
        EXPECT_EQ(http.retry, 0U);
    }
    const auto regex =
        std::get<model::HttpCheck>(check("send = \"GET / HTTP/1.1\\r\\n\\r\\n\"\nexpect = 'a|b'\nuse_regex = 1\n"));
    EXPECT_EQ(regex.urls.at(0).regex, "a|b");
    EXPECT_EQ(regex.version, model::HttpVersion::Http11);
}

TEST(PiranhaReader, ReadsOtherChecks) {
    EXPECT_TRUE(std::holds_alternative<model::TcpCheck>(check({})));
    const Imported mail = read(file({}, "port = 25\nsend = \"QUIT\\r\\n\"\nexpect = \"220\"\n"));
    EXPECT_TRUE(std::holds_alternative<model::TcpCheck>(mail.cluster.services.at(0).servers.at(0).checks.at(0)));
    EXPECT_THAT(told(mail.diagnostics), HasSubstr("not compared with expect"));
    const auto udp = std::get<model::UdpCheck>(check("protocol = udp\nsend = \"a\\n\"\nexpect = \"ok\"\n"));
    EXPECT_EQ(udp.payload, "610a");
    EXPECT_EQ(udp.reply, "6f6b");
    EXPECT_TRUE(udp.requireReply);
    const auto program = std::get<model::ScriptCheck>(check("send_program = \"/bin/ask -h %h:%h\"\nexpect = \"OK\"\n"));
    EXPECT_EQ(program.script.command, (std::vector<std::string>{"/bin/ask", "-h", "192.0.2.21:192.0.2.21"}));
}

TEST(PiranhaReader, JoinsVirtualsOfOneMark) {
    const std::string server = "server one {\naddress = 192.0.2.21\nactive = 1\n}\n}\n";
    const Imported in =
        read("primary = 192.0.2.2\nnetwork = direct\nvirtual a {\nactive = 1\naddress = 192.0.2.80 eth0:1\nfwmark = 7\n" +
             server + "virtual b {\nactive = 1\naddress = 192.0.2.81 eth0:2\nfwmark = 7\nport = 443\n" + server);
    ASSERT_EQ(in.cluster.services.size(), 1U);
    EXPECT_EQ(serviceKey(in.cluster.services[0]), "fwm 7");
    ASSERT_EQ(in.cluster.services[0].servers.size(), 1U);
    const auto& checks = in.cluster.services[0].servers[0].checks;
    ASSERT_EQ(checks.size(), 2U);
    EXPECT_EQ(model::settings(checks[0]).connectPort, 80);
    EXPECT_EQ(model::settings(checks[1]).connectPort, 443);
    EXPECT_EQ(in.cluster.instances.at(0).addresses.size(), 2U);
}

TEST(PiranhaReader, TellsEveryKeyThatItDoesNotTakeOver) {
    for (const std::string line :
         {"heartbeat_port = 539", "primary_private = 10.0.0.1", "backup_private = 10.0.0.2", "primary_shared = 10.0.0.1",
          "backup_shared = 10.0.0.1", "debug_level = ALL", "monitor_links = 0", "hard_shutdown = 1", "rsh_command = ssh",
          "ipvsadm = /sbin/ipvsadm", "active_cmd = /bin/true", "inactive_cmd = /bin/true", "colour = red", "weight = 3",
          "tcp_timeout = soon", "syncd_iface = eth1", "service = fos", "nonsense"}) {
        const auto diagnostics = read(file(line + "\n")).diagnostics;
        const auto of = [](const Diagnostic& d) { return d.line == 7 && d.column == 1; };
        EXPECT_TRUE(std::ranges::any_of(diagnostics, of)) << line << "\n" << told(diagnostics);
    }
    for (const std::string line : {"load_monitor = rup", "reentry = 180", "client_monitor = x", "scheduler = best",
                                   "protocol = sctp", "port = none", "pmask = 255.0.255.0", "sorry_server = a.example"}) {
        const auto diagnostics = read(file({}, line + "\n")).diagnostics;
        EXPECT_TRUE(std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return d.line == 11; })) << line;
    }
}

TEST(PiranhaReader, ForgivesTheForm) {
    const Imported in =
        read("primary=192.0.2.2 # here\nnetwork =direct\nvirtual web\n{\nactive = 1\naddress = 192.0.2.80 eth0:1\n"
             "server one { address = 192.0.2.21\nactive = 1 } server two {\naddress = '192.0.2.22'\nactive = 1\n}}\n");
    ASSERT_EQ(in.cluster.services.size(), 1U) << told(in.diagnostics);
    EXPECT_EQ(in.cluster.directors.at(0).address, "192.0.2.2");
    EXPECT_EQ(in.cluster.services[0].forwarding, model::Forwarding::Dr);
    EXPECT_GE(in.cluster.services[0].servers.size(), 1U);
    EXPECT_THAT(told(in.diagnostics), HasSubstr("lvs.cf:1:19: Piranha itself takes a comment"));
}

TEST(PiranhaReader, TellsBlocksThatAreNotClosed) {
    const Imported in = read("primary = 192.0.2.2\nvirtual a {\nactive = 1\naddress = 192.0.2.80 eth0:1\nserver x {\n"
                             "address = 192.0.2.21\nactive = 1\nvirtual b {\nactive = 1\naddress = 192.0.2.81 eth0:2\n");
    EXPECT_EQ(in.cluster.services.size(), 2U);
    EXPECT_THAT(told(in.diagnostics), HasSubstr("server x is not closed before virtual b in line 8"));
    EXPECT_THAT(told(in.diagnostics), HasSubstr("virtual b is not closed"));
    EXPECT_THAT(told(read("}\nserver x {\naddress = 192.0.2.1\n}\n{\nfoo = 1\n}\n").diagnostics),
                HasSubstr("outside of a virtual"));
}

TEST(PiranhaReader, SurvivesABlockInTheWrongPlaceThatClosesWithoutOpening) {
    const Imported in = read("server x }\nprimary = 192.0.2.2\nvirtual y }\nbackup = 192.0.2.3\n");
    ASSERT_EQ(in.cluster.directors.size(), 2U);
    EXPECT_EQ(in.cluster.directors[1].address, "192.0.2.3");
}

TEST(PiranhaReader, ComparesCopiesAndTakesTheNewest) {
    const std::string older = file({}, "scheduler = rr\n");
    const std::string newer = "serial_no = 8\n" + file({}, "scheduler = wrr\n").substr(14);
    const Imported in = readPiranha({{"", "a.cf", older, ""}, {"", "b.cf", newer, ""}});
    EXPECT_EQ(in.cluster.services.at(0).scheduler, model::Scheduler::Wrr);
    EXPECT_EQ(in.cluster.directors.size(), 2U);
    EXPECT_THAT(told(in.diagnostics), HasSubstr("a.cf:11:1: virtual web / scheduler is “wrr” in b.cf:11 and another here"));
    const Imported same = readPiranha({{"", "a.cf", older, ""}, {"", "b.cf", older, ""}});
    EXPECT_THAT(told(same.diagnostics), HasSubstr("b.cf: this copy says the same as a.cf"));
    EXPECT_EQ(same.cluster, read(older).cluster);
}

TEST(PiranhaReader, StaysLinearAndRefusesWhatIsTooLarge) {
    EXPECT_THAT(told(read(std::string(50U << 20U, 'x')).diagnostics), HasSubstr("16 MiB"));
    for (const std::string piece :
         {"{", "}", "virtual x {\n", "server y {", "a = \"\n", "key = 1\n", "=", "# x\n", "' ", "\n{\n"}) {
        std::string text = "virtual v {\nactive = 1\nfwmark = 1\n";
        while (text.size() < (1U << 20U))
            text += piece;
        EXPECT_FALSE(read(text).diagnostics.empty()) << piece;
    }
}

TEST(PiranhaReader, ReadsManyVirtualsOfOneMarkInLinearTime) {
    std::string text = "primary = 192.0.2.2\nnetwork = direct\n";
    for (int i = 0; i < 20000; ++i)
        text += "virtual v {\nactive = 1\nfwmark = 1\nport = " + std::to_string(1 + i) +
                "\nserver a {\naddress = 192.0.2.21\nactive = 1\n}\n}\n";
    const Imported in = read(text);
    ASSERT_EQ(in.cluster.services.size(), 1U);
    EXPECT_EQ(in.cluster.services[0].servers.at(0).checks.size(), 20000U);
}

TEST(PiranhaWriter, GivesTheSameClusterBack) {
    EXPECT_TRUE(rc::check("model, text, model", [] {
        const model::Cluster cluster = *testing::piranhaGenerator();
        const Exported out = writePiranha(cluster);
        const model::Cluster back = read(out.text).cluster;
        for (const model::Change& change : model::diff(cluster, back))
            RC_FAIL(change.subject + " " + change.field + ": " + change.before + " -> " + change.after + "\n" + out.text);
        RC_ASSERT(!model::hasErrors(model::validate(cluster)));
        for (const Diagnostic& d : out.diagnostics)
            RC_ASSERT(d.severity != Severity::Error);
    }));
}

TEST(PiranhaWriter, TellsWhateverIsLostOfAnyCluster) {
    EXPECT_TRUE(rc::check("every service and server that is not in the text is told", [] {
        const model::Cluster cluster = *testing::clusterGenerator();
        const Exported out = writePiranha(cluster);
        const model::Cluster back = read(out.text).cluster;
        std::set<std::string> subjects;
        for (const Diagnostic& d : out.diagnostics)
            subjects.insert(d.found);
        for (const model::VirtualService& one : cluster.services) {
            const bool there =
                std::ranges::any_of(back.services, [&](const auto& b) { return serviceKey(b) == serviceKey(one); });
            RC_ASSERT(there || subjects.contains("service " + serviceKey(one)));
        }
        for (std::size_t i = 1; i < cluster.instances.size(); ++i)
            RC_ASSERT(subjects.contains("instance " + cluster.instances[i].name));
        for (std::size_t i = 2; i < cluster.directors.size(); ++i)
            RC_ASSERT(subjects.size() > 0U);
        const Exported again = writePiranha(cluster);
        std::string expected = out.text; // stable
        RC_ASSERT(again.text == expected);
    }));
}

TEST(PiranhaWriter, TellsSettingsThatHaveNoPlace) {
    model::Cluster cluster = read(file({}, "scheduler = rr\n")).cluster;
    EXPECT_EQ(told(writePiranha(cluster).diagnostics), "");
    cluster.services[0].quorum = 3;
    cluster.services[0].scheduler = model::Scheduler::Mh;
    cluster.services[0].servers[0].upperThreshold = 7;
    cluster.instances[0].garp.repeat = 9;
    cluster.notification.smtpServer = "mail.example";
    cluster.passthrough.push_back({"", "global_defs", "x"});
    const std::string all = told(writePiranha(cluster).diagnostics);
    for (const char* word :
         {"quorum “3”", "scheduler “mh”", "upper_threshold", "garp.repeat", "mail.example", "global_defs"})
        EXPECT_THAT(all, HasSubstr(word));
}

TEST(PiranhaRoundTrip, IsAFixedPointForAllSamples) {
    std::size_t samples = 0;
    for (const auto& entry : std::filesystem::directory_iterator(LVSDECK_CORPUS "/piranha")) {
        std::ifstream in(entry.path());
        std::stringstream text;
        text << in.rdbuf();
        // Piranha wants a label at every address: a first export gives one to those that have none, and changes nothing else.
        model::Cluster original = read(text.str()).cluster;
        const model::Cluster first = read(writePiranha(original).text).cluster;
        for (model::VrrpInstance& instance : original.instances)
            for (std::size_t i = 0; i < instance.addresses.size(); ++i)
                if (instance.addresses[i].label.empty())
                    instance.addresses[i].label = first.instances.at(0).addresses.at(i).label;
        EXPECT_EQ(first, original) << entry.path();
        const std::string written = writePiranha(first).text;
        EXPECT_EQ(read(written).cluster, first) << entry.path();
        EXPECT_EQ(writePiranha(read(written).cluster).text, written) << entry.path();
        ++samples;
    }
    EXPECT_GE(samples, 5U);
}

TEST(PiranhaFormat, IsReachedThroughTheFrontDoor) {
    EXPECT_EQ(readAny(Format::Piranha, {{"", "lvs.cf", file({}), ""}}).value().cluster.services.size(), 1U);
    EXPECT_THAT(writeAny(Format::Piranha, read(file({})).cluster).value().text, HasSubstr("virtual web {"));
}

} // namespace
} // namespace lvsdeck::formats
