// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/probe.hpp"

#include "common/base/json.hpp"
#include "common/formats/keepalived/lexer.hpp"
#include "common/formats/piranha/syntax.hpp"

#include <algorithm>
#include <optional>

namespace lvsdeck::formats::piranha {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

/// Takes the next word or line off the front.
std::string_view cut(std::string_view& rest, char separator) {
    const std::string_view out = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(out.size() + 1, rest.size()));
    return out;
}

std::string_view cutLine(std::string_view& rest) {
    std::string_view line = cut(rest, '\n');
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

bool isPath(std::string_view text) {
    return text.starts_with('/') &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '"'; });
}

bool isHost(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && !std::string_view("\"{}#!\\'").contains(c);
    });
}

struct Request {
    model::HttpCheck check;
    std::vector<std::string> losses;
};

void header(Request& out, std::string_view line, std::string& others) {
    std::string_view rest = line;
    const std::string name = lower(cut(rest, ':'));
    const std::string_view value = keepalived::trimmed(rest);
    if (name == "host" && isHost(value))
        out.check.virtualHost = value;
    else if (name == "connection" && lower(value) == "close")
        out.check.version =
            out.check.version == model::HttpVersion::Http10 ? model::HttpVersion::Http10Close : out.check.version;
    else
        others += (others.empty() ? "" : ", ") + shortened(name, 40);
}

/// "GET /path HTTP/1.0\r\nHost: …\r\n\r\n"; nothing when it is no such request.
std::optional<Request> httpRequest(std::string_view send) {
    std::string_view rest = send;
    std::string_view first = cutLine(rest);
    const std::string_view method = cut(first, ' ');
    const std::string_view path = cut(first, ' ');
    const std::string_view version = keepalived::trimmed(first);
    if ((method != "GET" && method != "HEAD") || !isPath(path))
        return std::nullopt;
    Request out;
    out.check.urls.emplace_back().path = path;
    if (method == "HEAD")
        out.losses.emplace_back("the page is asked for with GET instead of HEAD");
    if (version == "HTTP/1.1")
        out.check.version = model::HttpVersion::Http11;
    else if (version != "HTTP/1.0")
        out.losses.push_back(version.empty() ? "the request says HTTP/1.0 instead of no version"
                                             : "the request says HTTP/1.0 instead of " + shortened(version, 20));
    std::string others;
    bool complete = false;
    while (!rest.empty() && !complete) {
        const std::string_view line = cutLine(rest);
        complete = line.empty();
        if (!complete)
            header(out, line, others);
    }
    if (!others.empty())
        out.losses.push_back("headers of its own are not sent (" + others + ")");
    if (!complete)
        out.losses.emplace_back("the request is sent with the empty line that ends it");
    if (!rest.empty())
        out.losses.emplace_back("what stands behind the request is not sent");
    return out;
}

/// "2" -> 200..299, "20" -> 200..209, "200" -> 200: what a status begins with.
std::optional<model::StatusRange> statusFrom(std::string_view digits) {
    if (digits.empty() || digits.size() > 3 || !std::ranges::all_of(digits, isDigit) || digits[0] < '1' || digits[0] > '5')
        return std::nullopt;
    unsigned first = 0;
    unsigned width = 1;
    for (std::size_t i = 0; i < 3; ++i) {
        first = 10 * first + (i < digits.size() ? static_cast<unsigned>(digits[i] - '0') : 0U);
        width *= i < digits.size() ? 1U : 10U;
    }
    return model::StatusRange{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(first + width - 1)};
}

/// What the status line must be according to a text that begins with "HTTP"; nothing: it says nothing about it.
std::optional<model::StatusRange> statusLine(std::string_view expect) {
    const std::size_t blank = expect.find(' ');
    if (blank == std::string_view::npos)
        return std::nullopt;
    std::string_view rest = expect.substr(blank + 1);
    return statusFrom(rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size())));
}

/// A text as a regular expression that only finds it at the beginning of the page.
std::string literalRegex(std::string_view text) {
    std::string out = "\\A";
    for (const char c : text) {
        if (std::string_view("\\^$.[]|()?*+{}").contains(c))
            out += '\\';
        out += c;
    }
    return out;
}

void expectation(const Probe& probe, Request& request) {
    model::HttpUrl& url = request.check.urls.front();
    const model::StatusRange any{100, 599};
    if (probe.expect == "*") {
        url.status = {any};
    } else if (probe.expect.starts_with("HTTP")) {
        const auto status = statusLine(probe.expect);
        url.status = {status.value_or(any)};
        if (status && status->first == 200 && status->last == 299)
            url.status.clear(); // as it is anyway
        if (probe.regex)
            request.losses.emplace_back("of the regular expression only the status counts");
    } else {
        url.status = {any};
        url.regex = probe.regex ? probe.expect : literalRegex(probe.expect);
        request.losses.emplace_back("expect is looked for in the page, while Piranha compares it with the beginning of the "
                                    "whole answer, which is the status line");
    }
}

std::string httpText(const model::HttpCheck& check) {
    const model::HttpUrl& url = check.urls.front();
    std::string out = "read as an HTTP check: GET " + shortened(url.path, 100) + ", ";
    if (url.status.empty())
        out += "status 200-299";
    else if (url.status.front() == model::StatusRange{100, 599})
        out += "any status";
    else
        out += "status " + std::to_string(url.status.front().first) +
               (url.status.front().first == url.status.front().last ? "" : "-" + std::to_string(url.status.front().last));
    return out + (url.regex.empty() ? "" : ", a page that matches " + shortened(url.regex, 100));
}

ReadProbe tcpProbe(const Probe& probe) {
    ReadProbe out{model::TcpCheck{}, {}, probe.send.empty() && probe.expect.empty()};
    if (out.exact)
        return out;
    if (auto request = httpRequest(probe.send); request && !probe.expect.empty()) {
        expectation(probe, *request);
        out.exact = request->losses.empty();
        out.told = {httpText(request->check)};
        std::ranges::move(request->losses, std::back_inserter(out.told));
        out.check = std::move(request->check);
        return out;
    }
    out.told = {"read as a check that a connection opens"};
    if (!probe.send.empty())
        out.told.emplace_back(probe.expect.empty() ? "what send says is not sent; Piranha does not look at an answer to it"
                                                   : "what send says is not sent");
    if (!probe.expect.empty())
        out.told.emplace_back("the answer is not compared with expect; a check with a program can do that");
    return out;
}

ReadProbe udpProbe(const Probe& probe) {
    model::UdpCheck udp;
    ReadProbe out;
    udp.payload = hex(probe.send);
    udp.requireReply = !probe.expect.empty();
    if (udp.requireReply) {
        udp.maxReplyLength = 65535;
        udp.minReplyLength = 1;
        if (probe.regex && probe.expect != "*") {
            out.exact = false;
            out.told = {"read as a check that any answer comes", "the regular expression in expect is not looked at"};
        } else if (probe.expect != "*") {
            udp.reply = hex(probe.expect);
            udp.minReplyLength = static_cast<std::uint16_t>(probe.expect.size());
        }
    }
    out.check = std::move(udp);
    return out;
}

ReadProbe programProbe(const Probe& probe) {
    model::ScriptCheck script;
    for (std::string_view rest = probe.program; !rest.empty();)
        if (const std::string_view word = cut(rest, ' '); !word.empty())
            script.script.command.emplace_back(word);
    return {std::move(script),
            {"read as a check with the program " + shortened(probe.program, 100),
             "its exit status decides (0 is good), while Piranha compares what it prints with expect; see that it ends with "
             "the right status"},
            false};
}

} // namespace

ReadProbe readProbe(const Probe& probe, model::Protocol protocol) {
    ReadProbe out = !probe.program.empty()             ? programProbe(probe)
                    : protocol == model::Protocol::Udp ? udpProbe(probe)
                                                       : tcpProbe(probe);
    // nanny takes a server out at the first failure.
    model::settings(out.check).retry = 0;
    return out;
}

model::HealthCheck forServer(const model::HealthCheck& check, const IpAddress& server) {
    model::HealthCheck out = check;
    if (auto* script = std::get_if<model::ScriptCheck>(&out)) {
        const std::string address = server.toString();
        for (std::string& word : script->script.command)
            for (std::size_t at = word.find("%h"); at != std::string::npos; at = word.find("%h", at + address.size()))
                word.replace(at, 2, address);
    }
    return out;
}

std::string unescaped(std::string_view text) {
    static constexpr std::string_view words = "\\rnt'\"";
    static constexpr std::string_view characters = "\\\r\n\t'\"";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t which = text[i] == '\\' && i + 1 < text.size() ? words.find(text[i + 1]) : std::string_view::npos;
        if (which == std::string_view::npos) {
            out += text[i];
        } else {
            out += characters[which];
            ++i;
        }
    }
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += c == '\\'   ? std::string("\\\\")
               : c == '\r' ? std::string("\\r")
               : c == '\n' ? std::string("\\n")
               : c == '\t' ? std::string("\\t")
                           : std::string(1, c);
    return out;
}

} // namespace lvsdeck::formats::piranha
