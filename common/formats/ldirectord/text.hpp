// SPDX-License-Identifier: GPL-3.0-or-later
// ldirectord.cf's lines: global settings, and virtual services with their settings. Private to this folder.
#pragma once

#include "common/formats/findings.hpp"

#include <string_view>

namespace lvsdeck::formats::ldirectord {

/// "word = value" and where it stands.
struct Setting {
    std::string word;
    std::string value; ///< without outer blanks and without the comment
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct Block {
    Setting head; ///< virtual or virtual6
    std::vector<Setting> body;
};

struct Text {
    std::vector<Setting> globals;
    std::vector<Block> virtuals;
};

/// Findings about one file. What a finding shows of a line never has a password in it.
class Report {
public:
    Report(std::string file, Findings& out) : m_file(std::move(file)), m_out(&out) {}
    void say(Severity severity, const Setting& about, std::string text);
    void say(Severity severity, std::uint32_t line, std::uint32_t column, std::string_view found, std::string text);
    [[nodiscard]] const std::string& file() const { return m_file; }

private:
    std::string m_file;
    Findings* m_out;
};

/// Lines without what does not belong into a text (told once); empty, and told, when the source is larger than maxSourceBytes.
[[nodiscard]] std::vector<std::string> sourceLines(const SourceText& source, Report& report);

[[nodiscard]] Text split(const SourceText& source, Report& report);

/// The next word of `rest`, which loses it and the blanks in front of it.
[[nodiscard]] std::string_view nextWord(std::string_view& rest);
[[nodiscard]] std::string_view trimmed(std::string_view text);
/// “text”, shortened to 60 bytes.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace lvsdeck::formats::ldirectord
