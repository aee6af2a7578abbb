// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the keepalived writer. Private to this folder.
#pragma once

#include "common/formats/keepalived/words.hpp"
#include "common/formats/keepalived/writer.hpp"

#include <map>
#include <optional>
#include <string_view>

namespace lvsdeck::formats::keepalived {

/// Indented lines, the kept texts by place, and what could not be written.
class Writer {
public:
    Writer(const model::Cluster& cluster, std::string_view director, const KeepalivedOptions& options);

    void line(std::string_view text);
    /// "word value", for a target of at least `since`; otherwise it is left out and reported with `subject`.
    void setting(std::string_view word, std::string_view value, KeepalivedVersion since, std::string_view subject);
    /// "word seconds" for a word that takes no fraction: rounded up, and said so.
    void wholeSeconds(std::string_view word, std::chrono::milliseconds time, std::string_view subject);
    void open(std::string_view head);
    void close();
    void blank();
    /// A line that keepalived takes for a comment and the reader for a fact; blanks and line ends in the
    /// value become blanks.
    void fact(std::string_view key, std::string_view value);
    /// All lines until the last endDisabled() are behind the mark that keeps them from keepalived.
    void beginDisabled() { ++m_disabled; }
    void endDisabled() { --m_disabled; }
    /// The kept texts of a place. Statements that keepalived would refuse, or that would contradict ours,
    /// become marked comments. `contested` names managed words that may be written as they are, because the
    /// model says nothing else.
    void kept(const std::string& place, Block block, const std::vector<std::string_view>& contested = {});
    /// Kept lines of a block whose lines have no keyword in front (routes, rules): written as they are.
    void keptEntries(const std::string& place);
    /// The kept words of a place, to end a line with: " scope link", or nothing.
    [[nodiscard]] std::string keptWords(const std::string& place) const;

    [[nodiscard]] bool hasKept(const std::string& place) const { return m_kept.contains(place); }

    [[nodiscard]] bool has(KeepalivedVersion since) const { return m_options.target >= since; }
    [[nodiscard]] const KeepalivedOptions& options() const { return m_options; }
    void say(Severity severity, std::string_view subject, std::string text);
    [[nodiscard]] Exported take() { return std::move(m_out); }

private:
    void comments(const std::vector<std::string>& lines);
    void keptText(const std::string& text, Block block, const std::vector<std::string_view>& contested);

    KeepalivedOptions m_options;
    std::multimap<std::string, std::string> m_kept;
    Exported m_out;
    std::size_t m_depth = 0;
    unsigned m_disabled = 0;
};

/// Quoted when it has blanks, comment marks or braces.
[[nodiscard]] std::string wordText(std::string_view text);
/// "1", "0.25"
[[nodiscard]] std::string secondsText(std::chrono::milliseconds time);
/// "0.0005": down to a microsecond.
[[nodiscard]] std::string microsecondsText(std::chrono::microseconds time);
[[nodiscard]] std::string forwardingText(model::Forwarding forwarding, const model::Tunnel& tunnel);
[[nodiscard]] std::string_view booleanText(bool value);

void writeGlobalDefs(Writer& out, const model::Cluster& cluster, const model::Director& director);
/// Scripts, files and processes to track, then the sync groups of this director: names are defined before they are used.
void writeTrackedThings(Writer& out, const model::Cluster& cluster);
void writeSyncGroups(Writer& out, const model::Cluster& cluster, std::string_view director);
/// The track_… blocks; `own` are the interfaces of one director besides those of the instance.
void writeTracking(Writer& out, const model::Tracking& tracking, const std::vector<model::TrackedInterface>& own);
void writeNotify(Writer& out, const model::NotifyScripts& notify, const std::string& subject);
/// virtual_ipaddress, virtual_ipaddress_excluded, virtual_routes, virtual_rules.
void writeAddressBlocks(Writer& out, const model::VrrpInstance& instance, const std::string& place);
/// One line of virtual_routes or static_routes; nothing, and said with `subject`, when the target cannot have it.
[[nodiscard]] std::optional<std::string> routeLine(Writer& out, const model::VirtualRoute& route,
                                                   const std::string& subject);
/// The words of a line, each quoted where it has to be.
[[nodiscard]] std::string joinedWords(const std::vector<std::string>& words);
/// track_group, static_ipaddress, static_routes and static_rules of this director.
void writeStatics(Writer& out, const model::Cluster& cluster, std::string_view director);
/// keepalived spaces gratuitous ARP for all instances alike: the interval when all of this director's have the same.
struct CommonIntervals {
    std::optional<std::chrono::microseconds> arp;
    std::optional<std::chrono::microseconds> neighbour;
};
[[nodiscard]] CommonIntervals commonIntervals(const model::Cluster& cluster, std::string_view director);
void writeInstance(Writer& out, const model::VrrpInstance& instance, const model::Member& member,
                   const CommonIntervals& common);
void writeGroup(Writer& out, const model::ServiceGroup& group);
void writeService(Writer& out, const model::Cluster& cluster, const model::VirtualService& service);
void writeServer(Writer& out, const model::Cluster& cluster, const model::VirtualService& service,
                 const model::RealServer& server);
void writeCheck(Writer& out, const model::Cluster& cluster, const model::HealthCheck& check, const std::string& place);
/// "word \"program …\" user group"; nothing for an empty one.
void writeScript(Writer& out, std::string_view word, const model::Script& script, const std::string& subject);
/// "word TUN type gue port 6080"; plain words where the target knows no kinds of tunnels.
void writeForwarding(Writer& out, std::string_view word, model::Forwarding forwarding, const model::Tunnel& tunnel,
                     const std::string& subject);
/// lvs_sync_daemon and lvs_timeouts, in global_defs.
void writeKernelWords(Writer& out, const model::Cluster& cluster, const model::Director& director);
/// What only lvsdeck does with the kernel's table, as comments.
void writeKernelFacts(Writer& out, const model::Cluster& cluster);

} // namespace lvsdeck::formats::keepalived
