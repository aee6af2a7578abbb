// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the keepalived reader: what a block's reader has in common, and one function for each kind of
// block. Private to this folder. Every handler answers whether it understood its line; a line that nobody
// understood is kept and reported.
#pragma once

#include "common/formats/keepalived/syntax.hpp"
#include "common/formats/keepalived/words.hpp"

#include <map>
#include <optional>
#include <set>

namespace lvsdeck::formats::keepalived {

/// Text to keep, with its place relative to the block it was found in ("", "/check 0" …).
struct Kept {
    std::string place;
    std::string text;
};

/// What global_defs says about every instance.
struct Defaults {
    std::optional<std::uint8_t> version;
    model::Garp garp;
    std::uint32_t downTimerAdverts = 3;
};

/// One file on its way into a cluster of one director.
struct Reading {
    Document document;
    Report* report = nullptr;
    std::string director;
    model::Cluster cluster;
    Defaults defaults;
    std::set<std::string> serviceKeys;
    std::size_t unknownWords = 0;
    std::map<std::string, Place> places; ///< subject, or subject + " " + field, as model::diff names them

    void say(Severity severity, const Node& node, std::string text) {
        report->add(severity, document.files, node.place, node.raw, std::move(text));
    }
};

/// Common to the readers of all blocks.
class BlockReader {
public:
    BlockReader(Reading& reading, Block block) : m_reading(reading), m_block(block) {}
    [[nodiscard]] std::vector<Kept> takeKept() { return std::move(m_kept); }

protected:
    void say(Severity severity, const Node& node, std::string text) { m_reading.say(severity, node, std::move(text)); }
    /// Keeps and reports a line that no handler took: unmanaged, unknown, or with a value that is not
    /// understood.
    void keepUnread(const Node& node);
    void keep(const Node& node, std::string place = {}) { m_kept.push_back({std::move(place), render(node)}); }
    void absorb(std::vector<Kept> kept, const std::string& prefix);
    void remember(const Node& node, const std::string& subject);

    Reading& m_reading;
    Block m_block;
    std::vector<Kept> m_kept;
};

[[nodiscard]] std::optional<std::uint64_t> wholeNumber(std::string_view text, std::uint64_t least, std::uint64_t most);
/// Decimal seconds with at most six digits after the point, rounded to milliseconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> secondsValue(std::string_view text);
/// Seconds without a fraction, as keepalived wants them for gratuitous ARP.
[[nodiscard]] std::optional<std::chrono::seconds> wholeSeconds(std::string_view text);
/// true on yes / false off no in any case; empty means true.
[[nodiscard]] std::optional<bool> booleanValue(std::string_view text);
[[nodiscard]] std::optional<IpAddress> addressValue(std::string_view text);
/// The value of "#lvsdeck KEY …" in this node.
[[nodiscard]] std::optional<std::string> factOf(const Node& node, std::string_view key);

/// `target = value` when there is one; whether there was.
template <class T, class V> bool assign(T& target, const std::optional<V>& value) {
    if (value)
        target = static_cast<T>(*value);
    return value.has_value();
}
template <class T, class V> bool assign(std::optional<T>& target, const std::optional<V>& value) {
    if (value)
        target = static_cast<T>(*value);
    return value.has_value();
}

/// Each reads its block into the reading's cluster, or keeps it.
void readGlobalDefs(Reading& reading, const Node& node);
void readInstance(Reading& reading, const Node& node);
void readService(Reading& reading, const Node& node);
/// Into the service, whose servers' keys are `keys`; the texts to keep have places relative to the service.
[[nodiscard]] std::vector<Kept> readServer(Reading& reading, const Node& node, model::VirtualService& service,
                                           std::set<std::string>& keys);
struct ReadCheck {
    model::HealthCheck check;
    std::vector<Kept> kept;
};
[[nodiscard]] ReadCheck readCheck(Reading& reading, const Node& node);
struct TunnelWords {
    model::Forwarding forwarding = model::Forwarding::Nat;
    model::Tunnel tunnel;
};
/// "NAT", "DR", "TUN type gue port 6080 csum" from the word `first` on.
[[nodiscard]] std::optional<TunnelWords> forwardingValue(const Node& node, std::size_t first);

/// Several directors' readings become one cluster.
[[nodiscard]] model::Cluster merge(std::vector<Reading>& readings);

} // namespace lvsdeck::formats::keepalived
