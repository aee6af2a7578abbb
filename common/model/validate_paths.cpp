// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/validate_parts.hpp"

#include <algorithm>

namespace lvsdeck::model::detail {

namespace {

using std::chrono::milliseconds;

bool isV6(const VrrpInstance& instance) { return !instance.addresses.empty() && !instance.addresses.front().address.isV4(); }

bool isUnicast(const VrrpInstance& instance) {
    return std::ranges::any_of(instance.members, [](const Member& member) { return !member.unicastPeers.empty(); });
}

void checkPeers(const VrrpInstance& instance, const Member& member, const std::string& path, ProblemList& problems) {
    std::set<IpAddress> seen;
    for (std::size_t i = 0; i < member.unicastPeers.size(); ++i) {
        const UnicastPeer& peer = member.unicastPeers[i];
        const std::string here = at(path + ".unicast_peers", i);
        const std::string text = peer.address.toString();
        if (peer.address.isUnspecified() || peer.address.isMulticast() || peer.address.isLoopback())
            problems.error(here + ".address", text + " cannot be a peer; give the address of the other director");
        else if (member.sourceAddress == peer.address)
            problems.error(here + ".address", text + " is the director's own address; list the other directors only");
        else if (!seen.insert(peer.address).second)
            problems.error(here + ".address", text + " is listed twice as a peer; remove one");
        if (!instance.addresses.empty() && peer.address.family() != instance.addresses.front().address.family())
            problems.error(here + ".address", "the peer " + text + " and the virtual addresses must be of the same family");
        if (peer.minTtl && peer.maxTtl && *peer.minTtl > *peer.maxTtl)
            problems.error(here + ".min_ttl", "the least TTL of a peer is above the greatest; exchange them");
        if ((peer.minTtl || peer.maxTtl) && !instance.checkUnicastSource)
            problems.warning(here + (peer.minTtl ? ".min_ttl" : ".max_ttl"),
                             "the TTL of a peer is looked at only while the source is checked; switch that on");
    }
}

void checkUnicast(const VrrpInstance& instance, const std::string& path, ProblemList& problems) {
    const bool unicast = isUnicast(instance);
    for (std::size_t i = 0; i < instance.members.size(); ++i) {
        const Member& member = instance.members[i];
        const std::string here = at(path + ".members", i);
        checkPeers(instance, member, here, problems);
        if (unicast && member.unicastPeers.empty())
            problems.error(here + ".unicast_peers", "the director " + quoted(member.director) +
                                                        " has no unicast peer and others have, so both sides would be "
                                                        "master; give all of them peers, or none");
        else if (unicast && !member.sourceAddress)
            problems.note(here + ".source_address",
                          "without a source address the interface's first one is used; give it, so that the peers know it");
        // Who names this director by an address that it does not send from is not heard.
        for (const Member& other : instance.members)
            if (&other != &member && member.sourceAddress && !other.unicastPeers.empty() &&
                std::ranges::none_of(other.unicastPeers,
                                     [&](const UnicastPeer& peer) { return peer.address == *member.sourceAddress; }))
                problems.warning(here + ".source_address", quoted(other.director) + " does not list " +
                                                               member.sourceAddress->toString() + " of " +
                                                               quoted(member.director) + " as a peer; add it there");
    }
    if (unicast && instance.multicastGroup)
        problems.note(path + ".multicast_group", "with unicast peers the multicast group has no effect; remove it");
    if (!unicast && instance.unicastTtl != 255)
        problems.note(path + ".unicast_ttl", "without unicast peers the TTL is always 255; leave it at that");
    if (!unicast && instance.checkUnicastSource)
        problems.note(path + ".check_unicast_source", "without unicast peers there is nothing to check; switch it off");
    if (instance.oldUnicastChecksum != OldUnicastChecksum::Automatic &&
        (!unicast || instance.version != 3 || isV6(instance)))
        problems.note(path + ".old_unicast_checksum", "the old checksum exists for IPv4 unicast in version 3 only");
}

void checkMulticast(const VrrpInstance& instance, const std::string& path, ProblemList& problems) {
    if (!instance.multicastGroup)
        return;
    const IpAddress& group = *instance.multicastGroup;
    if (!group.isMulticast())
        problems.error(path + ".multicast_group",
                       group.toString() + " is no multicast address; leave it out for 224.0.0.18 or ff02::12");
    else if (group.isV4() == isV6(instance))
        problems.error(path + ".multicast_group",
                       "the multicast group " + group.toString() + " and the virtual addresses must be of the same family");
}

void checkVirtualMac(const VrrpInstance& instance, const std::string& path, ProblemList& problems) {
    if (!instance.virtualMac)
        return;
    const std::string& name = instance.virtualMac->interface;
    const std::string here = path + ".virtual_mac";
    if (!name.empty() && !isInterfaceName(name))
        problems.error(here + ".interface", quoted(name) + " is not the name of an interface; at most 15 characters");
    for (const Member& member : instance.members)
        if (!name.empty() && member.interface == name)
            problems.error(here + ".interface", quoted(name) + " is the interface of " + quoted(member.director) +
                                                    " itself; the virtual MAC needs a new one");
    if (isUnicast(instance))
        problems.warning(here,
                         "a virtual MAC is of use where switches learn it from multicast; most networks that need unicast "
                         "(clouds) let no other MAC address through: test it before you rely on it");
    if (isUnicast(instance) && !instance.virtualMac->transmitBase)
        problems.note(here + ".transmit_base", "unicast advertisements from the virtual interface need an address there; "
                                               "sending by the interface below it is safer");
    if (instance.promoteSecondaries)
        problems.note(path + ".promote_secondaries", "on a virtual MAC's interface this is always so; switch it off");
}

void checkStrict(const VrrpInstance& instance, const std::string& path, ProblemList& problems) {
    if (!instance.strict)
        return;
    const auto forbidden = [&](bool is, std::string_view field, std::string_view what) {
        if (is)
            problems.warning(path + std::string(field), std::string(what) + "; change it, or switch strict mode off");
    };
    forbidden(instance.addresses.empty(), ".addresses", "strict mode wants at least one virtual address");
    forbidden(!instance.password.empty(), ".password", "strict mode has no password (RFC 5798)");
    forbidden(isUnicast(instance), ".members", "strict mode does not send to unicast peers");
    forbidden(instance.preemptDelay > milliseconds(0), ".preempt_delay", "strict mode has no preempt delay");
    forbidden(instance.downTimerAdverts != 3, ".down_timer_adverts", "strict mode waits for 3 advertisements");
    forbidden(!instance.lowerPriorityNoAdvert, ".lower_priority_no_advert",
              "in strict mode a master does not answer a lower priority, whatever stands here");
    forbidden(instance.higherPrioritySendAdvert, ".higher_priority_send_advert",
              "strict mode gives way without a last advertisement");
    forbidden(instance.garp.lowerPriorityRepeat.value_or(0) > 0, ".garp.lower_priority_repeat",
              "strict mode sends no gratuitous ARP to a lower priority");
    forbidden(instance.virtualMac && instance.virtualMac->transmitBase, ".virtual_mac.transmit_base",
              "strict mode sends from the virtual MAC");
    forbidden(instance.accept && instance.version == 2, ".accept",
              "strict mode in version 2 does not accept packets to addresses that it does not own");
    for (std::size_t i = 0; i < instance.members.size(); ++i) {
        const Member& member = instance.members[i];
        forbidden((member.priority == 255) != (member.initialState == InitialState::Master),
                  std::string(".") + at("members", i) + ".initial_state",
                  "strict mode starts the owner (priority 255) as master and everybody else as backup");
    }
    if (!instance.accept)
        problems.note(path + ".accept",
                      "in strict mode the virtual addresses answer neither ping nor a service on a director "
                      "that does not own them, not even one that IPVS would forward");
    if (isV6(instance) && instance.version == 2)
        problems.error(path + ".version", "strict mode knows IPv6 in version 3 only; use version 3");
}

} // namespace

void checkPath(const VrrpInstance& instance, const std::string& path, ProblemList& problems) {
    if (isV6(instance) && instance.version == 2 && !instance.strict)
        problems.warning(path + ".version",
                         "VRRP version 2 has no IPv6 in any standard, only keepalived speaks it; use version 3");
    if (isV6(instance) && !instance.addresses.front().address.sharesPrefix(IpAddress::parse("fe80::").value(), 10))
        problems.note(path + ".addresses", "RFC 5798 wants a link-local address (fe80::…) first in an IPv6 instance; other "
                                           "routers than keepalived may insist on it");
    checkMulticast(instance, path, problems);
    checkUnicast(instance, path, problems);
    checkVirtualMac(instance, path, problems);
    checkStrict(instance, path, problems);
}

} // namespace lvsdeck::model::detail
