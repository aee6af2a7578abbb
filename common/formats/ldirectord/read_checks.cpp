// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/read_parts.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::formats::ldirectord {

namespace {

/// A path that a request may have: blanks, quotes and control characters become %XX.
std::string pathText(std::string_view request) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    request.remove_prefix(std::min(request.find_first_not_of('/'), request.size()));
    std::string out = "/";
    for (const char c : request) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7F || c == '"')
            out.append({'%', digits[byte >> 4U], digits[byte & 0xFU]});
        else
            out += c;
    }
    return out;
}

std::string bracketed(const IpAddress& address) {
    return address.isV4() ? address.toString() : "[" + address.toString() + "]";
}

template <class T> T firstOf(std::initializer_list<std::optional<T>> candidates, T otherwise) {
    for (const std::optional<T>& candidate : candidates)
        if (candidate)
            return *candidate;
    return otherwise;
}

bool isDomainName(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
               c == '_';
    });
}

} // namespace

Checks::Checks(const Virtual& owner, const Globals& globals, Report& report) : m_owner(owner), m_report(report) {
    const bool mark = owner.service.firewallMark.has_value();
    m_service = !owner.check.service.empty() ? owner.check.service
                : mark                       ? "none"
                                             : std::string(serviceOfPort(owner.service.port));
    m_failures = firstOf<std::uint32_t>({owner.failureCount, globals.failureCount}, 1);
    decide();
    // Each of the two is the other's default; the nearer one counts first.
    const bool asks = m_kind != Kind::Script && owner.check.type == "negotiate";
    m_timeout = asks ? firstOf<std::uint32_t>(
                           {owner.negotiateTimeout, owner.checkTimeout, globals.negotiateTimeout, globals.checkTimeout}, 30)
                     : firstOf<std::uint32_t>(
                           {owner.checkTimeout, owner.negotiateTimeout, globals.checkTimeout, globals.negotiateTimeout}, 5);
}

void Checks::decide() {
    const std::string& type = m_owner.check.type;
    const bool udp = !m_owner.service.firewallMark && m_owner.service.protocol == model::Protocol::Udp;
    if (type == "connect") {
        m_kind = udp ? Kind::Ping : Kind::Tcp;
        if (udp)
            m_report.say(Severity::Note, m_owner.check.where,
                         "ldirectord pings the servers of a udp service when it should connect to them; read as ping");
    } else if (type == "ping") {
        m_kind = Kind::Ping;
    } else if (type == "external") {
        m_kind = Kind::Script;
    } else if (type == "external-perl") {
        lost("a check that is a piece of Perl inside of ldirectord has no equal here");
    } else if (type == "negotiate") {
        negotiate();
    }
}

void Checks::negotiate() {
    if (m_service == "http" || m_service == "https")
        m_kind = Kind::Http;
    else if (m_service == "smtp" || m_service == "submission")
        m_kind = Kind::Smtp;
    else if (m_service == "dns")
        m_kind = Kind::Dns;
    else if (m_service == "none" && m_owner.check.service.empty())
        m_report.say(Severity::Warning, m_owner.check.where,
                     "ldirectord does not know which service to ask here and takes every server as up; read without checks: "
                     "set checktype=connect or a service");
    else if (!isServiceWord(m_service))
        lost("ldirectord as it is published knows no service " + quoted(m_service));
    else if (m_service != "none")
        lost("lvsdeck cannot talk to a service of the kind " + m_service);
}

/// Something simpler is checked instead.
void Checks::lost(std::string text) {
    const bool udp = !m_owner.service.firewallMark && m_owner.service.protocol == model::Protocol::Udp;
    m_kind = udp ? Kind::Ping : Kind::Tcp;
    std::string words;
    if (!m_owner.check.request.empty())
        words += ", request";
    if (!m_owner.check.receive.empty())
        words += ", receive";
    m_report.say(Severity::Warning, m_owner.check.where,
                 std::move(text) + "; its servers are checked by " + (udp ? "ping" : "a TCP connection") + " only" +
                     (words.empty() ? "" : " (without " + words.substr(2) + ")") + ": use a script check for more");
}

void Checks::add(model::RealServer& server, const Real& real, std::uint16_t given) {
    if (m_kind == Kind::None)
        return;
    model::HealthCheck check;
    switch (m_kind) {
    case Kind::Http: check = http(real); break;
    case Kind::Dns: check = dns(real); break;
    case Kind::Script: check = script(server, given); break;
    case Kind::Smtp: check = model::SmtpCheck{}; break;
    case Kind::Ping: check = model::PingCheck{}; break;
    default: break;
    }
    if (!std::holds_alternative<model::ScriptCheck>(check) && !std::holds_alternative<model::PingCheck>(check)) {
        const auto byService = portOfService(m_service);
        const std::uint16_t port = m_owner.check.port.value_or(given != 0         ? given
                                                               : server.port != 0 ? server.port
                                                                                  : byService);
        if (port == 0) {
            m_report.say(Severity::Warning, real.where,
                         "nothing says on which port this server is to be checked; it is pinged instead: set checkport");
            check = model::PingCheck{};
        } else if (port != server.port) {
            model::settings(check).connectPort = port;
        }
    }
    if (m_failures == 1)
        model::settings(check).retry = 0;
    server.checks.push_back(std::move(check));
    m_made = true;
}

void Checks::settle(model::VirtualService& service) const {
    if (!m_made)
        return;
    service.alpha = true; // a server is down until it has answered once
    if (m_kind != Kind::Script)
        service.connectTimeout = std::chrono::seconds(m_timeout);
    if (m_failures > 1) {
        service.retry = m_failures - 1;
        service.delayBeforeRetry = service.delayLoop;
    }
}

model::HealthCheck Checks::http(const Real& real) {
    model::HttpCheck out;
    out.tls = m_service == "https";
    model::HttpUrl url;
    std::string_view request = real.request ? *real.request : m_owner.check.request;
    url.regex = real.request ? real.receive : m_owner.check.receive;
    if (const std::size_t scheme = request.find("://"); scheme != std::string_view::npos && scheme <= 6) {
        m_report.say(Severity::Warning, real.request ? real.where : m_owner.check.where,
                     "the request is a whole URL; only its path is asked for, from the server itself: set virtualhost");
        request.remove_prefix(std::min(request.find('/', scheme + 3), request.size()));
    }
    url.path = pathText(request);
    out.urls.push_back(std::move(url));
    return out;
}

model::HealthCheck Checks::dns(const Real& real) {
    const std::string_view receive = real.request ? real.receive : m_owner.check.receive;
    std::string_view name = real.request ? *real.request : m_owner.check.request;
    if (name.starts_with('/'))
        name.remove_prefix(1);
    const bool asks = isDomainName(name) && !IpAddress::parse(name);
    if (!m_told && (!asks || receive != ".")) {
        m_told = true;
        m_report.say(Severity::Warning, real.request ? real.where : m_owner.check.where,
                     !asks
                         ? "there is no domain name to ask for in request; the servers are pinged instead"
                         : "lvsdeck takes a name server as up when it answers over UDP, whatever the answer is; receive was "
                           "not taken over");
    }
    if (!asks)
        return model::PingCheck{};
    model::DnsCheck out;
    out.type = model::DnsType::A;
    out.name = name;
    return out;
}

model::HealthCheck Checks::script(const model::RealServer& server, std::uint16_t given) const {
    const model::VirtualService& service = m_owner.service;
    model::ScriptCheck out;
    out.script.command = {
        m_owner.check.command, service.firewallMark ? std::to_string(*service.firewallMark) : bracketed(service.address),
        std::to_string(service.firewallMark ? 0 : service.port), bracketed(server.address), std::to_string(given)};
    out.timeout = std::chrono::seconds(m_timeout);
    return out;
}

} // namespace lvsdeck::formats::ldirectord
