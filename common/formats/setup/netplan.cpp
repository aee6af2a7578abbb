// SPDX-License-Identifier: GPL-3.0-or-later
// netplan over systemd-networkd. netplan joins the addresses that several files give to lo.
#include "common/formats/setup/setup_parts.hpp"

namespace lvsdeck::formats::setup {

namespace {

SetupFile yaml(const Job& job) {
    const std::string name = setupName(job.needs.server);
    std::string text =
        heading(job, "VIPs of the real server " + job.needs.server.toString(),
                "run " + name + "-undo.sh, which removes this file") +
        "network:\n  version: 2\n  ethernets:\n    lo:\n      renderer: networkd\n      match:\n        name: lo\n"
        "      addresses:\n        - \"127.0.0.1/8\"\n        - \"::1/128\"\n" +
        askForMarks(job, "        ");
    for (const IpAddress& vip : job.vips)
        text += "        - \"" + hostPrefix(vip) + (vip.isV4() ? "\"\n" : "\":\n            lifetime: 0\n");
    bool first = true;
    for (const TunnelDevice& device : job.needs.devices) {
        if (tunnelMode(device).empty())
            continue;
        text += first ? "  tunnels:\n" : "";
        first = false;
        text += "    " + device.name + ":\n      renderer: networkd\n      mode: " + tunnelMode(device) +
                "\n      local: \"" + job.needs.server.toString() + "\"\n      remote: \"" +
                (job.needs.server.isV4() ? "0.0.0.0" : "::") +
                "\"\n      accept-ra: false\n      link-local: " + (device.carriesV6 ? "[ipv6]" : "[]") + "\n";
        if (device.address)
            text += "      addresses:\n        - \"" + hostPrefix(*device.address) + "\"\n";
    }
    return {"/etc/netplan/70-" + name + ".yaml", "0600", text};
}

} // namespace

void netplan(const Job& job, ServerSetup& out) {
    const std::vector<SetupFile> units = unitFor(job, withoutMode(job));
    const SetupFile plan = yaml(job);
    if (SetupFile file = sysctlFile(job); !file.text.empty())
        out.files.push_back(std::move(file));
    out.files.push_back(plan);
    out.files.insert(out.files.end(), units.begin(), units.end());

    out.apply = applyStart(job, "netplan") + "command -v netplan > /dev/null || stop 'there is no netplan here'\n" +
                applySettings(job) + applyPlan(job) + hereDocument("put " + plan.path + " " + plan.mode, plan.text) +
                "netplan generate || { rm -f " + plan.path +
                "; stop 'netplan refuses the file, which is taken away again'; }\n" + "netplan apply\n" +
                applyUnit(job, units) + applyEnd(job);
    out.undo =
        undoStart(job, "netplan") + undoUnit(job, units) + undoFiles(out.files) + "netplan apply || :\n" + undoEnd(job);
}

} // namespace lvsdeck::formats::setup
