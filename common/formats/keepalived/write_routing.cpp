// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"
#include "common/model/routing_words.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

void writeAddresses(Writer& out, const model::VrrpInstance& instance, bool excluded, const std::string& place) {
    const auto& list = excluded ? instance.excludedAddresses : instance.addresses;
    const std::string word = excluded ? "virtual_ipaddress_excluded" : "virtual_ipaddress";
    if (list.empty() && !out.hasKept(place + "/" + word))
        return;
    out.open(word);
    for (const model::VirtualAddress& entry : list) {
        if (entry.peer && entry.prefixLength != (entry.address.isV4() ? 32 : 128))
            out.say(Severity::Warning, place,
                    "keepalived takes no prefix length for an address with a peer; " + entry.address.toString() +
                        " is written without one");
        out.line(addressLine(out, "virtual_ipaddress", entry, place) +
                 out.keptWords(place + "/virtual_ipaddress " + entry.address.toString()));
    }
    // Entries that no reader understood: never anything that keepalived takes.
    out.kept(place + "/" + word, Block::Url);
    out.close();
}

void writeRoutes(Writer& out, const model::VrrpInstance& instance, const std::string& place) {
    const std::string kept = place + "/virtual_routes";
    if (instance.routes.empty() && !out.hasKept(kept))
        return;
    out.open("virtual_routes");
    for (const model::VirtualRoute& route : instance.routes)
        if (const auto line = routeLine(out, "virtual_routes", route, place))
            out.line(*line);
    out.keptEntries(kept);
    out.close();
}

void writeRules(Writer& out, const model::VrrpInstance& instance, const std::string& place) {
    const std::string kept = place + "/virtual_rules";
    if (instance.rules.empty() && !out.hasKept(kept))
        return;
    if (!out.offers("virtual_rules", place))
        return;
    out.open("virtual_rules");
    for (const model::VirtualRule& rule : instance.rules)
        out.line(ruleLine(out, "virtual_rules", rule, place));
    out.keptEntries(kept);
    out.close();
}

} // namespace

std::string joinedWords(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : " ") + wordText(word);
    return out;
}

std::string addressLine(Writer& out, std::string_view word, const model::VirtualAddress& address,
                        const std::string& subject) {
    model::VirtualAddress written = address;
    const auto settle = [&](auto& value, std::string_view option, auto without) {
        const std::string form = std::string(word) + " " + std::string(option);
        if (value != without && !out.offers(form, subject + " " + address.address.toString()))
            value = without;
    };
    settle(written.peer, "peer", std::optional<IpAddress>());
    settle(written.preferredLifetime, "preferred_lft", std::optional<std::uint32_t>());
    settle(written.home, "home", false);
    settle(written.noDad, "-nodad", false);
    settle(written.managedTemporary, "mngtmpaddr", false);
    settle(written.noPrefixRoute, "noprefixroute", false);
    settle(written.autojoin, "autojoin", false);
    settle(written.noTrack, "no_track", false);
    return joinedWords(model::addressWords(written));
}

std::optional<std::string> routeLine(Writer& out, std::string_view word, const model::VirtualRoute& route,
                                     const std::string& subject) {
    const std::string prefix = std::string(word) + " ";
    const bool kind = route.type != model::RouteType::Unicast && route.type != model::RouteType::Blackhole;
    for (const auto& [used, option] : {std::pair(!route.nextHops.empty(), "nexthop"), std::pair(kind, "TYPE"),
                                       std::pair(route.protocol.has_value(), "protocol"),
                                       std::pair(route.tos.has_value(), "tos"), std::pair(route.mtu.has_value(), "mtu"),
                                       std::pair(route.advmss.has_value(), "advmss"), std::pair(route.onlink, "onlink")})
        if (used && !out.offers(prefix + option, subject, "the whole route is left out"))
            return std::nullopt;
    model::VirtualRoute written = route;
    // Without a device there is nothing to track, and keepalived would complain. Before it knew the word it tracked none.
    written.noTrack = (route.noTrack || route.device.empty()) && out.has(prefix + "no_track");
    if (route.noTrack && !written.noTrack)
        (void)out.offers(prefix + "no_track", subject, "left out, and no route is tracked there");
    return joinedWords(model::routeWords(written));
}

std::string ruleLine(Writer& out, std::string_view word, const model::VirtualRule& rule, const std::string& subject) {
    model::VirtualRule written = rule;
    if (rule.noTrack && !out.offers(std::string(word) + " no_track", subject, "left out, and no rule is tracked there"))
        written.noTrack = false;
    return joinedWords(model::ruleWords(written));
}

void writeAddressBlocks(Writer& out, const model::VrrpInstance& instance, const std::string& place) {
    writeAddresses(out, instance, false, place);
    writeAddresses(out, instance, true, place);
    writeRoutes(out, instance, place);
    writeRules(out, instance, place);
}

} // namespace lvsdeck::formats::keepalived
