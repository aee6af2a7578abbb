// SPDX-License-Identifier: GPL-3.0-or-later
// Windows Server 2012 or newer: the VIPs are on a loopback adapter, which nobody on the link can ask, and the weak host model lets
// packets for them in by the other adapter, and answers out.
#include "common/formats/setup/setup_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::setup {

namespace {

const char* const prepare = R"ps($ErrorActionPreference = 'Stop'
$loopback = 'LVS'
$lan = (Get-NetIPAddress -IPAddress $server).InterfaceAlias
)ps";

const char* const adapterMissing =
    R"ps(if (-not (Get-NetAdapter -Name $loopback -IncludeHidden -ErrorAction SilentlyContinue)) {
    throw "There is no adapter $loopback. Start hdwwiz, choose: install by hand, network adapters, Microsoft, Microsoft KM-TEST Loopback Adapter; rename its connection to $loopback; clear its boxes Client for Microsoft Networks and File and Printer Sharing; then run this again."
}
)ps";

const char* const save = R"ps(
# What is there now, for the undo; an earlier run's record stays.
New-Item -ItemType Directory -Force $folder | Out-Null
if (-not (Test-Path $saved)) {
    Get-NetIPInterface -InterfaceAlias $lan |
        Select-Object @{n='Family';e={"$($_.AddressFamily)"}}, @{n='Receive';e={"$($_.WeakHostReceive)"}} |
        ConvertTo-Json | Set-Content "$saved.new"
    Move-Item "$saved.new" $saved
}
)ps";

const char* const addVips = R"ps(
foreach ($vip in $vips) {
    if (-not (Get-NetIPAddress -InterfaceAlias $loopback -IPAddress $vip -ErrorAction SilentlyContinue)) {
        $prefix = if ($vip.Contains(':')) { 128 } else { 32 }
        New-NetIPAddress -InterfaceAlias $loopback -IPAddress $vip -PrefixLength $prefix -SkipAsSource $true | Out-Null
    }
}
)ps";

const char* const removeVips = R"ps(
foreach ($vip in $vips) {
    Get-NetIPAddress -InterfaceAlias $loopback -IPAddress $vip -ErrorAction SilentlyContinue | Remove-NetIPAddress -Confirm:$false
}
if (Test-Path $saved) {
    foreach ($one in (Get-Content $saved -Raw | ConvertFrom-Json)) {
        Set-NetIPInterface -InterfaceAlias $lan -AddressFamily $one.Family -WeakHostReceive $one.Receive
    }
    Remove-Item $saved
} else {
    Write-Output "Nothing was saved for ${lan}: it gets the strong host model, which is the default of Windows."
    Set-NetIPInterface -InterfaceAlias $lan -WeakHostReceive Disabled
}
Write-Output "The VIPs are gone. The adapter $loopback stays; remove it in the device manager if nothing else needs it."
)ps";

std::string lists(const Job& job) {
    std::string out = "$server = '" + job.needs.server.toString() +
                      "'\n$folder = Join-Path $env:ProgramData 'lvsdeck-server'\n" + "$saved = Join-Path $folder '" +
                      setupName(job.needs.server) + ".json'\n" + askForMarks(job) + "$vips = @(\n";
    for (std::size_t i = 0; i < job.vips.size(); ++i)
        out += "    '" + job.vips[i].toString() + (i + 1 < job.vips.size() ? "',\n" : "'\n");
    return out + ")\n";
}

std::string weakHost(std::string_view family) {
    const std::string word(family);
    return "Set-NetIPInterface -InterfaceAlias $lan -AddressFamily " + word + " -WeakHostReceive Enabled\n" +
           "Set-NetIPInterface -InterfaceAlias $loopback -AddressFamily " + word +
           " -WeakHostReceive Enabled -WeakHostSend Enabled -DadTransmits 0 -AutomaticMetric Disabled -InterfaceMetric "
           "9999\n";
}

std::string netshNote(std::string_view family) {
    std::string out = "# The same by hand, in an old Windows Server 2008 (NETWORK is the name of the connection with the "
                      "server's address):\n";
    const std::string begin = "#   netsh interface " + std::string(family) + " set interface ";
    return out + begin + "\"NETWORK\" weakhostreceive=enabled\n" + begin +
           "\"LVS\" weakhostreceive=enabled weakhostsend=enabled\n" + "#   netsh interface " + std::string(family) +
           " add address \"LVS\" VIP" + (family == "ipv4" ? " 255.255.255.255" : "/128") + "\n";
}

} // namespace

void windows(const Job& job, ServerSetup& out) {
    const std::string name = setupName(job.needs.server);
    const bool v6 = std::ranges::any_of(job.vips, [](const IpAddress& vip) { return !vip.isV4(); });
    const bool v4 = job.arp;
    out.apply =
        "#Requires -RunAsAdministrator\n" +
        scriptHeading(job, "set-up of the real server " + job.needs.server.toString() + " (Windows PowerShell)",
                      "run " + name + "-undo.ps1 here (lvsdeck setup-server … --undo writes it)") +
        (v4 ? netshNote("ipv4") : "") + (v6 ? netshNote("ipv6") : "") + lists(job) + prepare + adapterMissing + save +
        "\n# No answer to ARP comes from a loopback adapter. Packets for its addresses are let in by the other one:\n" +
        (v4 ? weakHost("IPv4") : "") + (v6 ? weakHost("IPv6") : "") +
        "Set-DnsClient -InterfaceAlias $loopback -RegisterThisConnectionsAddress $false\n" + addVips +
        "Write-Output 'Done. The firewall must let the services in on the adapter LVS, too.'\n";
    out.undo =
        "#Requires -RunAsAdministrator\n" +
        heading(job, "takes the set-up of the real server " + job.needs.server.toString() + " away (Windows PowerShell)",
                "run " + name + "-apply.ps1 to have it back") +
        lists(job) + prepare + removeVips;
}

} // namespace lvsdeck::formats::setup
