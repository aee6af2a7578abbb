// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/keepalived/check_words.hpp"
#include "common/formats/keepalived/script_words.hpp"
#include "common/formats/keepalived/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

using enum KeepalivedVersion;

template <class T> std::string wordOf(const T& value) {
    if constexpr (std::is_same_v<T, model::Milliseconds>)
        return secondsText(value);
    else if constexpr (std::is_same_v<T, IpAddress>)
        return value.toString();
    else if constexpr (std::is_same_v<T, bool>)
        return std::string(booleanText(value));
    else
        return std::to_string(value);
}

/// The settings that all checks have, as far as this kind has words for them.
class SettingsWriter {
public:
    SettingsWriter(Writer& out, const std::string& subject) : m_out(out), m_subject(subject) {}

    template <class T> void write(bool has, std::string_view word, const std::optional<T>& value, KeepalivedVersion since) {
        if (value && has)
            m_out.setting(word, wordOf(*value), since, m_subject);
        else if (value)
            m_out.say(Severity::Warning, m_subject,
                      "keepalived has no " + std::string(word) + " for this kind of check; left out");
    }

private:
    Writer& m_out;
    const std::string& m_subject;
};

void writeSettings(Writer& out, const model::HealthCheck& check, const std::string& subject) {
    const CommonWords has = commonWords(check);
    const model::CheckSettings& own = model::settings(check);
    const bool http = std::holds_alternative<model::HttpCheck>(check);
    SettingsWriter settings(out, subject);
    settings.write(has.connection, "connect_ip", own.connectAddress, V1_2);
    settings.write(has.ports, "connect_port", own.connectPort, V1_2);
    settings.write(has.connection, "bindto", own.bindAddress, V1_2);
    settings.write(has.ports, "bind_port", own.bindPort, V2_0);
    const auto interface = own.bindInterface.empty() ? std::nullopt : std::optional(own.bindInterface);
    if (interface && has.connection)
        out.setting("bind_if", wordText(*interface), V2_0, subject);
    else if (interface)
        out.say(Severity::Warning, subject, "keepalived has no bind_if for this kind of check; left out");
    settings.write(has.connection, "fwmark", own.firewallMark, V2_0);
    settings.write(has.connection, "connect_timeout", own.connectTimeout, V1_2);
    settings.write(has.cycle, http && !out.has(V2_0) ? "nb_get_retry" : "retry", own.retry, V1_2);
    settings.write(has.cycle, "delay_before_retry", own.delayBeforeRetry, V1_2);
    settings.write(has.cycle, "warmup", own.warmup, V1_2);
    settings.write(has.cycle, "delay_loop", own.delayLoop, V2_0);
    settings.write(has.cycle, "alpha", own.alpha, V2_0);
    settings.write(has.cycle, "log_all_failures", own.logAllFailures, V2_0);
}

void writeRegex(Writer& out, const model::HttpUrl& url, const std::string& place) {
    if (url.regex.empty())
        return;
    out.setting("regex", escapedText(url.regex), V2_0, place);
    if (!out.has(V2_0))
        return;
    if (url.regexNoMatch)
        out.line("regex_no_match");
    std::string options;
    for (const std::string& option : url.regexOptions)
        options += " " + wordText(option);
    if (!options.empty())
        out.line("regex_options" + options);
    if (url.regexMinOffset)
        out.line("regex_min_offset " + std::to_string(*url.regexMinOffset));
    if (url.regexMaxOffset)
        out.line("regex_max_offset " + std::to_string(*url.regexMaxOffset));
}

void writeUrl(Writer& out, const model::HttpUrl& url, const std::string& place) {
    out.open("url");
    out.line("path " + wordText(url.path));
    if (!url.digest.empty())
        out.line("digest " + wordText(url.digest));
    std::string status;
    for (const model::StatusRange& range : url.status)
        status += " " + std::to_string(range.first) + (range.first == range.last ? "" : "-" + std::to_string(range.last));
    if (!status.empty())
        out.line("status_code" + status);
    writeRegex(out, url, place);
    if (!url.virtualHost.empty())
        out.setting("virtualhost", wordText(url.virtualHost), V2_0, place);
    out.kept(place, Block::Url);
    out.close();
}

/// The words that only one kind has.
struct OwnWords {
    Writer& out;
    const model::Cluster& cluster;
    const std::string& place;

    void operator()(const model::TcpCheck&) const {}
    void operator()(const model::PingCheck&) const {}
    void operator()(const model::VipCheck&) const {}

    void operator()(const model::HttpCheck& http) const {
        if (!http.virtualHost.empty())
            out.setting("virtualhost", wordText(http.virtualHost), V2_0, place);
        if (http.sni)
            out.setting("enable_sni", {}, V2_0, place);
        if (http.version != model::HttpVersion::Http10)
            out.setting("http_protocol", http.version == model::HttpVersion::Http11 ? "1.1" : "1.0C", V2_0, place);
        if (http.fastRecovery)
            out.setting("fast_recovery", {}, V2_0, place);
        for (std::size_t i = 0; i < http.urls.size(); ++i)
            writeUrl(out, http.urls[i], place + "/url " + std::to_string(i));
    }

    void operator()(const model::SmtpCheck& smtp) const {
        if (!smtp.heloName.empty())
            out.line("helo_name " + wordText(smtp.heloName));
    }

    void operator()(const model::DnsCheck& dns) const {
        std::string type = json::toWord(dns.type);
        std::ranges::transform(type, type.begin(),
                               [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        out.line("type " + type);
        out.line("name " + wordText(dns.name));
    }

    void operator()(const model::UdpCheck& udp) const {
        if (!udp.payload.empty())
            out.line("payload " + wordText(udp.payload));
        if (udp.requireReply)
            out.line("require_reply" + (udp.reply.empty() ? std::string() : " " + wordText(udp.reply)));
        if (udp.minReplyLength != 0)
            out.line("min_reply_length " + std::to_string(udp.minReplyLength));
        if (udp.maxReplyLength != 255)
            out.line("max_reply_length " + std::to_string(udp.maxReplyLength));
    }

    void operator()(const model::ScriptCheck& script) const {
        out.line("misc_path " + commandText(script.script.command));
        if (script.timeout)
            out.wholeSeconds("misc_timeout", *script.timeout, place);
        if (script.dynamic)
            out.line("misc_dynamic");
        if (!script.script.user.empty())
            out.setting("user",
                        wordText(script.script.user) +
                            (script.script.group.empty() ? "" : " " + wordText(script.script.group)),
                        V2_0, place);
    }

    void operator()(const model::FileCheck& file) const {
        out.line("track_file " + wordText(file.trackFile));
        // The word for the direction stands behind a weight only.
        const auto known = std::ranges::find(cluster.trackFiles, file.trackFile, &model::TrackFile::name);
        auto weight = file.weight;
        if (!weight && file.reverse && known != cluster.trackFiles.end())
            weight = known->weight;
        if (weight)
            out.line("weight " + std::to_string(*weight) + (!file.reverse ? "" : *file.reverse ? " reverse" : " noreverse"));
    }
};

struct Kind {
    std::string_view word;
    KeepalivedVersion since;
};

Kind kindOf(const model::HealthCheck& check) {
    struct Words {
        Kind operator()(const model::TcpCheck&) const { return {"TCP_CHECK", V1_2}; }
        Kind operator()(const model::HttpCheck& http) const { return {http.tls ? "SSL_GET" : "HTTP_GET", V1_2}; }
        Kind operator()(const model::SmtpCheck&) const { return {"SMTP_CHECK", V1_2}; }
        Kind operator()(const model::DnsCheck&) const { return {"DNS_CHECK", V2_0}; }
        Kind operator()(const model::UdpCheck&) const { return {"UDP_CHECK", V2_2}; }
        Kind operator()(const model::PingCheck&) const { return {"PING_CHECK", V2_2}; }
        Kind operator()(const model::ScriptCheck&) const { return {"MISC_CHECK", V1_2}; }
        Kind operator()(const model::FileCheck&) const { return {"FILE_CHECK", V2_2}; }
        Kind operator()(const model::VipCheck&) const { return {}; }
    };
    return std::visit(Words{}, check);
}

} // namespace

void writeCheck(Writer& out, const model::Cluster& cluster, const model::HealthCheck& check, const std::string& place) {
    const Kind kind = kindOf(check);
    if (kind.word.empty()) {
        out.fact("check", "vip (keepalived has no check of the way that clients' packets take)");
        out.say(Severity::Warning, place,
                "keepalived has no check of the way that clients' packets take; written as a comment, and the server counts "
                "as up without it");
        return;
    }
    if (!out.has(kind.since)) {
        out.say(Severity::Warning, place,
                std::string(kind.word) + " is newer than the keepalived that the text is for; left out");
        return;
    }
    out.open(kind.word);
    std::visit(OwnWords{out, cluster, place}, check);
    writeSettings(out, check, place);
    out.kept(place, Block::Check);
    out.close();
}

void writeScript(Writer& out, std::string_view word, const model::Script& script, const std::string& subject) {
    if (script.empty())
        return;
    model::Script written = script;
    if (!script.user.empty() && !out.has(V2_0)) {
        written.user.clear();
        out.say(Severity::Warning, subject,
                "the user of a script is newer than the keepalived that the text is for; left out of " + std::string(word));
    }
    out.line(std::string(word) + " " + scriptText(written));
}

} // namespace lvsdeck::formats::keepalived
