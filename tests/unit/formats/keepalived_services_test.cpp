// SPDX-License-Identifier: GPL-3.0-or-later
// The virtual server side of keepalived.conf: groups, checks, scripts, the sync daemon.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "common/model/groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lvsdeck::formats {
namespace {

using ::testing::HasSubstr;

Imported read(const std::string& text) { return readKeepalived({{"lb1", "one.conf", text, ""}}); }

std::string all(const Imported& imported) {
    std::string out;
    for (const Diagnostic& d : imported.diagnostics)
        out += toText(d) + "\n";
    return out;
}

std::string written(const model::Cluster& cluster) { return writeKeepalived(cluster, "lb1").value().text; }

TEST(KeepalivedGroups, ReadEveryFormOfAnEntryAndWriteItAgain) {
    const Imported in = read("virtual_server group web {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
                             " real_server 10.1.1.1 80 {\n }\n}\n"
                             "virtual_server group web {\n lb_algo rr\n lb_kind NAT\n protocol UDP\n"
                             " real_server 10.1.1.1 80 {\n }\n}\n"
                             "virtual_server_group web {\n 10.0.0.1\n 10.0.0.3-10 80\n 10.0.1.250-10.0.2.3 81\n"
                             " 10.0.4.8/29 443\n fwmark 7\n 10.0.4.9/29\n}\n");
    ASSERT_EQ(in.cluster.serviceGroups.size(), 1U) << all(in);
    std::vector<std::string> entries;
    for (const model::GroupEntry& entry : in.cluster.serviceGroups[0].entries)
        entries.push_back(entryText(entry));
    EXPECT_THAT(entries, ::testing::ElementsAre("10.0.0.1", "10.0.0.3-10.0.0.10 80", "10.0.1.250-10.0.2.3 81",
                                                "10.0.4.8-10.0.4.15 443", "fwmark 7"));
    EXPECT_THAT(all(in), HasSubstr("one.conf:21:2: this is not an address")); // host bits set: keepalived skips it
    ASSERT_EQ(in.cluster.services.size(), 2U);
    EXPECT_EQ(serviceKey(in.cluster.services[0]), "group web tcp");
    EXPECT_EQ(serviceKey(in.cluster.services[1]), "group web udp");
    EXPECT_EQ(in.cluster.services[0].persistenceTimeout, 360U) << "an entry without a port makes it persistent";
    const std::string text = written(in.cluster);
    EXPECT_THAT(text, HasSubstr("virtual_server_group web {\n    10.0.0.1\n    10.0.0.3-10 80\n"
                                "    10.0.1.250-10.0.2.3 81\n    10.0.4.8-15 443\n    fwmark 7\n"));
    EXPECT_THAT(text, HasSubstr("virtual_server group web {\n"));
    EXPECT_LT(text.find("virtual_server_group web"), text.find("virtual_server group web"));
}

TEST(KeepalivedGroups, GiveMarksTheFamilyOfTheirServers) {
    const Imported in = read("virtual_server_group six {\n fwmark 7\n}\n"
                             "virtual_server group six {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
                             " persistence_granularity 64\n real_server 2001:db8::1 80 {\n }\n}\n"
                             "virtual_server fwmark 8 {\n lb_algo rr\n lb_kind NAT\n real_server 2001:db8::1 {\n }\n}\n");
    ASSERT_EQ(in.cluster.services.size(), 2U) << all(in);
    EXPECT_EQ(familyOf(in.cluster, in.cluster.services[0]), Family::V6);
    EXPECT_EQ(in.cluster.services[0].persistencePrefix, 64);
    EXPECT_EQ(serviceKey(in.cluster.services[1]), "fwm 8 ipv6");
}

TEST(KeepalivedGroups, KeepAServiceWhoseGroupIsNotThere) {
    const Imported in = read("virtual_server group gone {\n real_server 10.1.1.1 80 {\n }\n}\n");
    EXPECT_TRUE(in.cluster.services.empty());
    ASSERT_EQ(in.cluster.passthrough.size(), 1U);
    EXPECT_THAT(all(in), HasSubstr("no virtual_server_group gone"));
}

/// One server with this text in its block.
Imported withServer(const std::string& text) {
    return read("virtual_server 10.0.0.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n real_server 10.1.1.1 80 {\n" +
                text + "\n }\n}\n");
}

template <class T> T onlyCheck(const Imported& in) {
    EXPECT_TRUE(in.cluster.passthrough.empty()) << all(in);
    if (in.cluster.services.empty() || in.cluster.services[0].servers.empty() ||
        in.cluster.services[0].servers[0].checks.size() != 1 ||
        !std::holds_alternative<T>(in.cluster.services[0].servers[0].checks[0])) {
        ADD_FAILURE() << all(in);
        return {};
    }
    return std::get<T>(in.cluster.services[0].servers[0].checks[0]);
}

TEST(KeepalivedChecks, HaveCommonWords) {
    const auto check = onlyCheck<model::TcpCheck>(
        withServer("TCP_CHECK {\n connect_ip 10.2.2.2\n connect_port 81\n bindto 10.3.3.3\n bind_port 4000\n bind_if eth1\n"
                   " fwmark 7\n connect_timeout 2.5\n retry 0\n delay_before_retry 3\n warmup 0\n delay_loop 0.5\n alpha\n"
                   " log_all_failures false\n}"));
    EXPECT_EQ(check.connectAddress->toString(), "10.2.2.2");
    EXPECT_EQ(check.bindPort, 4000);
    EXPECT_EQ(check.bindInterface, "eth1");
    EXPECT_EQ(check.firewallMark, 7U);
    EXPECT_EQ(check.retry, 0U);
    EXPECT_EQ(check.delayLoop, std::chrono::milliseconds(500));
    EXPECT_EQ(check.alpha, true);
    EXPECT_EQ(check.logAllFailures, false);
}

TEST(KeepalivedChecks, ReadARegexWithItsEscapes) {
    const auto check = onlyCheck<model::HttpCheck>(withServer(
        "SSL_GET {\n http_protocol 1.0C\n fast_recovery\n enable_sni\n url {\n path /\n regex \"\\\\d+ \\042#{2}\"\n"
        " regex_no_match\n regex_options caseless dotall\n regex_options utf\n regex_min_offset 5\n"
        " regex_max_offset 99\n }\n}"));
    EXPECT_EQ(check.version, model::HttpVersion::Http10Close);
    EXPECT_TRUE(check.fastRecovery && check.sni && check.tls);
    ASSERT_EQ(check.urls.size(), 1U);
    EXPECT_EQ(check.urls[0].regex, "\\d+ \"#{2}");
    EXPECT_TRUE(check.urls[0].regexNoMatch);
    EXPECT_THAT(check.urls[0].regexOptions, ::testing::ElementsAre("caseless", "dotall", "utf"));
    EXPECT_EQ(check.urls[0].regexMaxOffset, 99U);
}

TEST(KeepalivedChecks, ReadHexDigitsAsKeepalivedDoes) {
    const auto check = onlyCheck<model::UdpCheck>(
        withServer("UDP_CHECK {\n payload Ab12f 3 456 546443123\n require_reply aX 1\n min_reply_length 2\n}"));
    EXPECT_EQ(check.payload, "ab120f03450654644312"
                             "03");
    EXPECT_TRUE(check.requireReply);
    EXPECT_EQ(check.reply, "ax01");
    EXPECT_EQ(check.minReplyLength, 2);
}

TEST(KeepalivedChecks, MakeACheckOfEachMailHost) {
    const Imported in =
        withServer("SMTP_CHECK {\n helo_name \"mail.example\"\n connect_timeout 4\n host {\n connect_ip 10.2.2.1\n"
                   " }\n host {\n connect_ip 10.2.2.2\n connect_port 587\n }\n}");
    ASSERT_EQ(in.cluster.services[0].servers[0].checks.size(), 2U) << all(in);
    const auto& second = std::get<model::SmtpCheck>(in.cluster.services[0].servers[0].checks[1]);
    EXPECT_EQ(second.heloName, "mail.example");
    EXPECT_EQ(second.connectAddress->toString(), "10.2.2.2");
    EXPECT_EQ(second.connectPort, 587);
    EXPECT_EQ(second.connectTimeout, std::chrono::seconds(4));
}

TEST(KeepalivedChecks, RunProgramsAndWatchFiles) {
    const auto script = onlyCheck<model::ScriptCheck>(withServer(
        "retry 2\nconnect_timeout 9\nMISC_CHECK {\n misc_path \"/bin/check 'a b' c\"\n misc_timeout 7\n misc_dynamic\n"
        " user nobody nogroup\n}"));
    EXPECT_THAT(script.script.command, ::testing::ElementsAre("/bin/check", "a b", "c"));
    EXPECT_EQ(script.script.user, "nobody");
    EXPECT_EQ(script.script.group, "nogroup");
    EXPECT_EQ(script.timeout, std::chrono::seconds(7));
    EXPECT_TRUE(script.dynamic);
    EXPECT_EQ(script.retry, 2U) << "the server's";
    EXPECT_FALSE(script.connectTimeout) << "a program is not connected to";
    const auto file = onlyCheck<model::FileCheck>(withServer("FILE_CHECK {\n track_file load\n weight -2 reverse\n}"));
    EXPECT_EQ(file.trackFile, "load");
    EXPECT_EQ(file.weight, -2);
    EXPECT_EQ(file.reverse, true);
}

TEST(KeepalivedChecks, KeepWhatTheModelHasNot) {
    const Imported in = withServer("BFD_CHECK {\n name b1\n}\nTCP_CHECK {\n}");
    ASSERT_EQ(in.cluster.passthrough.size(), 1U);
    EXPECT_THAT(all(in), HasSubstr("BFD_CHECK is kept, not managed"));
    EXPECT_THAT(written(in.cluster), HasSubstr("        BFD_CHECK {\n"));
}

TEST(KeepalivedServices, HaveScriptsAndMail) {
    const Imported in =
        read("virtual_server 10.0.0.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n weight 7\n"
             " quorum_up \"/bin/up 'a b'\" root\n quorum_down /bin/down\n smtp_alert\n sorry_server 10.1.1.9 80\n"
             " sorry_server_lvs_method TUN type gue port 6080\n sorry_server_inhibit\n"
             " real_server 10.1.1.1 80 {\n  notify_up \"/bin/n up\"\n  notify_down \"/bin/n down\" nobody\n  smtp_alert "
             "false\n }\n}\n");
    ASSERT_TRUE(in.cluster.passthrough.empty()) << all(in);
    const model::VirtualService& service = in.cluster.services.at(0);
    EXPECT_THAT(service.quorumUp.command, ::testing::ElementsAre("/bin/up", "a b"));
    EXPECT_EQ(service.quorumUp.user, "root");
    EXPECT_EQ(service.smtpAlert, true);
    EXPECT_TRUE(service.sorryServer->inhibit);
    EXPECT_EQ(service.sorryServer->tunnel->port, 6080);
    EXPECT_EQ(service.servers[0].weight, 7);
    EXPECT_THAT(service.servers[0].notifyDown->command, ::testing::ElementsAre("/bin/n", "down"));
    EXPECT_EQ(service.servers[0].smtpAlert, false);
}

TEST(KeepalivedKernelWords, ReadBothFormsOfTheSyncDaemon) {
    const Imported words =
        read("global_defs {\n lvs_sync_daemon eth1 inst A id 9 maxlen 1400 port 9000 ttl 3 group 224.0.0.90\n"
             " lvs_timeouts tcp 900 tcpfin 0 udp 30\n}\n");
    ASSERT_TRUE(words.cluster.connectionSync) << all(words);
    EXPECT_EQ(*words.cluster.connectionSync,
              (model::ConnectionSync{"eth1", "A", 9, 1400, 9000, 3, IpAddress::parse("224.0.0.90").value()}));
    EXPECT_EQ(words.cluster.timeouts, (model::ConnectionTimeouts{900, {}, 30}));
    const Imported old = read("global_defs {\n lvs_sync_daemon eth1 A\n}\n"
                              "vrrp_instance A {\n interface eth0\n virtual_router_id 33\n}\n");
    EXPECT_EQ(old.cluster.connectionSync.value().instance, "A");
    EXPECT_EQ(old.cluster.connectionSync->syncId, 33) << "the instance's VRID";
    const Imported older =
        read("vrrp_instance A {\n interface eth0\n virtual_router_id 33\n lvs_sync_daemon_interface eth1\n}\n");
    EXPECT_EQ(older.cluster.connectionSync, old.cluster.connectionSync);
}

TEST(KeepalivedGlobalWords, SpecificAlertWinsInAnyOrder) {
    for (const char* text : {"global_defs {\n smtp_alert_vrrp false\n smtp_alert true\n}\n",
                             "global_defs {\n smtp_alert true\n smtp_alert_vrrp false\n}\n",
                             "global_defs {\n smtp_alert_vrrp false\n}\nglobal_defs {\n smtp_alert\n}\n"}) {
        const Imported in = read(text);
        EXPECT_EQ(in.cluster.notification.alertVrrp, false) << text;
        EXPECT_EQ(in.cluster.notification.alertCheckers, true) << text;
    }
    EXPECT_EQ(read("global_defs {\n smtp_alert_checker\n}\n").cluster.notification.alertVrrp, std::nullopt);
}

TEST(KeepalivedGlobalWords, AllFailuresAreToldWhereACheckSaysNothingElse) {
    const std::string services = "virtual_server 10.1.1.8 80 {\n real_server 10.1.1.1 80 {\n  TCP_CHECK {\n  }\n"
                                 "  TCP_CHECK {\n   connect_port 81\n   log_all_failures false\n  }\n }\n}\n";
    const std::string word = "global_defs {\n checker_log_all_failures\n}\n";
    for (const std::string& text : {word + services, services + word}) {
        const Imported in = read(text);
        const auto& checks = in.cluster.services.at(0).servers.at(0).checks;
        EXPECT_EQ(model::settings(checks.at(0)).logAllFailures, true) << text;
        EXPECT_EQ(model::settings(checks.at(1)).logAllFailures, false) << text;
        EXPECT_TRUE(in.cluster.passthrough.empty()) << text;
    }
}

TEST(KeepalivedKernelWords, LetEachDirectorHaveItsOwnInterface) {
    const auto file = [](const std::string& interface) {
        return "global_defs {\n lvs_sync_daemon " + interface + " id 3\n}\n";
    };
    const Imported in = readKeepalived({{"lb1", "one", file("eth1"), ""}, {"lb2", "two", file("ens2"), ""}});
    EXPECT_EQ(in.cluster.connectionSync.value().interface, "eth1");
    EXPECT_EQ(in.cluster.directors[0].syncInterface, "");
    EXPECT_EQ(in.cluster.directors[1].syncInterface, "ens2");
    EXPECT_TRUE(in.diagnostics.empty()) << all(in);
    EXPECT_THAT(writeKeepalived(in.cluster, "lb2").value().text, HasSubstr("    lvs_sync_daemon ens2 id 3\n"));
}

TEST(KeepalivedWriter, SaysWhatOnlyLvsdeckHas) {
    Imported in = withServer("");
    in.cluster.services[0].drainLimit = std::chrono::seconds(30);
    in.cluster.services[0].servers[0].checks = {model::VipCheck{}};
    in.cluster.ipvsSysctls = {{"conntrack", "1"}};
    in.cluster.foreignChange = model::ForeignChange::LeaveAlone;
    in.cluster.massFailure = model::MassFailure::Hold;
    const Exported out = writeKeepalived(in.cluster, "lb1").value();
    EXPECT_EQ(out.diagnostics.size(), 5U);
    for (const char* line : {"#lvsdeck drain_limit 30\n", "#lvsdeck check vip", "#lvsdeck sysctl conntrack 1\n",
                             "#lvsdeck foreign_change leave-alone\n", "#lvsdeck mass_failure hold\n"})
        EXPECT_THAT(out.text, HasSubstr(line));
}

} // namespace
} // namespace lvsdeck::formats
