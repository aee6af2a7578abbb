// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/notify/service_notices.hpp"

#include "common/base/json.hpp"

#include <optional>

namespace lvsdeck::notify {

namespace {

std::string trio(const IpAddress& address, const std::string& protocol, std::uint16_t port) {
    return "[" + address.toString() + "]:" + protocol + ":" + std::to_string(port);
}

const char* upDown(bool up) { return up ? "UP" : "DOWN"; }

/// "=> TCP CHECK failed on service <=", as keepalived's check says it.
std::string serverBody(const model::RealServer& server, bool up) {
    std::string check = "CHECK";
    std::string how = up ? "succeed" : "failed";
    std::string why;
    if (!server.checks.empty()) {
        const model::HealthCheck& first = server.checks.front();
        if (std::holds_alternative<model::TcpCheck>(first))
            check = "TCP CHECK";
        else if (std::holds_alternative<model::UdpCheck>(first))
            check = "UDP CHECK";
        else if (std::holds_alternative<model::PingCheck>(first))
            check = "ICMP CHECK";
        else if (std::holds_alternative<model::DnsCheck>(first))
            check = "DNS_CHECK:";
        else if (std::holds_alternative<model::HttpCheck>(first) && !up)
            why = " : HTTP request failed";
        else if (std::holds_alternative<model::ScriptCheck>(first)) {
            check = "MISC CHECK";
            how = up ? "succeeded" : "failed";
        }
    }
    return "=> " + check + " " + how + " on service" + why + " <=";
}

std::string quorumBody(const model::VirtualService& service, const ServiceTruth& truth, bool stopping) {
    if (stopping)
        return "=> Shutting down <=";
    const auto quorum = std::int64_t{service.quorum};
    const auto hysteresis = std::int64_t{service.hysteresis};
    const std::string weight = std::to_string(truth.aliveWeight);
    if (truth.quorum)
        return "=> Gained quorum " + std::to_string(quorum) + "+" + std::to_string(hysteresis) + "=" +
               std::to_string(quorum + hysteresis) + " <= " + weight + " <=";
    return "=> Lost quorum " + std::to_string(quorum) + "-" + std::to_string(hysteresis) + "=" +
           std::to_string(quorum - hysteresis) + " > " + weight + " <=";
}

class Collector {
public:
    Collector(const model::Effective& own, Occasion occasion) : m_own(own), m_occasion(occasion) {
        m_router = own.director.routerId.empty() ? own.director.id : own.director.routerId;
    }

    enum class News { First, Change, Removal };

    /// The first verdict on a server that was out from the beginning is no reason for a mail.
    void server(const model::VirtualService& service, const model::RealServer& server, bool up, News news = News::Change) {
        const model::Script& script = up ? server.notifyUp : server.notifyDown;
        if (!script.empty())
            m_out.emplace_back(ScriptNotice{script, {}});
        const std::string names = serverWord(service, server) + " ";
        line("RS " + names + serviceWord(service) + " " + upDown(up));
        if ((up || news != News::First) && server.smtpAlert.value_or(wantsMail(service, true)))
            mail("Realserver " + names + "of virtual server " + serviceWord(service), up,
                 m_occasion == Occasion::Stop ? "=> Shutting down <="
                 : news == News::Removal      ? "=> Removing <="
                                              : serverBody(server, up));
    }

    void service(const model::VirtualService& service, const ServiceTruth& truth) {
        const model::Script& script = truth.quorum ? service.quorumUp : service.quorumDown;
        if (!script.empty())
            m_out.emplace_back(ScriptNotice{script, {}});
        line("VS " + serviceWord(service) + " " + upDown(truth.quorum));
        if (wantsMail(service, false))
            mail("Virtualserver " + serviceWord(service), truth.quorum,
                 quorumBody(service, truth, m_occasion == Occasion::Stop));
    }

    [[nodiscard]] std::vector<Notice> take() { return std::move(m_out); }

private:
    void line(const std::string& text) {
        for (const std::string* path : {&m_own.notification.fifo, &m_own.notification.checkerFifo})
            if (!path->empty())
                m_out.emplace_back(FifoNotice{*path, text});
    }
    /// `otherwise`: when nothing is said anywhere. keepalived then mails about servers, not about services.
    [[nodiscard]] bool wantsMail(const model::VirtualService& service, bool otherwise) const {
        return service.smtpAlert.value_or(m_own.notification.alertCheckers.value_or(otherwise));
    }
    void mail(const std::string& about, bool up, std::string body) {
        if (m_own.notification.to.empty() || m_own.notification.smtpServer.empty())
            return;
        m_out.emplace_back(MailNotice{"[" + m_router + "] " + about + " - " + upDown(up), std::move(body)});
    }

    const model::Effective& m_own;
    Occasion m_occasion;
    std::string m_router;
    std::vector<Notice> m_out;
};

const ServiceTruth* find(const ServiceTruths& truths, const std::string& key) {
    const auto found = truths.find(key);
    return found == truths.end() ? nullptr : &found->second;
}

/// Unset: not known on that side.
std::optional<Alive> alive(const ServiceTruth& truth, const model::RealServer& server) {
    const auto found = truth.servers.find(model::serverKey(server));
    return found == truth.servers.end() ? std::nullopt : std::optional(found->second);
}

/// A service that comes: as keepalived it has gained its quorum then, and its servers are worth a word only if asked for.
void atStart(const model::VirtualService& service, const ServiceTruth& after, bool servers, Collector& out) {
    for (const model::RealServer& server : service.servers)
        if (servers && alive(after, server) == Alive::Up)
            out.server(service, server, true);
    if (after.quorum)
        out.service(service, after);
}

/// The servers of `service` for which `goes` is true go, all that were up; the service is the caller's to tell of.
template <class Goes>
void serversGo(const model::VirtualService& service, const ServiceTruth& before, Collector& out, const Goes& goes) {
    for (const model::RealServer& server : service.servers)
        if (goes(server) && alive(before, server) == Alive::Up)
            out.server(service, server, false, Collector::News::Removal);
}

void serviceGoes(const model::VirtualService& service, const ServiceTruth& before, Collector& out) {
    serversGo(service, before, out, [](const model::RealServer&) { return true; });
    if (before.quorum)
        out.service(service, {false, 0, {}});
}

/// As by keepalived's reload this needs no omega, which is for the end of the program.
void removed(const std::vector<model::VirtualService>& former, const ServiceTruths& before, const ServiceTruths& after,
             Collector& out) {
    for (const model::VirtualService& service : former) {
        const std::string key = model::serviceKey(service);
        const ServiceTruth* old = find(before, key);
        const ServiceTruth* now = find(after, key);
        if (old != nullptr && now == nullptr)
            serviceGoes(service, *old, out);
        else if (old != nullptr)
            serversGo(service, *old, out, [&](const model::RealServer& server) { return !alive(*now, server); });
    }
}

void onChange(const model::VirtualService& service, const ServiceTruth& before, const ServiceTruth& after, Collector& out) {
    for (const model::RealServer& server : service.servers) {
        const auto was = alive(before, server);
        const auto is = alive(after, server);
        if (was && is && *was != *is && *is != Alive::Unknown)
            out.server(service, server, *is == Alive::Up,
                       *was == Alive::Unknown ? Collector::News::First : Collector::News::Change);
    }
    if (before.quorum != after.quorum)
        out.service(service, after);
}

} // namespace

std::string serviceWord(const model::VirtualService& service) {
    if (!service.group.empty())
        return "[" + service.group + "]:" + std::to_string(service.port);
    if (service.firewallMark)
        return "FWM " + std::to_string(*service.firewallMark);
    return trio(service.address, json::toWord(service.protocol), service.port);
}

std::string serverWord(const model::VirtualService& service, const model::RealServer& server) {
    return trio(server.address, service.firewallMark ? "none" : json::toWord(service.protocol), server.port);
}

std::vector<Notice> serviceNotices(const model::Effective& own, const ServiceTruths& before, const ServiceTruths& after,
                                   Occasion occasion, const std::vector<model::VirtualService>& former) {
    Collector out(own, occasion);
    if (occasion == Occasion::Change)
        removed(former, before, after, out);
    for (const model::VirtualService& service : own.services) {
        const std::string key = model::serviceKey(service);
        const ServiceTruth* old = find(before, key);
        const ServiceTruth* now = find(after, key);
        switch (occasion) {
        case Occasion::Start:
            if (now != nullptr)
                atStart(service, *now, own.notification.notifyUpAtStart, out);
            break;
        case Occasion::Change:
            if (old != nullptr && now != nullptr)
                onChange(service, *old, *now, out);
            else if (now != nullptr)
                atStart(service, *now, false, out);
            break;
        case Occasion::Stop:
            if (old != nullptr && service.omega)
                serviceGoes(service, *old, out);
            break;
        }
    }
    return out.take();
}

} // namespace lvsdeck::notify
