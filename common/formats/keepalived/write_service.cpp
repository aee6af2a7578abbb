// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/keepalived/write_parts.hpp"
#include "common/model/groups.hpp"

#include <algorithm>
#include <cstdio>

namespace lvsdeck::formats::keepalived {

namespace {

/// "/255.255.255.0" as keepalived wants it for IPv4, a prefix length for IPv6.
std::string granularityText(Family family, unsigned prefix) {
    if (family == Family::V6)
        return std::to_string(prefix);
    return IpAddress::v4(prefix == 0 ? 0 : 0xFFFFFFFFU << (32 - std::min(prefix, 32U))).toString();
}

void writeScheduling(Writer& out, const model::VirtualService& service, const std::string& subject) {
    const std::string form = "lb_algo " + json::toWord(service.scheduler);
    out.line(out.offers(form, subject, "written as wlc") ? form : "lb_algo wlc");
    const bool hash = service.scheduler == model::Scheduler::Sh || service.scheduler == model::Scheduler::Mh;
    const std::string prefix = json::toWord(service.scheduler) + "-";
    for (const model::SchedulerFlag flag : service.schedulerFlags) {
        std::string word = "flag-" + std::to_string(static_cast<int>(flag) + 1);
        std::string named;
        if (hash && flag == model::SchedulerFlag::Flag1)
            named = prefix + "fallback";
        if (hash && flag == model::SchedulerFlag::Flag2)
            named = prefix + "port";
        if (!named.empty() && !out.has(named) && out.has(word))
            out.lacks(Block::Service, named, Severity::Note, subject, "written as " + word);
        else if (!named.empty())
            word = named;
        out.setting(word, {}, subject);
    }
    writeForwarding(out, "lb_kind", service.forwarding, service.tunnel, subject);
}

void writePersistence(Writer& out, const model::VirtualService& service, Family family, const std::string& subject) {
    if (service.persistenceTimeout) {
        out.line("persistence_timeout " + std::to_string(*service.persistenceTimeout));
        if (service.persistencePrefix)
            out.line("persistence_granularity " + granularityText(family, *service.persistencePrefix));
        if (!service.persistenceEngine.empty())
            out.setting("persistence_engine", wordText(service.persistenceEngine), subject);
    }
    if (service.onePacket)
        out.line("ops");
}

void writeQuorum(Writer& out, const model::VirtualService& service, const std::string& subject) {
    std::uint64_t total = 0;
    for (const model::RealServer& server : service.servers)
        if (server.admin == model::AdminState::Enabled && server.weight > 0)
            total += static_cast<std::uint64_t>(server.weight);
    // keepalived lowers a quorum that the weights cannot reach, and complains; the wish is kept behind the
    // comment mark.
    const auto possible =
        static_cast<std::uint32_t>(std::clamp<std::uint64_t>(service.quorum, 1, std::max<std::uint64_t>(total, 1)));
    if (possible < service.quorum)
        out.say(Severity::Warning, subject,
                "the quorum " + std::to_string(service.quorum) + " is more than the weight of the servers in use (" +
                    std::to_string(total) + "); written as " + std::to_string(possible) +
                    ", which is what keepalived would make of it");
    if (total == 0 && !service.servers.empty())
        out.say(Severity::Warning, subject,
                "no server in use has a weight, and keepalived complains about that (its test ends with "
                "status 5); "
                "give one a weight before the file is used");
    const auto lowered = [&](std::string_view word, std::uint32_t value, std::uint32_t wish) {
        out.line(std::string(word) + " " + std::to_string(value) +
                 (value == wish ? "" : " #lvsdeck wanted " + std::to_string(wish)));
    };
    if (service.quorum != 1)
        lowered("quorum", possible, service.quorum);
    if (service.hysteresis != 0)
        lowered("hysteresis", std::min(service.hysteresis, possible - 1), service.hysteresis);
    for (const auto& [set, word] : {std::pair(service.alpha, "alpha"), std::pair(service.omega, "omega")})
        if (set)
            out.line(word);
    if (service.inhibitOnFailure && out.offers("inhibit_on_failure", subject, "written in its real servers instead"))
        out.line("inhibit_on_failure");
}

/// Older ones want a 0 where there is no port.
std::string portText(const Writer& out, std::uint16_t port) {
    return port == 0 && out.has(Block::Service, "WITHOUT-PORT") ? "" : " " + std::to_string(port);
}

void writeSorryServer(Writer& out, const model::VirtualService& service, const std::string& subject) {
    if (!service.sorryServer)
        return;
    const model::SorryServer& sorry = *service.sorryServer;
    out.line("sorry_server " + sorry.address.toString() + portText(out, sorry.port));
    if (sorry.inhibit)
        out.line("sorry_server_inhibit");
    const model::Forwarding forwarding = sorry.forwarding.value_or(service.forwarding);
    if (sorry.forwarding || (sorry.tunnel && forwarding == model::Forwarding::Tun))
        writeForwarding(out, "sorry_server_lvs_method", forwarding, sorry.tunnel.value_or(service.tunnel), subject);
}

void writeDefaults(Writer& out, const model::VirtualService& service, const std::string& subject) {
    if (!service.virtualHost.empty())
        out.line("virtualhost " + wordText(service.virtualHost));
    const auto inherited = [&](std::string_view word, const auto& value, auto text) {
        if (value && out.offers(word, subject, "written in its checks instead"))
            out.line(std::string(word) + " " + text(*value));
    };
    const auto number = [](std::uint32_t value) { return std::to_string(value); };
    const auto time =
        [&](model::Milliseconds value) { // a target that has the word for services has fractions too, or rounds up
            return secondsText(out.has("delay_loop FRACTION") ? value : std::chrono::ceil<std::chrono::seconds>(value));
        };
    inherited("connect_timeout", service.connectTimeout, time);
    inherited("retry", service.retry, number);
    inherited("delay_before_retry", service.delayBeforeRetry, time);
    inherited("warmup", service.warmup, time);
    const auto fraction = [](const std::optional<model::Milliseconds>& value) {
        return value && value->count() % 1000 != 0;
    };
    if (!out.has("delay_loop FRACTION") && (fraction(service.delayBeforeRetry) || fraction(service.warmup)))
        out.lacks(Block::Service, "delay_loop FRACTION", Severity::Warning, subject,
                  "delay_before_retry and warmup are rounded up to whole seconds");
}

/// A range within the last number is written in the short form, which every keepalived knows.
std::string rangeText(const model::GroupEntry& entry) {
    if (entry.firewallMark || !entry.lastAddress ||
        !entry.address.sharesPrefix(*entry.lastAddress, entry.address.isV4() ? 24 : 112))
        return entryText(entry);
    const auto bytes = entry.lastAddress->bytes();
    std::string out = entry.address.toString() + "-";
    if (entry.address.isV4()) {
        out += std::to_string(bytes[3]);
    } else {
        char digits[5] = {};
        std::snprintf(digits, sizeof digits, "%x", bytes[14] * 256U + bytes[15]);
        out += digits;
    }
    return out + (entry.port == 0 ? "" : " " + std::to_string(entry.port));
}

/// The lines of one entry. What a range needs more than its last number is cut into such ranges for a target that knows no other.
std::vector<model::GroupEntry> portions(const Writer& out, const model::GroupEntry& entry) {
    const bool wide = entry.lastAddress && entry.address.isV4() && !entry.address.sharesPrefix(*entry.lastAddress, 24);
    if (!wide || out.has("WIDE-RANGE"))
        return {entry};
    const auto number = [](const IpAddress& address) {
        const auto b = address.bytes();
        return std::uint32_t{b[0]} << 24U | std::uint32_t{b[1]} << 16U | std::uint32_t{b[2]} << 8U | b[3];
    };
    std::vector<model::GroupEntry> list;
    const std::uint64_t last = number(*entry.lastAddress);
    for (std::uint64_t first = number(entry.address); first <= last && list.size() <= 65536; first = (first | 0xFFU) + 1) {
        model::GroupEntry& part = list.emplace_back(entry);
        part.address = IpAddress::v4(static_cast<std::uint32_t>(first));
        part.lastAddress = IpAddress::v4(static_cast<std::uint32_t>(std::min<std::uint64_t>(first | 0xFFU, last)));
    }
    return list;
}

void writeEntry(Writer& out, const model::GroupEntry& entry, const std::string& subject) {
    if (entry.firewallMark && entry.firewallMarkFamily == Family::V6 &&
        !out.offers("fwmark inet6", subject, "the family of the mark is left out")) {
        out.line("fwmark " + std::to_string(*entry.firewallMark));
        return;
    }
    if (entry.lastAddress && !entry.address.isV4() && !out.offers("IPV6-RANGE", subject))
        return;
    const std::vector<model::GroupEntry> parts = portions(out, entry);
    if (parts.size() > 1)
        out.lacks(Block::ServiceGroup, "WIDE-RANGE", Severity::Note, subject,
                  "written as " + std::to_string(parts.size()) + " ranges of the last number");
    const bool zero = !entry.firewallMark && entry.port == 0 && !out.has("WITHOUT-PORT");
    for (const model::GroupEntry& part : parts)
        out.line(rangeText(part) + (zero ? " 0" : ""));
}

} // namespace

void writeForwarding(Writer& out, std::string_view word, model::Forwarding forwarding, const model::Tunnel& tunnel,
                     const std::string& subject) {
    const std::string form = std::string(word == "lb_kind" ? word : std::string_view("lvs_method")) + " TUN type";
    const Block block = word == "lvs_method" ? Block::Server : Block::Service;
    const bool plain = forwarding != model::Forwarding::Tun || tunnel == model::Tunnel{};
    const bool kinds = plain || out.has(Block::Service, "lb_kind TUN type");
    if (!out.offers(word, subject))
        return;
    if (!kinds)
        out.lacks(block == Block::Server ? block : Block::Service, block == Block::Server ? form : "lb_kind TUN type",
                  Severity::Warning, subject, "written as plain ipip");
    out.line(std::string(word) + " " + forwardingText(forwarding, kinds ? tunnel : model::Tunnel{}));
}

void writeGroup(Writer& out, const model::ServiceGroup& group) {
    const std::string subject = "virtual_server_group " + group.name;
    out.open("virtual_server_group " + wordText(group.name), Block::ServiceGroup);
    for (const model::GroupEntry& entry : group.entries)
        writeEntry(out, entry, subject);
    out.kept(subject, Block::ServiceGroup);
    out.close();
    out.blank();
}

void writeService(Writer& out, const model::Cluster& cluster, const model::VirtualService& service) {
    const std::string subject = "virtual_server " + serviceKey(service);
    const bool unused =
        std::ranges::all_of(service.servers, [](const auto& s) { return s.admin == model::AdminState::Disabled; });
    const bool refused = service.protocol == model::Protocol::Sctp && !onlyMarks(cluster, service) &&
                         !out.has(Block::Service, "protocol SCTP");
    if (refused)
        out.lacks(Block::Service, "protocol SCTP", Severity::Error, subject, "the whole service is written as a comment");
    else if (unused)
        out.say(Severity::Warning, subject,
                "keepalived refuses a service without real servers, so it is written as a comment; add or "
                "enable one");
    const bool disabled = unused || refused;
    if (disabled)
        out.beginDisabled();
    if (!service.group.empty())
        out.open("virtual_server group " + wordText(service.group), Block::Service);
    else if (service.firewallMark)
        out.open("virtual_server fwmark " + std::to_string(*service.firewallMark), Block::Service);
    else
        out.open("virtual_server " + service.address.toString() + portText(out, service.port), Block::Service);
    if (!service.name.empty())
        out.fact("name", service.name);
    if (service.drainLimit) {
        out.fact("drain_limit", secondsText(*service.drainLimit));
        out.say(Severity::Note, subject,
                "keepalived takes servers out at once, so the time for draining is written as a comment");
    }
    out.seconds("delay_loop", "delay_loop FRACTION", service.delayLoop, subject);
    writeScheduling(out, service, subject);
    writePersistence(out, service, model::familyOf(cluster, service), subject);
    if (!onlyMarks(cluster, service))
        out.line("protocol " + std::string(service.protocol == model::Protocol::Tcp   ? "TCP"
                                           : service.protocol == model::Protocol::Udp ? "UDP"
                                                                                      : "SCTP"));
    else if (service.firewallMark && service.firewallMarkFamily == Family::V6)
        out.setting("ip_family", "inet6", subject);
    writeQuorum(out, service, subject);
    if (service.haSuspend && hasMarks(cluster, service))
        out.say(Severity::Warning, subject, "keepalived takes no ha_suspend where there is a firewall mark; left out");
    else if (service.haSuspend)
        out.line("ha_suspend");
    writeSorryServer(out, service, subject);
    writeDefaults(out, service, subject);
    writeScript(out, "quorum_up", service.quorumUp, subject);
    writeScript(out, "quorum_down", service.quorumDown, subject);
    if (service.smtpAlert)
        out.setting("smtp_alert", booleanText(*service.smtpAlert), subject);
    out.kept(subject, Block::Service);
    for (const model::RealServer& server : service.servers)
        writeServer(out, cluster, service, server);
    out.close();
    if (disabled)
        out.endDisabled();
    out.blank();
}

} // namespace lvsdeck::formats::keepalived
