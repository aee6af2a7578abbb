// SPDX-License-Identifier: GPL-3.0-or-later
// NetworkManager, by nmcli. One connection for the VIPs of all the real servers that the machine is, because lo has only one; each adds
// and takes away its own addresses.
#include "common/formats/setup/setup_parts.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::formats::setup {

namespace {

std::string listOf(const Job& job, Family family) {
    std::string out;
    for (const IpAddress& vip : job.vips)
        if (vip.family() == family)
            out += (out.empty() ? "" : ",") + hostPrefix(vip);
    return out;
}

const char* const vipCommands = R"sh(
set -- $(nmcli --version | sed 's/[^0-9]*\([0-9]*\)\.\([0-9]*\).*/\1 \2/')
if [ "$1" -gt 1 ] || [ "$2" -ge 42 ]; then
    kind=loopback device=lo first4=127.0.0.1/8 first6=::1/128
else
    say "NetworkManager $1.$2 leaves lo alone: the VIPs go to the dummy device lvs-vip"
    kind=dummy device=lvs-vip first4='' first6=''
fi
old4=$(cat "$own/nm4" 2> /dev/null || :)
old6=$(cat "$own/nm6" 2> /dev/null || :)
printf '%s\n' "$vips4" > "$own/nm4"
printf '%s\n' "$vips6" > "$own/nm6"
if ! nmcli connection show lvsdeck-vips > /dev/null 2>&1; then
    old4='' old6=''
    all4=$first4${first4:+${vips4:+,}}$vips4
    all6=$first6${first6:+${vips6:+,}}$vips6
    method4=manual method6=manual
    [ -n "$all4" ] || method4=disabled
    [ -n "$all6" ] || method6=ignore
    nmcli connection add type "$kind" con-name lvsdeck-vips ifname "$device" \
        ipv4.method "$method4" ipv4.addresses "$all4" ipv6.method "$method6" ipv6.addresses "$all6"
else
    set --
    [ -z "$old4" ] || set -- "$@" -ipv4.addresses "$old4"
    [ -z "$old6" ] || set -- "$@" -ipv6.addresses "$old6"
    [ -z "$vips4" ] || set -- "$@" ipv4.method manual +ipv4.addresses "$vips4"
    [ -z "$vips6" ] || set -- "$@" ipv6.method manual +ipv6.addresses "$vips6"
    [ $# -eq 0 ] || nmcli connection modify lvsdeck-vips "$@"
fi
nmcli connection up lvsdeck-vips
)sh";

const char* const undoVips = R"sh(
others=
for one in /var/lib/lvsdeck-server/*/nm4; do
    if [ -e "$one" ] && [ "$one" != "$own/nm4" ]; then others=yes; fi
done
if [ -z "$others" ]; then
    nmcli connection delete lvsdeck-vips || :
else
    set --
    [ -z "$vips4" ] || set -- "$@" -ipv4.addresses "$vips4"
    [ -z "$vips6" ] || set -- "$@" -ipv6.addresses "$vips6"
    [ $# -eq 0 ] || nmcli connection modify lvsdeck-vips "$@"
    nmcli connection up lvsdeck-vips
fi
)sh";

std::string tunnelCommands(const Job& job, const TunnelDevice& device) {
    std::string settings = "ip-tunnel.mode " + tunnelMode(device) + " ip-tunnel.local " + job.needs.server.toString() +
                           " ip-tunnel.remote " + (job.needs.server.isV4() ? "0.0.0.0" : "::") + " \\\n    ";
    settings += device.address ? "ipv4.method manual ipv4.addresses " + hostPrefix(*device.address) : "ipv4.method disabled";
    settings += std::string(" ipv6.method ") + (device.carriesV6 ? "link-local" : "ignore") + "\n";
    return "\nif nmcli connection show " + device.name + " > /dev/null 2>&1; then\n  nmcli connection modify " +
           device.name + " " + settings + "else\n  nmcli connection add type ip-tunnel con-name " + device.name +
           " ifname " + device.name + " " + settings + "fi\nnmcli connection up " + device.name + "\n" +
           (device.carriesV4
                ? "echo " + reversePathFilter(device) + " > /proc/sys/net/ipv4/conf/" + device.name + "/rp_filter\n"
                : std::string());
}

/// Connections for tunnels that this server had before, and has no more.
std::string dropOthers(const Job& job) {
    constexpr std::array overV4{"lvs-ipip", "lvs-sit", "lvs-gre"};
    constexpr std::array overV6{"lvs-ip6tnl", "lvs-ip6gre", ""};
    std::string out;
    for (const std::string_view name : job.needs.server.isV4() ? overV4 : overV6)
        if (!name.empty() && std::ranges::find(job.needs.devices, name, &TunnelDevice::name) == job.needs.devices.end())
            out += "nmcli connection delete " + std::string(name) + " > /dev/null 2>&1 || :\n";
    return out;
}

} // namespace

void networkManager(const Job& job, ServerSetup& out) {
    const std::vector<SetupFile> units = unitFor(job, withoutMode(job));
    if (SetupFile file = sysctlFile(job); !file.text.empty())
        out.files.push_back(std::move(file));
    out.files.insert(out.files.end(), units.begin(), units.end());

    const std::string lists =
        "\n" + askForMarks(job) + "vips4='" + listOf(job, Family::V4) + "'\nvips6='" + listOf(job, Family::V6) + "'\n";
    out.apply = applyStart(job, "NetworkManager") +
                "nmcli -t -f RUNNING general 2> /dev/null | grep -qx running || stop 'NetworkManager does not run here'\n" +
                applySettings(job) + applyPlan(job) + lists + vipCommands + dropOthers(job);
    for (const TunnelDevice& device : job.needs.devices)
        if (!tunnelMode(device).empty())
            out.apply += tunnelCommands(job, device);
    out.apply += applyUnit(job, units) + applyEnd(job);

    out.undo = undoStart(job, "NetworkManager") + undoUnit(job, units) + undoFiles(out.files);
    for (const TunnelDevice& device : job.needs.devices)
        if (!tunnelMode(device).empty())
            out.undo += "nmcli connection delete " + device.name + " || :\n";
    out.undo += lists + undoVips + undoEnd(job);
}

} // namespace lvsdeck::formats::setup
