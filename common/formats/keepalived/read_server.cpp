// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/check_words.hpp"
#include "common/formats/keepalived/read_parts.hpp"
#include "common/formats/keepalived/script_words.hpp"
#include "common/model/groups.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

using model::Milliseconds;

class ServerReader : public BlockReader {
public:
    ServerReader(Reading& reading, const model::VirtualService& service)
        : BlockReader(reading, Block::Server), m_service(service) {}

    bool head(const Node& node) {
        const auto address = addressValue(node.word(1));
        if (!address)
            return false;
        tellHeadSurplus(node, 3);
        m_server.address = *address;
        m_portGiven = node.words.size() >= 3;
        return !m_portGiven || assign(m_server.port, wholeNumber(node.word(2), 0, 65535));
    }

    model::RealServer read(const Node& node) {
        m_server.weight = -1; // not given: the service's
        m_server.name = factOf(node, "name").value_or(std::string());
        if (node.kind == Line::Kind::Disabled)
            m_server.admin = model::AdminState::Disabled;
        for (const Node& line : node.children) {
            const bool wanted = line.kind == Line::Kind::Plain || line.kind == Line::Kind::Disabled;
            if (!wanted || !(line.block ? check(line) : understood(line)))
                keepUnread(line);
            else
                tellSurplus(line);
        }
        finish(node);
        keepComments(node);
        return std::move(m_server);
    }

private:
    bool check(const Node& line) {
        std::optional<ReadCheck> read = readCheck(m_reading, line);
        if (!read)
            return false;
        if (!read->kept.empty())
            absorb(std::move(read->kept), "/check " + std::to_string(m_server.checks.size()));
        if (m_server.checks.empty())
            m_server.checks = std::move(read->checks);
        else
            std::ranges::move(read->checks, std::back_inserter(m_server.checks));
        return true;
    }

    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        const std::string_view value = line.word(1);
        if (word == "weight")
            return weight(line, value);
        if (word == "lvs_method" || word == "lb_kind") {
            const auto words = forwardingValue(line, 1);
            if (words && word == "lb_kind")
                say(Severity::Warning, line, "inside of real_server keepalived calls this lvs_method; read as that");
            if (words) {
                m_server.forwarding = words->forwarding;
                if (words->forwarding == model::Forwarding::Tun)
                    m_server.tunnel = words->tunnel;
            }
            return words.has_value();
        }
        if (word == "uthreshold")
            return assign(m_server.upperThreshold, wholeNumber(value, 0, 0xFFFFFFFFU));
        if (word == "lthreshold")
            return assign(m_server.lowerThreshold, wholeNumber(value, 0, 0xFFFFFFFFU));
        if (word == "inhibit_on_failure")
            return assign(m_server.inhibitOnFailure, booleanValue(value));
        if (word == "alpha")
            return assign(m_server.alpha, booleanValue(value));
        if (word == "smtp_alert")
            return assign(m_server.smtpAlert, booleanValue(value));
        if (word == "notify_up" || word == "notify_down") {
            auto script = scriptValue(line);
            return assign(word == "notify_up" ? m_server.notifyUp : m_server.notifyDown, script);
        }
        if (word == "virtualhost") {
            m_server.virtualHost = std::string(value);
            return !value.empty();
        }
        return checkDefault(line, word, value);
    }

    bool weight(const Node& line, std::string_view value) {
        const bool done = assign(m_server.weight, wholeNumber(value, 0, 0x7FFFFFFFU));
        if (const auto drained = factOf(line, "drained")) {
            m_server.admin = model::AdminState::Drained;
            assign(m_server.weight, wholeNumber(*drained, 0, 0x7FFFFFFFU));
        }
        return done;
    }

    static std::optional<Milliseconds> moreThanZero(std::optional<Milliseconds> time) {
        return time && time->count() > 0 ? time : std::nullopt;
    }

    /// The model has these in the checks only.
    bool checkDefault(const Node& line, std::string_view word, std::string_view value) {
        bool done = false;
        if (word == "retry")
            done = assign(m_defaults.retry, wholeNumber(value, 1, 0xFFFFFFFFU));
        else if (word == "delay_before_retry")
            done = assign(m_defaults.delayBeforeRetry, secondsValue(value));
        else if (word == "warmup")
            done = assign(m_defaults.warmup, secondsValue(value));
        else if (word == "delay_loop")
            done = assign(m_defaults.delayLoop, moreThanZero(secondsValue(value)));
        else if (word == "connect_timeout")
            done = assign(m_defaults.connectTimeout, moreThanZero(secondsValue(value)));
        if (done)
            say(Severity::Note, line, "read as a setting of every check of this server that has none of its own");
        return done;
    }

    /// That servers behind DR and TUN have.
    [[nodiscard]] std::uint16_t portOfService() const {
        if (const GroupFacts* group = m_reading.groupFacts(m_service.group))
            return group->port;
        return m_service.firewallMark ? std::uint16_t{0} : m_service.port;
    }

    void finish(const Node& node) {
        const std::uint16_t servicePort = portOfService();
        std::optional<std::uint16_t> checkPort;
        if (!m_portGiven && servicePort != 0) {
            m_server.port = servicePort;
            say(Severity::Note, node, "no port is given; read as the service's port " + std::to_string(servicePort));
        } else if (forwardingOf(m_service, m_server) != model::Forwarding::Nat && m_server.port != servicePort) {
            checkPort = m_server.port;
            say(Severity::Warning, node,
                "DR and TUN do not change ports, so keepalived takes " +
                    (servicePort == 0 ? std::string("the client's port")
                                      : "the service's port " + std::to_string(servicePort)) +
                    " instead of this one; read so, its checks go on asking port " + std::to_string(m_server.port));
            m_server.port = servicePort;
        }
        for (model::HealthCheck& check : m_server.checks.edit()) {
            model::CheckSettings& settings = model::settings(check);
            const auto inherit = [](auto& own, const auto& common) {
                if (!own)
                    own = common;
            };
            const CommonWords has = commonWords(check);
            if (has.cycle) {
                inherit(settings.retry, m_defaults.retry);
                inherit(settings.delayBeforeRetry, m_defaults.delayBeforeRetry);
                inherit(settings.warmup, m_defaults.warmup);
                inherit(settings.delayLoop, m_defaults.delayLoop);
            }
            if (has.connection)
                inherit(settings.connectTimeout, m_defaults.connectTimeout);
            if (has.ports)
                inherit(settings.connectPort, checkPort);
        }
    }

    const model::VirtualService& m_service;
    model::RealServer m_server;
    model::CheckSettings m_defaults;
    bool m_portGiven = false;
};

} // namespace

std::vector<Kept> readServer(Reading& reading, const Node& node, model::VirtualService& service, ServerKeys& keys) {
    ServerReader reader(reading, service);
    if (!reader.head(node)) {
        reading.say(Severity::Error, node,
                    "a real_server is named by an IP address and a port; the block is kept, not managed: "
                    "correct it and "
                    "import again");
        return {{{}, render(node)}};
    }
    model::RealServer server = reader.read(node);
    if (!keys.emplace(server.address, server.port).second) {
        reading.say(Severity::Error, node,
                    "the real server " + serverKey(server) +
                        " is in this service twice, and keepalived drops the second; it is kept, not "
                        "managed: remove one");
        return {{{}, render(node)}};
    }
    if (!reading.alone)
        rememberBlock(reading, node, "service " + serviceKey(service) + " / server " + serverKey(server));
    std::vector<Kept> kept = reader.takeKept();
    for (Kept& entry : kept)
        entry.place = "/real_server " + serverKey(server) + entry.place;
    service.servers.push_back(std::move(server));
    return kept;
}

} // namespace lvsdeck::formats::keepalived
