// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/probe.hpp"

#include "common/formats/keepalived/lexer.hpp"

#include <algorithm>
#include <optional>

namespace lvsdeck::formats::piranha {

namespace {

/// The text that a regular expression "\A…" stands for, when it has no other special characters.
std::optional<std::string> literalOf(std::string_view regex) {
    if (!regex.starts_with("\\A"))
        return std::nullopt;
    static constexpr std::string_view special = "\\^$.[]|()?*+{}";
    std::string out;
    for (std::size_t i = 2; i < regex.size(); ++i) {
        if (regex[i] == '\\' && i + 1 < regex.size() && special.contains(regex[i + 1]))
            ++i;
        else if (special.contains(regex[i]))
            return std::nullopt;
        out += regex[i];
    }
    return out;
}

std::string bytes(std::string_view hex) {
    const auto nibble = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10) & 15U; };
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(16U * nibble(hex[i]) + nibble(hex[i + 1]));
    return out;
}

/// "HTTP", "HTTP/1.1 2", "HTTP/1.1 200": the beginning of an answer with these; nothing when there is none.
std::optional<std::string> expectedStatus(const std::vector<model::StatusRange>& status) {
    if (status.empty())
        return "HTTP/1.1 2";
    if (status.size() != 1)
        return std::nullopt;
    const model::StatusRange& range = status.front();
    if (range == model::StatusRange{100, 599})
        return "HTTP";
    for (const unsigned width : {1U, 10U, 100U})
        if (range.first % width == 0 && range.last == range.first + width - 1)
            return "HTTP/1.1 " + std::to_string(range.first / width);
    return std::nullopt;
}

class ProbeWriter {
public:
    explicit ProbeWriter(const Asked& asked) : m_asked(asked) {}

    WrittenProbe write(const model::HealthCheck& check) {
        std::visit([this](const auto& one) { kind(one); }, check);
        for (const std::string* text : {&m_out.probe.send, &m_out.probe.expect})
            if (!writable(*text)) {
                m_out.probe = {};
                lose("the texts of the check have bytes that are no text, both kinds of quotation marks or more than 255 "
                     "bytes; "
                     "a connection is opened instead");
                break;
            }
        return std::move(m_out);
    }

private:
    void lose(std::string text) { m_out.losses.push_back(std::move(text)); }

    /// No-break spaces are read as blanks.
    static bool isText(std::string_view text) {
        return keepalived::isUtf8(text) && !text.contains("\xC2\xA0") && !text.contains("\xE3\x80\x80");
    }

    static bool writable(std::string_view text) {
        const bool plain = std::ranges::none_of(text, [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7F;
        });
        return plain && isText(text) && escaped(text).size() <= maxProbeText && !(text.contains('"') && text.contains('\''));
    }

    void kind(const model::TcpCheck&) {
        if (m_asked.protocol == model::Protocol::Udp)
            lose("a UDP service is asked by a datagram instead of by opening a connection");
    }
    void kind(const model::PingCheck&) { nearest("an echo request"); }
    void kind(const model::DnsCheck&) { nearest("a question to a name server"); }
    void kind(const model::FileCheck&) { nearest("a file's number"); }
    void kind(const model::VipCheck&) { nearest("the check of the virtual address's path"); }

    void nearest(const std::string& what) { lose("Piranha has no check like " + what + "; it opens a connection instead"); }

    void kind(const model::SmtpCheck&) {
        m_out.probe.expect = "220";
        lose("of the mail check only the greeting 220 is left");
    }

    void kind(const model::UdpCheck& check) {
        if (m_asked.protocol != model::Protocol::Udp)
            return nearest("a datagram to a service that is not UDP");
        m_out.probe.send = bytes(check.payload);
        if (!check.requireReply)
            return;
        const bool open = check.reply.contains('x') || check.reply.contains('X');
        m_out.probe.expect = check.reply.empty() || open ? "*" : bytes(check.reply);
        const std::size_t least = check.reply.empty() || open ? 1 : check.reply.size() / 2;
        if (open || check.minReplyLength != least || check.maxReplyLength != 65535 || m_out.probe.expect.contains('\0'))
            lose("bytes of the answer that may be anything, and limits of its length, cannot be written");
    }

    void kind(const model::ScriptCheck& check) {
        const std::string address = m_asked.server.address.toString();
        std::string program;
        bool plain = true;
        for (std::string word : check.script.command) {
            plain = plain && !word.empty() && isText(word) && !word.contains("%h") && std::ranges::none_of(word, [](char c) {
                        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '"' || c == '\'';
                    });
            for (std::size_t at = m_asked.mask ? word.find(address) : std::string::npos; at != std::string::npos;
                 at = word.find(address, at + 2))
                word.replace(at, address.size(), "%h");
            program += (program.empty() ? "" : " ") + word;
        }
        if (!plain || program.size() > maxProgram)
            return lose(
                "the program or its arguments have blanks, quotation marks, %h or more than 511 bytes, which cannot be "
                "written; a connection is opened instead");
        m_out.probe.program = program;
        m_out.probe.expect = "OK";
        lose("Piranha does not look at the program's exit status but compares what it prints with expect: let it print OK");
        if (!check.script.user.empty() || !check.script.group.empty())
            lose("the program runs as root, Piranha has no users for it");
        if (check.dynamic || check.timeout)
            lose("a weight out of the exit status, and a time limit of the program's own, cannot be written");
    }

    void kind(const model::HttpCheck& check) {
        if (m_asked.protocol == model::Protocol::Udp)
            return nearest("a web page of a UDP service");
        if (check.tls)
            return lose("Piranha speaks no TLS; it opens a connection instead");
        const model::HttpUrl& url = check.urls.empty() ? model::HttpUrl{} : check.urls.front();
        if (check.urls.size() > 1)
            lose("only the first of " + std::to_string(check.urls.size()) + " pages is asked for");
        const std::string host = !url.virtualHost.empty()               ? url.virtualHost
                                 : !check.virtualHost.empty()           ? check.virtualHost
                                 : !m_asked.server.virtualHost->empty() ? *m_asked.server.virtualHost
                                                                        : m_asked.service.virtualHost;
        const bool http11 = check.version == model::HttpVersion::Http11;
        m_out.probe.send = "GET " + url.path + (http11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n") +
                           (host.empty() ? "" : "Host: " + host + "\r\n") +
                           (check.version == model::HttpVersion::Http10 ? "" : "Connection: close\r\n") + "\r\n";
        if (http11 && host.empty())
            lose("a request of HTTP/1.1 needs a Host, and without a virtual host there is none; give the check one");
        if (!url.digest.empty())
            lose("the page's digest is not compared");
        if (check.fastRecovery)
            lose("fast recovery has no counterpart");
        answer(url);
    }

    void answer(const model::HttpUrl& url) {
        const auto status = expectedStatus(url.status);
        const bool any = status && *status == "HTTP";
        if (!url.regex.empty() && !url.regexNoMatch) {
            const auto literal = literalOf(url.regex);
            const bool plain = literal && !literal->empty() && *literal != "*" && !literal->starts_with("HTTP");
            if (plain || !url.regex.starts_with("HTTP")) {
                m_out.probe.expect = plain ? *literal : url.regex;
                m_out.probe.regex = !plain;
                lose("Piranha compares expect with the beginning of the whole answer, not with the page");
                if (!any)
                    lose("beside the regular expression the status is not looked at");
                if (!url.regexOptions.empty() || url.regexMinOffset || url.regexMaxOffset)
                    lose("options and offsets of the regular expression cannot be written");
                return;
            }
        }
        if (!url.regex.empty())
            lose("the regular expression cannot be written");
        if (!status)
            lose("Piranha compares the beginning of the answer only; of the wanted statuses it asks for 200 alone");
        m_out.probe.expect = status.value_or("HTTP/1.1 200");
        if (!any)
            lose("the server must answer with HTTP/1.1, because the version is compared too");
    }

    const Asked& m_asked;
    WrittenProbe m_out;
};

} // namespace

WrittenProbe writeProbe(const model::HealthCheck& check, const Asked& asked) { return ProbeWriter(asked).write(check); }

} // namespace lvsdeck::formats::piranha
