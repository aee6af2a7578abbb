// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/routing_words.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace lvsdeck::model {

namespace {

constexpr std::array<std::pair<std::string_view, std::uint8_t>, 5> scopes{
    {{"global", 0}, {"site", 200}, {"link", 253}, {"host", 254}, {"nowhere", 255}}};

class Words {
public:
    void flag(bool set, std::string_view word) {
        if (set)
            m_list.emplace_back(word);
    }
    void text(std::string_view word, const std::string& value) {
        if (!value.empty()) {
            m_list.emplace_back(word);
            m_list.push_back(value);
        }
    }
    template <class T> void number(std::string_view word, const std::optional<T>& value) {
        if (value)
            text(word, std::to_string(*value));
    }
    void address(std::string_view word, const std::optional<IpAddress>& value) {
        if (value)
            text(word, value->toString());
    }
    void prefix(std::string_view word, const std::optional<Prefix>& value) {
        if (value)
            text(word, prefixText(value->address, value->length));
    }
    void scope(const std::optional<std::uint8_t>& value) {
        if (value)
            text("scope", scopeText(*value));
    }
    void word(std::string value) { m_list.push_back(std::move(value)); }
    /// A gateway of the other family needs its family said.
    void via(const std::optional<IpAddress>& gateway, Family family) {
        if (!gateway)
            return;
        word("via");
        if (gateway->family() != family)
            word(gateway->isV4() ? "inet" : "inet6");
        word(gateway->toString());
    }
    [[nodiscard]] std::vector<std::string> take() { return std::move(m_list); }

private:
    std::vector<std::string> m_list;
};

} // namespace

std::string prefixText(const IpAddress& address, std::uint8_t length) {
    return address.toString() + (length == (address.isV4() ? 32 : 128) ? "" : "/" + std::to_string(length));
}

std::string scopeText(std::uint8_t scope) {
    for (const auto& [name, number] : scopes)
        if (number == scope)
            return std::string(name);
    return std::to_string(scope);
}

std::optional<std::uint8_t> scopeNumber(std::string_view text) {
    for (const auto& [name, number] : scopes)
        if (name == text)
            return number;
    std::uint8_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional(value) : std::nullopt;
}

std::string_view routeTypeText(RouteType type) {
    switch (type) {
    case RouteType::Unicast: return "unicast";
    case RouteType::Local: return "local";
    case RouteType::Broadcast: return "broadcast";
    case RouteType::Multicast: return "multicast";
    case RouteType::Throw: return "throw";
    case RouteType::Unreachable: return "unreachable";
    case RouteType::Prohibit: return "prohibit";
    case RouteType::Blackhole: return "blackhole";
    }
    return "unicast";
}

std::vector<std::string> addressWords(const VirtualAddress& address) {
    Words out;
    // keepalived takes no prefix beside a peer.
    out.word(address.peer ? address.address.toString() : prefixText(address.address, address.prefixLength));
    out.text("brd", address.broadcast);
    out.text("dev", address.device);
    out.scope(address.scope);
    out.text("label", address.label);
    out.address("peer", address.peer);
    out.flag(address.home, "home");
    out.flag(address.noDad, "-nodad");
    out.flag(address.managedTemporary, "mngtmpaddr");
    out.flag(address.noPrefixRoute, "noprefixroute");
    out.flag(address.autojoin, "autojoin");
    out.number("preferred_lft", address.preferredLifetime);
    out.flag(address.noTrack, "no_track");
    return out.take();
}

std::vector<std::string> routeWords(const VirtualRoute& route) {
    Words out;
    out.flag(route.type != RouteType::Unicast, routeTypeText(route.type));
    if (route.destination)
        out.word(prefixText(route.destination->address, route.destination->length));
    else
        out.word(route.family == Family::V4 ? "default" : "::/0");
    out.via(route.via, route.family);
    out.text("dev", route.device);
    out.address("src", route.preferredSource);
    out.number("table", route.table);
    out.number("metric", route.metric);
    out.scope(route.scope);
    out.number("protocol", route.protocol);
    out.number("tos", route.tos);
    out.number("mtu", route.mtu);
    out.number("advmss", route.advmss);
    out.flag(route.onlink, "onlink");
    out.flag(route.noTrack, "no_track");
    for (const NextHop& hop : route.nextHops) {
        out.word("nexthop");
        out.via(hop.via, route.family);
        out.text("dev", hop.device);
        if (hop.weight != 1)
            out.text("weight", std::to_string(hop.weight));
        out.flag(hop.onlink, "onlink");
    }
    return out.take();
}

std::vector<std::string> ruleWords(const VirtualRule& rule) {
    Words out;
    out.flag(rule.negate, "not");
    // Only an address tells the family; the word inet6 eats its neighbour in keepalived 2.2.
    out.text("from", rule.from ? prefixText(rule.from->address, rule.from->length)
                               : std::string(rule.family == Family::V6 && !rule.to ? "::/0" : ""));
    out.prefix("to", rule.to);
    if (rule.firewallMark)
        out.text("fwmark", std::to_string(*rule.firewallMark) +
                               (rule.firewallMask ? "/" + std::to_string(*rule.firewallMask) : std::string()));
    out.text("iif", rule.inputInterface);
    out.text("oif", rule.outputInterface);
    out.number("tos", rule.tos);
    out.number("priority", rule.priority);
    switch (rule.action) {
    case RuleAction::Table: out.text("table", std::to_string(rule.table)); break;
    case RuleAction::Blackhole: out.word("blackhole"); break;
    case RuleAction::Unreachable: out.word("unreachable"); break;
    case RuleAction::Prohibit: out.word("prohibit"); break;
    }
    out.number("suppress_prefixlength", rule.suppressPrefixLength);
    out.flag(rule.noTrack, "no_track");
    return out.take();
}

} // namespace lvsdeck::model
