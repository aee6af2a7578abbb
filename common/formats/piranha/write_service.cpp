// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/piranha/write_parts.hpp"
#include "common/model/groups.hpp"

#include <algorithm>

namespace lvsdeck::formats::piranha {

namespace {

using model::RealServer;
using model::VirtualService;

/// One virtual of the file: of a firewall mark there are several, one for each way of checking.
struct Part {
    Probe probe;
    std::uint16_t port = 80;
    model::Protocol protocol = model::Protocol::Tcp;
    std::vector<const RealServer*> servers;
};

std::string subjectOf(const VirtualService& service) { return "service " + serviceKey(service); }
std::string subjectOf(const VirtualService& service, const RealServer& server) {
    return subjectOf(service) + " / server " + serverKey(server);
}

model::Scheduler schedulerFor(model::Scheduler scheduler) {
    using enum model::Scheduler;
    switch (scheduler) {
    case Rr:
    case Wrr:
    case Lc:
    case Wlc:
    case Lblc:
    case Lblcr:
    case Dh:
    case Sh: return scheduler;
    default: return Wlc;
    }
}

std::string maskText(const VirtualService& service) {
    const unsigned prefix = std::clamp<unsigned>(service.persistencePrefix.value_or(32), 1, 32);
    return IpAddress::v4(0xFFFFFFFFU << (32U - prefix)).toString();
}

class ServiceWriter {
public:
    ServiceWriter(const std::vector<VirtualService>& services, Addresses& addresses, Output& out)
        : m_addresses(addresses), m_out(out), m_free(addresses.free(services)) {
        for (const VirtualService& service : services)
            m_marks += service.firewallMark ? 1U : 0U;
    }

    void write(const VirtualService& service) {
        if (!service.firewallMark) {
            const Part part = only(service);
            return virtualBlock(service, part, service.address, m_names.pick(service.name, nameOf(service)));
        }
        const std::vector<Part> parts = byCheck(service);
        std::vector<IpAddress> addresses = freeAddresses();
        if (addresses.empty())
            return m_out.say(Severity::Error, subjectOf(service),
                             "a virtual needs an address, also with a firewall mark, and the cluster has none; left out");
        for (std::size_t i = 0; i < std::max(parts.size(), addresses.size()); ++i) {
            const Part& part = parts[std::min(i, parts.size() - 1)];
            const std::string wanted =
                i == 0 || service.name.empty() ? service.name : service.name + "-" + std::to_string(part.port);
            virtualBlock(service, part, addresses[std::min(i, addresses.size() - 1)], m_names.pick(wanted, nameOf(service)));
        }
    }

    void finish() {
        for (std::size_t i = m_nextFree; i < m_free.size(); ++i)
            m_out.say(Severity::Warning, "address " + m_free[i].toString(),
                      "no service has this address, and Piranha brings up addresses of virtuals only; left out");
    }

private:
    static std::string nameOf(const VirtualService& service) {
        return service.firewallMark
                   ? "fwm-" + std::to_string(*service.firewallMark)
                   : json::toWord(service.protocol) + "-" + service.address.toString() + "-" + std::to_string(service.port);
    }

    /// Each mark gets one address, the last one all that are left.
    std::vector<IpAddress> freeAddresses() {
        const std::size_t left = m_free.size() - m_nextFree;
        const std::size_t count = m_marks-- == 1 ? left : std::min<std::size_t>(left, 1);
        const auto begin = m_free.begin() + static_cast<std::ptrdiff_t>(m_nextFree);
        std::vector<IpAddress> out(begin, begin + static_cast<std::ptrdiff_t>(count));
        m_nextFree += count;
        if (const auto any = m_addresses.any(); out.empty() && any)
            out.push_back(*any);
        return out;
    }

    /// The same thing is told once for all servers of a service.
    void tell(const VirtualService& service, const RealServer& server, const std::vector<std::string>& losses) {
        std::string text;
        for (const std::string& loss : losses)
            text += (text.empty() ? "" : "; ") + loss;
        const std::string subject = subjectOf(service, server);
        if (text.empty())
            return;
        m_out.know(subject);
        if (m_losses.emplace(serviceKey(service), text).second)
            m_out.say(Severity::Warning, subject, text);
    }

    /// The one check that all servers of a virtual have.
    Part only(const VirtualService& service) {
        Part out;
        out.port = service.port;
        out.protocol = service.protocol;
        for (const RealServer& server : service.servers)
            out.servers.push_back(&server);
        const auto first = std::ranges::find_if(service.servers, [](const RealServer& s) { return !s.checks.empty(); });
        if (first == service.servers.end())
            return out;
        const auto written = [&](const RealServer& server, bool mask) {
            return writeProbe(server.checks.front(), {service, server, service.protocol, mask});
        };
        const auto alike = [&](bool mask) {
            const Probe probe = written(*first, mask).probe;
            return std::ranges::all_of(service.servers, [&](const RealServer& server) {
                return server.checks.empty() || written(server, mask).probe == probe;
            });
        };
        const bool mask = alike(true) || !alike(false);
        out.probe = written(*first, mask).probe;
        for (const RealServer& server : service.servers) {
            if (server.checks.empty())
                continue;
            WrittenProbe one = written(server, mask);
            if (one.probe != out.probe)
                one.losses = {"Piranha checks all servers of a virtual alike, and the check of " + serverKey(*first) +
                              " is the one that was written"};
            if (server.checks.size() > 1)
                one.losses.push_back("only the first of " + std::to_string(server.checks.size()) + " checks was written");
            tell(service, server, one.losses);
        }
        return out;
    }

    std::vector<Part> byCheck(const VirtualService& service) {
        std::vector<Part> out;
        std::map<std::tuple<Probe, std::uint16_t, model::Protocol>, std::size_t> known;
        for (const RealServer& server : service.servers)
            for (const model::HealthCheck& check : server.checks) {
                const bool udp = std::holds_alternative<model::UdpCheck>(check);
                const model::Protocol protocol = udp ? model::Protocol::Udp : model::Protocol::Tcp;
                WrittenProbe one = writeProbe(check, {service, server, protocol, true});
                tell(service, server, one.losses);
                const std::uint16_t port = model::settings(check).connectPort.value_or(server.port == 0 ? 80 : server.port);
                const auto [place, isNew] = known.emplace(std::tuple(one.probe, port, protocol), out.size());
                if (isNew)
                    out.push_back({std::move(one.probe), port, protocol, {}});
                std::vector<const RealServer*>& servers = out[place->second].servers;
                if (servers.empty() || servers.back() != &server)
                    servers.push_back(&server);
            }
        if (out.empty())
            out.emplace_back();
        for (const RealServer& server : service.servers)
            if (server.checks.empty())
                out.front().servers.push_back(&server);
        return out;
    }

    void virtualBlock(const VirtualService& service, const Part& part, const IpAddress& address, const std::string& name) {
        m_out.open("virtual", name);
        m_out.line("active", "1");
        m_addresses.write(address, "address", "vip_nmask");
        if (service.firewallMark)
            m_out.line("fwmark", std::to_string(*service.firewallMark));
        m_out.line("port", std::to_string(part.port));
        m_out.line("protocol", part.protocol == model::Protocol::Udp ? "udp" : "tcp");
        m_out.line("scheduler", json::toWord(schedulerFor(service.scheduler)));
        if (service.persistenceTimeout) {
            m_out.line("persistent", std::to_string(*service.persistenceTimeout));
            if (service.persistencePrefix)
                m_out.line("pmask", maskText(service));
        }
        probe(part.probe);
        const auto timeout =
            std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(service.delayLoop).count(), 1, 86400);
        m_out.line("timeout", std::to_string(timeout));
        m_out.line("reentry", std::to_string(timeout)); // back after the first good check
        m_out.line("load_monitor", "none");
        m_out.line("quiesce_server", service.inhibitOnFailure ? "1" : "0");
        if (service.sorryServer && service.sorryServer->address.isV4())
            sorryServer(service, *service.sorryServer);
        Names names;
        for (const RealServer* server : part.servers)
            if (server->address.isV4())
                serverBlock(service, part, *server, names);
        m_out.close();
    }

    void probe(const Probe& probe) {
        if (!probe.program.empty())
            m_out.quoted("send_program", probe.program);
        if (!probe.send.empty())
            m_out.quoted("send", escaped(probe.send));
        if (!probe.expect.empty()) {
            m_out.quoted("expect", escaped(probe.expect));
            m_out.line("use_regex", probe.regex ? "1" : "0");
        }
    }

    void sorryServer(const VirtualService& service, const model::SorryServer& sorry) {
        const std::uint16_t own = service.firewallMark ? std::uint16_t{0} : service.port;
        if (sorry.port != own && sorry.port != 0)
            m_out.say(
                Severity::Warning, subjectOf(service) + " / sorry server",
                "whether Piranha takes a port of its own for the sorry server is not documented; written as address:port");
        m_out.line("sorry_server", sorry.address.toString() +
                                       (sorry.port == own || sorry.port == 0 ? "" : ":" + std::to_string(sorry.port)));
    }

    void serverBlock(const VirtualService& service, const Part& part, const RealServer& server, Names& names) {
        m_out.open("server", names.pick(server.name, server.address.toString()));
        m_out.line("address", server.address.toString());
        m_out.line("active", server.admin == model::AdminState::Disabled ? "0" : "1");
        m_out.line("weight", std::to_string(server.admin == model::AdminState::Drained ? 0 : std::max(server.weight, 0)));
        std::uint16_t port = service.firewallMark ? part.port : server.port;
        const bool nat = service.forwarding == model::Forwarding::Nat;
        if (!service.firewallMark && !nat && !server.checks.empty())
            port = model::settings(server.checks.front()).connectPort.value_or(port); // only the check has it
        if (port != part.port && port != 0)
            m_out.line("port", std::to_string(port));
        m_out.close();
    }

    Addresses& m_addresses;
    Output& m_out;
    Names m_names;
    std::vector<IpAddress> m_free;
    std::size_t m_nextFree = 0;
    std::size_t m_marks = 0;
    std::set<std::pair<std::string, std::string>> m_losses;
};

/// Why a service cannot be written at all; empty: it can.
std::string obstacle(const model::Cluster& cluster, const VirtualService& service) {
    const model::ServiceGroup* group = service.group.empty() ? nullptr : model::findGroup(cluster, service.group);
    if (!service.group.empty() &&
        (group == nullptr ||
         std::ranges::any_of(group->entries, [](const model::GroupEntry& entry) { return entry.lastAddress.has_value(); })))
        return "Piranha would have to bring up every address of a range; left out, use a firewall mark for the range";
    if (model::familyOf(cluster, service) != Family::V4)
        return "Piranha knows IPv4 only; left out";
    if (service.protocol == model::Protocol::Sctp && !model::onlyMarks(cluster, service))
        return "Piranha knows TCP and UDP only; left out";
    const bool anyPort = group == nullptr ? !service.firewallMark && service.port == 0
                                          : std::ranges::any_of(group->entries, [](const model::GroupEntry& entry) {
                                                return !entry.firewallMark && entry.port == 0;
                                            });
    return anyPort ? "a virtual has one port; left out, use a firewall mark for all ports" : "";
}

} // namespace

std::vector<VirtualService> writableServices(const model::Cluster& cluster, Output& out) {
    std::vector<VirtualService> list;
    std::set<std::string> keys;
    for (const VirtualService& service : cluster.services) {
        if (const std::string text = obstacle(cluster, service); !text.empty()) {
            out.say(Severity::Error, subjectOf(service), text);
            continue;
        }
        std::vector<VirtualService> ones = model::expanded(cluster, service);
        if (!service.group.empty())
            out.say(Severity::Note, subjectOf(service),
                    "Piranha has no groups; written as " + std::to_string(ones.size()) + " virtuals, one for each address");
        for (VirtualService& one : ones)
            if (keys.insert(serviceKey(one)).second) // services of one group share its marks
                list.push_back(std::move(one));
    }
    for (const VirtualService& service : list)
        for (const RealServer& server : service.servers)
            if (!server.address.isV4())
                out.say(Severity::Error, subjectOf(service, server), "Piranha knows IPv4 only; left out");
    return list;
}

void writeServices(const std::vector<VirtualService>& services, Addresses& addresses, Output& out) {
    ServiceWriter writer(services, addresses, out);
    for (const VirtualService& service : services)
        writer.write(service);
    writer.finish();
}

} // namespace lvsdeck::formats::piranha
