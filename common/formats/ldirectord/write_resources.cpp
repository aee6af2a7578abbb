// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/text.hpp"
#include "common/formats/ldirectord/write_parts.hpp"
#include "common/formats/ldirectord/writer.hpp"

#include <algorithm>
#include <set>

namespace lvsdeck::formats {

namespace ldirectord {

namespace {

/// heartbeat's resource for one address; the interface is the member's where the address has none.
std::string resourceOf(const model::VirtualAddress& entry, const std::string& interface) {
    const std::string device = entry.device.empty() ? interface : entry.device;
    std::string out = entry.address.isV4() ? "IPaddr2::" : "IPv6addr::";
    out += entry.address.toString() + "/" + std::to_string(entry.prefixLength);
    if (!device.empty())
        out += "/" + (entry.label.starts_with(device + ":") ? entry.label : device);
    if (entry.address.isV4() && IpAddress::parse(entry.broadcast))
        out += "/" + entry.broadcast;
    return out;
}

bool plainAddress(const model::VirtualAddress& entry, const std::string& interface) {
    model::VirtualAddress plain;
    plain.address = entry.address;
    plain.prefixLength = entry.prefixLength;
    plain.device = entry.device;
    const std::string device = entry.device.empty() ? interface : entry.device;
    if (entry.label.starts_with(device + ":"))
        plain.label = entry.label;
    if (IpAddress::parse(entry.broadcast))
        plain.broadcast = entry.broadcast;
    return plain == entry;
}

void instanceLosses(Writer& out, const model::VrrpInstance& instance, const std::string& subject) {
    const auto lost = [&](bool is, std::string_view what) { out.losing(is, Severity::Warning, subject, what); };
    model::VrrpInstance usual;
    usual.name = instance.name;
    lost(instance.version != usual.version || instance.advertInterval != usual.advertInterval ||
             instance.downTimerAdverts != usual.downTimerAdverts || instance.preemptDelay != usual.preemptDelay,
         "how soon a dead director is noticed stands in heartbeat's ha.cf (keepalive, deadtime); the VRRP times were not "
         "written");
    lost(!instance.preempt, "that a node does not take its addresses back is auto_failback off in heartbeat's ha.cf");
    lost(!instance.password.empty(), "heartbeat's password stands in authkeys; that of VRRP was not written");
    lost(instance.tracking != model::Tracking{}, "heartbeat does not watch interfaces, scripts, files and processes in "
                                                 "haresources; tracking was not written");
    lost(instance.notify != model::NotifyScripts{} || instance.smtpAlert,
         "heartbeat runs no programs of an instance and sends no mail from haresources; not written");
    lost(!instance.routes.empty() || !instance.rules.empty(), "routes and rules that move along were not written");
    lost(!instance.excludedAddresses.empty(),
         "addresses that are not advertised were written like the others, heartbeat advertises none");
    lost(instance.virtualMac.has_value(), "heartbeat has no virtual MAC address; not written");
    lost(instance.garp != usual.garp || !instance.accept || instance.strict || instance.multicastGroup ||
             instance.promoteSecondaries || instance.unicastTtl != usual.unicastTtl || instance.checkUnicastSource ||
             instance.unicastFaultNoPeer || instance.oldUnicastChecksum != usual.oldUnicastChecksum ||
             instance.skipCheckAddresses || instance.lowerPriorityNoAdvert || instance.higherPrioritySendAdvert,
         "details of VRRP that heartbeat does not have were not written");
}

void memberLosses(Writer& out, const model::VrrpInstance& instance, const model::Member& preferred,
                  const std::string& subject) {
    const auto differs = [&](auto&& is, std::string_view what) {
        out.losing(std::ranges::any_of(instance.members, is), Severity::Warning, subject, what);
    };
    differs([&](const model::Member& member) { return member.interface != preferred.interface; },
            "haresources names one interface for both nodes; that of " + preferred.director + " was written");
    differs([](const model::Member& member) { return !member.trackInterfaces.empty() || !member.trackInterface; },
            "heartbeat does not watch interfaces in haresources; tracking of members was not written");
    differs(
        [](const model::Member& member) {
            return !member.unicastPeers.empty() || member.sourceAddress || member.trackSourceAddress;
        },
        "how the nodes reach each other stands in heartbeat's ha.cf (ucast, mcast); not written");
    out.losing(instance.members.size() > 2, Severity::Error, subject,
               "heartbeat with haresources has two nodes; this instance has " + std::to_string(instance.members.size()) +
                   " members: use a crm, or two directors");
}

/// The highest priority; the first of equals.
const model::Member& preferredOf(const model::VrrpInstance& instance) {
    return *std::ranges::max_element(instance.members, {}, &model::Member::priority);
}

void writeInstance(Writer& out, const model::VrrpInstance& instance, bool services) {
    const std::string subject = "instance " + instance.name;
    if (instance.members.empty() || (instance.addresses.empty() && instance.excludedAddresses.empty()))
        return out.say(Severity::Error, subject, "this instance has no member or no address; not written");
    const model::Member& preferred = preferredOf(instance);
    std::vector<std::string> resources;
    for (const auto* list : {&instance.addresses, &instance.excludedAddresses})
        for (const model::VirtualAddress& entry : *list) {
            resources.push_back(resourceOf(entry, preferred.interface));
            out.losing(!plainAddress(entry, preferred.interface), Severity::Warning,
                       subject + " / " + entry.address.toString(),
                       "heartbeat's addresses have a netmask, an interface, a label that begins with it and a broadcast "
                       "address; the other words were not written");
        }
    const auto& sync = out.cluster().connectionSync;
    if (sync && sync->instance == instance.name)
        resources.emplace_back("LVSSyncDaemonSwap::master");
    if (services)
        resources.emplace_back("ldirectord::ldirectord.cf");
    std::string line = preferred.director;
    for (const std::string& resource : resources)
        line += (resources.size() > 2 ? " \\\n    " : " ") + resource;
    out.line(line);
    instanceLosses(out, instance, subject);
    memberLosses(out, instance, preferred, subject);
}

} // namespace

} // namespace ldirectord

Exported writeHaresources(const model::Cluster& cluster) {
    using namespace ldirectord;
    Writer out(cluster);
    out.line("# haresources of a cluster of lvsdeck; the same file on every director");
    std::set<std::string> served;
    for (const model::VrrpInstance& instance : cluster.instances) {
        const bool first = !instance.members.empty() && served.insert(preferredOf(instance).director).second;
        writeInstance(out, instance, first && !cluster.services.empty());
    }
    if (cluster.instances.empty())
        out.say(Severity::Warning, "instances", "the cluster has no VRRP instance; there is no address to write");
    out.losing(!cluster.instances.empty(), Severity::Note, "vrid",
               "heartbeat has no virtual router numbers (VRID); a later import numbers from 51 on");
    out.losing(!cluster.syncGroups.empty(), Severity::Warning, "sync groups",
               "heartbeat moves what stands on one line together; groups of instances were not written, join their lines");
    const auto& sync = cluster.connectionSync;
    if (sync)
        out.losing(
            sync->instance.empty() || sync->syncId != 0 || sync->maxLength || sync->port || sync->ttl || sync->group,
            Severity::Warning, "connection sync",
            "heartbeat starts the sync daemon with an instance and with the kernel's own settings; the others were not "
            "written");
    return out.take();
}

} // namespace lvsdeck::formats
