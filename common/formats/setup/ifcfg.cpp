// SPDX-License-Identifier: GPL-3.0-or-later
// The ifcfg files of Red Hat's network service. It knows aliases of lo for IPv4 only, and no sit, so the rest is in a unit.
#include "common/formats/setup/setup_parts.hpp"

#include <array>

namespace lvsdeck::formats::setup {

namespace {

const char* const folder = "/etc/sysconfig/network-scripts/";

/// "lo:vc000020a": fits into the 15 characters of a label, and is the same for the same VIP.
std::string aliasOf(const IpAddress& vip) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "lo:v";
    for (const std::uint8_t byte : vip.bytes()) {
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
    return out;
}

/// The words of TYPE; empty for what the service does not know, or not without an address.
std::string typeOf(const TunnelDevice& device) {
    if (!device.address)
        return {};
    switch (device.kind) {
    case TunnelKind::Ipip: return "IPIP";
    case TunnelKind::Gre: return "GRE";
    case TunnelKind::Ip6gre: return "GRE6";
    case TunnelKind::Ip6tnl: return device.carriesV6 ? "" : "IPIP6";
    case TunnelKind::Sit: break;
    }
    return {};
}

std::string undoWord(const Job& job) { return "run " + setupName(job.needs.server) + "-undo.sh, which removes this file"; }

SetupFile alias(const Job& job, const IpAddress& vip) {
    const std::string name = aliasOf(vip);
    return {folder + ("ifcfg-" + name), "0644",
            heading(job, "VIP of the real server " + job.needs.server.toString(), undoWord(job)) + "DEVICE=" + name +
                "\nIPADDR=" + vip.toString() +
                "\nNETMASK=255.255.255.255\nONBOOT=yes\nNO_ALIASROUTING=yes\nARPCHECK=no\nARPUPDATE=no\n"};
}

SetupFile tunnelFile(const Job& job, const TunnelDevice& device) {
    return {folder + ("ifcfg-" + device.name), "0644",
            heading(job, "takes tunnelled packets on the real server " + job.needs.server.toString(), undoWord(job)) +
                "DEVICE=" + device.name + "\nTYPE=" + typeOf(device) +
                "\nONBOOT=yes\nBOOTPROTO=none\nNM_CONTROLLED=no\nMY_OUTER_IPADDR=" + job.needs.server.toString() +
                "\nMY_INNER_IPADDR=" + hostPrefix(*device.address) + "\n"};
}

} // namespace

void ifcfg(const Job& job, ServerSetup& out) {
    std::vector<SetupFile> own;
    std::vector<IpAddress> otherVips;
    std::vector<TunnelDevice> otherDevices;
    std::string up;
    for (const IpAddress& vip : job.vips)
        if (vip.isV4())
            own.push_back(alias(job, vip));
        else
            otherVips.push_back(vip);
    for (const TunnelDevice& device : job.needs.devices) {
        if (typeOf(device).empty()) {
            otherDevices.push_back(device);
            continue;
        }
        own.push_back(tunnelFile(job, device));
        up += "ip link show dev " + device.name + " > /dev/null 2>&1 || ifup " + device.name + "\necho " +
              reversePathFilter(device) + " > /proc/sys/net/ipv4/conf/" + device.name + "/rp_filter\n";
    }
    const std::vector<SetupFile> units = unitFor(job, otherDevices, otherVips);
    if (SetupFile file = sysctlFile(job); !file.text.empty())
        out.files.push_back(std::move(file));
    out.files.insert(out.files.end(), own.begin(), own.end());
    out.files.insert(out.files.end(), units.begin(), units.end());

    const std::string aliases = std::string(folder) + "ifup-aliases";
    out.apply =
        applyStart(job, "ifcfg files") + "[ -x " + aliases +
        " ] || stop 'the network service (package network-scripts or initscripts) is not here; take another flavour'\n" +
        applySettings(job) + applyPlan(job);
    for (const SetupFile& file : own)
        out.apply += hereDocument("put " + file.path + " " + file.mode, file.text);
    out.apply += aliases + " lo || :\n" + up + applyUnit(job, units) + applyEnd(job);
    out.undo = undoStart(job, "ifcfg files") + undoUnit(job, units) + undoFiles(out.files) + undoEnd(job);
}

} // namespace lvsdeck::formats::setup
