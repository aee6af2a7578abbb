// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/text.hpp"
#include "common/formats/ldirectord/values.hpp"
#include "common/formats/ldirectord/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::ldirectord {

namespace {

using model::Milliseconds;

/// # would be a comment, and a control character would end the line: both as \xHH, which means the same in a regular
/// expression.
std::string regexText(std::string_view regex) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    bool escaped = false;
    for (const char c : regex) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '#' || byte < 0x20 || byte == 0x7F) {
            if (escaped)
                out.pop_back();
            out.append({'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]});
        } else {
            out += c;
        }
        escaped = c == '\\' && !escaped;
    }
    return out;
}

class Planner {
public:
    Planner(Writer& out, const model::VirtualService& service, const model::RealServer& server, const std::string& subject)
        : m_out(out), m_service(service), m_server(server), m_subject(subject) {}

    Plan plan() {
        m_plan.virtualHost = m_server.virtualHost->empty() ? m_service.virtualHost : *m_server.virtualHost;
        if (m_server.checks.empty())
            return m_plan;
        lost(m_server.checks.size() > 1, "ldirectord has one check for a server; only the first of them was written");
        const model::HealthCheck& check = m_server.checks.front();
        common(model::settings(check));
        std::visit(*this, check);
        if (m_plan.type == "ping" || m_plan.type == "external")
            m_plan.port = 0;
        if (m_plan.type == "ping")
            m_plan.textPort = 0;
        return m_plan;
    }

    void operator()(const model::TcpCheck&) {
        m_plan.type = "connect";
        const bool udp = !m_service.firewallMark && m_service.protocol == model::Protocol::Udp;
        if (udp)
            ping("a TCP check of a udp service is a ping with ldirectord; written so");
    }

    void operator()(const model::PingCheck&) { m_plan.type = "ping"; }

    void operator()(const model::VipCheck&) { ping("ldirectord cannot look for the virtual address; a ping was written"); }
    void operator()(const model::UdpCheck&) { ping("ldirectord cannot send datagrams; a ping was written"); }

    void operator()(const model::FileCheck& check) {
        m_plan.type = "on";
        lost(true, "ldirectord cannot follow the file " + quoted(check.trackFile) + "; written without a check");
    }

    void operator()(const model::SmtpCheck& check) {
        m_plan.type = "negotiate";
        m_plan.service = "smtp";
        lost(!check.heloName.empty(), "ldirectord greets a mail server with its host's name; helo_name was not written");
    }

    void operator()(const model::DnsCheck& check) {
        if (check.type != model::DnsType::A || check.name == "." || check.name.contains('"') || check.name.contains('#'))
            return ping(
                "ldirectord asks name servers for addresses (type A) of a name only; a ping was written: choose a name "
                "that has one");
        m_plan.type = "negotiate";
        m_plan.service = "dns";
        m_plan.request = check.name;
        m_plan.receive = "."; // without anything to find the answer never counts
    }

    void operator()(const model::ScriptCheck& check) {
        m_plan.type = "external";
        m_plan.command = check.script.command.empty() ? std::string("/bin/true") : check.script.command.front();
        m_plan.timeout = check.timeout.value_or(model::settings(check).delayLoop.value_or(m_service.delayLoop));
        arguments(check.script.command);
        lost(check.dynamic, "ldirectord does not take weights from a program; it counts as up with exit status 0 only");
        lost(!check.script.user.empty() || !check.script.group.empty(),
             "ldirectord runs programs as its own user; user and group were not written");
    }

    void operator()(const model::HttpCheck& check) {
        m_plan.type = "negotiate";
        m_plan.service = check.tls ? "https" : "http";
        lost(check.sni, "ldirectord sends no server name with TLS; sni was not written");
        lost(check.fastRecovery, "ldirectord has no fast recovery; not written");
        lost(check.urls.size() > 1, "ldirectord asks for one URL; only the first was written");
        if (!check.virtualHost.empty())
            m_plan.virtualHost = check.virtualHost;
        if (!check.urls.empty())
            url(check.urls.front());
    }

private:
    void lost(bool is, std::string text) {
        if (is)
            m_out.say(Severity::Warning, m_subject, std::move(text));
    }

    void ping(std::string why) {
        m_plan.type = "ping";
        lost(true, std::move(why));
    }

    void url(const model::HttpUrl& url) {
        if (!url.virtualHost.empty())
            m_plan.virtualHost = url.virtualHost;
        for (const char c : url.path)
            c == '#' ? void(m_plan.request += "%23") : m_plan.request.push_back(c);
        lost(url.path.contains('#'), "ldirectord cuts a line at #; %23 was written into the path");
        if (!url.regexNoMatch)
            m_plan.receive = regexText(url.regex);
        const bool usual = url.status.empty() || url.status == std::vector{model::StatusRange{200, 299}};
        lost(!usual, "with ldirectord every answer from 200 to 299 is good; the status was not written");
        lost(!url.digest.empty(),
             "ldirectord cannot compare an MD5 digest; not written, look for a text of the page instead");
        lost(url.regexNoMatch, "ldirectord cannot look for the absence of a text; not written");
        lost(
            !url.regexOptions.empty() || url.regexMinOffset || url.regexMaxOffset,
            "ldirectord has no options for regular expressions; not written, (?i) in the expression itself does the same as "
            "caseless");
    }

    void common(const model::CheckSettings& check) {
        m_plan.port = check.connectPort.value_or(m_server.port);
        if (m_plan.port != m_server.port)
            m_plan.textPort = m_plan.port;
        m_plan.timeout = check.connectTimeout.value_or(m_service.connectTimeout.value_or(Milliseconds(5000)));
        m_plan.failures = std::min<std::uint32_t>(check.retry.value_or(m_service.retry.value_or(1)), 1'000'000) + 1;
        lost(check.connectAddress.has_value(), "ldirectord checks a server at its own address; connect_ip was not written");
        lost(check.bindAddress || check.bindPort || !check.bindInterface.empty() || check.firewallMark,
             "ldirectord does not choose source, interface or mark of its checks; not written");
        lost(check.delayLoop && *check.delayLoop != m_service.delayLoop,
             "ldirectord has one interval for all checks of a service; that of the check was not written");
        lost(check.warmup.has_value(), "ldirectord begins to check at once; warmup was not written");
        lost(check.alpha.has_value() && !*check.alpha, "with ldirectord a server is down until its first success");
    }

    /// The program gets VIP, port, server and its port; nothing else can be said.
    void arguments(const std::vector<std::string>& command) {
        const std::vector<std::string> usual{
            m_service.firewallMark ? std::to_string(*m_service.firewallMark) : bracketed(m_service.address),
            std::to_string(m_service.firewallMark ? 0 : m_service.port), bracketed(m_server.address)};
        const bool same = command.size() == 5 && std::equal(usual.begin(), usual.end(), command.begin() + 1);
        const auto last = number(same ? command[4] : std::string_view(), 0, 65535);
        m_plan.textPort = last ? static_cast<std::uint16_t>(*last) : std::uint16_t{0};
        m_plan.noPort = m_server.port != 0 && last && *last == 0;
        const bool nat = forwardingOf(m_service, m_server) == model::Forwarding::Nat;
        lost(!last || (nat && *last != 0 && *last != m_server.port),
             "ldirectord gives a program the addresses and ports of the service and of the server, and nothing else; look "
             "whether " +
                 quoted(m_plan.command) + " understands them");
    }

    Writer& m_out;
    const model::VirtualService& m_service;
    const model::RealServer& m_server;
    const std::string& m_subject;
    Plan m_plan;
};

} // namespace

std::string bracketed(const IpAddress& address) {
    return address.isV4() ? address.toString() : "[" + address.toString() + "]";
}

Plan planOf(Writer& out, const model::VirtualService& service, const model::RealServer& server, const std::string& subject) {
    return Planner(out, service, server, subject).plan();
}

} // namespace lvsdeck::formats::ldirectord
