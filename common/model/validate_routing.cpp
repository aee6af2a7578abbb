// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/routing_words.hpp"
#include "common/model/validate_parts.hpp"

#include <algorithm>

namespace lvsdeck::model::detail {

namespace {

bool fits(const std::optional<Prefix>& prefix, Family family) {
    return !prefix || (prefix->address.family() == family && prefix->length <= (family == Family::V4 ? 32 : 128));
}

void checkDevice(const std::string& device, const std::string& path, ProblemList& problems) {
    if (!device.empty() && !isInterfaceName(device))
        problems.error(path, quoted(device) + " is not the name of an interface");
}

void checkNextHops(const VirtualRoute& route, const std::string& path, ProblemList& problems) {
    if (route.nextHops.empty())
        return;
    if (route.via || !route.device.empty())
        problems.error(path + ".next_hops", "a route has next hops, or one gateway and device; keep one of them");
    for (std::size_t i = 0; i < route.nextHops.size(); ++i) {
        const NextHop& hop = route.nextHops[i];
        const std::string here = at(path + ".next_hops", i);
        if (!hop.via && hop.device.empty())
            problems.error(here, "a next hop needs a gateway or a device; give one");
        if (hop.via && hop.via->family() != route.family)
            problems.error(here + ".via", "the gateway and the route must be of the same family");
        if (hop.weight < 1 || hop.weight > 256)
            problems.error(here + ".weight", "the weight of a next hop is between 1 and 256");
        checkDevice(hop.device, here + ".device", problems);
    }
}

} // namespace

void checkRoute(const VirtualRoute& route, const std::string& path, ProblemList& problems) {
    if (!fits(route.destination, route.family))
        problems.error(path + ".destination",
                       "the destination must be of the route's family, with a prefix length that fits");
    if (route.via && route.via->family() != route.family)
        problems.error(path + ".via",
                       "the gateway and the route must be of the same family; keepalived refuses it otherwise");
    if (route.preferredSource && route.preferredSource->family() != route.family)
        problems.error(path + ".preferred_source", "the preferred source and the route must be of the same family");
    checkDevice(route.device, path + ".device", problems);
    const bool nowhere = route.type == RouteType::Throw || route.type == RouteType::Unreachable ||
                         route.type == RouteType::Prohibit || route.type == RouteType::Blackhole;
    if (nowhere && (route.via || !route.device.empty() || !route.nextHops.empty()))
        problems.error(path + ".type", "a route of the type " + std::string(routeTypeText(route.type)) +
                                           " leads nowhere; remove its gateway and device");
    else if (!nowhere && !route.via && route.device.empty() && route.nextHops.empty())
        problems.error(path, "a route needs a gateway, a device or next hops; give one of them");
    if (route.protocol.value_or(18) != 18 && !route.noTrack)
        problems.note(path + ".protocol",
                      "keepalived tracks only routes of its own protocol (18); leave the protocol out, or "
                      "switch tracking off");
    if (route.device.empty() && !route.noTrack)
        problems.note(path + ".no_track", "a route without a device cannot be tracked; switch tracking off");
    checkNextHops(route, path, problems);
}

void checkRule(const VirtualRule& rule, const std::string& path, RulePriorities& priorities, ProblemList& problems) {
    if (!fits(rule.from, rule.family) || !fits(rule.to, rule.family))
        problems.error(path + (fits(rule.from, rule.family) ? ".to" : ".from"),
                       "the addresses of a rule must be of its family, with prefix lengths that fit");
    if (rule.firewallMask && !rule.firewallMark)
        problems.error(path + ".firewall_mask", "a mask needs a firewall mark; give one, or remove the mask");
    checkDevice(rule.inputInterface, path + ".input_interface", problems);
    checkDevice(rule.outputInterface, path + ".output_interface", problems);
    if (rule.action == RuleAction::Table && rule.table == 0)
        problems.error(path + ".table", "routing table 0 does not exist; 254 is main");
    if (rule.suppressPrefixLength &&
        (*rule.suppressPrefixLength < 0 || *rule.suppressPrefixLength > (rule.family == Family::V4 ? 32 : 128)))
        problems.error(path + ".suppress_prefix_length", "the prefix length to suppress does not fit the family");
    if (rule.suppressPrefixLength && rule.action != RuleAction::Table)
        problems.error(path + ".suppress_prefix_length",
                       "only a rule that looks into a table can suppress what it finds there");
    if (!rule.priority)
        problems.warning(path + ".priority",
                         "without a priority the rule's place is keepalived's to choose (16384 and up); give "
                         "one below 32766, before the main table");
    else if (!priorities.emplace(rule.family, *rule.priority).second)
        problems.note(path + ".priority",
                      "two rules have the priority " + std::to_string(*rule.priority) + "; their order is not certain");
}

void checkAddressWords(const VirtualAddress& entry, const std::string& path, ProblemList& problems) {
    const bool v4 = entry.address.isV4();
    const auto broadcast = IpAddress::parse(entry.broadcast);
    if (!entry.broadcast.empty() && entry.broadcast != "+" && entry.broadcast != "-" && (!broadcast || !broadcast->isV4()))
        problems.error(path + ".broadcast", "the broadcast address is +, - or an IPv4 address");
    else if (!entry.broadcast.empty() && (!v4 || entry.peer))
        problems.error(path + ".broadcast", "only an IPv4 address without a peer has a broadcast address; remove it");
    if (entry.scope && !v4)
        problems.error(path + ".scope", "the kernel gives IPv6 addresses their scope by itself; remove it");
    if (entry.peer && entry.peer->family() != entry.address.family())
        problems.error(path + ".peer", "the peer and the address must be of the same family");
    if (entry.peer && entry.prefixLength != (v4 ? 32 : 128))
        problems.note(path + ".prefix_length",
                      "keepalived takes no prefix length for an address with a peer; use " + std::to_string(v4 ? 32 : 128));
    if (v4 && (entry.home || entry.noDad || entry.managedTemporary))
        problems.error(path, "home, -nodad and mngtmpaddr are for IPv6 addresses; remove them");
}

void checkRouting(const VrrpInstance& instance, const std::string& path, ProblemList& problems) {
    for (std::size_t i = 0; i < instance.routes.size(); ++i)
        checkRoute(instance.routes[i], at(path + ".routes", i), problems);
    RulePriorities priorities;
    for (std::size_t i = 0; i < instance.rules.size(); ++i)
        checkRule(instance.rules[i], at(path + ".rules", i), priorities, problems);
}

} // namespace lvsdeck::model::detail
