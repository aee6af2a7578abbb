// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the keepalived writer. Private to this folder.
#pragma once

#include "common/formats/keepalived/words.hpp"
#include "common/formats/keepalived/writer.hpp"

#include <map>
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
    /// become marked comments. `contested` names a managed word that may be written as it is, because the
    /// model says nothing else.
    void kept(const std::string& place, Block block, std::string_view contested = {});
    /// The kept words of a place, to end a line with: " scope link", or nothing.
    [[nodiscard]] std::string keptWords(const std::string& place) const;

    [[nodiscard]] bool hasKept(const std::string& place) const { return m_kept.contains(place); }

    [[nodiscard]] bool has(KeepalivedVersion since) const { return m_options.target >= since; }
    [[nodiscard]] const KeepalivedOptions& options() const { return m_options; }
    void say(Severity severity, std::string_view subject, std::string text);
    [[nodiscard]] Exported take() { return std::move(m_out); }

private:
    void keptText(const std::string& text, Block block, std::string_view contested);

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
[[nodiscard]] std::string forwardingText(model::Forwarding forwarding, const model::Tunnel& tunnel);
[[nodiscard]] std::string_view booleanText(bool value);

void writeInstance(Writer& out, const model::VrrpInstance& instance, const model::Member& member);
void writeService(Writer& out, const model::VirtualService& service);
void writeServer(Writer& out, const model::VirtualService& service, const model::RealServer& server);

} // namespace lvsdeck::formats::keepalived
