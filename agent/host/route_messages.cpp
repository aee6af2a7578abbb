// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/route_messages.hpp"

#include "agent/host/route_socket.hpp"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <new>

namespace lvsdeck::host {

namespace {

constexpr std::uint8_t keepalivedProtocol = 18; // RTPROT_KEEPALIVED of rtnetlink.h
constexpr std::uint8_t wholeV6 = 128;

int familyNumber(Family family) { return family == Family::V4 ? AF_INET : AF_INET6; }

int flagsOf(Change change) {
    switch (change) {
    case Change::Add: return NLM_F_CREATE | NLM_F_EXCL;
    case Change::Replace: return NLM_F_CREATE | NLM_F_REPLACE;
    case Change::Remove: return 0;
    }
    return 0;
}

std::uint32_t addressFlags(const AddressOptions& options, Family family) {
    std::uint32_t flags = 0;
    if (options.noPrefixRoute)
        flags |= IFA_F_NOPREFIXROUTE;
    if (options.autojoin)
        flags |= IFA_F_MCAUTOJOIN;
    if (family == Family::V4)
        return flags;
    // keepalived's "-nodad" takes the flag away that it sets of its own accord.
    if (!options.noDad)
        flags |= IFA_F_NODAD;
    if (options.home)
        flags |= IFA_F_HOMEADDRESS;
    if (options.managedTemporary)
        flags |= IFA_F_MANAGETEMPADDR;
    return flags;
}

std::uint8_t typeOf(model::RouteType type) {
    switch (type) {
    case model::RouteType::Unicast: return RTN_UNICAST;
    case model::RouteType::Local: return RTN_LOCAL;
    case model::RouteType::Broadcast: return RTN_BROADCAST;
    case model::RouteType::Multicast: return RTN_MULTICAST;
    case model::RouteType::Throw: return RTN_THROW;
    case model::RouteType::Unreachable: return RTN_UNREACHABLE;
    case model::RouteType::Prohibit: return RTN_PROHIBIT;
    case model::RouteType::Blackhole: return RTN_BLACKHOLE;
    }
    return RTN_UNICAST;
}

std::uint8_t scopeOf(const model::VirtualRoute& route) {
    if (route.scope)
        return *route.scope;
    // The kernel refuses these two with the scope that all others have.
    if (route.type == model::RouteType::Local && route.family == Family::V4)
        return RT_SCOPE_HOST;
    if (route.type == model::RouteType::Broadcast && route.family == Family::V4)
        return RT_SCOPE_LINK;
    return RT_SCOPE_UNIVERSE;
}

std::uint8_t actionOf(model::RuleAction action) {
    switch (action) {
    case model::RuleAction::Table: return FR_ACT_TO_TBL;
    case model::RuleAction::Blackhole: return FR_ACT_BLACKHOLE;
    case model::RuleAction::Unreachable: return FR_ACT_UNREACHABLE;
    case model::RuleAction::Prohibit: return FR_ACT_PROHIBIT;
    }
    return FR_ACT_TO_TBL;
}

void putGateway(nl_msg* message, Family family, const IpAddress& gateway) {
    if (gateway.family() == family)
        return putBytes(message, RTA_GATEWAY, gateway.bytes());
    std::vector<std::uint8_t> via(sizeof(rtvia));
    const auto number = static_cast<std::uint16_t>(familyNumber(gateway.family()));
    via[0] = static_cast<std::uint8_t>(number & 0xffU); // host order; both bytes, as the field is one of 16 bits
    via[1] = static_cast<std::uint8_t>(number >> 8U);
    via.insert(via.end(), gateway.bytes().begin(), gateway.bytes().end());
    putBytes(message, RTA_VIA, via);
}

Result<std::uint32_t> deviceIndex(const std::string& name, const InterfaceIndex& indexOf) {
    const unsigned index = indexOf(name);
    if (index == 0)
        return failure(ErrorCode::NotFound, "this host has no interface " + name);
    return index;
}

class Nest {
public:
    Nest(nl_msg* message, int attribute) : m_message(message), m_attribute(nla_nest_start(message, attribute)) {
        if (m_attribute == nullptr)
            throw std::bad_alloc();
    }
    ~Nest() { nla_nest_end(m_message, m_attribute); }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;

private:
    nl_msg* m_message;
    nlattr* m_attribute;
};

Result<void> putNextHops(nl_msg* message, const model::VirtualRoute& route, const InterfaceIndex& indexOf) {
    const Nest all(message, RTA_MULTIPATH);
    for (const model::NextHop& hop : route.nextHops) {
        rtnexthop fixed{};
        fixed.rtnh_hops = static_cast<std::uint8_t>(std::clamp<std::uint32_t>(hop.weight, 1, 256) - 1);
        fixed.rtnh_flags = hop.onlink ? RTNH_F_ONLINK : 0;
        if (!hop.device.empty()) {
            const auto index = deviceIndex(hop.device, indexOf);
            if (!index)
                return std::unexpected(index.error());
            fixed.rtnh_ifindex = static_cast<int>(*index);
        }
        auto* place = static_cast<rtnexthop*>(nlmsg_reserve(message, sizeof fixed, NLMSG_ALIGNTO));
        if (place == nullptr)
            throw std::bad_alloc();
        // Reserving may move the message: only offsets survive what follows.
        const auto offset =
            static_cast<char*>(static_cast<void*>(place)) - static_cast<char*>(static_cast<void*>(nlmsg_hdr(message)));
        *place = fixed;
        if (hop.via)
            putGateway(message, route.family, *hop.via);
        place =
            static_cast<rtnexthop*>(static_cast<void*>(static_cast<char*>(static_cast<void*>(nlmsg_hdr(message))) + offset));
        place->rtnh_len = static_cast<std::uint16_t>(nlmsg_hdr(message)->nlmsg_len - static_cast<std::uint32_t>(offset));
    }
    return {};
}

std::string prefixText(const std::optional<model::Prefix>& prefix) {
    if (!prefix)
        return "default";
    return prefix->address.toString() + "/" + std::to_string(prefix->length);
}

} // namespace

Result<std::optional<IpAddress>> broadcastOf(const InterfaceAddress& address, const std::string& wanted) {
    if (wanted.empty() || !address.address.isV4())
        return std::optional<IpAddress>{};
    if (wanted != "+" && wanted != "-") {
        const auto given = IpAddress::parse(wanted);
        if (!given || !given->isV4())
            return failure(ErrorCode::InvalidInput,
                           "\"" + wanted + "\" is not a broadcast address: an IPv4 address, + or -");
        return std::optional(*given);
    }
    const std::uint32_t hosts = address.prefixLength >= 32 ? 0 : ~std::uint32_t{0} >> address.prefixLength;
    const std::uint32_t number = address.address.v4HostOrder();
    return std::optional(IpAddress::v4(wanted == "+" ? number | hosts : number & ~hosts));
}

Result<netlink::Message> addressMessage(Change change, unsigned index, const InterfaceAddress& address,
                                        const AddressOptions& options) {
    const Family family = address.address.family();
    const auto broadcast = broadcastOf(address, options.broadcast);
    if (!broadcast)
        return std::unexpected(broadcast.error());
    if (options.peer && options.peer->family() != family)
        return failure(ErrorCode::InvalidInput, "a peer must be of the family of its address");
    ifaddrmsg header{};
    header.ifa_family = static_cast<std::uint8_t>(familyNumber(family));
    header.ifa_prefixlen = address.prefixLength;
    header.ifa_scope = family == Family::V4 ? options.scope.value_or(RT_SCOPE_UNIVERSE) : std::uint8_t{RT_SCOPE_UNIVERSE};
    header.ifa_index = index;
    netlink::Message message = routeRequest(change == Change::Remove ? RTM_DELADDR : RTM_NEWADDR, flagsOf(change), header);
    putBytes(message.get(), IFA_LOCAL, address.address.bytes());
    putBytes(message.get(), IFA_ADDRESS, options.peer.value_or(address.address).bytes());
    if (change == Change::Remove)
        return message;
    if (*broadcast)
        putBytes(message.get(), IFA_BROADCAST, (*broadcast)->bytes());
    if (family == Family::V4 && !address.label.empty())
        putText(message.get(), IFA_LABEL, address.label);
    if (const std::uint32_t flags = addressFlags(options, family); flags != 0)
        putNumber(message.get(), IFA_FLAGS, flags);
    const bool whole = family == Family::V6 && address.prefixLength == wholeV6;
    const auto preferred = options.preferredLifetime.value_or(whole ? 0 : ~std::uint32_t{0});
    if (family == Family::V6 && preferred != ~std::uint32_t{0}) {
        ifa_cacheinfo lifetime{};
        lifetime.ifa_prefered = preferred;
        lifetime.ifa_valid = ~std::uint32_t{0};
        if (nla_put(message.get(), IFA_CACHEINFO, sizeof lifetime, &lifetime) < 0)
            throw std::bad_alloc();
    }
    return message;
}

std::uint32_t tableOf(const model::VirtualRoute& route) {
    const bool local = route.type == model::RouteType::Local || route.type == model::RouteType::Broadcast;
    return route.table.value_or(local ? RT_TABLE_LOCAL : RT_TABLE_MAIN);
}

std::uint8_t protocolOf(const model::VirtualRoute& route) { return route.protocol.value_or(keepalivedProtocol); }

Result<netlink::Message> routeMessage(Change change, const model::VirtualRoute& route, const InterfaceIndex& indexOf) {
    const std::uint32_t table = tableOf(route);
    if (route.destination && route.destination->address.family() != route.family)
        return failure(ErrorCode::InvalidInput, "a route's destination must be of the route's family");
    rtmsg header{};
    header.rtm_family = static_cast<std::uint8_t>(familyNumber(route.family));
    header.rtm_dst_len = route.destination ? route.destination->length : 0;
    header.rtm_tos = route.tos.value_or(0);
    header.rtm_table = table < 256 ? static_cast<std::uint8_t>(table) : std::uint8_t{RT_TABLE_UNSPEC};
    header.rtm_protocol = protocolOf(route);
    header.rtm_scope = scopeOf(route);
    header.rtm_type = typeOf(route.type);
    header.rtm_flags = route.onlink ? RTNH_F_ONLINK : 0;
    netlink::Message message = routeRequest(change == Change::Remove ? RTM_DELROUTE : RTM_NEWROUTE, flagsOf(change), header);
    nl_msg* const raw = message.get();
    if (route.destination)
        putBytes(raw, RTA_DST, route.destination->address.bytes());
    putNumber(raw, RTA_TABLE, table);
    if (route.metric)
        putNumber(raw, RTA_PRIORITY, *route.metric);
    if (route.preferredSource)
        putBytes(raw, RTA_PREFSRC, route.preferredSource->bytes());
    if (route.mtu || route.advmss) {
        const Nest metrics(raw, RTA_METRICS);
        if (route.mtu)
            putNumber(raw, RTAX_MTU, *route.mtu);
        if (route.advmss)
            putNumber(raw, RTAX_ADVMSS, *route.advmss);
    }
    if (!route.nextHops.empty()) {
        if (auto put = putNextHops(raw, route, indexOf); !put)
            return std::unexpected(put.error());
        return message;
    }
    if (route.via)
        putGateway(raw, route.family, *route.via);
    if (!route.device.empty()) {
        const auto index = deviceIndex(route.device, indexOf);
        if (!index)
            return std::unexpected(index.error());
        putNumber(raw, RTA_OIF, *index);
    }
    return message;
}

netlink::Message ruleMessage(Change change, const model::VirtualRule& rule) {
    fib_rule_hdr header{};
    header.family = static_cast<std::uint8_t>(familyNumber(rule.family));
    header.src_len = rule.from ? rule.from->length : 0;
    header.dst_len = rule.to ? rule.to->length : 0;
    header.tos = rule.tos.value_or(0);
    header.action = actionOf(rule.action);
    const bool toTable = rule.action == model::RuleAction::Table;
    header.table = toTable && rule.table < 256 ? static_cast<std::uint8_t>(rule.table) : std::uint8_t{RT_TABLE_UNSPEC};
    header.flags = rule.negate ? FIB_RULE_INVERT : 0;
    netlink::Message message = routeRequest(change == Change::Remove ? RTM_DELRULE : RTM_NEWRULE, flagsOf(change), header);
    nl_msg* const raw = message.get();
    if (rule.from)
        putBytes(raw, FRA_SRC, rule.from->address.bytes());
    if (rule.to)
        putBytes(raw, FRA_DST, rule.to->address.bytes());
    if (rule.priority)
        putNumber(raw, FRA_PRIORITY, *rule.priority);
    if (rule.firewallMark)
        putNumber(raw, FRA_FWMARK, *rule.firewallMark);
    if (rule.firewallMask)
        putNumber(raw, FRA_FWMASK, *rule.firewallMask);
    if (!rule.inputInterface.empty())
        putText(raw, FRA_IIFNAME, rule.inputInterface);
    if (!rule.outputInterface.empty())
        putText(raw, FRA_OIFNAME, rule.outputInterface);
    if (toTable)
        putNumber(raw, FRA_TABLE, rule.table);
    if (rule.suppressPrefixLength)
        putNumber(raw, FRA_SUPPRESS_PREFIXLEN, static_cast<std::uint32_t>(*rule.suppressPrefixLength));
    // keepalived marks only what it watches.
    const std::array<std::uint8_t, 1> protocol{keepalivedProtocol};
    if (!rule.noTrack)
        putBytes(raw, FRA_PROTOCOL, protocol);
    return message;
}

netlink::Message rulesQuestion(Family family) {
    fib_rule_hdr header{};
    header.family = static_cast<std::uint8_t>(familyNumber(family));
    return routeRequest(RTM_GETRULE, NLM_F_DUMP, header);
}

std::optional<model::VirtualRule> ruleOf(nlmsghdr& message) {
    std::array<nlattr*, FRA_MAX + 1> attributes{};
    if (message.nlmsg_type != RTM_NEWRULE ||
        nlmsg_parse(&message, sizeof(fib_rule_hdr), attributes.data(), FRA_MAX, nullptr) < 0)
        return std::nullopt;
    const auto& header = *static_cast<const fib_rule_hdr*>(nlmsg_data(&message));
    const auto number = [&](int type) {
        return attributes[static_cast<std::size_t>(type)] == nullptr
                   ? std::nullopt
                   : std::optional(nla_get_u32(attributes[static_cast<std::size_t>(type)]));
    };
    const auto text = [&](int type) {
        const nlattr* found = attributes[static_cast<std::size_t>(type)];
        return found == nullptr ? std::string() : std::string(nla_get_string(found));
    };
    model::VirtualRule out;
    const std::size_t width = header.family == AF_INET6 ? 16 : 4;
    const auto prefix = [&](int type, std::uint8_t length) -> std::optional<model::Prefix> {
        const nlattr* found = attributes[static_cast<std::size_t>(type)];
        if (found == nullptr || static_cast<std::size_t>(nla_len(found)) < width)
            return std::nullopt;
        const auto* bytes = static_cast<const std::uint8_t*>(nla_data(found));
        return model::Prefix{IpAddress::fromBytes(out.family, {bytes, width}), length};
    };
    if (header.family != AF_INET && header.family != AF_INET6)
        return std::nullopt;
    out.family = header.family == AF_INET6 ? Family::V6 : Family::V4;
    out.negate = (header.flags & FIB_RULE_INVERT) != 0;
    out.from = prefix(FRA_SRC, header.src_len);
    out.to = prefix(FRA_DST, header.dst_len);
    out.firewallMark = number(FRA_FWMARK);
    out.firewallMask = number(FRA_FWMASK);
    out.inputInterface = text(FRA_IIFNAME);
    out.outputInterface = text(FRA_OIFNAME);
    if (header.tos != 0)
        out.tos = header.tos;
    out.priority = number(FRA_PRIORITY).value_or(0);
    switch (header.action) {
    case FR_ACT_TO_TBL: out.action = model::RuleAction::Table; break;
    case FR_ACT_BLACKHOLE: out.action = model::RuleAction::Blackhole; break;
    case FR_ACT_UNREACHABLE: out.action = model::RuleAction::Unreachable; break;
    case FR_ACT_PROHIBIT: out.action = model::RuleAction::Prohibit; break;
    default: return std::nullopt;
    }
    out.table = number(FRA_TABLE).value_or(header.table);
    if (const auto suppressed = number(FRA_SUPPRESS_PREFIXLEN); suppressed && *suppressed != ~std::uint32_t{0})
        out.suppressPrefixLength = static_cast<std::int32_t>(*suppressed);
    return plainRule(std::move(out));
}

model::VirtualRule plainRule(model::VirtualRule rule) {
    rule.noTrack = false;
    rule.priority = rule.priority.value_or(0);
    // From or to everywhere is not said.
    for (auto* side : {&rule.from, &rule.to})
        if (*side && (*side)->length == 0)
            side->reset();
    if (rule.firewallMark.value_or(0) == 0) {
        rule.firewallMark.reset();
        rule.firewallMask.reset();
    }
    if (rule.firewallMask == ~std::uint32_t{0})
        rule.firewallMask.reset();
    if (rule.tos.value_or(0) == 0)
        rule.tos.reset();
    if (rule.action != model::RuleAction::Table) {
        rule.table = 0;
        rule.suppressPrefixLength.reset();
    }
    return rule;
}

bool tellsOfLoss(const nlmsghdr& message) {
    auto& mutableMessage = const_cast<nlmsghdr&>(message); // libnl's readers do not change it
    if (message.nlmsg_type == RTM_DELROUTE && nlmsg_datalen(&message) >= static_cast<int>(sizeof(rtmsg)))
        return static_cast<const rtmsg*>(nlmsg_data(&message))->rtm_protocol == keepalivedProtocol;
    if (message.nlmsg_type != RTM_DELRULE || nlmsg_datalen(&message) < static_cast<int>(sizeof(fib_rule_hdr)))
        return false;
    const nlattr* protocol = nlmsg_find_attr(&mutableMessage, sizeof(fib_rule_hdr), FRA_PROTOCOL);
    return protocol != nullptr && nla_len(protocol) >= 1 && nla_get_u8(protocol) == keepalivedProtocol;
}

netlink::Message macvlanMessage(const std::string& name, unsigned base, const MacAddress& mac) {
    netlink::Message message = routeRequest(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
    putNumber(message.get(), IFLA_LINK, base);
    putText(message.get(), IFLA_IFNAME, name);
    putBytes(message.get(), IFLA_ADDRESS, mac);
    const Nest info(message.get(), IFLA_LINKINFO);
    putText(message.get(), IFLA_INFO_KIND, "macvlan");
    const Nest data(message.get(), IFLA_INFO_DATA);
    // Another router's frames carry the same source address; in private mode they come to this interface and no other.
    putNumber(message.get(), IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
    return message;
}

netlink::Message linkUpMessage(unsigned index) {
    ifinfomsg header{};
    header.ifi_index = static_cast<int>(index);
    header.ifi_flags = IFF_UP;
    header.ifi_change = IFF_UP;
    return routeRequest(RTM_NEWLINK, 0, header);
}

netlink::Message linkRemovalMessage(unsigned index) {
    ifinfomsg header{};
    header.ifi_index = static_cast<int>(index);
    return routeRequest(RTM_DELLINK, 0, header);
}

std::string routeText(const model::VirtualRoute& route) {
    std::string text = prefixText(route.destination);
    if (route.type != model::RouteType::Unicast)
        text += " (" + std::string(boost::describe::enum_to_string(route.type, "")) + ")";
    if (route.via)
        text += " via " + route.via->toString();
    if (!route.device.empty())
        text += " dev " + route.device;
    for (const model::NextHop& hop : route.nextHops)
        text += " nexthop" + (hop.via ? " via " + hop.via->toString() : std::string()) +
                (hop.device.empty() ? "" : " dev " + hop.device);
    if (route.table)
        text += " table " + std::to_string(*route.table);
    return text;
}

std::string ruleText(const model::VirtualRule& rule) {
    std::string text = rule.priority ? std::to_string(*rule.priority) + ":" : "";
    if (rule.negate)
        text += " not";
    text += " from " + (rule.from ? prefixText(rule.from) : "all");
    if (rule.to)
        text += " to " + prefixText(rule.to);
    if (rule.firewallMark)
        text += " fwmark " + std::to_string(*rule.firewallMark);
    if (!rule.inputInterface.empty())
        text += " iif " + rule.inputInterface;
    if (!rule.outputInterface.empty())
        text += " oif " + rule.outputInterface;
    return text + (rule.action == model::RuleAction::Table
                       ? " table " + std::to_string(rule.table)
                       : std::string(" ") + boost::describe::enum_to_string(rule.action, ""));
}

} // namespace lvsdeck::host
