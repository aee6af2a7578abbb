// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/setup/server_setup.hpp"

#include "common/base/json.hpp"
#include "common/base/text.hpp"
#include "common/formats/setup/setup_parts.hpp"
#include "common/model/groups.hpp"

#include <algorithm>

namespace lvsdeck::formats {

namespace {

using model::Forwarding;
using model::Severity;
using setup::Job;

constexpr std::uint32_t usualMtu = 1500;

/// Names are any text; a comment is one line of it.
std::string commentText(std::string_view text) {
    constexpr std::size_t longest = 120;
    std::string out = shortened(text, longest);
    std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return out;
}

Result<std::vector<IpAddress>> addressesOf(const ServerNeeds& needs) {
    std::vector<IpAddress> out;
    for (const AddressRange& range : needs.vips) {
        const model::GroupEntry entry{range.first, range.last, 0, {}, range.first.family()};
        if (out.size() + std::min<std::uint64_t>(model::addressCount(entry), maxSetupAddresses + 1) > maxSetupAddresses)
            return failure(ErrorCode::TooLarge,
                           needs.server.toString() + " would get more than " + std::to_string(maxSetupAddresses) +
                               " VIPs; make the whole network local there by hand instead (ip route add "
                               "local NETWORK dev lo), after arp_ignore=1 and arp_announce=2");
        const auto some = model::addressesOf(entry);
        out.insert(out.end(), some.begin(), some.end());
    }
    std::ranges::sort(out);
    const auto rest = std::ranges::unique(out);
    out.erase(rest.begin(), rest.end());
    return out;
}

void natRemarks(const ServerNeeds& needs, std::vector<Diagnostic>& out) {
    if (!isReachedBy(needs, Forwarding::Nat))
        return;
    std::string gateways;
    for (const IpAddress& gateway : needs.defaultGateway)
        gateways += (gateways.empty() ? "" : " or ") + gateway.toString();
    out.push_back(
        {Severity::Note,
         needs.server.toString(),
         0,
         0,
         {},
         "its services with NAT need no VIP on it; their answers must go back through the director that is master, so its "
         "default route must be " +
             (gateways.empty() ? "a VIP of the directors in its own network (the cluster has none there)" : gateways)});
}

void tunnelRemarks(const ServerNeeds& needs, std::vector<Diagnostic>& out) {
    if (needs.devices.empty())
        return;
    const auto note = [&](std::string text) {
        out.push_back({Severity::Note, needs.server.toString(), 0, 0, {}, std::move(text)});
    };
    const std::uint32_t room = usualMtu - needs.tunnelOverhead;
    const bool v6 = std::ranges::any_of(needs.devices, &TunnelDevice::carriesV6);
    note("a tunnelled packet is " + std::to_string(needs.tunnelOverhead) + " bytes longer: with an MTU of " +
         std::to_string(usualMtu) + " on the way from the directors, " + std::to_string(room) +
         " are left. Larger requests are answered with “fragmentation needed”, which some networks lose; it is safe to let "
         "the "
         "server offer an MSS of " +
         std::to_string(room - (v6 ? 60 : 40)) +
         " (advmss on its default route) or to raise the MTU between directors and servers");
    std::string allow;
    for (const TunnelDevice& device : needs.devices) {
        const char* protocol = device.kind == TunnelKind::Gre || device.kind == TunnelKind::Ip6gre ? "47 (GRE)"
                               : device.carriesV4 && device.carriesV6                              ? "4 and 41 (IP in IP)"
                               : device.carriesV4                                                  ? "4 (IPIP)"
                                                                                                   : "41 (IPv6)";
        allow += (allow.empty() ? "" : ", ") + std::string(protocol);
    }
    for (const std::uint16_t port : needs.guePorts)
        allow += ", UDP port " + std::to_string(port) + " (GUE)";
    note("its firewall must let in from the directors: protocol " + allow +
         "; nobody else should be able to send these, because what is in a tunnel looks as if it came from anybody");
    if (v6)
        note("firewalld drops IPv6 that comes out of a tunnel as long as IPv6_rpfilter is on in firewalld.conf; the kernel "
             "itself has "
             "no such filter for IPv6");
    if (std::ranges::any_of(needs.devices, [](const TunnelDevice& d) { return d.carriesV4 && !d.address; }))
        out.push_back({Severity::Warning,
                       needs.server.toString(),
                       0,
                       0,
                       {},
                       "a tunnel device without an IPv4 address passes nothing as long as net.ipv4.conf.all.rp_filter is 1 "
                       "or 2: give it "
                       "one of the VIPs of the firewall mark as well, and set its rp_filter to 2"});
}

void markRemarks(const model::Cluster& cluster, const ServerNeeds& needs, std::vector<Diagnostic>& out) {
    if (needs.marks.empty())
        return;
    std::string marks;
    for (const std::string& mark : needs.marks)
        marks += (marks.empty() ? "" : ", ") + mark;
    std::string known;
    std::size_t count = 0;
    for (const model::VirtualAddress& one :
         cluster.instances.empty() ? std::vector<model::VirtualAddress>{} : cluster.instances.front().addresses)
        if (count++ < 8)
            known += (known.empty() ? " (perhaps of " : ", ") + one.address.toString();
    out.push_back({Severity::Warning,
                   needs.server.toString(),
                   0,
                   0,
                   {},
                   "which VIPs firewall mark " + marks + " stands for is only known to the firewall rules of the directors" +
                       (known.empty() ? "" : known + ")") + ": add them where the VIPs are listed"});
}

void directorRemark(const model::Cluster& cluster, const ServerNeeds& needs, std::vector<Diagnostic>& out) {
    const std::string address = needs.server.toString();
    for (const model::Director& director : cluster.directors)
        if (director.address == address)
            out.push_back({Severity::Warning,
                           address,
                           0,
                           0,
                           {},
                           "it is the director " + commentText(director.id) +
                               ", too: with the VIPs on lo it keeps them while it is backup, so set "
                               "net.ipv4.vs.backup_only=1 there, or "
                               "its own table would balance again what the master sends"});
}

void flavourRemarks(const ServerNeeds& needs, SetupFlavour flavour, std::vector<Diagnostic>& out) {
    const auto note = [&](const char* text) { out.push_back({Severity::Note, needs.server.toString(), 0, 0, {}, text}); };
    switch (flavour) {
    case SetupFlavour::Script:
        note("the settings come back at every start of the machine (sysctl.d), the addresses and devices do not: run the "
             "script at "
             "every start as well, before the service, for example from a systemd unit or rc.local");
        break;
    case SetupFlavour::Networkd: note("needs systemd 243 or newer, with systemd-networkd running"); break;
    case SetupFlavour::NetworkManager:
        note("NetworkManager looks after lo since 1.42; an older one gets the VIPs on a dummy device, which serves as well");
        break;
    case SetupFlavour::Netplan: note("needs netplan with systemd-networkd below it"); break;
    case SetupFlavour::Ifcfg:
        note("for the network service of Red Hat and its kin (package initscripts or network-scripts); where NetworkManager "
             "runs the "
             "network, take that flavour");
        break;
    case SetupFlavour::Windows: break;
    }
}

void write(const Job& job, SetupFlavour flavour, ServerSetup& out) {
    switch (flavour) {
    case SetupFlavour::Script: setup::script(job, out); break;
    case SetupFlavour::Networkd: setup::networkd(job, out); break;
    case SetupFlavour::NetworkManager: setup::networkManager(job, out); break;
    case SetupFlavour::Netplan: setup::netplan(job, out); break;
    case SetupFlavour::Ifcfg: setup::ifcfg(job, out); break;
    case SetupFlavour::Windows: setup::windows(job, out); break;
    }
}

} // namespace

Result<SetupFlavour> setupFlavourFromWord(std::string_view word) {
    if (word == "networkmanager")
        return SetupFlavour::NetworkManager;
    if (const auto flavour = json::fromWord<SetupFlavour>(word))
        return *flavour;
    return failure(ErrorCode::InvalidInput,
                   "“" + commentText(word) +
                       "” is no flavour; choose script, networkd, networkmanager, netplan, ifcfg or windows");
}

std::string setupName(const IpAddress& server) {
    std::string out = "lvsdeck-server-" + server.toString();
    std::ranges::replace(out, ':', '-');
    return out;
}

Result<ServerSetup> serverSetup(const model::Cluster& cluster, const IpAddress& server, SetupFlavour flavour) {
    const std::vector<ServerNeeds> all = serversToSetUp(cluster);
    const auto found = std::ranges::find(all, server, &ServerNeeds::server);
    if (found == all.end())
        return failure(ErrorCode::NotFound, server.toString() + " is no real server of this cluster");
    ServerSetup out;
    natRemarks(*found, out.diagnostics);
    if (!needsSetup(*found))
        return out;
    if (flavour == SetupFlavour::Windows && isReachedBy(*found, Forwarding::Tun)) {
        out.diagnostics.push_back(
            {Severity::Error,
             server.toString(),
             0,
             0,
             {},
             "Windows takes no IPIP, GRE or GUE packets off a director: reach this server by direct routing or NAT"});
        return out;
    }
    Job job{*found, commentText(cluster.name), {}, {}, false};
    auto vips = addressesOf(*found);
    if (!vips)
        return std::unexpected(std::move(vips.error()));
    job.vips = std::move(*vips);
    job.arp = std::ranges::any_of(job.vips, &IpAddress::isV4) ||
              std::ranges::any_of(job.needs.marks, [](const std::string& mark) { return !mark.ends_with("ipv6"); });
    for (ServedService& service : job.needs.services)
        service.key = commentText(service.key);
    markRemarks(cluster, *found, out.diagnostics);
    tunnelRemarks(*found, out.diagnostics);
    directorRemark(cluster, *found, out.diagnostics);
    flavourRemarks(*found, flavour, out.diagnostics);
    for (const Diagnostic& diagnostic : out.diagnostics)
        job.remarks.push_back(diagnostic.text);
    write(job, flavour, out);
    return out;
}

} // namespace lvsdeck::formats
