// SPDX-License-Identifier: GPL-3.0-or-later
// The only file of this folder that includes Beast: its headers cost most of a minute to compile.
#include "probe/http_answer.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <optional>

namespace lvsdeck::probe {

namespace http = boost::beast::http;
using boost::beast::error_code;

namespace {

constexpr int maxInterimAnswers = 8;

class Parser final : public http::basic_parser<false> {
public:
    explicit Parser(const HttpAnswer::BodySink& sink) : m_sink(sink) {}
    unsigned code = 0;
    std::string reason;

private:
    using View = boost::beast::string_view;
    using Length = boost::optional<std::uint64_t>;

    void on_request_impl(http::verb, View, View, int, error_code&) override {}
    void on_response_impl(int status, View phrase, int, error_code&) override {
        code = static_cast<unsigned>(status);
        reason = printable({phrase.data(), phrase.size()}, 64);
    }
    void on_field_impl(http::field, View, View, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const Length&, error_code&) override {}
    std::size_t on_body_impl(View body, error_code&) override { return take(body); }
    void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View body, error_code&) override { return take(body); }
    void on_finish_impl(error_code&) override {}

    std::size_t take(View body) {
        if (m_sink)
            m_sink({body.data(), body.size()});
        return body.size();
    }

    const HttpAnswer::BodySink& m_sink;
};

} // namespace

class HttpAnswer::Impl {
public:
    Impl(Limits limits, BodySink sink) : m_limits(limits), m_sink(std::move(sink)) { restart(); }

    Progress feed(std::string_view bytes);
    Progress end();

    std::optional<Parser> parser;
    std::string problem;

private:
    void restart() {
        parser.emplace(m_sink);
        parser->eager(true);
        parser->header_limit(static_cast<std::uint32_t>(m_limits.headerBytes));
        parser->body_limit(m_limits.bodyBytes);
    }
    Progress fail(error_code ec);
    Progress finish(Progress progress) {
        m_final = progress;
        m_buffer.clear();
        return progress;
    }

    Limits m_limits;
    BodySink m_sink;
    std::string m_buffer; ///< a header not yet complete; the body is never kept
    std::optional<Progress> m_final;
    int m_interim = 0;
};

HttpAnswer::Progress HttpAnswer::Impl::fail(error_code ec) {
    if (ec == http::error::body_limit)
        return finish(Progress::BodyTooLong);
    if (ec == http::error::header_limit)
        problem = "the header is longer than " + std::to_string(m_limits.headerBytes) + " bytes";
    else if (ec == http::error::partial_message)
        problem = parser->is_header_done() ? "closed in the middle of the body" : "closed in the middle of the header";
    else
        problem = "not an HTTP answer (" + printable(ec.message(), 60) + ")";
    return finish(Progress::Bad);
}

HttpAnswer::Progress HttpAnswer::Impl::feed(std::string_view bytes) {
    if (m_final)
        return *m_final;
    m_buffer.append(bytes);
    while (!m_buffer.empty()) {
        error_code ec;
        const std::size_t used = parser->put(boost::asio::buffer(m_buffer), ec);
        m_buffer.erase(0, used);
        if (ec == http::error::need_more)
            return Progress::NeedMore;
        if (ec)
            return fail(ec);
        if (!parser->is_done()) {
            if (used == 0)
                return Progress::NeedMore;
            continue;
        }
        const bool interim = parser->code / 100 == 1 && parser->code != 101;
        if (!interim)
            return finish(Progress::Done);
        if (++m_interim > maxInterimAnswers) {
            problem = "too many interim answers";
            return finish(Progress::Bad);
        }
        restart();
    }
    return Progress::NeedMore;
}

HttpAnswer::Progress HttpAnswer::Impl::end() {
    if (m_final)
        return *m_final;
    if (!parser->got_some() && m_buffer.empty()) {
        problem = "closed without an answer";
        return finish(Progress::Bad);
    }
    error_code ec;
    if (parser->got_some())
        parser->put_eof(ec);
    else
        ec = http::error::partial_message;
    return ec ? fail(ec) : finish(Progress::Done);
}

HttpAnswer::HttpAnswer(Limits limits, BodySink sink) : m_impl(std::make_unique<Impl>(limits, std::move(sink))) {}
HttpAnswer::~HttpAnswer() = default;

HttpAnswer::Progress HttpAnswer::feed(std::string_view bytes) { return m_impl->feed(bytes); }
HttpAnswer::Progress HttpAnswer::end() { return m_impl->end(); }
unsigned HttpAnswer::status() const { return m_impl->parser->code; }
bool HttpAnswer::keepAlive() const { return m_impl->parser->is_header_done() && m_impl->parser->keep_alive(); }
const std::string& HttpAnswer::problem() const { return m_impl->problem; }

std::string HttpAnswer::statusText() const {
    std::string text = "HTTP " + std::to_string(status());
    if (!m_impl->parser->reason.empty())
        text += " " + m_impl->parser->reason;
    return text;
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string out(text.substr(0, limit));
    for (char& c : out)
        if (c < 0x20 || c > 0x7e)
            c = '?';
    return out;
}

std::string requestPath(std::string_view path) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    if (!path.starts_with('/'))
        out = "/";
    for (const char c : path) {
        if (c > 0x20 && c <= 0x7e) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
    return out;
}

} // namespace lvsdeck::probe
