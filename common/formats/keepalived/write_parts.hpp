// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the keepalived writer. Private to this folder.
#pragma once

#include "common/formats/keepalived/versions.hpp"
#include "common/formats/keepalived/words.hpp"
#include "common/formats/keepalived/writer.hpp"

#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace lvsdeck::formats::keepalived {

/// Indented lines, the kept texts by place, and what could not be written.
class Writer {
public:
    Writer(const model::Cluster& cluster, std::string_view director, const KeepalivedOptions& options);

    void line(std::string_view text);
    /// "word value", when the target has the word in this block; otherwise it is left out and reported with `subject`.
    void setting(std::string_view word, std::string_view value, std::string_view subject);
    /// Whether the target has the word in this block. If not, the reason and what was `done` about it are reported.
    [[nodiscard]] bool offers(std::string_view word, std::string_view subject, std::string_view done = "left out");
    [[nodiscard]] bool has(std::string_view word) const { return has(m_blocks.back(), word); }
    [[nodiscard]] bool has(Block block, std::string_view word) const {
        return since(block, word) <= releaseOf(m_options.target);
    }
    /// Reports that the target lacks the word, and what was done about it.
    void lacks(Block block, std::string_view word, Severity severity, std::string_view subject, std::string_view done);
    /// "word seconds" for a word that takes no fraction: rounded up, and said so.
    void wholeSeconds(std::string_view word, std::chrono::milliseconds time, std::string_view subject);
    /// "word seconds", rounded up for a target without the form `fraction` of the word.
    void seconds(std::string_view word, std::string_view fraction, std::chrono::milliseconds time, std::string_view subject);
    /// Inside of `inner` other words are known; without it the block's entries have no keywords.
    void open(std::string_view head, std::optional<Block> inner = {});
    void close();
    /// A block of entries; none when there are none.
    void list(std::string_view head, const std::vector<std::string>& lines);
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

    [[nodiscard]] const KeepalivedOptions& options() const { return m_options; }
    void say(Severity severity, std::string_view subject, std::string text);
    [[nodiscard]] Exported take() { return std::move(m_out); }

private:
    void comments(const std::vector<std::string>& lines);
    void keptText(const std::string& text, Block block, const std::vector<std::string_view>& contested);

    KeepalivedOptions m_options;
    std::multimap<std::string, std::string> m_kept;
    Exported m_out;
    std::vector<Block> m_blocks{Block::Root};
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

/// What keepalived, or the target, has for all instances alike: set when all of this director's have the same.
struct Common {
    std::optional<std::chrono::microseconds> arpInterval;
    std::optional<std::chrono::microseconds> neighbourInterval;
    /// An instance without words for lower priorities has the globals' values for them, not its own: said there, both agree.
    std::optional<std::chrono::milliseconds> garpDelay;
    std::optional<std::uint32_t> garpRepeat;
    /// For a target without the instance's own word.
    std::optional<IpAddress> multicastGroup4, multicastGroup6;
    bool checkUnicastSource = false;
};
[[nodiscard]] Common commonSettings(const Writer& out, const model::Cluster& cluster, std::string_view director);
void writeGlobalDefs(Writer& out, const model::Cluster& cluster, const model::Director& director, const Common& common);
/// Scripts, files and processes to track, then the sync groups of this director: names are defined before they are used.
void writeTrackedThings(Writer& out, const model::Cluster& cluster);
/// The names of the instances that the director has a part in; as long as the cluster stays as it is.
[[nodiscard]] std::set<std::string_view> instancesOf(const model::Cluster& cluster, std::string_view director);
void writeSyncGroups(Writer& out, const model::Cluster& cluster, std::string_view director);
/// The track_… blocks; `own` are the interfaces of one director besides those of the instance.
void writeTracking(Writer& out, const model::Cluster& cluster, const model::Tracking& tracking,
                   const std::vector<model::TrackedInterface>& own, const std::string& subject);
void writeNotify(Writer& out, const model::NotifyScripts& notify, const std::string& subject);
/// "smtp_alert [true|false]" of an instance or a sync group.
void writeAlert(Writer& out, const std::optional<bool>& alert, const std::string& subject);
/// virtual_ipaddress, virtual_ipaddress_excluded, virtual_routes, virtual_rules.
void writeAddressBlocks(Writer& out, const model::VrrpInstance& instance, const std::string& place);
/// One line of `word`: virtual_ipaddress or static_ipaddress. Words that the target lacks are left out, and said.
[[nodiscard]] std::string addressLine(Writer& out, std::string_view word, const model::VirtualAddress& address,
                                      const std::string& subject);
/// One line of `word`: virtual_routes or static_routes; nothing, and said with `subject`, when the target cannot have it.
[[nodiscard]] std::optional<std::string> routeLine(Writer& out, std::string_view word, const model::VirtualRoute& route,
                                                   const std::string& subject);
[[nodiscard]] std::string ruleLine(Writer& out, std::string_view word, const model::VirtualRule& rule,
                                   const std::string& subject);
/// The words of a line, each quoted where it has to be.
[[nodiscard]] std::string joinedWords(const std::vector<std::string>& words);
/// track_group, static_ipaddress, static_routes and static_rules of this director.
void writeStatics(Writer& out, const model::Cluster& cluster, std::string_view director);
void writeInstance(Writer& out, const model::Cluster& cluster, const model::VrrpInstance& instance,
                   const model::Member& member, const Common& common);
void writeGroup(Writer& out, const model::ServiceGroup& group);
void writeService(Writer& out, const model::Cluster& cluster, const model::VirtualService& service);
void writeServer(Writer& out, const model::Cluster& cluster, const model::VirtualService& service,
                 const model::RealServer& server);
void writeCheck(Writer& out, const model::Cluster& cluster, const model::VirtualService& service,
                const model::HealthCheck& check, const std::string& place);
/// "word \"program …\" user group"; nothing for an empty one.
void writeScript(Writer& out, std::string_view word, const model::Script& script, const std::string& subject);
/// "word TUN type gue port 6080"; plain words where the target knows no kinds of tunnels.
void writeForwarding(Writer& out, std::string_view word, model::Forwarding forwarding, const model::Tunnel& tunnel,
                     const std::string& subject);
/// One text of all directors' texts: what only some have stands behind a condition.
[[nodiscard]] std::string mergedTexts(const std::vector<std::string>& ids, const std::vector<std::string>& texts);
/// lvs_sync_daemon and lvs_timeouts, in global_defs.
void writeKernelWords(Writer& out, const model::Cluster& cluster, const model::Director& director);
/// What only lvsdeck does with the kernel's table, as comments.
void writeKernelFacts(Writer& out, const model::Cluster& cluster);

} // namespace lvsdeck::formats::keepalived
