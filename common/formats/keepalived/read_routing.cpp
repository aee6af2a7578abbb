// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"
#include "common/model/routing_words.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::formats::keepalived {

namespace {

std::optional<model::Prefix> prefixValue(std::string_view text) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto address = addressValue(text.substr(0, slash));
    if (!address)
        return std::nullopt;
    const std::uint8_t most = address->isV4() ? 32 : 128;
    model::Prefix out{*address, most};
    if (slash < text.size() && !assign(out.length, wholeNumber(text.substr(slash + 1), 0, most)))
        return std::nullopt;
    return out;
}

bool isEverything(const model::Prefix& prefix) { return prefix.length == 0 && prefix.address.isUnspecified(); }

/// Decimal, or hexadecimal behind 0x.
std::optional<std::uint64_t> number(std::string_view text, std::uint64_t most) {
    if (!text.starts_with("0x") && !text.starts_with("0X"))
        return wholeNumber(text, 0, most);
    std::uint64_t out = 0;
    for (const char c : text.substr(2)) {
        const int digit = c >= '0' && c <= '9'                     ? c - '0'
                          : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                                   : -1;
        if (digit < 0 || out > most)
            return std::nullopt;
        out = out * 16 + static_cast<std::uint64_t>(digit);
    }
    return text.size() > 2 && out <= most ? std::optional(out) : std::nullopt;
}

/// The names that every host has; others are in files of the director, which nobody here can look at.
std::optional<std::uint64_t> tableNumber(std::string_view text) {
    if (text == "main" || text == "default" || text == "local")
        return text == "main" ? 254U : text == "default" ? 253U : 255U;
    return number(text, 0xFFFFFFFFU);
}

std::optional<std::uint64_t> protocolNumber(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, std::uint8_t>, 6> names{
        {{"redirect", 1}, {"kernel", 2}, {"boot", 3}, {"static", 4}, {"dhcp", 16}, {"keepalived", 18}}};
    for (const auto& [name, value] : names)
        if (name == text)
            return value;
    return number(text, 255);
}

/// The words of one line, taken one after the other.
class Words {
public:
    explicit Words(const Node& line) : m_line(line) {}
    [[nodiscard]] bool more() const { return m_next < m_line.words.size(); }
    std::string_view take() { return more() ? m_line.words[m_next++].text : std::string_view(); }
    [[nodiscard]] std::string_view peek() const { return m_line.word(m_next); }
    /// "via [inet|inet6] ADDRESS"
    std::optional<IpAddress> gateway() {
        if (peek() == "inet" || peek() == "inet6")
            take();
        return addressValue(take());
    }

private:
    const Node& m_line;
    std::size_t m_next = 0;
};

std::optional<model::RouteType> routeType(std::string_view word) {
    for (int i = 0; i <= static_cast<int>(model::RouteType::Blackhole); ++i)
        if (const auto type = static_cast<model::RouteType>(i); model::routeTypeText(type) == word)
            return type;
    return std::nullopt;
}

class RouteReader {
public:
    explicit RouteReader(const Node& line) : m_words(line) {}

    std::optional<model::VirtualRoute> read() {
        while (m_words.more()) {
            const std::string_view word = m_words.take();
            if (word == "nexthop" ? !nextHops() : !setting(word))
                return std::nullopt;
        }
        return m_destination ? finished() : std::nullopt;
    }

private:
    bool setting(std::string_view word) {
        if (word == "via" || word == "gw")
            return assign(m_route.via, m_words.gateway());
        if (word == "or")
            return assign(m_other, addressValue(m_words.take()));
        if (word == "dev" || word == "oif") {
            m_route.device = m_words.take();
            return !m_route.device.empty();
        }
        if (word == "src")
            return assign(m_route.preferredSource, addressValue(m_words.take()));
        if (word == "table")
            return assign(m_route.table, tableNumber(m_words.take()));
        if (word == "metric" || word == "preference" || word == "priority")
            return assign(m_route.metric, number(m_words.take(), 0xFFFFFFFFU));
        if (word == "scope")
            return assign(m_route.scope, model::scopeNumber(m_words.take()));
        if (word == "protocol")
            return assign(m_route.protocol, protocolNumber(m_words.take()));
        if (word == "tos" || word == "dsfield")
            return assign(m_route.tos, number(m_words.take(), 255));
        if (word == "mtu")
            return assign(m_route.mtu, number(m_words.take(), 0xFFFFFFFFU));
        if (word == "advmss")
            return assign(m_route.advmss, number(m_words.take(), 0xFFFFFFFFU));
        if (word == "onlink" || word == "no_track") {
            (word == "onlink" ? m_route.onlink : m_route.noTrack) = true;
            return true;
        }
        return destination(word);
    }

    bool destination(std::string_view word) {
        if (const auto type = routeType(word); type && !m_destination) {
            m_route.type = *type;
            return true;
        }
        if (word == "to")
            word = m_words.take();
        if (m_destination)
            return false;
        m_destination = true;
        if (word == "default" || word == "any" || word == "all")
            return true;
        m_route.destination = prefixValue(word);
        return m_route.destination.has_value();
    }

    bool nextHops() {
        model::NextHop hop;
        while (m_words.more() && m_words.peek() != "nexthop") {
            const std::string_view word = m_words.take();
            bool done = false;
            if (word == "via")
                done = assign(hop.via, m_words.gateway());
            else if (word == "weight")
                done = assign(hop.weight, wholeNumber(m_words.take(), 1, 256));
            else if (word == "onlink")
                done = hop.onlink = true;
            else if (word == "dev" || word == "oif")
                done = !(hop.device = m_words.take()).empty();
            if (!done)
                return false;
        }
        m_route.nextHops.push_back(std::move(hop));
        return true;
    }

    std::optional<model::VirtualRoute> finished() {
        if (m_other && m_route.via) {
            m_route.nextHops.push_back({m_route.via, m_route.device, 1, m_route.onlink});
            m_route.nextHops.push_back({m_other, m_route.device, 1, m_route.onlink});
            m_route.via.reset();
            m_route.device.clear();
            m_route.onlink = false;
        } else if (m_other) {
            return std::nullopt;
        }
        if (m_route.destination)
            m_route.family = m_route.destination->address.family();
        else if (m_route.via)
            m_route.family = m_route.via->family();
        else if (!m_route.nextHops.empty() && m_route.nextHops.front().via)
            m_route.family = m_route.nextHops.front().via->family();
        if (m_route.destination && isEverything(*m_route.destination))
            m_route.destination.reset();
        return std::move(m_route);
    }

    Words m_words;
    model::VirtualRoute m_route;
    std::optional<IpAddress> m_other;
    bool m_destination = false;
};

class RuleReader {
public:
    explicit RuleReader(const Node& line) : m_words(line) {}

    std::optional<model::VirtualRule> read() {
        while (m_words.more())
            if (!setting(m_words.take()))
                return std::nullopt;
        if (m_actions != 1)
            return std::nullopt;
        for (std::optional<model::Prefix>* prefix : {&m_rule.from, &m_rule.to}) {
            if (!*prefix)
                continue;
            m_rule.family = (*prefix)->address.family();
            if (isEverything(**prefix))
                prefix->reset();
        }
        return std::move(m_rule);
    }

private:
    bool setting(std::string_view word) {
        if (word == "inet" || word == "inet6") {
            m_rule.family = word == "inet" ? Family::V4 : Family::V6;
            return true;
        }
        if (word == "not" || word == "no_track") {
            (word == "not" ? m_rule.negate : m_rule.noTrack) = true;
            return true;
        }
        if (word == "from" || word == "to") {
            auto& target = word == "from" ? m_rule.from : m_rule.to;
            const std::string_view value = m_words.take();
            return value == "all" || value == "any" || value == "default" || assign(target, prefixValue(value));
        }
        if (word == "fwmark")
            return mark(m_words.take());
        if (word == "iif" || word == "oif" || word == "dev") {
            std::string& target = word == "oif" ? m_rule.outputInterface : m_rule.inputInterface;
            target = m_words.take();
            return !target.empty();
        }
        if (word == "tos" || word == "dsfield")
            return assign(m_rule.tos, number(m_words.take(), 255));
        if (word == "priority" || word == "preference" || word == "pref" || word == "order" || word == "prio")
            return assign(m_rule.priority, number(m_words.take(), 0xFFFFFFFFU));
        if (word == "suppress_prefixlength" || word == "sup_pl")
            return assign(m_rule.suppressPrefixLength, wholeNumber(m_words.take(), 0, 128));
        return action(word);
    }

    bool mark(std::string_view text) {
        const std::size_t slash = std::min(text.find('/'), text.size());
        return assign(m_rule.firewallMark, number(text.substr(0, slash), 0xFFFFFFFFU)) &&
               (slash == text.size() || assign(m_rule.firewallMask, number(text.substr(slash + 1), 0xFFFFFFFFU)));
    }

    bool action(std::string_view word) {
        ++m_actions;
        if (word == "table" || word == "lookup")
            return assign(m_rule.table, tableNumber(m_words.take()));
        if (word == "type")
            word = m_words.take();
        if (word != "blackhole" && word != "unreachable" && word != "prohibit")
            return false;
        m_rule.action = word == "blackhole"     ? model::RuleAction::Blackhole
                        : word == "unreachable" ? model::RuleAction::Unreachable
                                                : model::RuleAction::Prohibit;
        return true;
    }

    Words m_words;
    model::VirtualRule m_rule;
    int m_actions = 0;
};

class AddressReader {
public:
    explicit AddressReader(const Node& line) : m_words(line) {}

    std::optional<ReadAddress> read() {
        const auto own = prefixValue(m_words.take());
        if (!own || own->length == 0)
            return std::nullopt;
        m_out.address.address = own->address;
        m_out.address.prefixLength = own->length;
        while (m_words.more())
            if (const std::string_view word = m_words.take(); !setting(word))
                m_out.rest += (m_out.rest.empty() ? "" : " ") + std::string(word);
        return std::move(m_out);
    }

private:
    bool setting(std::string_view word) {
        model::VirtualAddress& entry = m_out.address;
        for (const auto& [name, flag] :
             {std::pair("home", &entry.home), std::pair("-nodad", &entry.noDad),
              std::pair("mngtmpaddr", &entry.managedTemporary), std::pair("noprefixroute", &entry.noPrefixRoute),
              std::pair("autojoin", &entry.autojoin), std::pair("no_track", &entry.noTrack)})
            if (word == name)
                return *flag = true;
        const std::string_view value = m_words.peek();
        const bool known = word == "dev" || word == "label" || word == "brd" || word == "broadcast" || word == "scope" ||
                           word == "peer" || word == "preferred_lft";
        if (!known || value.empty() || !valued(word, value))
            return false;
        m_words.take();
        return true;
    }

    bool valued(std::string_view word, std::string_view value) {
        model::VirtualAddress& entry = m_out.address;
        if (word == "dev" || word == "label") {
            (word == "dev" ? entry.device : entry.label) = value;
            return true;
        }
        if (word == "scope")
            return entry.address.isV4() && assign(entry.scope, model::scopeNumber(value));
        if (word == "preferred_lft")
            return value == "forever" || assign(entry.preferredLifetime, number(value, 0xFFFFFFFEU));
        if (word == "peer")
            return peer(value);
        const auto address = addressValue(value);
        if (value != "+" && value != "-" && (!address || !address->isV4()))
            return false;
        entry.broadcast = address ? address->toString() : std::string(value);
        return true;
    }

    /// keepalived ignores a prefix beside a peer, and refuses one behind it.
    bool peer(std::string_view value) {
        const auto peer = addressValue(value);
        if (!peer || peer->family() != m_out.address.address.family())
            return false;
        m_out.address.peer = peer;
        m_out.address.prefixLength = peer->isV4() ? 32 : 128;
        return true;
    }

    Words m_words;
    ReadAddress m_out;
};

} // namespace

std::optional<ReadAddress> readAddress(const Node& line) { return AddressReader(line).read(); }
std::optional<model::VirtualRoute> readRoute(const Node& line) { return RouteReader(line).read(); }
std::optional<model::VirtualRule> readRule(const Node& line) { return RuleReader(line).read(); }

void settleRoute(Reading& reading, const Node& line, model::VirtualRoute& route) {
    if (std::ranges::any_of(line.words, [](const Token& word) { return word.text == "or"; }))
        reading.say(Severity::Note, line, "“or” is deprecated in keepalived; read as two next hops");
    if (route.device.empty() && !route.noTrack) {
        reading.say(Severity::Note, line, "keepalived cannot track a route that names no device; read with no_track");
        route.noTrack = true;
    }
    if (route.protocol.value_or(18) != 18 && !route.noTrack) {
        reading.say(Severity::Note, line,
                    "keepalived tracks only routes of its own protocol, and resets it; read without it");
        route.protocol.reset();
    }
}

} // namespace lvsdeck::formats::keepalived
