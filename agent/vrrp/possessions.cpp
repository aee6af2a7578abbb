// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/possessions.hpp"

#include "agent/vrrp/instance_plan.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lvsdeck::vrrp {

namespace {

constexpr std::uint8_t keepalivedProtocol = 18;

const InterfaceAddress* findAddress(const std::vector<Link>& links, const Memory::Address& wanted) {
    const Link* link = findLink(links, wanted.device);
    if (link == nullptr)
        return nullptr;
    const auto found = std::ranges::find(link->addresses, wanted.address, &InterfaceAddress::address);
    return found == link->addresses.end() ? nullptr : &*found;
}

template <class T> bool has(const std::vector<T>& list, const T& one) { return std::ranges::find(list, one) != list.end(); }

std::string routeText(const model::VirtualRoute& route) {
    const std::string to = route.destination
                               ? route.destination->address.toString() + "/" + std::to_string(route.destination->length)
                               : "default";
    return "the route to " + to + (route.via ? " via " + route.via->toString() : "") +
           (route.device.empty() ? "" : " on " + route.device);
}

std::string ruleText(const model::VirtualRule& rule) { return "the rule " + std::to_string(rule.priority.value_or(0)); }

struct Wanted {
    Memory::Address address;
    const model::VirtualAddress* as;
};

std::vector<Wanted> wanted(const model::OwnInstance& config) {
    std::vector<Wanted> out;
    for (const auto* list : {&config.instance.addresses, &config.instance.excludedAddresses})
        for (const model::VirtualAddress& address : *list)
            out.push_back({{deviceOf(config, address), address.address, address.prefixLength}, &address});
    return out;
}

/// Gone with its device, or never there: both are as wished.
bool failed(const Result<void>& removed) { return !removed && removed.error().code != ErrorCode::NotFound; }

} // namespace

std::string addressText(const Memory::Address& address) {
    return address.address.toString() + "/" + std::to_string(address.prefixLength);
}

std::vector<Memory::Address> wantedAddresses(const model::OwnInstance& config) {
    std::vector<Memory::Address> out;
    for (Wanted& one : wanted(config))
        out.push_back(std::move(one.address));
    return out;
}

Possessions::Found Possessions::adopt(const model::OwnInstance& config, const std::vector<Link>& links,
                                      const Memory::Instance* before, bool away) {
    const auto wishes = wantedAddresses(config);
    Found found{false, !wishes.empty()};
    for (const Memory::Address& address : wishes) {
        const InterfaceAddress* there = findAddress(links, address);
        if (there == nullptr && away && before != nullptr && has(before->addresses, address)) {
            m_addresses.push_back(address);
            continue;
        }
        found.complete = found.complete && there != nullptr && there->prefixLength == address.prefixLength;
        if (there != nullptr)
            m_addresses.push_back({address.device, address.address, there->prefixLength});
    }
    found.any = !m_addresses.empty();
    // Whoever put the addresses there may have died before it wrote down what came with them. Removing what is not there succeeds.
    if (found.any) {
        m_rules = config.instance.rules;
        m_routes = config.instance.routes;
    }
    if (before == nullptr)
        return found;
    for (const model::VirtualRule& rule : before->rules)
        if (!has(m_rules, rule))
            removeRule(rule);
    for (const model::VirtualRoute& route : before->routes)
        if (!has(m_routes, route))
            removeRoute(route);
    for (const Memory::Address& address : before->addresses)
        if (!has(wishes, address) && !has(m_addresses, address))
            removeAddress(address);
    return found;
}

bool Possessions::intend(const model::OwnInstance& config) {
    const auto differs = [](const auto& wishes, const auto& held) {
        return std::ranges::any_of(wishes, [&](const auto& wish) { return !has(held, wish); });
    };
    m_intended.addresses = wantedAddresses(config);
    m_intended.routes = config.instance.routes;
    m_intended.rules = config.instance.rules;
    return differs(m_intended.addresses, m_addresses) || differs(m_intended.routes, m_routes) ||
           differs(m_intended.rules, m_rules);
}

Result<void> Possessions::take(const model::OwnInstance& config) {
    m_intended = {};
    keepOnly(config);
    const auto& instance = config.instance;
    for (const auto& [address, as] : wanted(config)) {
        const auto added =
            m_host.addAddress(address.device, {address.address, address.prefixLength, as->label}, optionsOf(*as));
        if (!added)
            return failure(added.error().code,
                           "cannot add " + addressText(address) + " to " + address.device + ": " + added.error().text);
        if (!has(m_addresses, address))
            m_addresses.push_back(address);
        std::erase_if(m_added, [&](const Added& one) { return one.address == address; });
        m_added.push_back({address, *as});
    }
    for (const model::VirtualRoute& route : instance.routes)
        if (const auto added = m_network.addRoute(route); !added)
            m_tell(rpc::EventLevel::Error, "cannot add " + routeText(route) + ": " + added.error().text);
        else if (!has(m_routes, route))
            m_routes.push_back(route);
    for (const model::VirtualRule& rule : instance.rules)
        if (const auto added = m_network.addRule(rule); !added)
            m_tell(rpc::EventLevel::Error, "cannot add " + ruleText(rule) + ": " + added.error().text);
        else if (!has(m_rules, rule))
            m_rules.push_back(rule);
    return {};
}

void Possessions::keepOnly(const model::OwnInstance& config) {
    for (const model::VirtualRule& rule : std::vector(m_rules))
        if (!has(config.instance.rules, rule))
            removeRule(rule);
    for (const model::VirtualRoute& route : std::vector(m_routes))
        if (!has(config.instance.routes, route))
            removeRoute(route);
    const auto wishes = wanted(config);
    for (const Memory::Address& address : std::vector(m_addresses)) {
        const auto wish = std::ranges::find(wishes, address, &Wanted::address);
        const auto added = std::ranges::find(m_added, address, &Added::address);
        const bool otherwise = wish != wishes.end() && added != m_added.end() &&
                               (added->as.label != wish->as->label || optionsOf(added->as) != optionsOf(*wish->as));
        if (wish == wishes.end() || otherwise)
            removeAddress(address);
    }
}

void Possessions::release() {
    for (const model::VirtualRule& rule : std::vector(m_rules))
        removeRule(rule);
    for (const model::VirtualRoute& route : std::vector(m_routes))
        removeRoute(route);
    for (const Memory::Address& address : std::vector(m_addresses))
        removeAddress(address);
}

std::vector<Memory::Address> Possessions::lost(const std::vector<Link>& links) {
    std::vector<Memory::Address> out;
    for (const Memory::Address& address : m_addresses)
        if (findAddress(links, address) == nullptr)
            out.push_back(address);
    std::erase_if(m_addresses, [&](const Memory::Address& address) { return has(out, address); });
    return out;
}

std::vector<std::string> Possessions::lostRouting() {
    std::vector<model::VirtualRoute> routes;
    std::vector<model::VirtualRule> rules;
    // As keepalived: without a device, and with another protocol than its own, a route is not watched.
    std::ranges::copy_if(m_routes, std::back_inserter(routes), [](const model::VirtualRoute& route) {
        return !route.noTrack && !route.device.empty() && route.protocol.value_or(keepalivedProtocol) == keepalivedProtocol;
    });
    std::ranges::copy_if(m_rules, std::back_inserter(rules), [](const model::VirtualRule& rule) { return !rule.noTrack; });
    std::vector<std::string> out;
    if (routes.empty() && rules.empty())
        return out;
    const auto there = m_network.routingThere(routes, rules);
    if (!there) {
        m_tell(rpc::EventLevel::Warning, "cannot see whether its routes and rules are there: " + there.error().text);
        return out;
    }
    for (std::size_t i = 0; i < routes.size(); ++i)
        if (!there->routes[i]) {
            out.push_back(routeText(routes[i]));
            std::erase(m_routes, routes[i]);
        }
    for (std::size_t i = 0; i < rules.size(); ++i)
        if (!there->rules[i]) {
            out.push_back(ruleText(rules[i]));
            std::erase(m_rules, rules[i]);
        }
    return out;
}

void Possessions::removeAddress(const Memory::Address& address) {
    const InterfaceAddress what{address.address, address.prefixLength, {}};
    auto removed = m_host.removeAddress(address.device, what);
    // A request that failed with its socket succeeds over a fresh one; an address must not stay for such a reason.
    if (failed(removed))
        removed = m_host.removeAddress(address.device, what);
    std::erase(m_addresses, address);
    std::erase_if(m_added, [&](const Added& one) { return one.address == address; });
    if (failed(removed))
        m_tell(rpc::EventLevel::Error, "cannot remove " + addressText(address) + " from " + address.device + ": " +
                                           removed.error().text +
                                           "; two directors may now answer for it: remove it by hand");
}

void Possessions::removeRoute(const model::VirtualRoute& route) {
    if (const auto removed = m_network.removeRoute(route); failed(removed))
        m_tell(rpc::EventLevel::Warning, "cannot remove " + routeText(route) + ": " + removed.error().text);
    std::erase(m_routes, route);
}

void Possessions::removeRule(const model::VirtualRule& rule) {
    if (const auto removed = m_network.removeRule(rule); failed(removed))
        m_tell(rpc::EventLevel::Warning, "cannot remove " + ruleText(rule) + ": " + removed.error().text);
    std::erase(m_rules, rule);
}

void Possessions::remember(Memory::Instance& out) const {
    out.addresses = m_addresses;
    out.routes = m_routes;
    out.rules = m_rules;
    const auto add = [](auto& held, const auto& intended) {
        for (const auto& one : intended)
            if (!has(held, one))
                held.push_back(one);
    };
    add(out.addresses, m_intended.addresses);
    add(out.routes, m_intended.routes);
    add(out.rules, m_intended.rules);
}

} // namespace lvsdeck::vrrp
