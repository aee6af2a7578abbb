// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/keepalived/check_words.hpp"
#include "common/formats/keepalived/script_words.hpp"
#include "common/formats/keepalived/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

template <class T> std::string wordOf(const T& value) {
    if constexpr (std::is_same_v<T, IpAddress>)
        return value.toString();
    else if constexpr (std::is_same_v<T, std::string>)
        return value;
    else if constexpr (std::is_same_v<T, bool>)
        return std::string(booleanText(value));
    else
        return std::to_string(value);
}

/// The word that stands for the kind of a check, also in the table of releases.
std::string_view kindWord(const model::HealthCheck& check) {
    struct Words {
        std::string_view operator()(const model::TcpCheck&) const { return "TCP_CHECK"; }
        std::string_view operator()(const model::HttpCheck& http) const { return http.tls ? "SSL_GET" : "HTTP_GET"; }
        std::string_view operator()(const model::SmtpCheck&) const { return "SMTP_CHECK"; }
        std::string_view operator()(const model::DnsCheck&) const { return "DNS_CHECK"; }
        std::string_view operator()(const model::UdpCheck&) const { return "UDP_CHECK"; }
        std::string_view operator()(const model::PingCheck&) const { return "PING_CHECK"; }
        std::string_view operator()(const model::ScriptCheck&) const { return "MISC_CHECK"; }
        std::string_view operator()(const model::FileCheck&) const { return "FILE_CHECK"; }
        std::string_view operator()(const model::VipCheck&) const { return {}; }
    };
    return std::visit(Words{}, check);
}

/// The settings that all checks have, as far as this kind has words for them.
class SettingsWriter {
public:
    SettingsWriter(Writer& out, std::string_view kind, const std::string& subject)
        : m_out(out), m_kind(kind), m_subject(subject) {}

    template <class T> void write(bool has, std::string_view word, const std::optional<T>& value) {
        if (!value || !possible(has, word))
            return;
        if constexpr (std::is_same_v<T, model::Milliseconds>)
            m_out.seconds(word, "TIME FRACTION", *value, m_subject);
        else
            m_out.setting(word, wordOf(*value), m_subject);
    }

private:
    bool possible(bool has, std::string_view word) {
        if (!has) {
            m_out.say(Severity::Warning, m_subject,
                      "keepalived has no " + std::string(word) + " for this kind of check; left out");
            return false;
        }
        return m_out.offers(word, m_subject) && m_out.offers(std::string(m_kind) + " " + std::string(word), m_subject);
    }

    Writer& m_out;
    std::string_view m_kind;
    const std::string& m_subject;
};

/// The check's own settings, and those of the service that the target wants to have here; writeService reports that.
model::CheckSettings settingsFor(const Writer& out, const model::VirtualService& service, const model::HealthCheck& check) {
    model::CheckSettings own = model::settings(check);
    const CommonWords has = commonWords(check);
    const auto inherit = [&](bool possible, std::string_view word, auto& setting, const auto& inherited) {
        if (possible && !setting && !out.has(Block::Service, word))
            setting = inherited;
    };
    inherit(has.connection, "connect_timeout", own.connectTimeout, service.connectTimeout);
    inherit(has.cycle, "retry", own.retry, service.retry);
    inherit(has.cycle, "delay_before_retry", own.delayBeforeRetry, service.delayBeforeRetry);
    inherit(has.cycle, "warmup", own.warmup, service.warmup);
    return own;
}

void writeSettings(Writer& out, const model::HealthCheck& check, const model::CheckSettings& own,
                   const std::string& subject) {
    const CommonWords has = commonWords(check);
    SettingsWriter settings(out, kindWord(check), subject);
    settings.write(has.connection, "connect_ip", own.connectAddress);
    settings.write(has.ports, "connect_port", own.connectPort);
    settings.write(has.connection, "bindto", own.bindAddress);
    settings.write(has.ports, "bind_port", own.bindPort);
    settings.write(has.connection, "bind_if",
                   own.bindInterface.empty() ? std::nullopt : std::optional(wordText(own.bindInterface)));
    settings.write(has.connection, "fwmark", own.firewallMark);
    settings.write(has.connection, "connect_timeout", own.connectTimeout);
    const bool http = std::holds_alternative<model::HttpCheck>(check);
    if (own.retry && http && !out.has("HTTP_GET retry")) {
        out.lacks(Block::Check, "HTTP_GET retry", Severity::Note, subject, "written as nb_get_retry");
        out.line("nb_get_retry " + std::to_string(*own.retry));
    } else {
        settings.write(has.cycle, "retry", own.retry);
    }
    settings.write(has.cycle, "delay_before_retry", own.delayBeforeRetry);
    settings.write(has.cycle, "warmup", own.warmup);
    settings.write(has.cycle, "delay_loop", own.delayLoop);
    settings.write(has.cycle, "alpha", own.alpha);
    settings.write(has.cycle, "log_all_failures", own.logAllFailures);
}

void writeRegex(Writer& out, const model::HttpUrl& url, const std::string& place) {
    if (url.regex.empty())
        return;
    if (!out.offers("regex", place))
        return;
    out.line("regex " + escapedText(url.regex));
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
    out.open("url", Block::Url);
    out.line("path " + wordText(url.path));
    if (!url.digest.empty())
        out.line("digest " + wordText(url.digest));
    std::string status;
    for (const model::StatusRange& range : url.status)
        status += " " + std::to_string(range.first) + (range.first == range.last ? "" : "-" + std::to_string(range.last));
    const bool list = url.status.size() > 1 || (url.status.size() == 1 && url.status[0].first != url.status[0].last);
    if (!status.empty() &&
        (!list || out.offers("status_code LIST", place, "status_code is left out; look at what it accepts")))
        out.line("status_code" + status);
    writeRegex(out, url, place);
    if (!url.virtualHost.empty())
        out.setting("virtualhost", wordText(url.virtualHost), place);
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
            out.setting("virtualhost", wordText(http.virtualHost), place);
        if (http.sni)
            out.setting("enable_sni", {}, place);
        if (http.version != model::HttpVersion::Http10)
            out.setting("http_protocol", http.version == model::HttpVersion::Http11 ? "1.1" : "1.0C", place);
        if (http.fastRecovery)
            out.setting("fast_recovery", {}, place);
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
            out.setting("payload", wordText(udp.payload), place);
        if (udp.requireReply)
            out.line("require_reply" + (udp.reply.empty() ? std::string() : " " + wordText(udp.reply)));
        if (udp.minReplyLength != 0)
            out.setting("min_reply_length", std::to_string(udp.minReplyLength), place);
        if (udp.maxReplyLength != 255)
            out.setting("max_reply_length", std::to_string(udp.maxReplyLength), place);
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
                        place);
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

} // namespace

void writeCheck(Writer& out, const model::Cluster& cluster, const model::VirtualService& service,
                const model::HealthCheck& check, const std::string& place) {
    const std::string_view kind = kindWord(check);
    if (kind.empty()) {
        out.fact("check", "vip (keepalived has no check of the way that clients' packets take)");
        out.say(Severity::Warning, place,
                "keepalived has no check of the way that clients' packets take; written as a comment, and the server counts "
                "as up without it");
        return;
    }
    if (!out.offers(kind, place, "left out, and the server counts as up without it"))
        return;
    out.open(kind, Block::Check);
    std::visit(OwnWords{out, cluster, place}, check);
    writeSettings(out, check, settingsFor(out, service, check), place);
    out.kept(place, Block::Check);
    out.close();
}

void writeScript(Writer& out, std::string_view word, const model::Script& script, const std::string& subject) {
    if (script.empty())
        return;
    model::Script written = script;
    if (!script.user.empty() && !out.has(Block::Script, "user")) {
        written.user.clear();
        out.lacks(Block::Script, "user", Severity::Warning, subject,
                  "left out of " + std::string(word) + ", which runs as root");
    }
    out.line(std::string(word) + " " + scriptText(written));
}

} // namespace lvsdeck::formats::keepalived
