// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/instance_plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace lvsdeck::vrrp {

namespace {

constexpr std::uint32_t firstRulePriority = 16384;

/// RFC 5798 to the letter, as keepalived's vrrp_strict: what does not belong to it is not done.
void makeStrict(model::OwnInstance& own) {
    model::VrrpInstance& instance = own.instance;
    instance.password.clear();
    instance.preemptDelay = {};
    instance.downTimerAdverts = 3;
    instance.garp.lowerPriorityRepeat = 0;
    instance.lowerPriorityNoAdvert = true;
    // Version 3 has an accept mode, which the configuration may set (RFC 5798 section 6.1); version 2 has none.
    instance.accept = isOwner(own) || (instance.version == 3 && instance.accept);
    if (instance.virtualMac)
        instance.virtualMac->transmitBase = false;
    own.member.initialState = isOwner(own) ? model::InitialState::Master : model::InitialState::Backup;
    own.member.unicastPeers.clear();
}

bool isLinkLocal(const IpAddress& address) {
    return !address.isV4() && address.bytes()[0] == 0xfe && (address.bytes()[1] & 0xc0U) == 0x80;
}

std::string deviceProblem(const std::vector<Link>& links, const std::string& device, bool mayBeDown) {
    const Link* link = findLink(links, device);
    if (link == nullptr)
        return "interface " + device + " does not exist";
    return link->up || mayBeDown ? std::string{} : "interface " + device + " is down";
}

/// As keepalived: vrrp.VRID; when another instance has that, vrrp6.VRID for IPv6, then vrrp1.VRID and so on.
void nameMacvlans(std::vector<model::OwnInstance>& all) {
    std::set<std::string> taken;
    for (const model::OwnInstance& one : all)
        if (one.instance.virtualMac)
            taken.insert(one.instance.virtualMac->interface);
    for (model::OwnInstance& one : all) {
        if (!one.instance.virtualMac || !one.instance.virtualMac->interface.empty())
            continue;
        const std::string suffix = "." + std::to_string(one.instance.vrid);
        std::string name = "vrrp" + suffix;
        if (taken.contains(name) && familyOf(one) == Family::V6)
            name = "vrrp6" + suffix;
        for (int number = 1; taken.contains(name); ++number)
            name = "vrrp" + std::to_string(number) + suffix;
        taken.insert(name);
        one.instance.virtualMac->interface = name;
    }
}

} // namespace

std::vector<model::VirtualRule> preparedStaticRules(const model::Effective& own) {
    std::vector<model::VirtualRule> out;
    std::map<Family, std::uint32_t> next{{Family::V4, firstRulePriority}, {Family::V6, firstRulePriority}};
    for (const model::StaticRule& entry : own.staticRules) {
        out.push_back(entry.rule);
        if (!out.back().priority)
            out.back().priority = next[entry.rule.family]--;
    }
    return out;
}

std::vector<model::OwnInstance> prepared(const model::Effective& own) {
    std::vector<model::OwnInstance> out = own.instances;
    std::map<Family, std::uint32_t> next{{Family::V4, firstRulePriority}, {Family::V6, firstRulePriority}};
    for (const model::StaticRule& entry : own.staticRules)
        if (!entry.rule.priority)
            --next[entry.rule.family];
    for (model::OwnInstance& one : out) {
        if (one.instance.strict)
            makeStrict(one);
        for (model::VirtualRule& rule : one.instance.rules)
            if (!rule.priority)
                rule.priority = next[rule.family]--;
    }
    nameMacvlans(out);
    return out;
}

Family familyOf(const model::OwnInstance& config) {
    return config.instance.addresses.empty() ? Family::V4 : config.instance.addresses.front().address.family();
}

Settings settingsOf(const model::OwnInstance& config) {
    Settings settings;
    settings.version = config.instance.version;
    settings.priority = config.member.priority;
    settings.advertInterval = config.instance.advertInterval;
    settings.preempt = config.instance.preempt;
    settings.preemptDelay = config.instance.preemptDelay;
    settings.downTimerAdverts = config.instance.downTimerAdverts;
    settings.initialState = config.member.initialState;
    settings.lowerPriorityNoAdvert = config.instance.lowerPriorityNoAdvert;
    settings.lastWord = !config.instance.strict; // RFC 5798 has none
    settings.garp = config.instance.garp;
    return settings;
}

std::vector<IpAddress> advertisedAddresses(const model::OwnInstance& config) {
    std::vector<IpAddress> addresses;
    addresses.reserve(config.instance.addresses.size());
    for (const model::VirtualAddress& address : config.instance.addresses)
        addresses.push_back(address.address);
    return addresses;
}

Expected expectedOf(const model::OwnInstance& config) {
    Expected out{config.instance.version, config.instance.advertInterval, config.instance.password,
                 advertisedAddresses(config)};
    out.group = groupOf(config);
    out.unicast = isUnicast(config);
    out.peers = config.member.unicastPeers;
    out.checkSource = config.instance.checkUnicastSource;
    out.oldChecksum = config.instance.oldUnicastChecksum;
    return out;
}

IpAddress groupOf(const model::OwnInstance& config) {
    return config.instance.multicastGroup.value_or(multicastGroup(familyOf(config)));
}

std::optional<Macvlan> macvlanOf(const model::OwnInstance& config) {
    if (!config.instance.virtualMac)
        return std::nullopt;
    const Family family = familyOf(config);
    Macvlan out;
    out.name = config.instance.virtualMac->interface;
    if (out.name.empty())
        out.name = "vrrp." + std::to_string(config.instance.vrid);
    out.base = config.member.interface;
    out.mac =
        MacAddress{0x00, 0x00, 0x5e, 0x00, static_cast<std::uint8_t>(family == Family::V4 ? 1 : 2), config.instance.vrid};
    out.use = {family, !config.instance.virtualMac->transmitBase};
    return out;
}

Listening listeningOf(const model::OwnInstance& config) {
    // The kernel gives a frame with the macvlan's own MAC, which another router with a virtual MAC sends, to the macvlan alone; all
    // other multicast comes there as well. Unicast goes to the address of the base.
    if (const auto macvlan = macvlanOf(config); macvlan && !isUnicast(config))
        return {macvlan->name, familyOf(config), groupOf(config)};
    return {config.member.interface, familyOf(config), isUnicast(config) ? std::nullopt : std::optional(groupOf(config))};
}

Listening sendingOf(const model::OwnInstance& config) {
    const auto macvlan = macvlanOf(config);
    if (!macvlan || (isUnicast(config) == config.instance.virtualMac->transmitBase))
        return listeningOf(config);
    return {isUnicast(config) ? macvlan->name : config.member.interface, familyOf(config), std::nullopt};
}

std::string deviceOf(const model::OwnInstance& config, const model::VirtualAddress& address) {
    if (!address.device.empty())
        return address.device;
    const auto macvlan = macvlanOf(config);
    return macvlan ? macvlan->name : config.member.interface;
}

AddressOptions optionsOf(const model::VirtualAddress& address) {
    AddressOptions out;
    out.broadcast = address.broadcast;
    out.scope = address.scope;
    out.peer = address.peer;
    out.preferredLifetime = address.preferredLifetime;
    out.home = address.home;
    out.noDad = address.noDad;
    out.managedTemporary = address.managedTemporary;
    out.noPrefixRoute = address.noPrefixRoute;
    out.autojoin = address.autojoin;
    return out;
}

const Link* findLink(const std::vector<Link>& links, const std::string& name) {
    const auto found = std::ranges::find(links, name, &Link::name);
    return found == links.end() ? nullptr : &*found;
}

std::string linkProblem(const model::OwnInstance& config, const std::vector<Link>& links,
                        const std::set<IpAddress>& virtualAddresses, IpAddress& source) {
    const std::string& name = config.member.interface;
    const auto macvlan = macvlanOf(config);
    const bool mayBeDown = !config.member.trackInterface;
    if (config.instance.unicastFaultNoPeer && !isUnicast(config))
        return "no unicast peer is configured";
    if (std::string problem = deviceProblem(links, name, mayBeDown); !problem.empty())
        return problem;
    for (const auto* list : {&config.instance.addresses, &config.instance.excludedAddresses})
        for (const model::VirtualAddress& address : *list) {
            const std::string device = deviceOf(config, address);
            const bool ours = device == name || (macvlan && device == macvlan->name);
            if (address.noTrack && !ours)
                continue;
            if (std::string problem = deviceProblem(links, device, (ours && mayBeDown) || address.noTrack); !problem.empty())
                return problem;
        }
    const Link& link = *findLink(links, name);
    if (const auto& wanted = config.member.sourceAddress) {
        source = *wanted;
        const bool there = std::ranges::find(link.addresses, *wanted, &InterfaceAddress::address) != link.addresses.end();
        return there || !config.member.trackSourceAddress
                   ? std::string{}
                   : "the source address " + wanted->toString() + " is not on interface " + name;
    }
    const Family family = familyOf(config);
    const bool needsLinkLocal = family == Family::V6 && !isUnicast(config);
    for (const bool virtualToo : {false, true})
        for (const InterfaceAddress& own : link.addresses) {
            if (own.address.family() != family || (needsLinkLocal && !isLinkLocal(own.address)))
                continue;
            // Only an owner's virtual address is its real one (RFC 5798 section 1.6).
            if (virtualToo ? isOwner(config) : !virtualAddresses.contains(own.address)) {
                source = own.address;
                return {};
            }
        }
    return "interface " + name + " has no " +
           (needsLinkLocal         ? "IPv6 link-local"
            : family == Family::V4 ? "IPv4"
                                   : "IPv6") +
           " address of its own";
}

} // namespace lvsdeck::vrrp
