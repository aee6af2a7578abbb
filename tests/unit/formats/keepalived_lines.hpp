// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a line of a configuration counts: taking it out must change what was read, or what was said about it. Whatever
// makes no difference is a default, or was lost.
#pragma once

#include "common/formats/keepalived/lexer.hpp"
#include "common/formats/keepalived/reader.hpp"
#include "common/model/diff.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace lvsdeck::testing {

/// Said about the line itself, wherever it stands.
inline std::vector<std::string> saidAbout(const formats::Imported& in, std::uint32_t line) {
    std::vector<std::string> out;
    for (const formats::Diagnostic& diagnostic : in.diagnostics)
        if (diagnostic.line == line)
            out.push_back(diagnostic.text);
    return out;
}

/// Lines that say what would hold without them, in the model's and keepalived's defaults alike.
inline bool saysADefault(std::string_view code) {
    static const std::vector<std::string_view> defaults{"advert_int 1",
                                                        "priority 100",
                                                        "state BACKUP",
                                                        "weight 1",
                                                        "delay_loop 60",
                                                        "lb_algo wlc",
                                                        "quorum 1",
                                                        "hysteresis 0",
                                                        "protocol UDP",
                                                        "version 2",
                                                        "garp_master_delay 5",
                                                        "preempt",
                                                        "accept",
                                                        "path /",
                                                        "rise 1",
                                                        "fall 1",
                                                        "interval 1",
                                                        "type SOA",
                                                        "preempt_delay 0",
                                                        "smtp_port 25",
                                                        "debug 0",
                                                        "uthreshold 0",
                                                        "garp_master_refresh_repeat 1",
                                                        "version 3"};
    std::string squeezed;
    formats::keepalived::Store store;
    std::vector<formats::keepalived::Token> tokens;
    formats::keepalived::tokenize(code, 1, store, tokens);
    for (const formats::keepalived::Token& token : tokens)
        (squeezed += squeezed.empty() ? "" : " ") += token.text;
    return std::ranges::find(defaults, squeezed) != defaults.end();
}

/// "LINE: TEXT" of every line whose absence makes no difference, and of every comment that is in no kept text.
inline std::vector<std::string> lostLines(const formats::SourceText& source, const formats::Resolver& resolver = {}) {
    using namespace formats::keepalived;
    std::vector<std::string> out;
    const formats::Imported whole = formats::readKeepalived({source}, resolver);
    std::string keptText;
    for (const model::Passthrough& entry : whole.cluster.passthrough)
        keptText += entry.text + "\n";
    Cleaning cleaning;
    std::vector<std::string> lines = cleanLines(source.text, cleaning);
    const auto without = [&](std::size_t left) {
        formats::SourceText text = source;
        text.text.clear();
        for (std::size_t i = 0; i < lines.size(); ++i)
            text.text += (i == left ? std::string() : lines[i]) + "\n";
        return formats::readKeepalived({text}, resolver);
    };
    // Reading it again for each line is quadratic; of a long text a part will do.
    const std::size_t step = lines.size() / 300 + 1;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto number = static_cast<std::uint32_t>(i + 1);
        const CodeAndComment cut = cutComment(trimmed(lines[i]));
        std::string_view words = trimmed(cut.comment);
        while (words.starts_with('#') || words.starts_with('!'))
            words.remove_prefix(1);
        if (!cut.comment.starts_with("#lvsdeck") && !keptText.contains(trimmed(words)))
            out.push_back(std::to_string(number) + ": the comment " + std::string(cut.comment));
        if (cut.code.empty() || cut.code == "}" || cut.code == "{" || saysADefault(cut.code))
            continue;
        if (i % step != 0 || !saidAbout(whole, number).empty())
            continue;
        const formats::Imported rest = without(i);
        if (model::diff(whole.cluster, rest.cluster).empty() && whole.diagnostics.size() == rest.diagnostics.size())
            out.push_back(std::to_string(number) + ": " + std::string(cut.code));
    }
    return out;
}

} // namespace lvsdeck::testing
