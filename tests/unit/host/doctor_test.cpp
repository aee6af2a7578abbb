// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/doctor.hpp"

#include "agent/ipvs/kernel_error.hpp"
#include "agent/simulated/simulated_ipvs.hpp"

#include <gtest/gtest.h>

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace lvsdeck::host {
namespace {

using rpc::Finding;

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

class Doctor : public testing::Test {
protected:
    Doctor() {
        facts.ipvs = IpvsVersion{"1.2.1", 4096};
        facts.schedulers = {"rr", "wrr"};
        facts.sysctls = {
            {"net.ipv4.ip_forward", "0"}, {"net.ipv4.conf.all.rp_filter", "0"}, {"net.ipv4.conf.eth0.rp_filter", "0"}};
        facts.netAdmin = facts.netRaw = true;
        facts.links = std::vector<Link>{{"lo", 1, true, true, {{ip("127.0.0.1"), 8, ""}}},
                                        {"eth0", 2, true, false, {{ip("192.0.2.1"), 24, ""}}},
                                        {"eth1", 3, true, false, {}}};
        model::OwnInstance instance;
        instance.instance.name = "VI_1";
        instance.instance.addresses.push_back({ip("192.0.2.10"), 32, "", ""});
        instance.member.interface = "eth0";
        own.instances.push_back(instance);
        model::VirtualService service;
        service.address = ip("192.0.2.10");
        service.port = 80;
        service.scheduler = model::Scheduler::Wrr;
        model::RealServer server;
        server.address = ip("192.0.2.20");
        service.servers.push_back(server);
        own.services.push_back(service);
    }

    rpc::DoctorItem item(const std::string& id) {
        const auto items = diagnose(facts, &own);
        const auto found = std::ranges::find(items, id, &rpc::DoctorItem::id);
        return found == items.end() ? rpc::DoctorItem{"absent", Finding::Good, "", "", ""} : *found;
    }

    HostFacts facts;
    model::Effective own;
};

TEST_F(Doctor, AHealthyHostHasOnlyGoodFindingsWithoutFixes) {
    for (const rpc::DoctorItem& found : diagnose(facts, &own)) {
        EXPECT_EQ(found.finding, Finding::Good) << found.id;
        EXPECT_TRUE(found.fix.empty()) << found.id;
        EXPECT_FALSE(found.detail.empty()) << found.id;
    }
}

TEST_F(Doctor, WithoutIpvsTheFixLoadsTheModule) {
    facts.ipvs.reset();
    facts.ipvsError = ipvs::noIpvsError();
    EXPECT_EQ(item("ip_vs").finding, Finding::Bad);
    EXPECT_NE(item("ip_vs").fix.find("modprobe ip_vs"), std::string::npos);
}

TEST_F(Doctor, NamesTheRightsThatAreMissing) {
    facts.netRaw = false;
    EXPECT_EQ(item("capabilities").finding, Finding::Bad);
    EXPECT_NE(item("capabilities").detail.find("CAP_NET_RAW"), std::string::npos);
    EXPECT_EQ(item("capabilities").detail.find("CAP_NET_ADMIN"), std::string::npos);
}

TEST_F(Doctor, NamesSchedulersWithoutAModule) {
    own.services[0].scheduler = model::Scheduler::Mh;
    EXPECT_EQ(item("schedulers").finding, Finding::Bad);
    EXPECT_NE(item("schedulers").fix.find("ip_vs_mh"), std::string::npos);
    facts.schedulers.reset();
    EXPECT_EQ(item("schedulers").id, "absent") << "a host that hides its modules is not accused";
}

TEST_F(Doctor, MasqueradingNeedsForwardingAndDirectRoutingDoesNot) {
    EXPECT_EQ(item("ip_forward").id, "absent");
    own.services[0].forwarding = model::Forwarding::Nat;
    EXPECT_EQ(item("ip_forward").finding, Finding::Bad);
    EXPECT_NE(item("ip_forward").fix.find("net.ipv4.ip_forward=1"), std::string::npos);
    facts.sysctls["net.ipv4.ip_forward"] = "1";
    EXPECT_EQ(item("ip_forward").finding, Finding::Good);
}

TEST_F(Doctor, StrictReversePathFilterIsAWarning) {
    facts.sysctls["net.ipv4.conf.all.rp_filter"] = "1";
    EXPECT_EQ(item("rp_filter").finding, Finding::Warning);
    facts.sysctls["net.ipv4.conf.eth0.rp_filter"] = "2";
    EXPECT_EQ(item("rp_filter").id, "absent");
}

TEST_F(Doctor, KeepalivedInThisNetworkConflictsAndInAnotherNot) {
    facts.keepalived = {{812, false}};
    EXPECT_EQ(item("keepalived").finding, Finding::Good);
    facts.keepalived = {{812, true}};
    EXPECT_EQ(item("keepalived").finding, Finding::Bad);
    EXPECT_NE(item("keepalived").detail.find("812"), std::string::npos);
    own = {};
    EXPECT_EQ(item("keepalived").finding, Finding::Warning) << "nothing is applied yet";
}

TEST_F(Doctor, InterfacesOfTheClusterMustExistAndBeUp) {
    own.instances[0].member.interface = "eth7";
    EXPECT_EQ(item("interface:eth7").finding, Finding::Bad);
    EXPECT_NE(item("interface:eth7").detail.find("eth0, eth1"), std::string::npos);
    own.instances[0].member.interface = "eth1";
    EXPECT_EQ(item("interface:eth1").finding, Finding::Warning);
    (*facts.links)[2].up = false;
    EXPECT_EQ(item("interface:eth1").finding, Finding::Bad);
}

TEST_F(Doctor, AVirtualAddressOnAnotherInterfaceIsFound) {
    EXPECT_EQ(item("address:192.0.2.10").id, "absent");
    (*facts.links)[0].addresses.push_back({ip("192.0.2.10"), 32, ""});
    EXPECT_EQ(item("address:192.0.2.10").finding, Finding::Bad);
    EXPECT_EQ(item("address:192.0.2.10").fix, "ip address delete 192.0.2.10 dev lo");
    (*facts.links)[0].addresses.pop_back();
    (*facts.links)[1].addresses.push_back({ip("192.0.2.10"), 32, ""});
    EXPECT_EQ(item("address:192.0.2.10").id, "absent");
}

class OneLink final : public HostPort {
public:
    Result<std::vector<Link>> links() override { return std::vector<Link>{{"eth0.7", 2, true, false, {}}}; }
    Result<void> addAddress(const std::string&, const InterfaceAddress&, const AddressOptions&) override { return {}; }
    Result<void> removeAddress(const std::string&, const InterfaceAddress&) override { return {}; }
    Result<void> announce(const std::string&, const IpAddress&) override { return {}; }
    void watch(std::function<void()>) override {}
};

TEST(Facts, AreReadFromTheFilesOfTheHost) {
    namespace fs = std::filesystem;
    const fs::path root = fs::path(testing::TempDir()) / ("lvsdeck_facts_" + std::to_string(getpid()));
    const auto put = [&](const std::string& name, const std::string& text) {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
    };
    utsname kernel{};
    uname(&kernel);
    put(std::string("lib/modules/") + &kernel.release[0] + "/modules.dep",
        "kernel/net/netfilter/ipvs/ip_vs_wrr.ko.xz: "
        "kernel/net/netfilter/ipvs/ip_vs.ko.xz\nkernel/net/netfilter/ipvs/ip_vs.ko.xz:\n");
    fs::create_directories(root / "sys/module/ip_vs_rr");
    put("proc/sys/net/ipv4/ip_forward", "1\n");
    put("proc/sys/net/ipv4/conf/eth0.7/rp_filter", "2\n");
    put("proc/self/status", "Name:\tx\nCapEff:\t0000000000001000\n");
    put("proc/77/comm", "keepalived\n");
    put("proc/78/comm", "keepalived-exporter\n");
    fs::create_directories(root / "proc/self/ns");
    fs::create_directories(root / "proc/77/ns");
    fs::create_symlink("net:[1]", root / "proc/self/ns/net");
    fs::create_symlink("net:[2]", root / "proc/77/ns/net");

    simulated::SimulatedIpvs kernelTable;
    OneLink host;
    const HostFacts facts = gatherFacts(kernelTable, host, root);
    EXPECT_EQ(facts.schedulers, (std::set<std::string>{"rr", "wrr"}));
    EXPECT_EQ(facts.sysctls,
              (std::map<std::string, std::string>{{"net.ipv4.ip_forward", "1"}, {"net.ipv4.conf.eth0.7.rp_filter", "2"}}));
    EXPECT_TRUE(facts.netAdmin);
    EXPECT_FALSE(facts.netRaw);
    ASSERT_EQ(facts.keepalived.size(), 1U);
    EXPECT_EQ(facts.keepalived[0].id, 77);
    EXPECT_FALSE(facts.keepalived[0].sameNetwork);
    EXPECT_TRUE(facts.ipvs);
    fs::remove_all(root);
}

} // namespace
} // namespace lvsdeck::host
