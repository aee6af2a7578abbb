// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/keepalived/write_parts.hpp"
#include "common/model/groups.hpp"

#include <algorithm>
#include <cstdio>

namespace lvsdeck::formats::keepalived {

namespace {

using enum KeepalivedVersion;

/// "/255.255.255.0" as keepalived wants it for IPv4, a prefix length for IPv6.
std::string granularityText(Family family, unsigned prefix) {
    if (family == Family::V6)
        return std::to_string(prefix);
    return IpAddress::v4(prefix == 0 ? 0 : 0xFFFFFFFFU << (32 - std::min(prefix, 32U))).toString();
}

void writeScheduling(Writer& out, const model::VirtualService& service, const std::string& subject) {
    out.line("lb_algo " + json::toWord(service.scheduler));
    const bool hash = service.scheduler == model::Scheduler::Sh || service.scheduler == model::Scheduler::Mh;
    const std::string prefix = json::toWord(service.scheduler) + "-";
    for (const model::SchedulerFlag flag : service.schedulerFlags) {
        std::string word = "flag-" + std::to_string(static_cast<int>(flag) + 1);
        if (hash && flag == model::SchedulerFlag::Flag1)
            word = prefix + "fallback";
        if (hash && flag == model::SchedulerFlag::Flag2)
            word = prefix + "port";
        out.setting(word, {}, V2_0, subject);
    }
    writeForwarding(out, "lb_kind", service.forwarding, service.tunnel, subject);
}

void writePersistence(Writer& out, const model::VirtualService& service, Family family) {
    if (service.persistenceTimeout) {
        out.line("persistence_timeout " + std::to_string(*service.persistenceTimeout));
        if (service.persistencePrefix)
            out.line("persistence_granularity " + granularityText(family, *service.persistencePrefix));
        if (!service.persistenceEngine.empty())
            out.line("persistence_engine " + wordText(service.persistenceEngine));
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
    for (const auto& [set, word] : {std::pair(service.alpha, "alpha"), std::pair(service.omega, "omega"),
                                    std::pair(service.inhibitOnFailure, "inhibit_on_failure")})
        if (set)
            out.line(word);
}

void writeSorryServer(Writer& out, const model::VirtualService& service, const std::string& subject) {
    if (!service.sorryServer)
        return;
    const model::SorryServer& sorry = *service.sorryServer;
    out.line("sorry_server " + sorry.address.toString() + (sorry.port == 0 ? "" : " " + std::to_string(sorry.port)));
    if (sorry.inhibit)
        out.line("sorry_server_inhibit");
    const model::Forwarding forwarding = sorry.forwarding.value_or(service.forwarding);
    if (sorry.forwarding || (sorry.tunnel && forwarding == model::Forwarding::Tun))
        writeForwarding(out, "sorry_server_lvs_method", forwarding, sorry.tunnel.value_or(service.tunnel), subject);
}

void writeDefaults(Writer& out, const model::VirtualService& service, const std::string& subject) {
    if (!service.virtualHost.empty())
        out.line("virtualhost " + wordText(service.virtualHost));
    if (service.connectTimeout)
        out.setting("connect_timeout", secondsText(*service.connectTimeout), V2_2, subject);
    if (service.retry)
        out.setting("retry", std::to_string(*service.retry), V2_0, subject);
    if (service.delayBeforeRetry)
        out.setting("delay_before_retry", secondsText(*service.delayBeforeRetry), V2_0, subject);
    if (service.warmup)
        out.setting("warmup", secondsText(*service.warmup), V2_0, subject);
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

} // namespace

void writeForwarding(Writer& out, std::string_view word, model::Forwarding forwarding, const model::Tunnel& tunnel,
                     const std::string& subject) {
    const bool kinds = out.has(V2_2) || forwarding != model::Forwarding::Tun || tunnel == model::Tunnel{};
    if (!kinds)
        out.say(Severity::Warning, subject,
                "the kind of tunnel is newer than the keepalived that the text is for; written as plain ipip");
    const std::string text = forwardingText(forwarding, kinds ? tunnel : model::Tunnel{});
    out.setting(word, text, word == "lb_kind" ? V1_2 : V2_0, subject);
}

void writeGroup(Writer& out, const model::ServiceGroup& group) {
    const std::string subject = "virtual_server_group " + group.name;
    out.open("virtual_server_group " + wordText(group.name));
    for (const model::GroupEntry& entry : group.entries) {
        if (entry.firewallMark && entry.firewallMarkFamily == Family::V6 && !out.has(V2_2)) {
            out.say(Severity::Warning, subject,
                    "the family of a firewall mark is newer than the keepalived that the text is for; left out");
            out.line("fwmark " + std::to_string(*entry.firewallMark));
        } else {
            out.line(rangeText(entry));
        }
    }
    out.kept(subject, Block::ServiceGroup);
    out.close();
    out.blank();
}

void writeService(Writer& out, const model::Cluster& cluster, const model::VirtualService& service) {
    const std::string subject = "virtual_server " + serviceKey(service);
    const bool unused =
        std::ranges::all_of(service.servers, [](const auto& s) { return s.admin == model::AdminState::Disabled; });
    if (unused) {
        out.say(Severity::Warning, subject,
                "keepalived refuses a service without real servers, so it is written as a comment; add or "
                "enable one");
        out.beginDisabled();
    }
    if (!service.group.empty())
        out.open("virtual_server group " + wordText(service.group));
    else if (service.firewallMark)
        out.open("virtual_server fwmark " + std::to_string(*service.firewallMark));
    else
        out.open("virtual_server " + service.address.toString() +
                 (service.port == 0 ? "" : " " + std::to_string(service.port)));
    if (!service.name.empty())
        out.fact("name", service.name);
    if (service.drainLimit) {
        out.fact("drain_limit", secondsText(*service.drainLimit));
        out.say(Severity::Note, subject,
                "keepalived takes servers out at once, so the time for draining is written as a comment");
    }
    out.line("delay_loop " + secondsText(service.delayLoop));
    writeScheduling(out, service, subject);
    writePersistence(out, service, model::familyOf(cluster, service));
    if (!onlyMarks(cluster, service))
        out.line("protocol " + std::string(service.protocol == model::Protocol::Tcp   ? "TCP"
                                           : service.protocol == model::Protocol::Udp ? "UDP"
                                                                                      : "SCTP"));
    else if (service.firewallMark && service.firewallMarkFamily == Family::V6)
        out.line("ip_family inet6");
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
        out.setting("smtp_alert", booleanText(*service.smtpAlert), V2_0, subject);
    out.kept(subject, Block::Service);
    for (const model::RealServer& server : service.servers)
        writeServer(out, cluster, service, server);
    out.close();
    if (unused)
        out.endDisabled();
    out.blank();
}

} // namespace lvsdeck::formats::keepalived
