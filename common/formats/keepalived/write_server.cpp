// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

using enum KeepalivedVersion;

void writeSettings(Writer& out, const model::CheckSettings& check, bool http, const std::string& subject) {
    if (check.connectAddress)
        out.line("connect_ip " + check.connectAddress->toString());
    if (check.connectPort)
        out.line("connect_port " + std::to_string(*check.connectPort));
    if (check.bindAddress)
        out.line("bindto " + check.bindAddress->toString());
    if (check.connectTimeout)
        out.line("connect_timeout " + secondsText(*check.connectTimeout));
    if (check.retry)
        out.line((http && !out.has(V2_0) ? "nb_get_retry " : "retry ") + std::to_string(*check.retry));
    if (check.delayBeforeRetry)
        out.line("delay_before_retry " + secondsText(*check.delayBeforeRetry));
    if (check.warmup)
        out.line("warmup " + secondsText(*check.warmup));
    if (check.delayLoop)
        out.setting("delay_loop", secondsText(*check.delayLoop), V2_0, subject);
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
    if (!url.virtualHost.empty())
        out.setting("virtualhost", wordText(url.virtualHost), V2_0, place);
    out.kept(place, Block::Url);
    out.close();
}

void writeCheck(Writer& out, const model::HealthCheck& check, const std::string& place) {
    const auto* http = std::get_if<model::HttpCheck>(&check);
    out.open(http == nullptr ? "TCP_CHECK" : http->tls ? "SSL_GET" : "HTTP_GET");
    if (http != nullptr) {
        if (!http->virtualHost.empty())
            out.setting("virtualhost", wordText(http->virtualHost), V2_0, place);
        if (http->sni)
            out.setting("enable_sni", {}, V2_0, place);
        for (std::size_t i = 0; i < http->urls.size(); ++i)
            writeUrl(out, http->urls[i], place + "/url " + std::to_string(i));
    }
    writeSettings(out, model::settings(check), http != nullptr, place);
    out.kept(place, Block::Check);
    out.close();
}

void writeWeight(Writer& out, const model::RealServer& server, const std::string& subject) {
    if (server.admin == model::AdminState::Drained) {
        out.line("weight 0 #lvsdeck drained " + std::to_string(server.weight));
        out.say(Severity::Note, subject,
                "the server is drained and therefore written with weight 0 instead of " + std::to_string(server.weight));
    } else {
        out.line("weight " + std::to_string(server.weight));
    }
}

} // namespace

void writeServer(Writer& out, const model::VirtualService& service, const model::RealServer& server) {
    const std::string place = "virtual_server " + serviceKey(service) + "/real_server " + serverKey(server);
    const bool disabled = server.admin == model::AdminState::Disabled;
    if (disabled) {
        out.say(Severity::Note, place, "the server is disabled and therefore written as a comment");
        out.beginDisabled();
    }
    out.open("real_server " + server.address.toString() + (server.port == 0 ? "" : " " + std::to_string(server.port)));
    if (!server.name.empty())
        out.fact("name", server.name);
    writeWeight(out, server, place);
    if (server.forwarding)
        out.setting("lvs_method", forwardingText(*server.forwarding, server.tunnel.value_or(service.tunnel)), V2_0, place);
    if (server.upperThreshold != 0)
        out.line("uthreshold " + std::to_string(server.upperThreshold));
    if (server.lowerThreshold != 0)
        out.line("lthreshold " + std::to_string(server.lowerThreshold));
    if (server.inhibitOnFailure && *server.inhibitOnFailure && !out.has(V2_0))
        out.line("inhibit_on_failure");
    else if (server.inhibitOnFailure)
        out.setting("inhibit_on_failure", booleanText(*server.inhibitOnFailure), V2_0, place);
    if (server.alpha)
        out.setting("alpha", booleanText(*server.alpha), V2_0, place);
    if (!server.virtualHost.empty())
        out.setting("virtualhost", wordText(server.virtualHost), V2_0, place);
    for (std::size_t i = 0; i < server.checks.size(); ++i)
        writeCheck(out, server.checks[i], place + "/check " + std::to_string(i));
    out.kept(place, Block::Server);
    out.close();
    if (disabled)
        out.endDisabled();
}

} // namespace lvsdeck::formats::keepalived
