// SPDX-License-Identifier: GPL-3.0-or-later
// lvs.cf's form: lines to words, words to statements and blocks. Takes more than Piranha's own parser (comments behind values,
// braces on other lines, no blanks around =) and says so. Linear, without recursion. Private to this folder. Pure.
#pragma once

#include "common/formats/findings.hpp"

#include <string_view>

namespace lvsdeck::formats::piranha {

struct Word {
    std::string text;         ///< without the quotes
    std::uint32_t column = 0; ///< from 1, in bytes
    char quote = '\0';
};

/// "key = value …"
struct Entry {
    std::string key;
    std::vector<Word> values;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    [[nodiscard]] std::string_view value(std::size_t index = 0) const {
        return index < values.size() ? std::string_view(values[index].text) : std::string_view();
    }
    /// All of it, with one blank between the words.
    [[nodiscard]] std::string text() const;
};

enum class BlockKind { Global, Virtual, Server, Failover, Unknown };

struct Block {
    BlockKind kind = BlockKind::Global;
    std::string name;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::vector<Entry> entries; ///< as they stand, a key may come again
    std::vector<Block> blocks;  ///< in the global block: virtual and failover; in a virtual: its servers
    [[nodiscard]] std::string head() const;
    /// The last one of this key counts. Nothing: it is not there.
    [[nodiscard]] const Entry* find(std::string_view key) const;
};

/// Says things about one file.
class Report {
public:
    Report(std::string file, Findings& out) : m_file(std::move(file)), m_out(&out) {}
    void say(Severity severity, std::uint32_t line, std::uint32_t column, std::string_view found, std::string text) const;
    /// The words of an entry are what is found.
    void say(Severity severity, const Entry& entry, std::string text) const;
    void say(Severity severity, const Block& block, std::string text) const;
    [[nodiscard]] const std::string& file() const { return m_file; }

private:
    std::string m_file;
    Findings* m_out;
};

struct Document {
    Block root;
    bool readable = false; ///< false: too large
};

[[nodiscard]] Document parse(std::string_view text, const Report& report);

} // namespace lvsdeck::formats::piranha
