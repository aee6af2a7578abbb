// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lvsdeck::formats {
namespace {

std::string corpus(const std::string& name) {
    std::ifstream file(std::string(LVSDECK_CORPUS) + "/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

Imported read(const std::string& text) { return readKeepalived({{"lb1", "one.conf", text, ""}}); }

bool says(const Imported& imported, std::uint32_t line, std::string_view text) {
    return std::ranges::any_of(imported.diagnostics,
                               [&](const Diagnostic& d) { return d.line == line && d.text.contains(text); });
}

std::string all(const Imported& imported) {
    std::string out;
    for (const Diagnostic& d : imported.diagnostics)
        out += toText(d) + "\n";
    return out;
}

TEST(KeepalivedReader, ReadsTheClassicOfTheField) {
    const Imported in = read(corpus("keepalived/classic.conf"));
    ASSERT_EQ(in.cluster.instances.size(), 1U);
    const model::VrrpInstance& instance = in.cluster.instances[0];
    EXPECT_EQ(instance.name, "VI_1");
    EXPECT_EQ(instance.version, 2);
    EXPECT_EQ(instance.vrid, 51);
    EXPECT_EQ(instance.password, "1111");
    ASSERT_EQ(instance.members.size(), 1U);
    EXPECT_EQ(instance.members[0].priority, 100);
    EXPECT_EQ(instance.members[0].interface, "eth0");
    EXPECT_EQ(instance.members[0].initialState, model::InitialState::Master);
    ASSERT_EQ(in.cluster.services.size(), 1U);
    const model::VirtualService& service = in.cluster.services[0];
    EXPECT_EQ(serviceKey(service), "tcp 192.168.50.8:80");
    EXPECT_EQ(service.scheduler, model::Scheduler::Wrr);
    EXPECT_EQ(service.forwarding, model::Forwarding::Dr);
    EXPECT_EQ(service.persistenceTimeout, 60U);
    ASSERT_EQ(service.servers.size(), 2U);
    EXPECT_EQ(service.servers[1].weight, 3);
    const model::CheckSettings& check = model::settings(service.servers[0].checks.at(0));
    EXPECT_EQ(check.retry, 3U);
    EXPECT_EQ(check.connectTimeout, std::chrono::seconds(10));
    EXPECT_EQ(check.connectPort, 80);
    EXPECT_EQ(in.cluster.directors[0].routerId, "LVS_DEVEL");
    EXPECT_TRUE(std::ranges::all_of(
        in.cluster.passthrough, [](const auto& kept) { return kept.text.starts_with('#') || kept.text.starts_with('!'); }));
    EXPECT_TRUE(says(in, 37, "read as retry")) << all(in);
    EXPECT_FALSE(model::hasErrors(model::validate(in.cluster)));
}

TEST(KeepalivedReader, MergesTwoDirectorsIntoOneCluster) {
    std::string first = corpus("keepalived/classic.conf");
    std::string second = first;
    second.replace(second.find("state MASTER"), 12, "state BACKUP");
    second.replace(second.find("priority 100"), 12, "priority 99 ");
    second.replace(second.find("LVS_DEVEL"), 9, "LVS_OTHER");
    second.replace(second.find("delay_loop 6"), 12, "delay_loop 9");
    const Imported in = readKeepalived({{"lb1", "one.conf", first, ""}, {"lb2", "two.conf", second, ""}});
    ASSERT_EQ(in.cluster.directors.size(), 2U);
    EXPECT_EQ(in.cluster.directors[1].routerId, "LVS_OTHER");
    ASSERT_EQ(in.cluster.instances.size(), 1U);
    ASSERT_EQ(in.cluster.instances[0].members.size(), 2U);
    EXPECT_EQ(in.cluster.instances[0].members[1].priority, 99);
    EXPECT_EQ(in.cluster.instances[0].members[1].initialState, model::InitialState::Backup);
    const auto contradiction =
        std::ranges::find_if(in.diagnostics, [](const Diagnostic& d) { return d.text.contains("delay_loop"); });
    ASSERT_NE(contradiction, in.diagnostics.end());
    EXPECT_EQ(contradiction->file, "two.conf");
    EXPECT_THAT(contradiction->text, ::testing::HasSubstr("one.conf:"));
    EXPECT_EQ(in.cluster.services[0].delayLoop, std::chrono::seconds(6));
}

TEST(KeepalivedReader, ContradictionsNameTheLinesOfBothFiles) {
    const std::string first = "vrrp_script chk {\n"
                              "    script /bin/one\n"
                              "    interval 2\n"
                              "}\n"
                              "virtual_server 192.0.2.1 80 {\n"
                              "    lb_algo rr\n"
                              "    lb_kind DR\n"
                              "    protocol TCP\n"
                              "    real_server 192.0.2.9 80 {\n"
                              "        uthreshold 10\n"
                              "        TCP_CHECK { }\n"
                              "    }\n"
                              "}\n";
    std::string second = "# a line of its own\n" + first;
    const std::pair<std::string, std::string> edits[] = {{"interval 2", "interval 3"},
                                                         {"lb_algo rr", "lb_algo wrr"},
                                                         {"uthreshold 10", "uthreshold 11"},
                                                         {"TCP_CHECK", "SMTP_CHECK"}};
    for (const auto& [was, is] : edits)
        second.replace(second.find(was), was.size(), is);
    const Imported in = readKeepalived({{"lb1", "one.conf", first, ""}, {"lb2", "two.conf", second, ""}});
    const std::pair<std::string, std::uint32_t> expected[] = {
        {": interval is", 3}, {": scheduler is", 6}, {": upper_threshold is", 10}, {": checks is", 11}};
    for (const auto& [what, line] : expected) {
        const auto found = std::ranges::find_if(in.diagnostics, [&](const Diagnostic& d) { return d.text.contains(what); });
        ASSERT_NE(found, in.diagnostics.end()) << what << "\n" << all(in);
        EXPECT_EQ(found->line, line + 1) << what;
        EXPECT_THAT(found->text, ::testing::HasSubstr("one.conf:" + std::to_string(line) + ";")) << what;
    }
}

TEST(KeepalivedReader, ReadsWhatFilesFromTheWildContain) {
    const Imported in = read("global_defs {\n"
                             "  lvs_id OLD\n"
                             "  vrrp_garp_interval 0\n"
                             "}\n"
                             "virtual_server 10.0.0.1 80{\n"
                             "  delay_loop 6\r\n"
                             "  lb_algo rr\n"
                             "  lb_kind DR\n"
                             "  nat_mask 255.255.255.0\n"
                             "  persistence_timeout 0\n"
                             "  protocol TCP\n"
                             "  real_server 10.0.0.2 8080 {\n"
                             "    weigth 3\n"
                             "    TCP_CHECK { connetc_port 80 }\n"
                             "  }\n"
                             "}\n");
    EXPECT_EQ(in.cluster.directors[0].routerId, "OLD");
    EXPECT_TRUE(says(in, 3, "dropped")) << all(in);
    EXPECT_TRUE(says(in, 9, "nat_mask"));
    EXPECT_TRUE(says(in, 10, "read as off"));
    EXPECT_TRUE(says(in, 12, "service's port 80"));
    EXPECT_TRUE(says(in, 13, "perhaps weight was meant"));
    EXPECT_TRUE(says(in, 14, "perhaps connect_port was meant"));
    ASSERT_EQ(in.cluster.services.size(), 1U);
    EXPECT_FALSE(in.cluster.services[0].persistenceTimeout);
    ASSERT_EQ(in.cluster.services[0].servers.size(), 1U);
    EXPECT_EQ(in.cluster.services[0].servers[0].port, 80);
    EXPECT_EQ(model::settings(in.cluster.services[0].servers[0].checks.at(0)).connectPort, 8080);
    ASSERT_EQ(in.cluster.passthrough.size(), 2U);
    EXPECT_EQ(in.cluster.passthrough[0].text, "weigth 3");
    EXPECT_EQ(in.cluster.passthrough[0].place, "virtual_server tcp 10.0.0.1:80/real_server 10.0.0.2:80");
}

TEST(KeepalivedReader, KeepsUnknownBlocksWholeWithTheirComments) {
    const Imported in = read("vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 1\n priority 9\n"
                             " # how we watch\n frobnicate x { a { b } # deep\n }\n virtual_ipaddress { 10.0.0.1 }\n}\n");
    ASSERT_EQ(in.cluster.instances.size(), 1U) << all(in);
    EXPECT_EQ(in.cluster.instances[0].addresses.size(), 1U);
    ASSERT_EQ(in.cluster.passthrough.size(), 1U);
    EXPECT_EQ(in.cluster.passthrough[0].text, "# how we watch\nfrobnicate x {\n    a { # deep\n        b\n    }\n}");
}

TEST(KeepalivedReader, ReportsBracesThatDoNotMatchAndGoesOn) {
    const Imported open = read("vrrp_instance A {\n interface e\n virtual_router_id 1\nvirtual_server "
                               "10.0.0.1 80 {\n protocol TCP\n}\n");
    EXPECT_TRUE(says(open, 4, "a } is missing above")) << all(open);
    EXPECT_EQ(open.cluster.services.size(), 1U);
    EXPECT_EQ(open.cluster.instances.size(), 1U);
    EXPECT_TRUE(says(read("}\n"), 1, "too many"));
    EXPECT_TRUE(says(read("global_defs {\n"), 1, "not closed"));
}

TEST(KeepalivedReader, PutsDefinitionsAndConditionsIn) {
    const std::string text = "$IF=eth7\n$VIPS=\\\n10.0.0.1\\\n10.0.0.2\n"
                             "vrrp_instance A {\n interface $IF\n virtual_router_id 1\n @a priority 100\n @b priority 90\n"
                             " virtual_ipaddress {\n $VIPS\n }\n}\n";
    const Imported in = readKeepalived({{"lb1", "x", text, "b"}});
    ASSERT_EQ(in.cluster.instances.size(), 1U);
    EXPECT_EQ(in.cluster.instances[0].members[0].interface, "eth7");
    EXPECT_EQ(in.cluster.instances[0].members[0].priority, 90);
    EXPECT_EQ(in.cluster.instances[0].addresses.size(), 2U) << all(in);
}

TEST(KeepalivedReader, ReportsAnIncludeThatNobodyResolvesAndReadsOneThatIsResolved) {
    const std::string text = "include more.conf\n";
    const Imported without = read(text);
    EXPECT_TRUE(says(without, 1, "was not read"));
    EXPECT_EQ(without.cluster.passthrough.at(0).text, "include more.conf");
    const Resolver resolver = [](const std::string& glob, const std::string&) -> Result<std::vector<SourceText>> {
        return std::vector<SourceText>{{"", glob, "global_defs {\n router_id FROM_MORE\n}\n", ""}};
    };
    EXPECT_EQ(readKeepalived({{"lb1", "x", text, ""}}, resolver).cluster.directors[0].routerId, "FROM_MORE");
    const Resolver endless = [](const std::string& glob, const std::string&) -> Result<std::vector<SourceText>> {
        return std::vector<SourceText>{{"", glob, "include again\n", ""}};
    };
    const Imported deep = readKeepalived({{"lb1", "x", text, ""}}, endless);
    EXPECT_THAT(all(deep), ::testing::HasSubstr("includes itself"));
}

TEST(KeepalivedReader, BoundsWhatDefinitionsAndBracesMayGrowTo) {
    std::string bomb = "$A0=xxxxxxxxxxxxxxxx\n";
    for (int i = 1; i < 40; ++i)
        bomb += "$A" + std::to_string(i) + "=$A" + std::to_string(i - 1) + " $A" + std::to_string(i - 1) + "\n";
    EXPECT_THAT(all(read(bomb + "global_defs {\n router_id $A39\n}\n")), ::testing::HasSubstr("without end"));
    EXPECT_THAT(all(read(std::string(100000, '{'))), ::testing::HasSubstr("deep"));
    EXPECT_THAT(all(read(std::string(maxSourceBytes + 1, 'x'))), ::testing::HasSubstr("16 MiB"));
}

TEST(KeepalivedReader, FollowsKeepalivedWhereItIsSurprising) {
    const Imported in = read("vrrp_instance A {\n state MASTER\n interface e\n virtual_router_id 1\n nopreempt\n advert_int "
                             "0.4\n}\n"
                             "virtual_server fwmark 3 {\n lb_algo sh\n sh-port\n real_server 10.0.0.2 80 { }\n}\n");
    EXPECT_EQ(in.cluster.instances[0].members[0].priority, 255);
    EXPECT_TRUE(in.cluster.instances[0].preempt);
    EXPECT_EQ(in.cluster.instances[0].advertInterval, std::chrono::seconds(1));
    EXPECT_EQ(in.cluster.services[0].forwarding, model::Forwarding::Nat);
    EXPECT_EQ(in.cluster.services[0].delayLoop, std::chrono::seconds(60));
    EXPECT_EQ(in.cluster.services[0].schedulerFlags, std::vector{model::SchedulerFlag::Flag2});
}

TEST(KeepalivedReader, PutsInTheCharactersThatWouldBeginAComment) {
    const Imported in = readKeepalived(
        {{"lb1", "one.conf",
          "vrrp_instance A {\n interface eth0\n virtual_router_id 7\n notify_master \"/bin/say a${_HASH}b ${_BANG}\"\n"
          " authentication {\n auth_type PASS\n auth_pass pa${_HASH}ss\n }\n notify_fault \"/bin/say ${_PWD}\"\n"
          " virtual_ipaddress {\n 10.0.0.1\n }\n}\n",
          ""}});
    ASSERT_EQ(in.cluster.instances.size(), 1U);
    const model::VrrpInstance& instance = in.cluster.instances[0];
    EXPECT_EQ(instance.notify.master.command, (std::vector<std::string>{"/bin/say", "a#b", "!"}));
    EXPECT_EQ(instance.password, "pa") << "outside of quotation marks it begins a comment, as with keepalived";
    EXPECT_EQ(instance.notify.fault.command, (std::vector<std::string>{"/bin/say", "${_PWD}"}));
    EXPECT_EQ(instance.addresses.size(), 1U) << "the brace of a name ends no block";
    EXPECT_TRUE(std::ranges::any_of(in.diagnostics, [](const Diagnostic& d) {
        return d.line == 9 && d.text.find("a value of its own") != std::string::npos;
    }));
}

} // namespace
} // namespace lvsdeck::formats
