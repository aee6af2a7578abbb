// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/setup/setup_parts.hpp"

#include "common/base/json.hpp"

namespace lvsdeck::formats::setup {

namespace {

constexpr std::size_t listedServices = 20;

} // namespace

std::string sysctlPath(const Job& job) { return "/etc/sysctl.d/60-" + setupName(job.needs.server) + ".conf"; }
std::string unitName(const Job& job) { return setupName(job.needs.server) + ".service"; }

std::string heading(const Job& job, std::string_view what, std::string_view undo) {
    std::string out = "# lvsdeck: " + std::string(what) + "\n";
    if (!job.cluster.empty())
        out += "# Cluster: " + job.cluster + "\n";
    out += "# For these virtual services:\n";
    const std::vector<ServedService>& services = job.needs.services;
    for (std::size_t i = 0; i < services.size() && i < listedServices; ++i)
        out += "#   " + serviceText(services[i]) + "\n";
    if (services.size() > listedServices)
        out += "#   and " + std::to_string(services.size() - listedServices) + " more\n";
    return out + "# Undo: " + std::string(undo) + "\n";
}

std::string scriptHeading(const Job& job, std::string_view what, std::string_view undo) {
    std::string out = heading(job, what, undo);
    for (const std::string& remark : job.remarks)
        out += "# Mind: " + remark + "\n";
    return out;
}

std::string askForMarks(const Job& job, std::string_view indent) {
    std::string out;
    for (const std::string& mark : job.needs.marks)
        out += std::string(indent) + "# The VIPs that firewall mark " + mark + " stands for belong here, too.\n";
    return out;
}

std::string hostPrefix(const IpAddress& address) { return address.toString() + (address.isV4() ? "/32" : "/128"); }

std::string reversePathFilter(const TunnelDevice& device) { return device.address ? "2" : "0"; }

std::string linkArguments(const Job& job, const TunnelDevice& device) {
    std::string out = "type " + json::toWord(device.kind) + " local " + job.needs.server.toString();
    if (device.kind == TunnelKind::Ip6tnl)
        out += device.carriesV4 && device.carriesV6 ? " mode any" : device.carriesV4 ? " mode ipip6" : " mode ip6ip6";
    return out;
}

std::string tunnelMode(const TunnelDevice& device) {
    if (device.kind != TunnelKind::Ip6tnl)
        return json::toWord(device.kind);
    return device.carriesV4 && device.carriesV6 ? "" : device.carriesV4 ? "ipip6" : "ip6ip6";
}

std::vector<TunnelDevice> withoutMode(const Job& job) {
    std::vector<TunnelDevice> out;
    for (const TunnelDevice& device : job.needs.devices)
        if (tunnelMode(device).empty())
            out.push_back(device);
    return out;
}

void script(const Job& job, ServerSetup& out) {
    if (const SetupFile file = sysctlFile(job); !file.text.empty())
        out.files.push_back(file);
    out.apply = applyStart(job, "iproute2 and sysctl") + applySettings(job) + applyPlan(job) + "settle_files\n" +
                "while read -r vip; do\n    case $vip in\n"
                "    # An IPv6 VIP is never the source of a connection that begins here, and nobody is asked for it.\n"
                "    *:*) ip address add \"$vip\" dev lo nodad preferred_lft 0 ;;\n"
                "    *) ip address add \"$vip\" dev lo ;;\n    esac\ndone < \"$own/missing\"\n";
    for (const TunnelDevice& device : job.needs.devices) {
        const std::string& name = device.name;
        out.apply += "\n# Takes what the directors wrap for " + job.needs.server.toString() + ".\nif ! ip link show dev " +
                     name + " > /dev/null 2>&1; then\n    ip link add name " + name + " " + linkArguments(job, device) +
                     " || stop 'this kernel makes no " + json::toWord(device.kind) +
                     " device, or another one takes the same packets; see: ip -d tunnel show, ip -6 tunnel show'\nfi\n";
        if (device.carriesV4)
            out.apply += "# The answer leaves by another device, which strict reverse-path filters take for forgery. The "
                         "larger of this\n"
                         "# value and that of “all” counts; 2 is loose, and larger than 1.\necho " +
                         reversePathFilter(device) + " > /proc/sys/net/ipv4/conf/" + name + "/rp_filter\n";
        if (device.address)
            out.apply += "ip address replace " + hostPrefix(*device.address) + " dev " + name + "\n";
        out.apply += "ip link set dev " + name + " up\n";
    }
    for (const std::uint16_t port : job.needs.guePorts) {
        const std::string number = std::to_string(port);
        const std::string family = job.needs.server.isV4() ? "" : " -6";
        out.apply += "\n# GUE: this UDP port takes the outer header off, the device above the inner one.\nmodprobe -q fou "
                     "2> /dev/null || :\n"
                     "plan_port " +
                     number + family + "\nip" + family + " fou add port " + number +
                     " gue 2> /dev/null || ip fou show | grep -q '^port " + number +
                     " gue' || stop 'this kernel opens no port for GUE (module fou)'\n";
    }
    out.apply += applyEnd(job);
    out.undo = undoStart(job, "iproute2 and sysctl") + undoFiles(out.files) + undoEnd(job);
}

} // namespace lvsdeck::formats::setup
