// SPDX-License-Identifier: GPL-3.0-or-later
// The syntax tree of keepalived.conf: statements and blocks with their comments, unknown ones as whole as
// known ones. Pure.
#pragma once

#include "common/formats/keepalived/preprocess.hpp"

namespace lvsdeck::formats::keepalived {

/// One statement, with a body when it is a block.
struct Node {
    Line::Kind kind = Line::Kind::Plain;
    Place place;
    std::string raw; ///< the statement as written, without braces and comment
    std::vector<Token> words;
    bool block = false;
    std::vector<Node> children;
    std::vector<std::string> before;                        ///< comment lines directly above
    std::string comment;                                    ///< on the same line
    std::vector<std::string> after;                         ///< comment lines that belong to no line of the block
    std::vector<std::pair<std::string, std::string>> facts; ///< what "#lvsdeck KEY VALUE" says in this block or line

    mutable bool taken = false; ///< its text was rendered, or its comments were taken

    [[nodiscard]] std::string_view word(std::size_t index) const {
        return index < words.size() ? std::string_view(words[index].text) : std::string_view();
    }
};

struct Document {
    std::vector<std::string> files;
    Node root;
    std::size_t comments = 0; ///< comment lines, without our own facts
    Place firstComment;
    std::string firstCommentText;
};

/// Never fails: braces that do not match are reported and made to match.
[[nodiscard]] Document parse(Lines lines, Report& report);

/// The text of a node with its comments, indented by four blanks a level, without a newline at the end.
[[nodiscard]] std::string render(const Node& node);

/// Whether a kept text has nothing but comments.
[[nodiscard]] bool isComment(std::string_view text);

/// The comments of a block that was understood, as lines: those above it, on its lines, and inside of it, without those of
/// nodes that are taken. A comment behind a statement gets the statement's first word in front. Takes the node.
[[nodiscard]] std::string takeComments(const Node& node);

} // namespace lvsdeck::formats::keepalived
