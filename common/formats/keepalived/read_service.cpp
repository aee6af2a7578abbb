// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/keepalived/read_parts.hpp"
#include "common/formats/keepalived/script_words.hpp"
#include "common/model/groups.hpp"

#include <algorithm>
#include <bit>

namespace lvsdeck::formats::keepalived {

namespace {

using model::Milliseconds;

class ServiceReader : public BlockReader {
public:
    explicit ServiceReader(Reading& reading) : BlockReader(reading, Block::Service) {}

    /// Whether the head is one that the model has: an address, or a firewall mark.
    bool head(const Node& node) {
        if (node.word(1) == "fwmark") {
            m_service.firewallMark = 0;
            tellHeadSurplus(node, 3);
            return assign(m_service.firewallMark, wholeNumber(node.word(2), 1, 0xFFFFFFFFU));
        }
        if (node.word(1) == "group") {
            m_service.group = node.word(2);
            tellHeadSurplus(node, 3);
            m_group = m_reading.groupFacts(m_service.group);
            return m_group != nullptr;
        }
        const auto address = addressValue(node.word(1));
        if (!address)
            return false;
        tellHeadSurplus(node, 3);
        m_service.address = *address;
        return node.words.size() == 2 || assign(m_service.port, wholeNumber(node.word(2), 0, 65535));
    }

    model::VirtualService read(const Node& node) {
        m_service.delayLoop = std::chrono::seconds(60);
        m_service.name = factOf(node, "name").value_or(std::string());
        if (const auto limit = secondsValue(factOf(node, "drain_limit").value_or(std::string())))
            m_service.drainLimit = limit;
        m_service.forwarding = model::Forwarding::Nat;
        for (const Node& line : node.children)
            if (line.word(0) == "real_server" && line.block && line.kind != Line::Kind::Kept)
                m_servers.push_back(&line);
            else if (unread(line) || line.block || !understood(line))
                keepUnread(line);
            else
                tellSurplus(line);
        finish(node);
        rememberBlock(m_reading, node, "service " + serviceKey(m_service));
        // A server's meaning depends on the service's forwarding and port, wherever they stand in the block.
        ServerKeys keys;
        m_service.servers.reserve(m_servers.size());
        for (const Node* server : m_servers)
            absorb(readServer(m_reading, *server, m_service, keys), {});
        if (m_weight)
            applyWeight();
        keepComments(node);
        return std::move(m_service);
    }

private:
    static bool unread(const Node& line) { return line.kind == Line::Kind::Kept || line.kind == Line::Kind::Opaque; }

    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        const std::string_view value = line.word(1);
        if (word == "delay_loop") {
            const auto time = secondsValue(value);
            return time && *time > Milliseconds(0) && assign(m_service.delayLoop, time);
        }
        if (word == "lb_algo" || word == "lvs_sched")
            return scheduler(value);
        if (word == "lb_kind" || word == "lvs_method")
            return forwarding(line);
        if (word == "protocol")
            return protocol(line, value);
        if (word == "ip_family") {
            m_family = value == "inet6" ? Family::V6 : Family::V4;
            return value == "inet6" || value == "inet";
        }
        if (word == "quorum_up" || word == "quorum_down")
            return assign(word == "quorum_up" ? m_service.quorumUp : m_service.quorumDown, scriptValue(line));
        if (word == "smtp_alert")
            return assign(m_service.smtpAlert, booleanValue(value));
        if (word == "nat_mask") {
            say(Severity::Note, line, "nat_mask does nothing and keepalived 2 does not know it any more; dropped");
            return true;
        }
        return flag(line, word, value) || persistence(line, word, value) || limits(line, word, value) ||
               sorryServer(line, word);
    }

    bool scheduler(std::string_view value) {
        m_scheduler = json::fromWord<model::Scheduler>(value);
        if (m_scheduler)
            m_service.scheduler = *m_scheduler;
        return m_scheduler.has_value();
    }

    bool forwarding(const Node& line) {
        const auto words = forwardingValue(line, 1);
        if (words) {
            m_service.forwarding = words->forwarding;
            m_service.tunnel = words->tunnel;
            m_forwarding = true;
        }
        return words.has_value();
    }

    bool protocol(const Node& line, std::string_view value) {
        std::string word(value);
        std::ranges::transform(word, word.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const auto known = json::fromWord<model::Protocol>(word);
        if (!known)
            return false;
        const bool marks = onlyMarks();
        if (marks)
            say(Severity::Note, line, "a firewall mark has no protocol of its own, and keepalived ignores it here; dropped");
        else if (value == "tcp" || value == "Tcp")
            say(Severity::Note, line, "read as TCP; keepalived up to 1.2 took everything but TCP in capitals for UDP");
        m_protocol = known;
        if (!marks)
            m_service.protocol = *known;
        return true;
    }

    bool flag(const Node& line, std::string_view word, std::string_view value) {
        using model::SchedulerFlag;
        const auto schedulerFlag = [&](SchedulerFlag which, std::string_view owner) {
            if (!owner.empty() && json::toWord(m_service.scheduler) != owner) {
                say(Severity::Warning, line,
                    std::string(word) + " belongs to the scheduler " + std::string(owner) +
                        ", which must be named above it; keepalived ignores it, dropped");
                return true;
            }
            if (std::ranges::find(m_service.schedulerFlags, which) == m_service.schedulerFlags.end())
                m_service.schedulerFlags.push_back(which);
            std::ranges::sort(m_service.schedulerFlags);
            return true;
        };
        if (word == "flag-1" || word == "flag-2" || word == "flag-3")
            return schedulerFlag(word == "flag-1"   ? SchedulerFlag::Flag1
                                 : word == "flag-2" ? SchedulerFlag::Flag2
                                                    : SchedulerFlag::Flag3,
                                 {});
        if (word == "sh-fallback" || word == "mh-fallback")
            return schedulerFlag(SchedulerFlag::Flag1, word.substr(0, 2));
        if (word == "sh-port" || word == "mh-port")
            return schedulerFlag(SchedulerFlag::Flag2, word.substr(0, 2));
        const std::pair<std::string_view, bool*> flags[] = {{"ops", &m_service.onePacket},
                                                            {"ha_suspend", &m_service.haSuspend},
                                                            {"alpha", &m_service.alpha},
                                                            {"omega", &m_service.omega},
                                                            {"inhibit_on_failure", &m_service.inhibitOnFailure}};
        for (const auto& [name, target] : flags)
            if (word == name)
                return assign(*target, booleanValue(value));
        return false;
    }

    bool persistence(const Node& line, std::string_view word, std::string_view value) {
        if (word == "persistence_timeout") {
            if (wholeNumber(value, 0, 0)) {
                say(Severity::Note, line,
                    "persistence_timeout 0 is refused by keepalived 2 and means no persistence; read as off");
                return true;
            }
            return assign(m_service.persistenceTimeout,
                          value.empty() ? std::optional<std::uint64_t>(360) : wholeNumber(value, 1, 2678400));
        }
        if (word == "persistence_engine") {
            m_service.persistenceEngine = value;
            return value == "sip";
        }
        return word == "persistence_granularity" && granularity(line, value);
    }

    /// A netmask for IPv4, a prefix length for IPv6; alone it switches persistence on.
    bool granularity(const Node& line, std::string_view value) {
        unsigned prefix = 0;
        if (const auto length = wholeNumber(value, 1, 128)) {
            prefix = static_cast<unsigned>(*length);
        } else if (const auto mask = addressValue(value); mask && mask->isV4()) {
            prefix = static_cast<unsigned>(std::countl_one(mask->v4HostOrder()));
            if (prefix == 0 || std::popcount(mask->v4HostOrder()) != static_cast<int>(prefix))
                return false;
        } else {
            return false;
        }
        m_granularity = &line;
        m_service.persistencePrefix = static_cast<std::uint8_t>(prefix);
        return true;
    }

    /// An export lowers what keepalived would refuse, and says what was wanted.
    static std::string wanted(const Node& line, std::string_view value) {
        return factOf(line, "wanted").value_or(std::string(value));
    }

    bool limits(const Node& line, std::string_view word, std::string_view value) {
        if (word == "quorum")
            return assign(m_service.quorum, wholeNumber(wanted(line, value), 1, 0xFFFFFFFFU));
        if (word == "hysteresis")
            return assign(m_service.hysteresis, wholeNumber(wanted(line, value), 0, 0xFFFFFFFFU));
        if (word == "weight")
            return assign(m_weight, wholeNumber(value, 1, 0x7FFFFFFFU));
        if (word == "retry")
            return assign(m_service.retry, wholeNumber(value, 1, 0xFFFFFFFFU));
        if (word == "virtualhost") {
            m_service.virtualHost = value;
            return !value.empty();
        }
        if (word == "delay_before_retry")
            return assign(m_service.delayBeforeRetry, secondsValue(value));
        if (word == "warmup")
            return assign(m_service.warmup, secondsValue(value));
        if (word != "connect_timeout")
            return false;
        const auto time = secondsValue(value);
        return time && *time > Milliseconds(0) && assign(m_service.connectTimeout, time);
    }

    bool sorryServer(const Node& line, std::string_view word) {
        auto& sorry = m_service.sorryServer;
        if (word == "sorry_server") {
            const auto address = addressValue(line.word(1));
            if (!address || line.words.size() > 3)
                return false;
            model::SorryServer server{
                *address, m_service.firewallMark ? std::uint16_t{0} : m_service.port, {}, std::nullopt, false};
            if (line.words.size() == 3 && !assign(server.port, wholeNumber(line.word(2), 0, 65535)))
                return false;
            sorry = server;
            return true;
        }
        if (word != "sorry_server_inhibit" && word != "sorry_server_lvs_method")
            return false;
        const auto words = forwardingValue(line, 1);
        if (!sorry) {
            say(Severity::Warning, line,
                std::string(word) + " must come after sorry_server; keepalived ignores it, dropped");
        } else if (word == "sorry_server_inhibit") {
            sorry->inhibit = true;
        } else if (!words) {
            return false;
        } else {
            sorry->forwarding = words->forwarding;
            sorry->tunnel.reset();
            if (words->forwarding == model::Forwarding::Tun)
                sorry->tunnel = words->tunnel;
        }
        return true;
    }

    /// Firewall marks have the family that ip_family says; without it keepalived takes that of the servers that are not
    /// tunnelled.
    [[nodiscard]] Family markFamily() const {
        if (m_family)
            return *m_family;
        const bool direct = m_service.forwarding != model::Forwarding::Tun;
        return direct && std::ranges::any_of(m_servers, [](const Node* server) { return server->word(1).contains(':'); })
                   ? Family::V6
                   : Family::V4;
    }

    void finish(const Node& node) {
        if (m_service.firewallMark)
            m_service.firewallMarkFamily = markFamily();
        if (!m_service.group.empty())
            settleGroupFamily(m_reading, m_service.group, markFamily());
        if (!onlyMarks() && !m_protocol) {
            say(Severity::Warning, node,
                "no protocol is given; keepalived takes UDP then, and so does lvsdeck: write protocol TCP if "
                "that was meant");
            m_service.protocol = model::Protocol::Udp;
        }
        if (m_service.haSuspend && (m_group != nullptr ? m_group->marks : m_service.firewallMark.has_value())) {
            say(Severity::Warning, node, "keepalived takes no ha_suspend where there is a firewall mark; dropped");
            m_service.haSuspend = false;
        }
        settleSorryServer(node);
        if (!m_scheduler)
            say(Severity::Warning, node,
                "no scheduler that the kernel has is given; keepalived takes wlc then, and so does lvsdeck");
        if (!m_forwarding)
            say(Severity::Warning, node,
                "no forwarding method (lb_kind NAT, DR or TUN) is given; keepalived takes NAT then, and so "
                "does lvsdeck");
        if (m_granularity) {
            const unsigned most = (m_group != nullptr ? m_group->family : familyOf(m_service)) == Family::V4 ? 32 : 128;
            if (*m_service.persistencePrefix > most)
                say(Severity::Warning, *m_granularity, "the prefix is longer than an address; dropped");
            if (*m_service.persistencePrefix >= most)
                m_service.persistencePrefix.reset();
            if (!m_service.persistenceTimeout) {
                say(Severity::Note, *m_granularity,
                    "persistence_granularity alone switches persistence on; read with 360 s, as keepalived "
                    "does");
                m_service.persistenceTimeout = 360;
            }
        }
        if (allPorts() && !m_service.persistenceTimeout) {
            say(Severity::Note, node, "a service on all ports is always persistent; read with 360 s, as keepalived does");
            m_service.persistenceTimeout = 360;
        }
    }

    void settleSorryServer(const Node& node) {
        auto& sorry = m_service.sorryServer;
        if (!sorry || m_service.group.empty() || sorry->port == 0 ||
            sorry->forwarding.value_or(m_service.forwarding) == model::Forwarding::Nat)
            return;
        say(Severity::Warning, node,
            "the sorry server's port " + std::to_string(sorry->port) +
                " means nothing to a group with DR or TUN, and keepalived ignores it; dropped");
        sorry->port = 0;
    }

    [[nodiscard]] bool allPorts() const {
        if (m_group != nullptr)
            return m_group->allPorts;
        return !m_service.firewallMark && m_service.port == 0;
    }

    /// Those have no protocol.
    [[nodiscard]] bool onlyMarks() const {
        return m_group != nullptr ? m_group->onlyMarks : m_service.firewallMark.has_value();
    }

    void applyWeight() {
        for (model::RealServer& server : m_service.servers)
            if (server.weight == -1)
                server.weight = static_cast<std::int32_t>(*m_weight);
    }

    model::VirtualService m_service;
    std::vector<const Node*> m_servers;
    std::optional<model::Scheduler> m_scheduler;
    std::optional<model::Protocol> m_protocol;
    std::optional<std::uint32_t> m_weight;
    std::optional<Family> m_family;
    const GroupFacts* m_group = nullptr;
    bool m_forwarding = false;
    const Node* m_granularity = nullptr;
};

} // namespace

void readService(Reading& reading, const Node& node) {
    ServiceReader reader(reading);
    if (!reader.head(node)) {
        const bool group = node.word(1) == "group" && node.words.size() == 3;
        reading.say(Severity::Error, node,
                    (group ? "this file has no virtual_server_group " + std::string(node.word(2)) +
                                 ", and keepalived drops the service"
                           : std::string("a virtual_server is named by an IP address and a port, by fwmark and a number, or "
                                         "by group and its name")) +
                        "; the block is kept, not managed: correct it and import again");
        reading.cluster.passthrough.push_back({{}, {}, render(node)});
        return;
    }
    model::VirtualService service = reader.read(node);
    if (!reading.serviceKeys.insert(serviceKey(service)).second) {
        reading.say(Severity::Error, node,
                    "the service " + serviceKey(service) +
                        " is in this file twice; this one is kept, not managed: join them");
        reading.cluster.passthrough.push_back({{}, {}, render(node)});
        return;
    }
    for (model::RealServer& server : service.servers)
        server.weight = std::max(server.weight, server.weight == -1 ? 1 : 0);
    for (Kept& kept : reader.takeKept())
        reading.cluster.passthrough.push_back(
            {{}, "virtual_server " + serviceKey(service) + kept.place, std::move(kept.text)});
    reading.cluster.services.push_back(std::move(service));
}

} // namespace lvsdeck::formats::keepalived
