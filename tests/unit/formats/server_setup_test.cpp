// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/setup/server_setup.hpp"

#include "common/base/json.hpp"
#include "common/model/groups.hpp"
#include "tests/support/cluster_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include <unistd.h>

namespace lvsdeck::formats {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr SetupFlavour flavours[] = {SetupFlavour::Script,  SetupFlavour::Networkd, SetupFlavour::NetworkManager,
                                     SetupFlavour::Netplan, SetupFlavour::Ifcfg,    SetupFlavour::Windows};

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

model::Cluster clusterWith(model::Forwarding forwarding, model::Tunnel tunnel = {}, const char* vip = "192.0.2.10",
                           const char* server = "192.0.2.21") {
    model::Cluster out;
    model::VirtualService& service = out.services.emplace_back();
    service.address = ip(vip);
    service.port = 80;
    service.forwarding = forwarding;
    service.tunnel = tunnel;
    service.servers.emplace_back().address = ip(server);
    service.servers.back().port = 80;
    return out;
}

/// Whether the address stands there as a whole word.
bool mentions(const std::string& text, const std::string& address) {
    const auto part = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':'; };
    for (std::size_t at = text.find(address); at != std::string::npos; at = text.find(address, at + 1)) {
        const std::size_t end = at + address.size();
        if ((at == 0 || !part(text[at - 1])) && (end == text.size() || !part(text[end])))
            return true;
    }
    return false;
}

/// What the model says, found out without the code under test: the VIPs of the services that reach the server by DR or TUN.
std::set<IpAddress> vipsOf(const model::Cluster& cluster, const IpAddress& server, bool& tunnel) {
    std::set<IpAddress> out;
    for (const model::VirtualService& whole : cluster.services)
        for (const model::VirtualService& service : model::expanded(cluster, whole)) {
            const auto takes = [&](model::Forwarding forwarding) {
                tunnel = tunnel || forwarding == model::Forwarding::Tun;
                if (forwarding != model::Forwarding::Nat && !service.firewallMark)
                    out.insert(service.address);
            };
            for (const model::RealServer& one : service.servers)
                if (one.address == server)
                    takes(forwardingOf(service, one));
            if (service.sorryServer && service.sorryServer->address == server)
                takes(service.sorryServer->forwarding.value_or(service.forwarding));
        }
    return out;
}

/// All texts of the cluster's servers into one folder, and one shell that reads them all.
class Scripts {
public:
    Scripts() { std::filesystem::create_directories(m_folder); }
    ~Scripts() { std::filesystem::remove_all(m_folder); }
    void add(const std::string& text) { std::ofstream(m_folder / (std::to_string(++m_count) + ".sh")) << text; }
    int check() const {
        return std::system(("for f in " + m_folder.string() + "/*.sh; do sh -n $f || exit 1; done").c_str());
    }

private:
    std::filesystem::path m_folder =
        std::filesystem::temp_directory_path() / ("lvsdeck-setup-" + std::to_string(::getpid()));
    int m_count = 0;
};

void checkTexts(const ServerSetup& setup, const std::set<IpAddress>& vips) {
    for (const std::string* text : {&setup.apply, &setup.undo})
        for (const IpAddress& vip : vips)
            RC_ASSERT(mentions(*text, vip.toString()));
    for (const SetupFile& file : setup.files) {
        RC_ASSERT(file.text.starts_with("# lvsdeck: "));
        RC_ASSERT(file.text.find("# Undo: ") != std::string::npos);
        RC_ASSERT(file.text.ends_with('\n'));
        RC_ASSERT(setup.undo.find(file.path) != std::string::npos);
    }
}

TEST(ServerSetup, HasEveryVipInEveryFlavour) {
    EXPECT_TRUE(rc::check("apply and undo name all VIPs", [] {
        const model::Cluster cluster = *testing::clusterGenerator();
        Scripts scripts;
        for (const ServerNeeds& needs : serversToSetUp(cluster)) {
            bool tunnel = false;
            const std::set<IpAddress> vips = vipsOf(cluster, needs.server, tunnel);
            for (const SetupFlavour flavour : flavours) {
                const auto setup = serverSetup(cluster, needs.server, flavour);
                RC_ASSERT(setup.has_value());
                const bool none = !needsSetup(needs) || (flavour == SetupFlavour::Windows && tunnel);
                RC_ASSERT(setup->apply.empty() == none);
                RC_ASSERT(setup->undo.empty() == none);
                if (none)
                    continue;
                checkTexts(*setup, vips);
                if (flavour != SetupFlavour::Windows) {
                    scripts.add(setup->apply);
                    scripts.add(setup->undo);
                }
                const auto again =
                    serverSetup(model::parseCluster(model::clusterText(cluster)).value(), needs.server, flavour);
                RC_ASSERT(again->apply == setup->apply);
                RC_ASSERT(again->undo == setup->undo);
                RC_ASSERT(again->files == setup->files);
            }
        }
        scripts.add("true");
        RC_ASSERT(scripts.check() == 0);
    }));
}

TEST(ServerSetup, SetsArpBeforeTheFirstAddress) {
    const model::Cluster cluster = clusterWith(model::Forwarding::Tun, {model::TunnelType::Gre, 0, {}});
    for (const SetupFlavour flavour : flavours) {
        if (flavour == SetupFlavour::Windows)
            continue;
        const ServerSetup setup = serverSetup(cluster, ip("192.0.2.21"), flavour).value();
        for (const char* name : {"arp_ignore 1", "arp_announce 2"})
            for (const char* device : {"all", "lo"}) {
                const std::size_t at = setup.apply.find(std::string("\nset_value net/ipv4/conf/") + device + "/" + name);
                ASSERT_NE(at, std::string::npos) << json::toWord(flavour);
                EXPECT_LT(at, setup.apply.find("192.0.2.10/32")) << json::toWord(flavour);
                EXPECT_LT(at, setup.apply.find("\nput ")) << json::toWord(flavour);
            }
        // And the other way round.
        EXPECT_GT(setup.undo.find("\n    restore net/ipv4/conf/all/arp_ignore 1 0"), setup.undo.find("ip address del"));
    }
}

TEST(ServerSetup, HasNoTextForNat) {
    model::Cluster cluster = clusterWith(model::Forwarding::Nat);
    model::VrrpInstance& instance = cluster.instances.emplace_back();
    instance.addresses.emplace_back().address = ip("192.0.2.1");
    instance.addresses.back().prefixLength = 24;
    for (const SetupFlavour flavour : flavours) {
        const ServerSetup setup = serverSetup(cluster, ip("192.0.2.21"), flavour).value();
        EXPECT_EQ(setup.apply + setup.undo, "");
        EXPECT_TRUE(setup.files.empty());
        ASSERT_EQ(setup.diagnostics.size(), 1U);
        EXPECT_THAT(setup.diagnostics[0].text, HasSubstr("default route must be 192.0.2.1"));
    }
    EXPECT_EQ(serverSetup(cluster, ip("192.0.2.99"), SetupFlavour::Script).error().code, ErrorCode::NotFound);
}

struct TunnelCase {
    model::Tunnel tunnel;
    const char* vip;
    const char* server;
    TunnelKind kind;
    std::uint32_t overhead;
};

TEST(ServerSetup, KnowsWhichDeviceTakesAPacketOff) {
    using enum model::TunnelType;
    const TunnelCase cases[] = {
        {{Ipip, 0, {}}, "192.0.2.10", "192.0.2.21", TunnelKind::Ipip, 20},
        {{Ipip, 0, {}}, "2001:db8::10", "192.0.2.21", TunnelKind::Sit, 20},
        {{Ipip, 0, {}}, "192.0.2.10", "2001:db8::21", TunnelKind::Ip6tnl, 40},
        {{Ipip, 0, {}}, "2001:db8::10", "2001:db8::21", TunnelKind::Ip6tnl, 40},
        {{Gre, 0, model::TunnelChecksum::Csum}, "192.0.2.10", "192.0.2.21", TunnelKind::Gre, 28},
        {{Gre, 0, {}}, "2001:db8::10", "2001:db8::21", TunnelKind::Ip6gre, 44},
        {{Gue, 6080, {}}, "192.0.2.10", "192.0.2.21", TunnelKind::Ipip, 32},
        {{Gue, 6080, model::TunnelChecksum::Remcsum}, "192.0.2.10", "192.0.2.21", TunnelKind::Ipip, 40},
    };
    for (const TunnelCase& one : cases) {
        const auto cluster = clusterWith(model::Forwarding::Tun, one.tunnel, one.vip, one.server);
        const auto needs = serversToSetUp(cluster);
        ASSERT_EQ(needs.size(), 1U);
        ASSERT_EQ(needs[0].devices.size(), 1U);
        EXPECT_EQ(needs[0].devices[0].kind, one.kind);
        EXPECT_EQ(needs[0].tunnelOverhead, one.overhead);
        EXPECT_EQ(needs[0].guePorts.size(), one.tunnel.type == Gue ? 1U : 0U);
        const bool v4 = ip(one.vip).isV4();
        EXPECT_EQ(needs[0].devices[0].address, v4 ? std::optional(ip(one.vip)) : std::nullopt);
        const std::string script = serverSetup(cluster, ip(one.server), SetupFlavour::Script)->apply;
        EXPECT_EQ(script.contains("echo 2 > /proc/sys/net/ipv4/conf/" + needs[0].devices[0].name + "/rp_filter"), v4);
        EXPECT_EQ(script.contains("fou add port 6080 gue"), one.tunnel.type == Gue);
    }
}

TEST(ServerSetup, TellsOfMarksWhoseVipsNobodyKnows) {
    model::Cluster cluster = clusterWith(model::Forwarding::Dr);
    cluster.services[0].firewallMark = 7;
    const ServerSetup setup = serverSetup(cluster, ip("192.0.2.21"), SetupFlavour::Script).value();
    EXPECT_THAT(setup.apply, HasSubstr("# The VIPs that firewall mark 7 stands for belong here, too.\nLVSDECK_END"));
    EXPECT_THAT(setup.apply, HasSubstr("set_value net/ipv4/conf/all/arp_ignore 1"));
    ASSERT_FALSE(setup.diagnostics.empty());
    EXPECT_EQ(setup.diagnostics[0].severity, Severity::Warning);
    EXPECT_THAT(setup.diagnostics[0].text, HasSubstr("firewall mark 7"));
}

TEST(ServerSetup, LeavesArpAloneForIpv6) {
    const auto cluster = clusterWith(model::Forwarding::Dr, {}, "2001:db8::10", "2001:db8::21");
    const ServerSetup setup = serverSetup(cluster, ip("2001:db8::21"), SetupFlavour::Script).value();
    EXPECT_THAT(setup.apply, Not(HasSubstr("set_value net")));
    EXPECT_THAT(setup.apply, HasSubstr("own=$all/2001-db8--21\n"));
    EXPECT_TRUE(setup.files.empty());
}

TEST(ServerSetup, RefusesMoreVipsThanAnybodyWantsToRead) {
    model::Cluster cluster = clusterWith(model::Forwarding::Dr);
    cluster.serviceGroups = {{"big", {{ip("10.0.0.0"), ip("10.0.64.0"), 80, {}, Family::V4}}}};
    cluster.services[0].group = "big";
    EXPECT_EQ(serverSetup(cluster, ip("192.0.2.21"), SetupFlavour::Script).error().code, ErrorCode::TooLarge);
    cluster.serviceGroups[0].entries[0].lastAddress = ip("10.0.63.255");
    EXPECT_TRUE(serverSetup(cluster, ip("192.0.2.21"), SetupFlavour::Ifcfg).has_value());
}

TEST(ServerSetup, KeepsNamesInsideOfTheirComment) {
    model::Cluster cluster = clusterWith(model::Forwarding::Dr);
    cluster.name = "shop\nrm -rf /\nLVSDECK_END\n" + std::string(500, 'x');
    for (const SetupFlavour flavour : flavours)
        EXPECT_THAT(serverSetup(cluster, ip("192.0.2.21"), flavour)->apply, Not(HasSubstr("\nrm -rf")));
}

TEST(ServerSetup, RefusesTunnelsOnWindows) {
    const ServerSetup setup =
        serverSetup(clusterWith(model::Forwarding::Tun), ip("192.0.2.21"), SetupFlavour::Windows).value();
    EXPECT_EQ(setup.apply, "");
    ASSERT_EQ(setup.diagnostics.size(), 1U);
    EXPECT_EQ(setup.diagnostics[0].severity, Severity::Error);
}

TEST(ServerSetup, KnowsItsFlavoursByWord) {
    for (const SetupFlavour flavour : flavours)
        EXPECT_EQ(setupFlavourFromWord(json::toWord(flavour)).value(), flavour);
    EXPECT_EQ(setupFlavourFromWord("networkmanager").value(), SetupFlavour::NetworkManager);
    EXPECT_THAT(setupFlavourFromWord("rc.local").error().text, HasSubstr("netplan"));
}

} // namespace
} // namespace lvsdeck::formats
