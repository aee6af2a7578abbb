// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/text.hpp"
#include "common/formats/ldirectord/values.hpp"
#include "common/formats/ldirectord/write_parts.hpp"

#include "common/base/json.hpp"

#include <algorithm>

namespace lvsdeck::formats::ldirectord {

namespace {

using model::AdminState;
using model::Forwarding;

std::string_view yesNo(bool value) { return value ? "yes" : "no"; }

class ServiceWriter {
public:
    ServiceWriter(Writer& out, const model::VirtualService& service)
        : m_out(out), m_service(service), m_subject(serviceKey(service)), m_v6(familyOf(service) == Family::V6),
          m_six(m_v6 ? "6" : "") {}

    void write(bool fork) {
        plans();
        m_out.line("");
        m_out.global("virtual" + m_six, head());
        if (!m_service.name.empty())
            m_out.setting("servicename", m_out.plain(m_service.name, m_subject, "the name"));
        for (std::size_t i = 0; i < m_service.servers.size(); ++i)
            server(m_service.servers[i], m_plans[i]);
        fallback();
        fallbackCommand();
        checks();
        if (fork)
            m_out.setting("checkinterval", m_out.seconds(m_service.delayLoop, m_subject, "delay_loop"));
        table();
        losses();
    }

private:
    void say(Severity severity, std::string text) { m_out.say(severity, m_subject, std::move(text)); }
    [[nodiscard]] std::string subject(const model::RealServer& server) const {
        return m_subject + " / " + serverKey(server);
    }
    [[nodiscard]] std::uint16_t ownPort() const { return m_service.firewallMark ? std::uint16_t{0} : m_service.port; }

    [[nodiscard]] std::string head() const {
        return m_service.firewallMark ? std::to_string(*m_service.firewallMark)
                                      : endpointText(m_service.address, m_service.port);
    }

    /// What most say becomes the service's; who differs is told.
    void plans() {
        for (const model::RealServer& server : m_service.servers)
            m_plans.push_back(planOf(m_out, m_service, server, subject(server)));
        const auto checked = std::ranges::find_if(m_plans, [](const Plan& plan) { return plan.type != "on"; });
        if (checked != m_plans.end())
            m_plan = *checked;
        else if (!m_plans.empty())
            m_plan = m_plans.front();
        else
            m_plan.virtualHost = m_service.virtualHost;
        commonPort();
        // HTTP's texts may be a server's own; everything else is the service's.
        m_own = m_plan.service == "http" || m_plan.service == "https" || m_plan.service == "dns";
        for (std::size_t i = 0; i < m_plans.size(); ++i)
            compare(m_plans[i], subject(m_service.servers[i]));
    }

    void compare(const Plan& plan, const std::string& who) {
        const auto differs = [&](bool is, std::string_view what) {
            m_out.losing(is, Severity::Warning, who,
                         "ldirectord has one " + std::string(what) +
                             " for all servers of a service; that of another server was written");
        };
        if (plan.type != m_plan.type || plan.service != m_plan.service)
            return differs(true, "kind of check");
        differs(plan.command != m_plan.command, "check program");
        differs(plan.virtualHost != m_plan.virtualHost, "virtual host");
        differs(plan.timeout != m_plan.timeout, "time-out");
        differs(plan.failures != m_plan.failures, "number of tries");
    }

    /// checkport when all have the same port that is not their own; a port in the line of each where that decides nothing else.
    void commonPort() {
        bool own = true;
        bool same = true;
        bool text = true;
        for (std::size_t i = 0; i < m_plans.size(); ++i) {
            const model::RealServer& server = m_service.servers[i];
            own = own && m_plans[i].port == server.port;
            same = same && m_plans[i].port == m_plan.port;
            text = text && (m_plans[i].port == server.port || mayNamePort(server));
        }
        if (m_plan.port == 0 || own)
            return;
        if (same && m_plan.port != 0)
            m_checkPort = m_plan.port;
        else if (!text)
            say(Severity::Warning,
                "ldirectord has one port for the checks of a service; its servers are checked on their own "
                "ports");
        if (m_checkPort != 0)
            for (Plan& plan : m_plans)
                plan.textPort = 0;
    }

    [[nodiscard]] bool mayNamePort(const model::RealServer& server) const {
        return forwardingOf(m_service, server) != Forwarding::Nat;
    }

    void server(const model::RealServer& server, const Plan& plan) {
        const std::string who = subject(server);
        const bool off = server.admin == AdminState::Disabled && !everythingOff();
        const bool family = server.address.family() == familyOf(m_service);
        if (!family)
            return m_out.say(Severity::Error, who, "ldirectord does not mix IPv4 and IPv6; this server was not written");
        const bool drained = server.admin == AdminState::Drained;
        std::uint16_t port = server.port;
        if (plan.textPort != 0 && plan.type == m_plan.type && mayNamePort(server))
            port = plan.textPort;
        std::string text = port == 0 || plan.noPort ? bracketed(server.address) : endpointText(server.address, port);
        text.append(" ").append(forwardingWord(forwardingOf(m_service, server)));
        text += " " + std::to_string(drained ? 0 : std::max(server.weight, 0));
        if (m_own && plan.service == m_plan.service && (plan.request != m_plan.request || plan.receive != m_plan.receive))
            text += ownTexts(plan, who);
        if (server.lowerThreshold != 0)
            text += " l:" + std::to_string(server.lowerThreshold);
        if (server.upperThreshold != 0)
            text += " u:" + std::to_string(server.upperThreshold);
        if (!server.name.empty())
            text += " # " + m_out.plain(server.name, who, "the name");
        off ? m_out.line("    # disabled: real" + m_six + "=" + text) : m_out.setting("real" + m_six, text);
        serverLosses(server, who, off, drained);
    }

    std::string ownTexts(const Plan& plan, const std::string& who) {
        // Quotes may stand in it, as long as they do not look like the end of the request.
        const bool unclear = plan.receive.contains("\" ") || plan.receive.contains("\",") || plan.receive.contains("\"\t");
        std::string receive;
        for (const char c : plan.receive)
            c == '"' && unclear ? void(receive += "\\x22") : receive.push_back(c);
        return " \"" + m_out.plain(plan.request, who, "the path") + "\", \"" + receive + "\"";
    }

    void serverLosses(const model::RealServer& server, const std::string& who, bool off, bool drained) {
        m_out.losing(off, Severity::Warning, who, "ldirectord has no servers that are switched off; written as a comment");
        m_out.losing(drained, Severity::Warning, who,
                     "ldirectord has no word for draining; written with weight 0 instead of " +
                         std::to_string(server.weight));
        m_out.losing(!server.name.empty(), Severity::Note, who, "a server's name is a comment in ldirectord.cf");
        m_out.losing(server.inhibitOnFailure.value_or(m_service.inhibitOnFailure) != m_service.inhibitOnFailure,
                     Severity::Warning, who,
                     "quiescent is the same for all servers of a service; that of the service was written");
        m_out.losing(!server.notifyUp->empty() || !server.notifyDown->empty(), Severity::Warning, who,
                     "ldirectord runs no program when a server changes; notify_up and notify_down were not written");
        m_out.losing(server.smtpAlert.has_value(), Severity::Note, who,
                     "mail is a matter of the whole service; not written");
        const bool tunnels = forwardingOf(m_service, server) == Forwarding::Tun;
        m_out.losing(tunnels && server.tunnel.value_or(m_service.tunnel) != model::Tunnel{}, Severity::Warning, who,
                     "ldirectord knows only plain ipip tunnels; the kind of this one was not written");
        m_out.losing(server.alpha.has_value() && !*server.alpha, Severity::Note, who,
                     "with ldirectord every server is down until its first success");
    }

    void fallback() {
        if (!m_service.sorryServer)
            return;
        const model::SorryServer& sorry = *m_service.sorryServer;
        const Forwarding forwarding = sorry.forwarding.value_or(m_service.forwarding);
        if (sorry.address.family() != familyOf(m_service))
            return say(Severity::Error, "ldirectord does not mix IPv4 and IPv6; the sorry server was not written");
        m_out.setting("fallback" + m_six,
                      (sorry.port == 0 ? bracketed(sorry.address) : endpointText(sorry.address, sorry.port)) + " " +
                          std::string(forwardingWord(forwarding)));
        m_out.losing(forwarding == Forwarding::Tun && sorry.tunnel.value_or(m_service.tunnel) != model::Tunnel{},
                     Severity::Warning, m_subject,
                     "ldirectord knows only plain ipip tunnels; the kind of the sorry server's was not written");
        m_out.losing(sorry.inhibit, Severity::Warning, m_subject,
                     "ldirectord removes a fallback that is not needed; inhibit was not written");
    }

    /// The reader makes both programs of one command; only that can be written back.
    void fallbackCommand() {
        const std::vector<std::string>& down = m_service.quorumDown.command;
        const std::vector<std::string>& up = m_service.quorumUp.command;
        if (down.empty() && up.empty())
            return;
        std::string text;
        const bool pair = down.size() >= 4 && up.size() == down.size() && down[down.size() - 3] == "start" &&
                          up[up.size() - 3] == "stop" && std::equal(down.begin(), down.end() - 3, up.begin());
        for (std::size_t i = 0; pair && i + 3 < down.size(); ++i)
            text += (i == 0 ? "" : " ") + down[i];
        if (!pair || text != m_out.plain(text, m_subject, "the program"))
            return say(Severity::Warning, "ldirectord has one program for both, which gets start or stop; quorum_up and "
                                          "quorum_down were not written");
        m_out.setting("fallbackcommand", text);
    }

    [[nodiscard]] bool everythingOff() const {
        return !m_service.servers.empty() && !m_service.sorryServer &&
               std::ranges::all_of(m_service.servers, [](const model::RealServer& server) {
                   return server.admin == AdminState::Disabled && server.checks.empty();
               });
    }

    void checks() {
        m_out.setting("checktype", everythingOff() ? "off" : m_plan.type);
        m_out.setting("service", m_plan.service);
        if (m_plan.type == "external")
            m_out.setting("checkcommand", "\"" + m_out.plain(m_plan.command, m_subject, "the check program") + "\"");
        if (m_checkPort != 0)
            m_out.setting("checkport", std::to_string(m_checkPort));
        if (!m_plan.request.empty())
            m_out.setting("request", "\"" + m_out.plain(m_plan.request, m_subject, "the path") + "\"");
        if (!m_plan.receive.empty())
            m_out.setting("receive", "\"" + m_plan.receive + "\"");
        if (!m_plan.virtualHost.empty())
            m_out.setting("virtualhost", "\"" + m_out.plain(m_plan.virtualHost, m_subject, "the virtual host") + "\"");
        if (m_plan.service == "http" || m_plan.service == "https")
            m_out.setting("httpmethod", "GET");
        if (m_plan.type == "on")
            return;
        const std::string time = m_out.seconds(m_plan.timeout, m_subject, "the time-out of a check");
        m_out.setting("checktimeout", time);
        m_out.setting("negotiatetimeout", time);
        m_out.setting("failurecount", std::to_string(m_plan.failures));
        const auto between = m_service.delayBeforeRetry.value_or(std::chrono::milliseconds(-1));
        m_out.losing(m_plan.failures > 1 && between != m_service.delayLoop, Severity::Note, m_subject,
                     "ldirectord tries a server again with its next check, after the interval; delay_before_retry was not "
                     "written");
    }

    void table() {
        m_out.setting("scheduler", json::toWord(m_service.scheduler));
        if (m_service.persistenceTimeout) {
            m_out.setting("persistent", std::to_string(*m_service.persistenceTimeout));
            if (const unsigned prefix = m_service.persistencePrefix.value_or(0); prefix != 0)
                m_out.setting("netmask", m_v6           ? std::to_string(prefix)
                                         : prefix >= 32 ? std::string("255.255.255.255")
                                                        : IpAddress::v4(0xFFFFFFFFU << (32U - prefix)).toString());
        }
        const bool udp = m_service.protocol == model::Protocol::Udp;
        m_out.setting("protocol", m_service.firewallMark ? "fwm" : udp ? "udp" : "tcp");
        if (!m_service.schedulerFlags.empty())
            m_out.setting("schedflags", schedulerFlagsText(m_service));
        if (!m_service.firewallMark && udp)
            m_out.setting("ops", yesNo(m_service.onePacket));
        m_out.setting("quiescent", yesNo(m_service.inhibitOnFailure));
        if (m_service.smtpAlert)
            m_out.setting("emailalertstatus", *m_service.smtpAlert ? "all" : "none");
    }

    void losses() {
        const model::VirtualService& s = m_service;
        const auto lost = [&](bool is, std::string_view what) { m_out.losing(is, Severity::Warning, m_subject, what); };
        lost(s.quorum != 1 || s.hysteresis != 0,
             "ldirectord uses the fallback when no server is left; quorum and hysteresis were not written");
        lost(s.omega, "ldirectord does not run programs for every service when it stops; omega was not written");
        lost(s.haSuspend,
             "ldirectord checks on a director that is not active, if it runs there; ha_suspend was not written");
        lost(!s.persistenceEngine.empty(), "ldirectord has no persistence engines; not written");
        lost(s.drainLimit.has_value(), "ldirectord does not drain a server before it is removed; not written");
        lost(s.warmup.has_value(), "ldirectord begins to check at once; warmup was not written");
        lost(s.onePacket && s.firewallMark.has_value(), "ldirectord schedules single packets for udp only; not written");
        lost(s.servers.empty() && s.virtualHost != m_plan.virtualHost, "the virtual host was not written");
        lost(s.persistencePrefix && !s.persistenceTimeout, "without persistence its prefix has no effect; not written");
    }

    Writer& m_out;
    const model::VirtualService& m_service;
    std::string m_subject;
    bool m_v6;
    std::string m_six;
    std::vector<Plan> m_plans;
    Plan m_plan; ///< of the service
    bool m_own = false;
    std::uint16_t m_checkPort = 0;
};

} // namespace

void writeService(Writer& out, const model::VirtualService& service, bool fork) { ServiceWriter(out, service).write(fork); }

} // namespace lvsdeck::formats::ldirectord
