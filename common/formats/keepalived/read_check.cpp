// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/keepalived/check_words.hpp"
#include "common/formats/keepalived/read_parts.hpp"
#include "common/formats/keepalived/script_words.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

std::string lowerCase(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

/// The words from the second on as hex digits, two a byte: each word by itself, a single digit at its end is a byte of its own.
std::optional<std::string> hexValue(const Node& line, bool wildcards) {
    std::string out;
    for (std::size_t i = 1; i < line.words.size(); ++i) {
        std::string digits = lowerCase(line.word(i));
        const auto isDigit = [&](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (wildcards && c == 'x');
        };
        if (!std::ranges::all_of(digits, isDigit))
            return std::nullopt;
        if (digits.size() % 2 != 0)
            digits.insert(digits.size() - 1, 1, '0');
        out += digits;
    }
    return out;
}

/// The words that all kinds have in common, of a check or of a host inside of it.
bool commonWord(const Node& line, const CommonWords& has, model::CheckSettings& check) {
    const std::string_view word = line.word(0);
    const std::string_view value = line.word(1);
    if (line.words.size() > 2)
        return false;
    if (has.ports) {
        if (word == "connect_port")
            return assign(check.connectPort, wholeNumber(value, 1, 65535));
        if (word == "bind_port")
            return assign(check.bindPort, wholeNumber(value, 1, 65535));
    }
    if (has.connection) {
        if (word == "connect_ip")
            return assign(check.connectAddress, addressValue(value));
        if (word == "bindto")
            return assign(check.bindAddress, addressValue(value));
        if (word == "bind_if") {
            check.bindInterface = value;
            return !value.empty();
        }
        if (word == "fwmark")
            return assign(check.firewallMark, wholeNumber(value, 0, 0xFFFFFFFFU));
        if (word == "connect_timeout") {
            const auto time = secondsValue(value);
            return time && time->count() > 0 && assign(check.connectTimeout, time);
        }
    }
    if (!has.cycle)
        return false;
    if (word == "retry")
        return assign(check.retry, wholeNumber(value, 0, 0xFFFFFFFFU));
    if (word == "delay_before_retry")
        return assign(check.delayBeforeRetry, secondsValue(value));
    if (word == "warmup")
        return assign(check.warmup, secondsValue(value));
    if (word == "alpha")
        return assign(check.alpha, booleanValue(value));
    if (word == "log_all_failures")
        return assign(check.logAllFailures, booleanValue(value));
    if (word != "delay_loop")
        return false;
    const auto time = secondsValue(value);
    return time && time->count() > 0 && assign(check.delayLoop, time);
}

std::optional<model::HealthCheck> emptyCheck(std::string_view word) {
    if (word == "TCP_CHECK")
        return model::TcpCheck{};
    if (word == "HTTP_GET" || word == "SSL_GET") {
        model::HttpCheck http;
        http.tls = word == "SSL_GET";
        return http;
    }
    if (word == "SMTP_CHECK")
        return model::SmtpCheck{};
    if (word == "DNS_CHECK")
        return model::DnsCheck{};
    if (word == "UDP_CHECK")
        return model::UdpCheck{};
    if (word == "PING_CHECK")
        return model::PingCheck{};
    if (word == "MISC_CHECK")
        return model::ScriptCheck{};
    if (word == "FILE_CHECK")
        return model::FileCheck{};
    return std::nullopt;
}

class CheckReader : public BlockReader {
public:
    CheckReader(Reading& reading, model::HealthCheck check)
        : BlockReader(reading, Block::Check), m_check(std::move(check)), m_has(commonWords(m_check)) {}

    std::vector<model::HealthCheck> read(const Node& node) {
        for (const Node& line : node.children) {
            const bool wanted = line.kind == Line::Kind::Plain || line.kind == Line::Kind::Disabled;
            if (!wanted || !(line.block ? block(line) : understood(line)))
                keepUnread(line);
            else
                tellSurplus(line);
        }
        finish(node);
        std::vector<model::HealthCheck> out;
        out.reserve(m_hosts.size());
        for (const Node* host : m_hosts)
            out.push_back(hostCheck(*host));
        keepComments(node);
        if (out.empty())
            out.push_back(std::move(m_check));
        return out;
    }

private:
    bool block(const Node& line) {
        if (line.word(0) == "host" && std::holds_alternative<model::SmtpCheck>(m_check)) {
            m_hosts.push_back(&line);
            return true;
        }
        auto* http = std::get_if<model::HttpCheck>(&m_check);
        if (line.word(0) != "url" || http == nullptr)
            return false;
        ReadUrl read = readUrl(m_reading, line);
        absorb(std::move(read.kept), "/url " + std::to_string(http->urls.size()));
        http->urls.push_back(std::move(read.url));
        return true;
    }

    bool understood(const Node& line) {
        return commonWord(line, m_has, model::settings(m_check)) ||
               std::visit([&](auto& check) { return own(line, line.word(0), check); }, m_check);
    }

    /// nb_get_retry is known to HTTP only, and written in TCP_CHECK by most tutorials.
    bool oldRetry(const Node& line, model::CheckSettings& check, std::string_view kind) {
        if (line.word(0) != "nb_get_retry" || !assign(check.retry, wholeNumber(line.word(1), 0, 0xFFFFFFFFU)))
            return false;
        if (kind == model::HttpCheck::kind)
            say(Severity::Note, line, "nb_get_retry is the old name of retry and is read as that");
        else
            say(Severity::Warning, line,
                "keepalived knows nb_get_retry in HTTP_GET and SSL_GET only (version 2 complains, older ones ignore it); "
                "read as retry, which is what was meant");
        return true;
    }

    template <class T> bool own(const Node& line, std::string_view /*word*/, T& check) {
        return m_has.cycle && oldRetry(line, check, T::kind);
    }

    bool own(const Node& line, std::string_view word, model::HttpCheck& check) {
        const std::string_view value = line.word(1);
        if (word == "enable_sni")
            return assign(check.sni, booleanValue(value));
        if (word == "fast_recovery")
            return assign(check.fastRecovery, booleanValue(value));
        if (word == "http_protocol") {
            check.version = value == "1.1"                       ? model::HttpVersion::Http11
                            : value == "1.0C" || value == "1.0c" ? model::HttpVersion::Http10Close
                                                                 : model::HttpVersion::Http10;
            return check.version != model::HttpVersion::Http10 || value == "1.0";
        }
        if (word != "virtualhost")
            return oldRetry(line, check, model::HttpCheck::kind);
        check.virtualHost = value;
        return !value.empty();
    }

    bool own(const Node& line, std::string_view word, model::SmtpCheck& check) {
        if (word != "helo_name")
            return oldRetry(line, check, model::SmtpCheck::kind);
        check.heloName = line.word(1);
        return line.words.size() == 2 && !check.heloName.empty();
    }

    bool own(const Node& line, std::string_view word, model::DnsCheck& check) {
        if (word == "type")
            return assign(check.type, json::fromWord<model::DnsType>(lowerCase(line.word(1))));
        if (word != "name")
            return oldRetry(line, check, model::DnsCheck::kind);
        check.name = line.word(1);
        return line.words.size() == 2 && !check.name.empty();
    }

    bool own(const Node& line, std::string_view word, model::UdpCheck& check) {
        if (word == "payload")
            return assign(check.payload, hexValue(line, false)) && !check.payload.empty();
        if (word == "require_reply") {
            const auto reply = hexValue(line, true);
            check.requireReply = reply.has_value();
            return assign(check.reply, reply);
        }
        if (word == "min_reply_length")
            return assign(check.minReplyLength, wholeNumber(line.word(1), 0, 65507));
        if (word == "max_reply_length")
            return assign(check.maxReplyLength, wholeNumber(line.word(1), 0, 65507));
        return oldRetry(line, check, model::UdpCheck::kind);
    }

    bool own(const Node& line, std::string_view word, model::ScriptCheck& check) {
        if (word == "misc_path") {
            const auto words = escapedWords(line.raw);
            if (words.size() < 2)
                return false;
            if (escapedWords(words[1]).empty()) {
                say(Severity::Warning, line, "no program is named, so there is nothing to run; name one");
                return true;
            }
            if (hasUnquotedArguments(line))
                say(Severity::Warning, line,
                    "keepalived 2 takes only the first word of a script without quotes, and so does lvsdeck; put the whole "
                    "command in quotes");
            check.script.command = escapedWords(words[1]);
            return true;
        }
        if (word == "misc_timeout") {
            const auto time = wholeNumber(line.word(1), 1, 4'294'967);
            return time && assign(check.timeout, std::optional(std::chrono::seconds(*time)));
        }
        if (word == "misc_dynamic") {
            check.dynamic = true;
            return line.words.size() == 1;
        }
        if (word != "user")
            return oldRetry(line, check, model::ScriptCheck::kind);
        check.script.user = line.word(1);
        check.script.group = line.word(2);
        return line.words.size() >= 2 && line.words.size() <= 3;
    }

    static bool own(const Node& line, std::string_view word, model::FileCheck& check) {
        if (word == "track_file") {
            check.trackFile = line.word(1);
            return line.words.size() == 2 && !check.trackFile.empty();
        }
        const std::string_view reverse = line.word(2);
        if (word != "weight" || line.words.size() > 3 ||
            (!reverse.empty() && reverse != "reverse" && reverse != "noreverse"))
            return false;
        if (!reverse.empty())
            check.reverse = reverse == "reverse";
        return assign(check.weight, signedNumber(line.word(1), -2147483647, 2147483647));
    }

    void finish(const Node& node) {
        if (const auto* http = std::get_if<model::HttpCheck>(&m_check); http != nullptr && http->urls.empty())
            say(Severity::Warning, node, "this check has no url block, so it asks for nothing; add one");
        if (const auto* script = std::get_if<model::ScriptCheck>(&m_check); script != nullptr && script->script.empty())
            say(Severity::Warning, node, "this check has no misc_path, so there is nothing to run; add one");
        if (m_hosts.size() > 1)
            say(Severity::Note, node, "read as a check for each host, as keepalived does");
    }

    model::HealthCheck hostCheck(const Node& host) {
        model::HealthCheck check = m_check;
        for (const Node& line : host.children)
            if (line.kind != Line::Kind::Plain || line.block || !commonWord(line, {.cycle = false}, model::settings(check)))
                keepUnread(line);
        return check;
    }

    model::HealthCheck m_check;
    CommonWords m_has;
    std::vector<const Node*> m_hosts;
};

} // namespace

std::optional<ReadCheck> readCheck(Reading& reading, const Node& node) {
    auto check = emptyCheck(node.word(0));
    if (!check)
        return std::nullopt;
    CheckReader reader(reading, std::move(*check));
    ReadCheck out;
    out.checks = reader.read(node);
    out.kept = reader.takeKept();
    return out;
}

} // namespace lvsdeck::formats::keepalived
