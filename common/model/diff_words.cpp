// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/diff_words.hpp"

#include "common/model/routing_words.hpp"

namespace lvsdeck::model::detail {

namespace {

template <class T, class Text> std::string list(const std::vector<T>& entries, Text text) {
    std::string out;
    for (const T& entry : entries)
        out += (out.empty() ? "" : ", ") + text(entry);
    return out.empty() ? "none" : out;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

} // namespace

std::string reviewText(std::chrono::microseconds time) {
    if (time.count() % 1'000'000 == 0)
        return std::to_string(time.count() / 1'000'000) + " s";
    if (time.count() % 1000 == 0)
        return std::to_string(time.count() / 1000) + " ms";
    return std::to_string(time.count()) + " µs";
}

std::string reviewText(const std::vector<VirtualAddress>& addresses) {
    return list(addresses, [](const VirtualAddress& entry) { return joined(addressWords(entry)); });
}

std::string reviewText(const std::vector<VirtualRoute>& routes) {
    return list(routes, [](const VirtualRoute& entry) { return joined(routeWords(entry)); });
}

std::string reviewText(const std::vector<VirtualRule>& rules) {
    return list(rules, [](const VirtualRule& entry) { return joined(ruleWords(entry)); });
}

std::string reviewText(const std::vector<UnicastPeer>& peers) {
    return list(peers, [](const UnicastPeer& peer) {
        return peer.address.toString() + (peer.minTtl ? " min_ttl " + std::to_string(*peer.minTtl) : std::string()) +
               (peer.maxTtl ? " max_ttl " + std::to_string(*peer.maxTtl) : std::string());
    });
}

std::string reviewText(const std::vector<TrackedInterface>& interfaces) {
    return list(interfaces, [](const TrackedInterface& entry) {
        return entry.interface + (entry.weight == 0 ? "" : " weight " + std::to_string(entry.weight)) +
               (entry.reverse ? " reverse" : "");
    });
}

std::string reviewText(const std::vector<TrackedItem>& items) {
    return list(items, [](const TrackedItem& entry) {
        return entry.name + (entry.weight ? " weight " + std::to_string(*entry.weight) : std::string()) +
               (entry.reverse ? *entry.reverse ? " reverse" : " noreverse" : "");
    });
}

std::string staticKey(const StaticAddress& entry) {
    return prefixText(entry.address.address, entry.address.prefixLength) + " dev " + entry.address.device;
}

std::string staticKey(const StaticRoute& entry) {
    VirtualRoute place;
    place.family = entry.route.family;
    place.destination = entry.route.destination;
    place.table = entry.route.table;
    place.metric = entry.route.metric;
    place.tos = entry.route.tos;
    return joined(routeWords(place));
}

std::string staticKey(const StaticRule& entry) {
    VirtualRule rule = entry.rule;
    rule.noTrack = false;
    return joined(ruleWords(rule));
}

std::string staticText(const StaticAddress& entry) { return joined(addressWords(entry.address)); }
std::string staticText(const StaticRoute& entry) { return joined(routeWords(entry.route)); }
std::string staticText(const StaticRule& entry) { return joined(ruleWords(entry.rule)); }

std::string reviewText(const std::optional<VirtualMac>& mac) {
    if (!mac)
        return "none";
    return (mac->interface.empty() ? std::string("on") : mac->interface) +
           (mac->transmitBase ? ", advertisements by the interface below it" : "");
}

} // namespace lvsdeck::model::detail
