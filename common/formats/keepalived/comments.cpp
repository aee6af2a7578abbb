// SPDX-License-Identifier: GPL-3.0-or-later
// Comments of blocks that are understood: they are kept with the block.
#include "common/formats/keepalived/syntax.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::formats::keepalived {

namespace {

void addLine(std::string& out, std::string_view text) {
    if (!out.empty())
        out += '\n';
    out += text;
}

/// Without the marks in front.
std::string_view bare(std::string_view comment) {
    while (comment.starts_with('#') || comment.starts_with('!'))
        comment.remove_prefix(1);
    return trimmed(comment);
}

void collect(const Node& node, bool outermost, std::string& out) {
    if (std::exchange(node.taken, true))
        return;
    if (node.remarks != nullptr)
        for (const std::string_view line : node.remarks->before)
            addLine(out, line);
    if (const std::string_view comment = node.comment(); !comment.empty()) {
        // Away from its line it says nothing; a block's own comment stays where the block is.
        if (outermost || node.words.empty() || bare(comment).empty())
            addLine(out, comment);
        else
            addLine(out, "# " + std::string(node.word(0)) + ": " + std::string(bare(comment)));
    }
    for (const Node& child : node.children)
        collect(child, false, out);
    if (node.remarks != nullptr)
        for (const std::string_view line : node.remarks->after)
            addLine(out, line);
}

} // namespace

bool isComment(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = trimmed(text.substr(0, text.find('\n')));
        if (!line.starts_with('#') && !line.starts_with('!'))
            return false;
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    }
    return true;
}

std::string takeComments(const Node& node) {
    std::string out;
    collect(node, true, out);
    return out;
}

} // namespace lvsdeck::formats::keepalived
