// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/groups.hpp"
#include "common/model/validate_parts.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::model::detail {

namespace {

void checkEntry(const GroupEntry& entry, const std::string& path, ProblemList& problems) {
    if (entry.firewallMark) {
        if (*entry.firewallMark == 0)
            problems.error(path + ".firewall_mark",
                           "firewall mark 0 means no mark; use the number that the firewall rule sets");
        if (entry.port != 0)
            problems.note(path + ".port", "a firewall mark has no port; it has no effect, remove it");
        return;
    }
    if (entry.address.isUnspecified() || entry.address.isMulticast())
        problems.error(path + ".address",
                       entry.address.toString() + " cannot be the address of a service; give the virtual IP");
    const std::uint64_t count = addressCount(entry);
    if (count == 0)
        problems.error(path + ".last_address", "the range " + entryText(entry) +
                                                   " ends before it begins, or in another family; give first the smaller "
                                                   "address, then the larger one of the same family");
    else if (count > maxEntryAddresses)
        problems.error(path + ".last_address", "the range " + entryText(entry) + " has more than " +
                                                   std::to_string(maxEntryAddresses) +
                                                   " addresses; make it smaller, or use a firewall mark");
}

std::string_view word(Protocol protocol) {
    switch (protocol) {
    case Protocol::Tcp: return "TCP";
    case Protocol::Udp: return "UDP";
    case Protocol::Sctp: return "SCTP";
    }
    return "TCP";
}

GroupEntry headOf(const VirtualService& service) {
    return {service.address, {}, service.port, service.firewallMark, service.firewallMarkFamily};
}

/// What two services would both put into the kernel's table.
class Claims {
public:
    /// Whether nobody has it yet.
    bool claim(const GroupEntry& entry, std::string_view protocol) {
        if (addressCount(entry) == 0)
            return true;
        if (entry.firewallMark)
            return m_marks.insert(entryText(entry)).second;
        const IpAddress last = entry.lastAddress.value_or(entry.address);
        auto& ranges = m_ranges[std::string(protocol) + " " + std::to_string(entry.port)];
        const auto next = ranges.upper_bound(last);
        if (next != ranges.begin() && std::prev(next)->second >= entry.address)
            return false;
        ranges.emplace(entry.address, last);
        return true;
    }

private:
    std::set<std::string> m_marks;
    std::map<std::string, std::map<IpAddress, IpAddress>> m_ranges; ///< by protocol and port; first -> last
};

void checkOverlap(const Cluster& cluster, ProblemList& problems) {
    Claims claims;
    for (const VirtualService& service : cluster.services) // two that are equal are reported as such
        if (service.group.empty())
            (void)claims.claim(headOf(service), word(service.protocol));
    std::set<std::string> groups;
    for (std::size_t i = 0; i < cluster.services.size(); ++i) {
        const VirtualService& service = cluster.services[i];
        const ServiceGroup* group = findGroup(cluster, service.group);
        if (service.group.empty() || group == nullptr)
            continue;
        const bool another = !groups.insert(service.group).second;
        for (const GroupEntry& entry : group->entries) {
            if (claims.claim(entry, word(service.protocol)))
                continue;
            const std::string path = at("services", i) + ".group";
            if (another && entry.firewallMark)
                problems.warning(path, entryText(entry) + " has no protocol, so all services of the group " +
                                           quoted(service.group) +
                                           " share it in the kernel; put marks into a group of their own");
            else
                problems.error(path, entryText(entry) + " of the group " + quoted(service.group) + " is served twice" +
                                         (entry.firewallMark ? "" : " with " + std::string(word(service.protocol))) +
                                         ", and the kernel has room for one; take it out of one of the two");
        }
    }
}

} // namespace

void checkGroups(const Cluster& cluster, ProblemList& problems) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < cluster.serviceGroups.size(); ++i) {
        const ServiceGroup& group = cluster.serviceGroups[i];
        const std::string path = at("service_groups", i);
        if (!isQuotableName(group.name))
            problems.error(
                path + ".name",
                "the group name " + quoted(group.name) +
                    " must have no quotation mark, backslash or control character: keepalived.conf has no way to write it");
        else if (!names.insert(group.name).second)
            problems.error(path + ".name", "two service groups are called " + quoted(group.name) + "; rename one of them");
        if (group.entries.empty())
            problems.error(path + ".entries", "the group " + quoted(group.name) +
                                                  " has no address and no firewall mark; add one, or remove the group");
        for (std::size_t j = 0; j < group.entries.size(); ++j) {
            checkEntry(group.entries[j], at(path + ".entries", j), problems);
            if (familyOf(group.entries[j]) != familyOf(group.entries.front()))
                problems.error(at(path + ".entries", j),
                               "IPv4 and IPv6 cannot be mixed in one group, because its servers have "
                               "one family; make a group of each");
        }
        if (std::ranges::none_of(cluster.services, [&](const VirtualService& s) { return s.group == group.name; }))
            problems.note(path, "no service uses the group " + quoted(group.name) + "; remove it, or name it in a service");
    }
    checkOverlap(cluster, problems);
}

} // namespace lvsdeck::model::detail
