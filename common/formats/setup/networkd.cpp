// SPDX-License-Identifier: GPL-3.0-or-later
// systemd-networkd. Only one .network file counts for lo, and the machine may be several real servers: that file is shared, the VIPs
// are drop-ins of it.
#include "common/formats/setup/setup_parts.hpp"

#include "common/base/json.hpp"

namespace lvsdeck::formats::setup {

namespace {

const char* const folder = "/etc/systemd/network/";
const char* const sharedFile = "/etc/systemd/network/10-lvsdeck-lo.network";

std::string undoWord(const Job& job) { return "run " + setupName(job.needs.server) + "-undo.sh, which removes this file"; }

SetupFile shared(const Job& job) {
    return {sharedFile, "0644",
            heading(job, "the loopback of a real server; its VIPs are in 10-lvsdeck-lo.network.d",
                    "run " + setupName(job.needs.server) + "-undo.sh, which removes this file when nothing needs it") +
                "[Match]\nName=lo\n\n[Network]\nKeepConfiguration=static\nAddress=127.0.0.1/8\nAddress=::1/128\n"};
}

SetupFile dropIn(const Job& job) {
    std::string text = heading(job, "VIPs of the real server " + job.needs.server.toString(), undoWord(job)) +
                       "[Network]\n" + askForMarks(job);
    for (const IpAddress& vip : job.vips)
        if (vip.isV4())
            text += "Address=" + hostPrefix(vip) + "\n";
    for (const IpAddress& vip : job.vips)
        if (!vip.isV4())
            text += "\n[Address]\nAddress=" + hostPrefix(vip) + "\nPreferredLifetime=0\n";
    return {std::string(sharedFile) + ".d/" + setupName(job.needs.server) + ".conf", "0644", text};
}

void tunnelFiles(const Job& job, const TunnelDevice& device, std::vector<SetupFile>& out) {
    const std::string path = folder + ("10-" + setupName(job.needs.server)) + "-" + device.name;
    const std::string what = "takes tunnelled packets on the real server " + job.needs.server.toString();
    std::string text = heading(job, what, undoWord(job)) + "[NetDev]\nName=" + device.name +
                       "\nKind=" + json::toWord(device.kind) +
                       "\n\n[Tunnel]\nIndependent=yes\nLocal=" + job.needs.server.toString() + "\nRemote=any\n";
    if (device.kind == TunnelKind::Ip6tnl)
        text += device.carriesV4 && device.carriesV6 ? "Mode=any\n" : device.carriesV4 ? "Mode=ipip6\n" : "Mode=ip6ip6\n";
    out.push_back({path + ".netdev", "0644", text});
    // Without a link-local address networkd switches IPv6 off on the device, and what comes out of the tunnel is dropped.
    text = heading(job, what, undoWord(job)) + "[Match]\nName=" + device.name +
           "\n\n[Link]\nRequiredForOnline=no\n\n[Network]\nLinkLocalAddressing=" + (device.carriesV6 ? "ipv6" : "no") +
           "\nIPv6AcceptRA=no\n";
    if (device.address)
        text += "Address=" + hostPrefix(*device.address) + "\n";
    out.push_back({path + ".network", "0644", text});
}

SetupFile portFile(const Job& job, std::uint16_t port) {
    const std::string name = "lvs-gue-" + std::to_string(port);
    return {folder + ("10-" + setupName(job.needs.server)) + "-" + name + ".netdev", "0644",
            heading(job, "UDP port of GUE on the real server " + job.needs.server.toString(), undoWord(job)) +
                "[NetDev]\nName=" + name +
                "\nKind=fou\n\n[FooOverUDP]\nEncapsulation=GenericUDPEncapsulation\nPort=" + std::to_string(port) + "\n" +
                (job.needs.server.isV4() ? "" : "Local=" + job.needs.server.toString() + "\n")};
}

} // namespace

void networkd(const Job& job, ServerSetup& out) {
    std::vector<SetupFile> own{dropIn(job)};
    for (const TunnelDevice& device : job.needs.devices)
        tunnelFiles(job, device, own);
    for (const std::uint16_t port : job.needs.guePorts)
        own.push_back(portFile(job, port));

    if (SetupFile file = sysctlFile(job); !file.text.empty())
        out.files.push_back(std::move(file));
    out.files.push_back(shared(job));
    out.files.insert(out.files.end(), own.begin(), own.end());

    out.apply =
        applyStart(job, "systemd-networkd") +
        "systemctl is-active --quiet systemd-networkd || stop 'systemd-networkd does not run here; take another flavour'\n"
        "used=$(networkctl status lo 2> /dev/null | sed -n 's/^ *Network File: *//p')\n"
        "case $used in\n'' | n/a | " +
        sharedFile +
        ") ;;\n*) stop \"lo is configured by $used already: put the lines of the VIPs into "
        "/etc/systemd/network/${used##*/}.d\" ;;\n"
        "esac\n" +
        applySettings(job) + applyPlan(job);
    for (const std::uint16_t port : job.needs.guePorts)
        out.apply += "plan_port " + std::to_string(port) + (job.needs.server.isV4() ? "" : " -6") + "\n";
    const SetupFile lo = shared(job);
    out.apply += std::string("mkdir -p ") + folder + "\n" + hereDocument("cat > " + lo.path, lo.text) + applyFiles(own) +
                 "networkctl reload || systemctl restart systemd-networkd\n" + applyEnd(job);

    std::vector<SetupFile> removed = own;
    removed.push_back(sysctlFile(job));
    out.undo = undoStart(job, "systemd-networkd") + undoFiles(removed) + "if rmdir " + sharedFile +
               ".d 2> /dev/null; then rm -f " + sharedFile +
               "; fi\nnetworkctl reload || systemctl restart systemd-networkd || :\n" + undoEnd(job);
}

} // namespace lvsdeck::formats::setup
