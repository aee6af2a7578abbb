// SPDX-License-Identifier: GPL-3.0-or-later
// The syntax tree of keepalived.conf: statements and blocks with their comments, unknown ones as whole as
// known ones. Pure.
#pragma once

#include "common/formats/keepalived/preprocess.hpp"

#include <cstddef>
#include <deque>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lvsdeck::formats::keepalived {

struct Node;

/// The nodes of a block in their order, each of which knows the next.
class Nodes {
public:
    class Iterator {
    public:
        using iterator_concept = std::forward_iterator_tag;
        using difference_type = std::ptrdiff_t;
        using value_type = Node;

        Iterator() = default;
        explicit Iterator(const Node* node) : m_node(node) {}
        const Node& operator*() const { return *m_node; }
        const Node* operator->() const { return m_node; }
        Iterator& operator++();
        Iterator operator++(int);
        bool operator==(const Iterator&) const = default;

    private:
        const Node* m_node = nullptr;
    };

    [[nodiscard]] Iterator begin() const { return Iterator(m_first); }
    [[nodiscard]] static Iterator end() { return {}; }
    [[nodiscard]] bool empty() const { return m_first == nullptr; }
    [[nodiscard]] const Node& front() const { return *m_first; }
    [[nodiscard]] Node& back() { return *m_last; }
    /// The node becomes the last one; it is in no other block.
    void add(Node& node);
    /// Linear in the number of nodes.
    void removeLast();

private:
    Node* m_first = nullptr;
    Node* m_last = nullptr;
};

/// What most nodes have not: comments, and facts of our own.
struct Remarks {
    std::vector<std::string_view> before; ///< comment lines directly above
    std::string_view comment;             ///< on the same line
    std::vector<std::string_view> after;  ///< comment lines that belong to no line of the block
    std::vector<std::pair<std::string_view, std::string_view>>
        facts; ///< what "#lvsdeck KEY VALUE" says in this block or line
};

/// One statement, with a body when it is a block. All that it points to is the document's.
struct Node {
    Line::Kind kind = Line::Kind::Plain;
    bool block = false;
    mutable bool taken = false; ///< its text was rendered, or its comments were taken
    Place place;
    std::string_view raw; ///< the statement as written, without braces and comment
    std::span<const Token> words;
    Nodes children;
    Node* next = nullptr;       ///< in the block that it stands in
    Remarks* remarks = nullptr; ///< none: nullptr

    [[nodiscard]] std::string_view word(std::size_t index) const {
        return index < words.size() ? words[index].text : std::string_view();
    }
    [[nodiscard]] std::string_view comment() const { return remarks == nullptr ? std::string_view() : remarks->comment; }
};

inline Nodes::Iterator& Nodes::Iterator::operator++() {
    m_node = m_node->next;
    return *this;
}
inline Nodes::Iterator Nodes::Iterator::operator++(int) {
    const Iterator before = *this;
    ++*this;
    return before;
}
inline void Nodes::add(Node& node) {
    node.next = nullptr;
    (m_last == nullptr ? m_first : m_last->next) = &node;
    m_last = &node;
}

struct Document {
    Store store;
    std::deque<Remarks> remarks;
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
