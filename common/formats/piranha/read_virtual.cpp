// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/piranha/probe.hpp"
#include "common/formats/piranha/read_parts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace lvsdeck::formats::piranha {

namespace {

/// Piranha's own; the kernel has more.
constexpr std::array schedulers{model::Scheduler::Rr,   model::Scheduler::Wrr,   model::Scheduler::Lc, model::Scheduler::Wlc,
                                model::Scheduler::Lblc, model::Scheduler::Lblcr, model::Scheduler::Dh, model::Scheduler::Sh};

/// One virtual while it is read.
struct Virtual {
    const Block* block = nullptr;
    model::VirtualService service; ///< without its servers
    std::optional<model::VirtualAddress> address;
    std::uint8_t prefix = 32;
    std::uint16_t port = 80;
    bool active = false; ///< Piranha's default
    Probe probe;
    const Entry* probeEntry = nullptr; ///< where the check is told about
    std::optional<IpAddress> sorry;
    std::optional<std::uint16_t> sorryPort;
};

class VirtualReader {
public:
    VirtualReader(const Globals& globals, const Report& report) : m_globals(globals), m_report(report), m_values(report) {}

    Virtual read(const Block& block) {
        m_out = {};
        m_reentry = nullptr;
        m_out.block = &block;
        m_out.service.name = block.name;
        m_out.service.forwarding = m_globals.forwarding;
        m_out.service.delayLoop = m_out.service.connectTimeout.emplace(std::chrono::seconds(10));
        for (const Entry* entry : m_values.effective(block))
            if (!head(*entry) && !balance(*entry) && !check(*entry) && !tellLeftOut(*entry))
                m_values.unknown(*entry, BlockKind::Virtual);
        if (m_out.address)
            m_out.address->prefixLength = m_out.prefix;
        if (m_out.address && block.find("vip_nmask") == nullptr)
            m_report.say(Severity::Note, block, "vip_nmask is missing; the address was read as one without a network (/32)");
        reentry();
        return std::move(m_out);
    }

private:
    bool head(const Entry& entry) {
        if (entry.key == "active") {
            m_out.active = m_values.flag(entry).value_or(false);
        } else if (entry.key == "address") {
            m_out.address = m_values.virtualAddress(entry);
        } else if (entry.key == "vip_nmask") {
            m_out.prefix = m_values.prefix(entry).value_or(32);
        } else if (entry.key == "fwmark") {
            const auto mark = m_values.number(entry, 0, 0xFFFFFFFFU);
            if (mark && *mark != 0)
                m_out.service.firewallMark = mark;
        } else if (entry.key == "protocol") {
            m_values.tellRest(entry, 1);
            m_out.service.protocol = entry.value() == "udp" ? model::Protocol::Udp : model::Protocol::Tcp;
            if (entry.value() != "udp" && entry.value() != "tcp")
                m_report.say(Severity::Error, entry, "protocol is tcp or udp; read as tcp");
        } else if (entry.key == "port") {
            m_out.port = m_values.port(entry).value_or(m_out.port);
        } else {
            return false;
        }
        return true;
    }

    bool balance(const Entry& entry) {
        if (entry.key == "scheduler")
            scheduler(entry);
        else if (entry.key == "persistent")
            persistent(entry);
        else if (entry.key == "pmask")
            m_out.service.persistencePrefix = m_values.prefix(entry);
        else if (entry.key == "quiesce_server")
            m_out.service.inhibitOnFailure = m_values.flag(entry).value_or(false);
        else if (entry.key == "sorry_server")
            sorryServer(entry);
        else
            return false;
        return true;
    }

    void scheduler(const Entry& entry) {
        m_values.tellRest(entry, 1);
        const auto known = json::fromWord<model::Scheduler>(entry.value());
        m_out.service.scheduler = known.value_or(model::Scheduler::Wlc);
        if (!known)
            m_report.say(Severity::Error, entry, "the kernel has no such scheduler; read as wlc, Piranha's default");
        else if (std::ranges::find(schedulers, *known) == schedulers.end())
            m_report.say(Severity::Note, entry, "Piranha itself does not know this scheduler of the kernel; taken over");
    }

    void persistent(const Entry& entry) {
        const auto seconds = m_values.number(entry, 0, 2678400);
        if (seconds && *seconds != 0)
            m_out.service.persistenceTimeout = seconds;
    }

    void sorryServer(const Entry& entry) {
        m_values.tellRest(entry, 1);
        const std::string_view text = entry.value();
        const std::size_t colon = text.find(':');
        Entry address = entry;
        Entry port = entry;
        address.values.front().text = text.substr(0, colon);
        m_out.sorry = m_values.address(address);
        if (colon == std::string_view::npos)
            return;
        port.values.front().text = text.substr(colon + 1);
        m_out.sorryPort = m_values.port(port);
    }

    bool check(const Entry& entry) {
        const bool text = entry.key == "send" || entry.key == "expect";
        if (text || entry.key == "send_program") {
            std::string& target = entry.key == "send"     ? m_out.probe.send
                                  : entry.key == "expect" ? m_out.probe.expect
                                                          : m_out.probe.program;
            m_values.tellRest(entry, 1);
            const bool fits = entry.value().size() <= (text ? maxProbeText : maxProgram);
            if (!fits)
                m_report.say(Severity::Error, entry,
                             entry.key + " has more than " + std::to_string(text ? maxProbeText : maxProgram) +
                                 " bytes; the line was left out");
            else
                target = text ? unescaped(entry.value()) : std::string(entry.value());
            if (m_out.probeEntry == nullptr || entry.key == "send_program")
                m_out.probeEntry = &entry;
        } else if (entry.key == "use_regex") {
            m_out.probe.regex = m_values.flag(entry).value_or(false);
        } else if (entry.key == "timeout") {
            if (const auto seconds = m_values.number(entry, 1, 86400))
                m_out.service.delayLoop = m_out.service.connectTimeout.emplace(std::chrono::seconds(*seconds));
        } else {
            return false;
        }
        return true;
    }

    /// A time that is no longer than the one between two checks is over with the first good one.
    void reentry() const {
        if (m_reentry == nullptr)
            return;
        const auto seconds = m_values.number(*m_reentry, 0, 86400);
        if (seconds && std::chrono::seconds(*seconds) > m_out.service.delayLoop)
            m_report.say(Severity::Note, *m_reentry,
                         "a server that comes back gets connections after its first good check, not only after this time; "
                         "left out");
    }

    bool tellLeftOut(const Entry& entry) {
        if (entry.key == "reentry")
            m_reentry = &entry;
        else if (entry.key == "load_monitor") {
            if (entry.value() != "none")
                m_report.say(
                    Severity::Warning, entry,
                    "weights do not follow the servers' load; left out, a check with a program whose exit status sets "
                    "the weight (dynamic) can do that");
        } else if (entry.key == "client_monitor")
            m_report.say(Severity::Note, entry, "a monitor on the servers has no counterpart; left out");
        else
            return false;
        return true;
    }

    const Globals& m_globals;
    const Report& m_report;
    Values m_values;
    Virtual m_out;
    const Entry* m_reentry = nullptr;
};

/// One server while it is read.
struct Server {
    const Block* block = nullptr;
    std::optional<IpAddress> address;
    bool active = false;
    std::int32_t weight = 1;
    std::optional<std::uint16_t> port;
};

class Collector {
public:
    Collector(const Globals& globals, const Report& report)
        : m_report(report), m_values(report), m_virtuals(globals, report) {}

    void add(const Block& block) {
        Virtual one = m_virtuals.read(block);
        if (!one.active)
            return m_report.say(
                Severity::Warning, block,
                "this virtual is switched off (active is 0, or missing, which is the same for Piranha); it was "
                "left out with its address and servers, set active = 1 and import again to have it");
        if (!one.address && !one.service.firewallMark)
            return m_report.say(
                Severity::Error, block,
                "this virtual has no address, so no service can be made of it; it was left out with its servers");
        if (one.address)
            address(*one.address, block);
        one.service.firewallMark ? mark(std::move(one)) : service(std::move(one));
    }

    Virtuals take() { return std::move(m_out); }

private:
    /// Several virtuals may share an address; one bad line about it must not make two of it.
    void address(const model::VirtualAddress& address, const Block& block) {
        const auto [known, isNew] = m_addresses.emplace(address.address, m_out.addresses.size());
        if (isNew) {
            if (!address.label.empty() && !m_labels.insert(address.label).second)
                m_report.say(Severity::Warning, block,
                             address.label + " is the label of another address too; with Piranha the later one replaces it, "
                                             "here both come up, but give each its own label");
            return m_out.addresses.push_back(address);
        }
        if (const model::VirtualAddress& first = m_out.addresses[known->second]; first != address)
            m_report.say(Severity::Warning, block,
                         "the address " + address.address.toString() +
                             " stands above with another mask or another interface; that one is taken");
    }

    void service(Virtual one) {
        one.service.address = one.address->address;
        one.service.port = one.port;
        finish(one, one.port);
        const std::string key = serviceKey(one.service);
        if (!m_services.emplace(key, m_out.services.size()).second)
            return m_report.say(Severity::Error, *one.block,
                                "there is the service " + key +
                                    " already, and the kernel takes only one; this one was left out "
                                    "with its servers, join the two");
        m_out.services.push_back(std::move(one.service));
        servers(one, m_out.services.back(), m_out.services.size() - 1, one.port);
    }

    /// All virtuals of one mark are one service; each of them checks the servers at its own port.
    void mark(Virtual one) {
        one.service.protocol = model::Protocol::Tcp;
        finish(one, 0);
        const std::string key = serviceKey(one.service);
        const auto [known, isNew] = m_services.emplace(key, m_out.services.size());
        if (isNew)
            m_out.services.push_back(std::move(one.service));
        else
            joined(one, m_out.services[known->second]);
        servers(one, m_out.services[known->second], known->second, 0);
    }

    void joined(Virtual& one, model::VirtualService& first) {
        // Not with a copy of the servers: a mark may have very many virtuals.
        std::vector<model::RealServer> servers = std::exchange(first.servers, {});
        one.service.name = first.name;
        const bool equal = one.service == first;
        first.servers = std::move(servers);
        m_report.say(equal ? Severity::Note : Severity::Warning, *one.block,
                     "the firewall mark " + std::to_string(*first.firewallMark) +
                         " is one service in the kernel, read with " + shortened(first.name, 60) +
                         (equal ? "" : "; where the two differ, the settings of the first are taken"));
    }

    void finish(Virtual& one, std::uint16_t port) {
        model::VirtualService& service = one.service;
        const bool whole = service.persistencePrefix && *service.persistencePrefix == 32;
        if (service.persistencePrefix && !whole && !service.persistenceTimeout)
            m_report.say(Severity::Note, *one.block, "without persistence, pmask has no effect; left out");
        if (whole || !service.persistenceTimeout)
            service.persistencePrefix.reset();
        if (!one.sorry)
            return;
        model::SorryServer& sorry = service.sorryServer.emplace();
        sorry.address = *one.sorry;
        sorry.port = service.forwarding == model::Forwarding::Nat ? one.sorryPort.value_or(port) : port;
        if (sorry.port != one.sorryPort.value_or(sorry.port))
            m_report.say(Severity::Warning, *one.block,
                         "direct routing and tunnels do not change ports; the port of sorry_server was left out");
    }

    void servers(const Virtual& one, model::VirtualService& service, std::size_t index, std::uint16_t port) {
        const model::Protocol protocol = protocolOf(one);
        ReadProbe probe = readProbe(one.probe, protocol);
        tellProbe(one, probe);
        for (const Block& block : one.block->blocks) {
            const Server server = readServer(block);
            if (server.address)
                add(one, service, index, port, server, probe.check);
            else if (block.find("address") == nullptr)
                m_report.say(Severity::Error, block, "this server has no address; it was left out");
        }
    }

    model::Protocol protocolOf(const Virtual& one) const {
        const Entry* entry = one.block->find("protocol");
        return entry != nullptr && entry->value() == "udp" ? model::Protocol::Udp : model::Protocol::Tcp;
    }

    void tellProbe(const Virtual& one, const ReadProbe& probe) {
        std::string text;
        for (const std::string& part : probe.told)
            text += (text.empty() ? "" : "; ") + part;
        if (!text.empty() && one.probeEntry != nullptr)
            m_report.say(probe.exact ? Severity::Note : Severity::Warning, *one.probeEntry, text);
        if (!one.probe.program.empty() && !one.probe.send.empty())
            m_report.say(Severity::Note, *one.block, "with send_program, Piranha does not look at send; left out");
    }

    Server readServer(const Block& block) {
        Server out;
        out.block = &block;
        for (const Entry* entry : m_values.effective(block))
            if (entry->key == "address")
                m_values.tellRest(*entry, 1), out.address = m_values.address(*entry);
            else if (entry->key == "active")
                out.active = m_values.flag(*entry).value_or(false);
            else if (entry->key == "weight")
                out.weight = static_cast<std::int32_t>(m_values.number(*entry, 0, 0x7FFFFFFF).value_or(1));
            else if (entry->key == "port")
                out.port = m_values.port(*entry);
            else
                m_values.unknown(*entry, BlockKind::Server);
        if (block.find("active") == nullptr)
            m_report.say(Severity::Warning, block,
                         "active is missing, which is 0 for Piranha; the server was read as disabled");
        return out;
    }

    void add(const Virtual& one, model::VirtualService& service, std::size_t index, std::uint16_t servicePort,
             const Server& read, const model::HealthCheck& probe) {
        const bool nat = service.forwarding == model::Forwarding::Nat && !service.firewallMark;
        const std::uint16_t asked = read.port.value_or(one.port);
        model::RealServer server;
        server.address = *read.address;
        if (read.block->name != read.address->toString()) // a block must have some name; this one is none
            server.name = read.block->name;
        server.port = nat ? asked : servicePort;
        server.weight = read.weight;
        server.admin = read.active ? model::AdminState::Enabled : model::AdminState::Disabled;
        if (server.port != asked && !service.firewallMark)
            m_report.say(Severity::Warning, *read.block,
                         "direct routing and tunnels do not change ports, so the server gets its packets on port " +
                             std::to_string(servicePort) + "; the port " + std::to_string(asked) + " is for its check only");
        const auto [known, isNew] =
            m_servers.emplace(std::tuple(index, server.address, server.port), service.servers.size());
        if (!isNew && !service.firewallMark)
            return m_report.say(Severity::Error, *read.block,
                                "this service has the server " + serverKey(server) + " already; this one was left out");
        if (isNew)
            service.servers.push_back(std::move(server));
        else if (const model::RealServer& first = service.servers[known->second];
                 first.weight != read.weight || first.admin != server.admin)
            m_report.say(Severity::Warning, *read.block,
                         "the other virtual of this firewall mark has the server with another weight or switched otherwise; "
                         "that one is taken");
        model::RealServer& target = service.servers[known->second];
        const bool program = !one.probe.program.empty();
        const std::uint16_t checked = program ? std::uint16_t{0} : asked;
        if (!m_checks.emplace(index, known->second, checked, one.probe, protocolOf(one)).second)
            return;
        model::HealthCheck check = forServer(probe, target.address);
        if (asked != target.port && !program)
            model::settings(check).connectPort = asked;
        target.checks.push_back(std::move(check));
    }

    const Report& m_report;
    Values m_values;
    VirtualReader m_virtuals;
    Virtuals m_out;
    std::map<IpAddress, std::size_t> m_addresses;
    std::set<std::string> m_labels;
    std::map<std::string, std::size_t> m_services;
    std::map<std::tuple<std::size_t, IpAddress, std::uint16_t>, std::size_t> m_servers;
    std::set<std::tuple<std::size_t, std::size_t, std::uint16_t, Probe, model::Protocol>> m_checks;
};

} // namespace

Virtuals readVirtuals(const Block& root, const Globals& globals, const Report& report) {
    Collector collector(globals, report);
    for (const Block& block : root.blocks)
        if (block.kind == BlockKind::Virtual)
            collector.add(block);
        else
            report.say(
                Severity::Error, block,
                "failover services (a program that runs on one of the two directors) are no load balancing; left out, a "
                "cluster manager such as Pacemaker does that");
    return collector.take();
}

} // namespace lvsdeck::formats::piranha
