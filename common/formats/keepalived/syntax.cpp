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
        m_stack.push_back(&m_document.root);
    }

    Document build() {
        m_document.root.block = true;
        for (Line& line : m_lines.lines)
            add(line);
        m_lines.lines = {};
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

    void add(Line& line) {
        if (line.code.empty()) {
            comment(line);
            return;
        }
        m_lineStatement = false;
        if (line.kind == Line::Kind::Opaque)
            statement(line, line.code, 0);
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
        if (owner->comment.empty() && owner != &m_document.root)
            owner->comment = line.comment;
        else
            owner->after.push_back(line.comment); // one behind the closing brace, besides the one behind the opening
    }

    static void fact(Node& node, std::string_view text) {
        text = trimmed(text.substr(factMark.size()));
        const std::size_t blank = std::min(text.find(' '), text.size());
        node.facts.emplace_back(text.substr(0, blank), trimmed(text.substr(blank)));
    }

    /// Comments that no statement follows directly stay with the block.
    void flushComments() {
        std::ranges::move(m_pending, std::back_inserter(top().after));
        m_pending.clear();
    }

    void cut(Line& line) {
        if (line.code.find_first_of("{}") == std::string::npos) {
            statement(line, line.code, 0);
            return;
        }
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
            if (const std::string_view piece = trimmed(std::string_view(line.code).substr(begin, i - begin)); !piece.empty())
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
            node.words.push_back({node.raw, node.place.column, true});
        else
            node.words = tokenize(text, node.place.column);
        node.before = std::move(m_pending);
        m_pending.clear();
        top().children.push_back(std::move(node));
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
                         "a } is missing above this line: the block “" + m_stack[1]->raw + "” of line " +
                             std::to_string(m_stack[1]->place.line) + " is still open; read as if it were closed here");
            Node moved = std::move(*node);
            top().children.pop_back();
            m_stack.resize(1);
            top().children.push_back(std::move(moved));
            node = &top().children.back();
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
    std::vector<std::string> m_pending;
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
    for (const std::string& text : node.before)
        line({}, text);
    if (!node.block) {
        line(node.raw, node.comment);
        return;
    }
    line(node.raw.empty() ? "{" : node.raw + " {", node.comment);
    for (const Node& child : node.children)
        renderInto(child, depth + 1, out);
    for (const std::string& text : node.after)
        line({}, text, 1);
    line("}", {});
}

} // namespace

Document parse(Lines lines, Report& report) { return Builder(std::move(lines), report).build(); }

std::string render(const Node& node) {
    std::string out;
    renderInto(node, 0, out);
    node.taken = true;
    return out;
}

} // namespace lvsdeck::formats::keepalived
