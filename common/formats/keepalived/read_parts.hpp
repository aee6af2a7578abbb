// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the keepalived reader: what a block's reader has in common, and one function for each kind of
// block. Private to this folder. Every handler answers whether it understood its line; a line that nobody
// understood is kept and reported.
#pragma once

#include "common/formats/keepalived/syntax.hpp"
#include "common/formats/keepalived/words.hpp"

#include <algorithm>
#include <functional>
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
    std::string interface;
    model::Garp garp;
    std::uint32_t downTimerAdverts = 3;
    std::optional<IpAddress> multicastGroup4;
    std::optional<IpAddress> multicastGroup6;
    bool strict = false;
    bool lowerPriorityNoAdvert = false;
    bool higherPrioritySendAdvert = false;
    bool checkUnicastSource = false;
    bool skipCheckAddresses = false;
    bool notifyPriorityChanges = false;
    std::optional<bool> alert;          ///< smtp_alert: of whom no word of its own speaks, in whatever order they stand
    std::optional<bool> logAllFailures; ///< of the checks
};

/// What services need to know of a virtual_server_group; found once, because many services may use one group.
struct GroupFacts {
    std::size_t position = 0; ///< in the cluster
    bool marks = false;       ///< has firewall marks
    bool onlyMarks = false;   ///< and nothing else
    bool allPorts = false;    ///< an address has no port
    std::uint16_t port = 0;   ///< of all entries; 0: they differ, or there are marks
    Family family = Family::V4;
};

/// One file on its way into a cluster of one director.
struct Reading {
    Document document;
    Report* report = nullptr;
    std::string director;
    model::Cluster cluster;
    Defaults defaults;
    std::set<std::string> serviceKeys;
    std::set<std::string> openGroups; ///< have firewall marks whose family their first service decides
    bool syncIdGiven = false;         ///< otherwise it is the VRID of the instance
    std::map<std::string, GroupFacts, std::less<>> groups;
    std::set<std::string, std::less<>> names; ///< "vrrp_script NAME", "track_file NAME", …: what is defined so far
    std::size_t unknownWords = 0;
    std::map<std::string, Place> places; ///< subject, or subject + " " + field, as model::diff names them
    bool alone = false;                  ///< no other file is merged with it: nobody asks for the places of servers

    [[nodiscard]] const GroupFacts* groupFacts(std::string_view name) const {
        const auto found = groups.find(name);
        return found == groups.end() ? nullptr : &found->second;
    }
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
    /// Keeps the comments of a block that was read; after all that is inside of it.
    void keepComments(const Node& node);
    /// Says when a line that was understood has more words than keepalived reads.
    void tellSurplus(const Node& line);
    /// The same for the head of a block, which has `most` words at most.
    void tellHeadSurplus(const Node& node, std::size_t most);
    void remember(const Node& node, const std::string& subject);

    Reading& m_reading;
    Block m_block;
    std::vector<Kept> m_kept;
};

/// What instances and sync groups have in common: what they track, and whom they tell.
class TrackingReader : public BlockReader {
protected:
    TrackingReader(Reading& reading, Block block) : BlockReader(reading, block) {}
    /// Whether `word` is one of the track_… blocks; entries that are not understood are kept.
    bool trackBlock(const Node& block, std::string_view word, model::Tracking& tracking,
                    std::vector<model::TrackedInterface>& interfaces);
    bool notifyLine(const Node& line, std::string_view word, model::NotifyScripts& notify);
    /// Keeps one line of a block as a block of its own.
    void keepEntry(const Node& block, const Node& entry, std::string place = {});

private:
    bool item(const Node& block, const Node& line, std::vector<model::TrackedItem>& items, bool known);
};

[[nodiscard]] std::optional<std::int64_t> signedNumber(std::string_view text, std::int64_t least, std::int64_t most);
[[nodiscard]] std::optional<std::uint64_t> wholeNumber(std::string_view text, std::uint64_t least, std::uint64_t most);
/// Decimal seconds with at most six digits after the point, rounded to milliseconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> secondsValue(std::string_view text);
/// The same, rounded to microseconds.
[[nodiscard]] std::optional<std::chrono::microseconds> microsecondsValue(std::string_view text);
/// Seconds without a fraction, as keepalived wants them for gratuitous ARP.
[[nodiscard]] std::optional<std::chrono::seconds> wholeSeconds(std::string_view text);
/// true on yes / false off no in any case; empty means true.
[[nodiscard]] std::optional<bool> booleanValue(std::string_view text);
[[nodiscard]] std::optional<IpAddress> addressValue(std::string_view text);
/// The value of "#lvsdeck KEY …" in this node.
[[nodiscard]] std::optional<std::string> factOf(const Node& node, std::string_view key);

template <class T> bool holds(const std::vector<T>& list, const T& value) {
    return std::ranges::find(list, value) != list.end();
}

/// Where each key stands in a list; of several entries with one key the first.
template <class T, class Key> std::map<std::string, std::size_t> positions(const std::vector<T>& list, Key key) {
    std::map<std::string, std::size_t> out;
    for (std::size_t i = 0; i < list.size(); ++i)
        out.emplace(std::invoke(key, list[i]), i);
    return out;
}

/// How often every reading has each of the entries, by `key`; what one of them lacks is there with 0, or not at all.
template <class T, class Key>
std::map<std::string, std::size_t> commonCounts(const std::vector<Reading>& readings, std::vector<T> model::Cluster::* list,
                                                Key key) {
    std::map<std::string, std::size_t> common;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        std::map<std::string, std::size_t> own;
        for (const T& entry : readings[i].cluster.*list)
            ++own[key(entry)];
        if (i == 0) {
            common = std::move(own);
            continue;
        }
        for (auto& [text, count] : common) {
            const auto found = own.find(text);
            count = found == own.end() ? 0 : std::min(count, found->second);
        }
    }
    return common;
}

/// Adds those of `more` that the list does not hold, in their order.
void addMissing(std::vector<std::string>& list, const std::vector<std::string>& more);

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
void readSyncGroup(Reading& reading, const Node& node);
void readTrackScript(Reading& reading, const Node& node);
void readTrackFile(Reading& reading, const Node& node);
void readTrackProcess(Reading& reading, const Node& node);
/// Lines of virtual_ipaddress, virtual_routes and virtual_rules; nothing when a word is not understood.
struct ReadAddress {
    model::VirtualAddress address;
    std::string rest; ///< words to keep
};
[[nodiscard]] std::optional<ReadAddress> readAddress(const Node& line);
[[nodiscard]] std::optional<model::VirtualRoute> readRoute(const Node& line);
[[nodiscard]] std::optional<model::VirtualRule> readRule(const Node& line);
/// Makes of a route what keepalived makes of it, and says so.
void settleRoute(Reading& reading, const Node& line, model::VirtualRoute& route);
/// track_group, static_ipaddress, static_routes, static_rules: the lines to keep, as blocks of their own.
[[nodiscard]] std::vector<Kept> readStatics(Reading& reading, const Node& block);
/// Whether it could be read; groups come before services, wherever they stand in the file.
[[nodiscard]] bool readServiceGroup(Reading& reading, const Node& node);
/// Gives firewall marks without a family that of the group's addresses, or else `hint`.
void settleGroupFamily(Reading& reading, const std::string& name, Family hint);
void readService(Reading& reading, const Node& node);
/// lvs_sync_daemon and lvs_timeouts of global_defs; whether it was one of them and is understood.
[[nodiscard]] bool readKernelWord(Reading& reading, const Node& line);
/// lvs_sync_daemon_interface of an instance.
[[nodiscard]] bool readSyncInterface(Reading& reading, const Node& line, const std::string& instance);
/// What is known only at the end of the file: the sync id that follows the instance.
void settleSync(Reading& reading);
/// Global words that count where nothing of its own is said, whatever the order; after all has been read.
void settleGlobals(Reading& reading);
using ServerKeys = std::set<std::pair<IpAddress, std::uint16_t>>;
/// Into the service, whose servers' keys are `keys`; the texts to keep have places relative to the service.
[[nodiscard]] std::vector<Kept> readServer(Reading& reading, const Node& node, model::VirtualService& service,
                                           ServerKeys& keys);
/// One block may be several checks; the texts to keep belong to the first of them. Nothing: not a check that the model has.
struct ReadCheck {
    std::vector<model::HealthCheck> checks;
    std::vector<Kept> kept;
};
[[nodiscard]] std::optional<ReadCheck> readCheck(Reading& reading, const Node& node);
struct ReadUrl {
    model::HttpUrl url;
    std::vector<Kept> kept;
};
[[nodiscard]] ReadUrl readUrl(Reading& reading, const Node& node);
struct TunnelWords {
    model::Forwarding forwarding = model::Forwarding::Nat;
    model::Tunnel tunnel;
};
/// "NAT", "DR", "TUN type gue port 6080 csum" from the word `first` on.
[[nodiscard]] std::optional<TunnelWords> forwardingValue(const Node& node, std::size_t first);

/// Several directors' readings become one cluster.
[[nodiscard]] model::Cluster merge(std::vector<Reading>& readings);
/// The VRRP side of it: instances, sync groups and what they track.
void mergeVrrp(model::Cluster& cluster, const Reading& first, Reading& reading);
/// Track groups, and static entries: those that every director has are the cluster's.
void mergeStatics(model::Cluster& cluster, const Reading& first, std::vector<Reading>& readings);
/// What every member tracks belongs to the instance.
void shareTracking(model::Cluster& cluster);
/// The same thing in two files: every field that differs is reported with both places; the first file's value stays.
void reportContradictions(const model::Cluster& first, const Reading& firstReading, const model::Cluster& other,
                          const Reading& otherReading);
/// The field on the wire that a line of a block sets: the one of its first word.
[[nodiscard]] std::string fieldOf(std::string_view word);
/// Where the subject is; when another file is merged with this one, also where each of its fields is set.
void rememberBlock(Reading& reading, const Node& block, const std::string& subject);
/// "file:line" of a subject in a reading.
[[nodiscard]] std::string placeText(const Reading& reading, const std::string& subject, const std::string& field);
[[nodiscard]] Place placeOf(const Reading& reading, const std::string& subject, const std::string& field);

} // namespace lvsdeck::formats::keepalived
