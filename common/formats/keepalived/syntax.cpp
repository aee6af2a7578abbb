// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/syntax.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

constexpr std::size_t maxDepth = 32;

bool onlyAtTop(std::string_view word) {
    static constexpr std::string_view words[] = {"vrrp_instance",   "virtual_server", "virtual_server_group",
                                                 "vrrp_sync_group", "vrrp_script",    "global_defs"};
    return std::ranges::find(words, word) != std::end(words);
}

class Builder {
public:
    Builder(Lines lines, Report& report) : m_lines(std::move(lines)), m_report(report) {
        m_document.store = std::move(m_lines.store);
        m_stack.push_back(&m_document.root);
    }

    Document build() {
        m_document.root.block = true;
        for (const Line& line : m_lines.lines)
            add(line);
        flushComments();
        if (m_stack.size() + m_overflow > 1)
            m_report.add(Severity::Error, m_lines.files, m_stack.back()->place, m_stack.back()->raw,
                         "this block is not closed: " + std::to_string(m_stack.size() + m_overflow - 1) +
                             " } missing at the end of the file; read as if it were there");
        m_document.files = std::move(m_lines.files);
        return std::move(m_document);
    }

private:
    Node& top() { return *m_stack.back(); }

    Remarks& remarks(Node& node) {
        if (node.remarks == nullptr)
            node.remarks = &m_document.remarks.emplace_back();
        return *node.remarks;
    }

    void add(const Line& line) {
        if (line.code.empty()) {
            comment(line);
            return;
        }
        m_lineStatement = false;
        if (line.kind == Line::Kind::Opaque || line.shape == Shape::Statement)
            statement(line, line.code, 0);
        else if (line.shape == Shape::Opens)
            head(line);
        else if (line.shape == Shape::Closes)
            close(line);
        else
            cut(line);
        if (!line.comment.empty())
            trailing(line);
    }

    void comment(const Line& line) {
        if (line.comment.empty()) {
            flushComments();
        } else if (line.comment.starts_with(factMark)) {
            fact(top(), line.comment);
        } else {
            m_pending.push_back(line.comment);
            count(line);
        }
    }

    void count(const Line& line) {
        if (m_document.comments++ == 0) {
            m_document.firstComment = line.place;
            m_document.firstCommentText = line.comment;
        }
    }

    void trailing(const Line& line) {
        Node* owner = m_lineStatement && !top().children.empty() ? &top().children.back() : &top();
        if (line.comment.starts_with(factMark)) {
            fact(*owner, line.comment);
            return;
        }
        count(line);
        if (owner->comment().empty() && owner != &m_document.root)
            remarks(*owner).comment = line.comment;
        else
            remarks(*owner).after.push_back(
                line.comment); // one behind the closing brace, besides the one behind the opening
    }

    void fact(Node& node, std::string_view text) {
        text = trimmed(text.substr(factMark.size()));
        const std::size_t blank = std::min(text.find(' '), text.size());
        remarks(node).facts.emplace_back(text.substr(0, blank), trimmed(text.substr(blank)));
    }

    /// Comments that no statement follows directly stay with the block.
    void flushComments() {
        if (!m_pending.empty())
            std::ranges::copy(m_pending, std::back_inserter(remarks(top()).after));
        m_pending.clear();
    }

    void head(const Line& line) {
        if (const std::string_view text = trimmed(line.code.substr(0, line.code.size() - 1)); !text.empty())
            statement(line, text, 0);
        open(line);
    }

    void cut(const Line& line) {
        bool quoted = false;
        bool use = false; // inside of ${NAME}
        std::size_t begin = 0;
        for (std::size_t i = 0; i <= line.code.size(); ++i) {
            const char c = i < line.code.size() ? line.code[i] : '\0';
            if (c == '"')
                quoted = !quoted;
            const bool begins = c == '{' && i > 0 && line.code[i - 1] == '$';
            const bool ends = use && c == '}';
            use = begins || (use && !ends);
            const bool brace = !quoted && (c == '{' || c == '}') && !begins && !ends;
            if (!brace && i < line.code.size())
                continue;
            if (const std::string_view piece = trimmed(line.code.substr(begin, i - begin)); !piece.empty())
                statement(line, piece, static_cast<std::size_t>(piece.data() - line.code.data()));
            if (c == '{')
                open(line);
            else if (c == '}' && brace)
                close(line);
            begin = i + 1;
        }
    }

    void statement(const Line& line, std::string_view text, std::size_t offset) {
        Node node;
        node.kind = line.kind;
        node.place = line.place;
        node.place.column += static_cast<std::uint32_t>(offset);
        node.raw = text;
        if (line.kind == Line::Kind::Opaque)
            m_words.assign({{node.raw, node.place.column, true}});
        else
            tokenize(text, node.place.column, m_document.store, m_words);
        node.words = m_document.store.list(std::span<const Token>(m_words));
        if (!m_pending.empty())
            remarks(node).before = std::exchange(m_pending, {});
        top().children.add(m_document.store.make(node));
        m_attachable = line.kind != Line::Kind::Opaque;
        m_lineStatement = true;
    }

    void open(const Line& line) {
        m_lineStatement = false;
        if (m_stack.size() >= maxDepth) {
            if (m_overflow++ == 0)
                m_report.add(Severity::Error, m_lines.files, line.place, line.code,
                             "blocks are nested more than " + std::to_string(maxDepth) + " deep; deeper braces are ignored");
            return;
        }
        if (!m_attachable || top().children.empty()) {
            m_report.add(Severity::Error, m_lines.files, line.place, line.code,
                         "a { without a word before it; its block is kept, not managed");
            statement({Line::Kind::Plain, line.place, {}, {}}, {}, 0);
        }
        Node* node = &top().children.back();
        if (m_stack.size() > 1 && onlyAtTop(node->word(0)) && node->kind == Line::Kind::Plain) {
            m_report.add(Severity::Error, m_lines.files, node->place, node->raw,
                         "a } is missing above this line: the block “" + std::string(m_stack[1]->raw) + "” of line " +
                             std::to_string(m_stack[1]->place.line) + " is still open; read as if it were closed here");
            top().children.removeLast(); // of a block that is closed with this
            m_stack.resize(1);
            top().children.add(*node);
        }
        node->block = true;
        m_stack.push_back(node);
        m_attachable = false;
    }

    void close(const Line& line) {
        m_lineStatement = false;
        flushComments();
        m_attachable = false;
        if (m_overflow > 0) {
            --m_overflow;
        } else if (m_stack.size() == 1) {
            m_report.add(Severity::Error, m_lines.files, line.place, line.code, "a } too many; ignored");
        } else {
            m_stack.pop_back();
            m_lineStatement = true; // a comment behind the brace belongs to the block
        }
    }

    Lines m_lines;
    Report& m_report;
    Document m_document;
    std::vector<Node*> m_stack;
    std::vector<std::string_view> m_pending; ///< comments above the next statement
    std::vector<Token> m_words;              ///< of a statement
    std::size_t m_overflow = 0;
    bool m_attachable = false;    ///< the last thing in this block is a statement that a { may follow
    bool m_lineStatement = false; ///< this line has a statement that a comment may belong to
};

void renderInto(const Node& node, std::size_t depth, std::string& out) {
    const std::string indent(4 * depth, ' ');
    const auto line = [&](std::string_view text, std::string_view comment, std::size_t extra = 0) {
        out += (out.empty() ? "" : "\n") + indent + std::string(4 * extra, ' ');
        out += text;
        if (!comment.empty())
            out.append(text.empty() ? "" : " ").append(comment);
    };
    if (node.remarks != nullptr)
        for (const std::string_view text : node.remarks->before)
            line({}, text);
    if (!node.block) {
        line(node.raw, node.comment());
        return;
    }
    line(node.raw.empty() ? "{" : std::string(node.raw) + " {", node.comment());
    for (const Node& child : node.children)
        renderInto(child, depth + 1, out);
    if (node.remarks != nullptr)
        for (const std::string_view text : node.remarks->after)
            line({}, text, 1);
    line("}", {});
}

} // namespace

void Nodes::removeLast() {
    Node* before = nullptr;
    for (Node* node = m_first; node != m_last; node = node->next)
        before = node;
    (before == nullptr ? m_first : before->next) = nullptr;
    m_last = before;
}

Document parse(Lines lines, Report& report) { return Builder(std::move(lines), report).build(); }

std::string render(const Node& node) {
    std::string out;
    renderInto(node, 0, out);
    node.taken = true;
    return out;
}

} // namespace lvsdeck::formats::keepalived
