// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/doctor.hpp"

#include "common/base/json.hpp"

#include <algorithm>

namespace lvsdeck::host {

namespace {

using rpc::DoctorItem;
using rpc::Finding;
using Items = std::vector<DoctorItem>;

std::string joined(const std::set<std::string>& words, std::string_view separator, std::string_view prefix = {}) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? std::string() : std::string(separator)) + std::string(prefix) + word;
    return text;
}

std::string sysctl(const HostFacts& facts, const std::string& name) {
    const auto found = facts.sysctls.find(name);
    return found == facts.sysctls.end() ? std::string() : found->second;
}

bool forwards(const model::Effective& own, Family family, std::initializer_list<model::Forwarding> methods) {
    return std::ranges::any_of(own.services, [&](const model::VirtualService& service) {
        return std::ranges::any_of(service.servers, [&](const model::RealServer& server) {
            return server.address.family() == family &&
                   std::ranges::find(methods, forwardingOf(service, server)) != methods.end();
        });
    });
}

void judgeCapabilities(const HostFacts& facts, Items& items) {
    DoctorItem item{"capabilities", Finding::Good, "Rights of the agent", "CAP_NET_ADMIN and CAP_NET_RAW are there.", {}};
    if (!facts.netAdmin || !facts.netRaw) {
        item.finding = Finding::Bad;
        item.detail = std::string("The agent lacks ") + (facts.netAdmin ? "" : "CAP_NET_ADMIN (IPVS, addresses)") +
                      (facts.netAdmin || facts.netRaw ? "" : " and ") +
                      (facts.netRaw ? "" : "CAP_NET_RAW (VRRP, gratuitous ARP)") + ".";
        item.fix = "Start the agent through its systemd unit, or as root.";
    }
    items.push_back(std::move(item));
}

void judgeIpvs(const HostFacts& facts, Items& items) {
    DoctorItem item{"ip_vs", Finding::Good, "IPVS in the kernel", {}, {}};
    if (facts.ipvs) {
        item.detail = "Version " + facts.ipvs->version + ", connection table of " +
                      std::to_string(facts.ipvs->connectionTableSize) + " entries.";
    } else {
        item.finding = Finding::Bad;
        item.detail = facts.ipvsError.text;
        item.fix = "modprobe ip_vs && echo ip_vs > /etc/modules-load.d/ip_vs.conf";
    }
    items.push_back(std::move(item));
}

void judgeSchedulers(const HostFacts& facts, const model::Effective& own, Items& items) {
    std::set<std::string> missing;
    std::set<std::string> wanted;
    for (const model::VirtualService& service : own.services)
        wanted.insert(json::toWord(service.scheduler));
    if (wanted.empty() || !facts.schedulers)
        return;
    std::ranges::set_difference(wanted, *facts.schedulers, std::inserter(missing, missing.end()));
    DoctorItem item{"schedulers", Finding::Good, "Schedulers of the services", "There: " + joined(wanted, ", ") + ".", {}};
    if (!missing.empty()) {
        item.finding = Finding::Bad;
        item.detail = "This kernel has no module for " + joined(missing, ", ") + "; services that use it cannot be added.";
        item.fix =
            "Install the kernel package that has " + joined(missing, ", ", "ip_vs_") + ", or choose another scheduler.";
    }
    items.push_back(std::move(item));
}

void judgeForwarding(const HostFacts& facts, const model::Effective& own, Items& items) {
    const auto judge = [&](const char* id, const char* name, bool needed, const char* what) {
        if (!needed)
            return;
        DoctorItem item{id, Finding::Good, std::string(what) + " forwarding", std::string(name) + " = 1.", {}};
        if (sysctl(facts, name) != "1") {
            item.finding = Finding::Bad;
            item.detail = std::string(name) +
                          " is off, so the kernel drops the replies of masqueraded servers and what goes into tunnels.";
            item.fix = std::string("sysctl -w ") + name + "=1 && echo " + name + "=1 > /etc/sysctl.d/90-lvs-" + id + ".conf";
        }
        items.push_back(std::move(item));
    };
    using model::Forwarding;
    judge("ip_forward", "net.ipv4.ip_forward", forwards(own, Family::V4, {Forwarding::Nat, Forwarding::Tun}), "IPv4");
    judge("ipv6_forward", "net.ipv6.conf.all.forwarding", forwards(own, Family::V6, {Forwarding::Nat, Forwarding::Tun}),
          "IPv6");
}

/// The kernel takes the larger of "all" and the interface's own value.
void judgeReversePath(const HostFacts& facts, const model::Effective& own, Items& items) {
    std::set<std::string> strict;
    for (const model::OwnInstance& instance : own.instances) {
        const std::string& device = instance.member.interface;
        const std::string value =
            std::max(sysctl(facts, "net.ipv4.conf.all.rp_filter"), sysctl(facts, "net.ipv4.conf." + device + ".rp_filter"));
        if (value == "1")
            strict.insert(device);
    }
    if (strict.empty())
        return;
    items.push_back({"rp_filter", Finding::Warning, "Strict reverse path filter",
                     "On " + joined(strict, ", ") +
                         " the kernel drops packets whose sender it would reach through another interface; with "
                         "several networks that can be the clients or the real servers.",
                     "If packets get lost: sysctl -w " + joined(strict, " ", "net.ipv4.conf.") + ".rp_filter=2"});
    if (strict.size() > 1)
        items.back().fix = "If packets get lost, set net.ipv4.conf.INTERFACE.rp_filter=2 for " + joined(strict, ", ") + ".";
}

void judgeKeepalived(const HostFacts& facts, const model::Effective* own, Items& items) {
    std::set<std::string> here;
    for (const Process& process : facts.keepalived)
        if (process.sameNetwork)
            here.insert(std::to_string(process.id));
    DoctorItem item{"keepalived", Finding::Good, "No second keepalived", "No keepalived runs in this network.", {}};
    if (!here.empty()) {
        const bool active = own != nullptr && (!own->instances.empty() || !own->services.empty());
        item.finding = active ? Finding::Bad : Finding::Warning;
        item.title = "keepalived runs here too";
        item.detail = "Process " + joined(here, ", ") + ": " +
                      (active ? "two programs manage the same addresses and the same IPVS table."
                              : "lvsdeck looks on as long as it manages this director.");
        item.fix = active ? "systemctl disable --now keepalived" : "lvsdeck adopt: it takes over without a failed connection";
    }
    items.push_back(std::move(item));
}

const Link* findLink(const std::vector<Link>& links, const std::string& name) {
    const auto found = std::ranges::find(links, name, &Link::name);
    return found == links.end() ? nullptr : &*found;
}

void judgeInterfaces(const std::vector<Link>& links, const model::Effective& own, Items& items) {
    std::map<std::string, std::string> users; // interface -> first instance that names it
    for (const model::OwnInstance& instance : own.instances) {
        users.emplace(instance.member.interface, instance.instance.name);
        for (const auto* list : {&instance.instance.addresses, &instance.instance.excludedAddresses})
            for (const model::VirtualAddress& address : *list)
                if (!address.device.empty())
                    users.emplace(address.device, instance.instance.name);
    }
    for (const auto& [name, user] : users) {
        const Link* link = findLink(links, name);
        DoctorItem item{"interface:" + name, Finding::Good, "Interface " + name, "It is up.", {}};
        if (link == nullptr) {
            std::set<std::string> others;
            for (const Link& other : links)
                if (!other.loopback)
                    others.insert(other.name);
            item.finding = Finding::Bad;
            item.detail = "Instance " + user + " wants it, but this host has only " +
                          (others.empty() ? "lo" : joined(others, ", ")) + ".";
            item.fix = "Correct the interface of this director in the cluster, or create it.";
        } else if (!link->up) {
            item.finding = Finding::Bad;
            item.detail = "It is down or has no carrier; instance " + user + " cannot work.";
            item.fix = "ip link set " + name + " up, and look at the cable or the switch port.";
        } else if (link->addresses.empty()) {
            item.finding = Finding::Warning;
            item.detail = "It has no address of its own, so there is none to send advertisements from.";
            item.fix = "ip address add ADDRESS/PREFIX dev " + name;
        }
        items.push_back(std::move(item));
    }
}

void judgeAddresses(const std::vector<Link>& links, const model::Effective& own, Items& items) {
    for (const model::OwnInstance& instance : own.instances)
        for (const model::VirtualAddress& address : instance.instance.addresses) {
            const std::string& device = address.device.empty() ? instance.member.interface : address.device;
            for (const Link& link : links) {
                const bool holds =
                    std::ranges::find(link.addresses, address.address, &InterfaceAddress::address) != link.addresses.end();
                if (!holds || link.name == device)
                    continue;
                const std::string text = address.address.toString();
                items.push_back({"address:" + text, Finding::Bad, "Virtual address " + text + " is elsewhere",
                                 "It is on " + link.name + ", but instance " + instance.instance.name + " wants it on " +
                                     device + "; this host would answer for it even as backup.",
                                 "ip address delete " + text + " dev " + link.name});
            }
        }
}

void adviseOnRemovedServers(const HostFacts& facts, const model::Effective& own, Items& items) {
    if (own.services.empty() || sysctl(facts, "net.ipv4.vs.expire_nodest_conn") != "0")
        return;
    items.push_back({"expire_nodest_conn", Finding::Warning, "Clients of a removed server wait",
                     "net.ipv4.vs.expire_nodest_conn is 0: when a server leaves the table, its clients' "
                     "connections are dropped in silence "
                     "instead of being reset.",
                     "sysctl -w net.ipv4.vs.expire_nodest_conn=1, if clients should notice at once."});
}

} // namespace

std::vector<DoctorItem> diagnose(const HostFacts& facts, const model::Effective* own) {
    Items items;
    judgeCapabilities(facts, items);
    judgeIpvs(facts, items);
    if (own != nullptr) {
        judgeSchedulers(facts, *own, items);
        judgeForwarding(facts, *own, items);
        judgeReversePath(facts, *own, items);
    }
    judgeKeepalived(facts, own, items);
    if (!facts.links) {
        items.push_back(
            {"interfaces", Finding::Bad, "Interfaces", facts.linksError.text, "Look at the agent's log and rights."});
    } else if (own != nullptr) {
        judgeInterfaces(*facts.links, *own, items);
        judgeAddresses(*facts.links, *own, items);
    }
    if (own != nullptr)
        adviseOnRemovedServers(facts, *own, items);
    return items;
}

} // namespace lvsdeck::host
