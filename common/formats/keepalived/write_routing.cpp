// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"
#include "common/model/routing_words.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

using enum KeepalivedVersion;

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
        out.line(joinedWords(model::addressWords(entry)) +
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
        if (const auto line = routeLine(out, route, place))
            out.line(*line);
    out.keptEntries(kept);
    out.close();
}

void writeRules(Writer& out, const model::VrrpInstance& instance, const std::string& place) {
    const std::string kept = place + "/virtual_rules";
    if (instance.rules.empty() && !out.hasKept(kept))
        return;
    if (!out.has(V2_0)) {
        out.say(Severity::Warning, place, "virtual_rules are newer than the keepalived that the text is for; left out");
        return;
    }
    out.open("virtual_rules");
    for (const model::VirtualRule& rule : instance.rules)
        out.line(joinedWords(model::ruleWords(rule)));
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

std::optional<std::string> routeLine(Writer& out, const model::VirtualRoute& route, const std::string& subject) {
    if (!route.nextHops.empty() && !out.has(V2_0)) {
        out.say(Severity::Warning, subject,
                "a route with several next hops is newer than the keepalived that the text is for; left out");
        return std::nullopt;
    }
    model::VirtualRoute written = route;
    // Without a device there is nothing to track, and keepalived would complain.
    written.noTrack = (route.noTrack || route.device.empty()) && out.has(V2_0);
    return joinedWords(model::routeWords(written));
}

void writeAddressBlocks(Writer& out, const model::VrrpInstance& instance, const std::string& place) {
    writeAddresses(out, instance, false, place);
    writeAddresses(out, instance, true, place);
    writeRoutes(out, instance, place);
    writeRules(out, instance, place);
}

} // namespace lvsdeck::formats::keepalived
