// SPDX-License-Identifier: GPL-3.0-or-later
// Random clusters for property tests: valid (validate() finds no error), and in the one form in which every
// format writes them (no setting that has no effect), so that text and model can be compared.
#pragma once

#include "common/model/groups.hpp"
#include "tests/support/vrrp_generator.hpp"

#include <algorithm>
#include <string>

namespace lvsdeck::testing {

namespace detail {

/// `connection`, `ports`, `cycle`: which of the common settings the kind has.
inline void settings(model::CheckSettings& check, bool needsPort, bool connection, bool ports, bool cycle) {
    if (connection) {
        check.connectAddress = maybe<IpAddress>(20, [] { return address(Family::V4, 200, pick(1, 999)); });
        if (check.connectAddress)
            check.bindAddress = maybe<IpAddress>(30, [] { return address(Family::V4, 201, pick(1, 999)); });
        check.bindInterface = chance(10) ? "eth0" : "";
        check.firewallMark = maybe<std::uint32_t>(10, [] { return pick<std::uint32_t>(1, 0xFFFFFFFFU); });
        check.connectTimeout = maybe<model::Milliseconds>(40, [] { return time(1, 30000); });
    }
    if (ports) {
        check.connectPort = maybe<std::uint16_t>(needsPort ? 100 : 40, [] { return pick<std::uint16_t>(1, 65535); });
        check.bindPort = maybe<std::uint16_t>(10, [] { return pick<std::uint16_t>(1, 65535); });
    }
    if (!cycle)
        return;
    check.retry = maybe<std::uint32_t>(40, [] { return pick<std::uint32_t>(0, 9); });
    check.delayBeforeRetry = maybe<model::Milliseconds>(40, [] { return time(0, 9000); });
    check.warmup = maybe<model::Milliseconds>(20, [] { return time(0, 9000); });
    check.delayLoop = maybe<model::Milliseconds>(20, [] { return time(1, 60000); });
    check.alpha = maybe<bool>(15, [] { return chance(50); });
    check.logAllFailures = maybe<bool>(15, [] { return chance(50); });
}

/// A program that exists everywhere, with arguments that are hard to write.
inline model::Script program() {
    static const std::vector<std::string> arguments{"up", "it's", "a b", "x\\y", "\"q\"", "#!{}", "$HOME", "", "päge"};
    model::Script out{{"/bin/true"}, "root", chance(50) ? "root" : ""};
    for (int i = pick(0, 3); i > 0; --i)
        out.command.push_back(*rc::gen::elementOf(arguments));
    return out;
}

inline model::HttpCheck httpCheck() {
    model::HttpCheck http;
    http.tls = chance(30);
    http.sni = http.tls && chance(50);
    http.virtualHost = chance(30) ? word() : "";
    http.version = static_cast<model::HttpVersion>(pick(0, 2));
    http.fastRecovery = chance(20);
    for (int i = pick(1, 3); i > 0; --i) {
        model::HttpUrl url;
        url.path = chance(50) ? "/" : "/a#b!c?x={1}&y=" + std::to_string(i);
        for (int j = pick(0, 2); j > 0; --j) {
            const auto first = pick<std::uint16_t>(100, 500);
            url.status.push_back({first, pick<std::uint16_t>(first, 599)});
        }
        url.digest = chance(30) ? "9b3a0c85a887a256d6939da88aabd8cd" : "";
        if (chance(30)) {
            url.regex = chance(50) ? "^ok" : "<h1>\\d+ \"it's\" #!{2}$";
            url.regexNoMatch = chance(30);
            if (chance(40))
                url.regexOptions = {"caseless", "multiline"};
            url.regexMinOffset = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(0, 99); });
            url.regexMaxOffset = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(100, 9999); });
        }
        url.virtualHost = chance(20) ? word() : "";
        http.urls.push_back(std::move(url));
    }
    return http;
}

inline model::UdpCheck udpCheck() {
    model::UdpCheck udp;
    udp.payload = chance(50) ? "00ff17" : "";
    udp.requireReply = chance(50);
    udp.reply = udp.requireReply && chance(50) ? "ab0xxx" : "";
    if (udp.requireReply) {
        udp.minReplyLength = pick<std::uint16_t>(0, 9);
        udp.maxReplyLength = chance(50) ? 255 : pick<std::uint16_t>(9, 1400);
    }
    return udp;
}

inline model::HealthCheck check(const model::Cluster& cluster, bool needsPort) {
    model::HealthCheck out;
    switch (pick(0, 8)) {
    case 0: out = model::SmtpCheck{{}, chance(50) ? word() : ""}; break;
    case 1: out = model::DnsCheck{{}, static_cast<model::DnsType>(pick(0, 8)), chance(50) ? "." : "www.example.org"}; break;
    case 2: out = udpCheck(); break;
    case 3: {
        model::PingCheck ping;
        settings(ping, false, true, false, true);
        return ping;
    }
    case 4: {
        model::ScriptCheck script;
        script.script = program();
        script.dynamic = chance(30);
        script.timeout = maybe<model::Milliseconds>(30, [] { return std::chrono::seconds(pick(1, 60)); });
        settings(script, false, false, false, true);
        return script;
    }
    case 5:
        if (!cluster.trackFiles.empty()) {
            model::FileCheck file;
            file.trackFile = cluster.trackFiles.front().name;
            file.weight = maybe<std::int32_t>(50, [] { return pick(-253, 253); });
            if (file.weight)
                file.reverse = maybe<bool>(50, [] { return chance(50); });
            return file;
        }
        out = model::TcpCheck{};
        break;
    case 6:
    case 7: out = httpCheck(); break;
    default: out = model::TcpCheck{}; break;
    }
    settings(model::settings(out), needsPort, true, true, true);
    return out;
}

inline model::Tunnel tunnel() {
    switch (pick(0, 2)) {
    case 0: return {};
    case 1: return {model::TunnelType::Gre, 0, chance(50) ? model::TunnelChecksum::Csum : model::TunnelChecksum::None};
    default: return {model::TunnelType::Gue, pick<std::uint16_t>(1, 65535), static_cast<model::TunnelChecksum>(pick(0, 2))};
    }
}

inline model::RealServer server(const model::Cluster& cluster, const model::VirtualService& service, Family family,
                                std::uint16_t own, int number) {
    model::RealServer out;
    out.name = chance(20) ? "server " + word() : "";
    out.address = address(family, 50, number);
    if (chance(25)) {
        out.forwarding = static_cast<model::Forwarding>(pick(0, 2));
        if (*out.forwarding == model::Forwarding::Tun)
            out.tunnel = tunnel();
    }
    const bool nat = forwardingOf(service, out) == model::Forwarding::Nat;
    out.port = nat && (own != 0 || !service.group.empty()) ? pick<std::uint16_t>(1, 65535) : own;
    out.weight = pick(0, 100);
    if (chance(20)) {
        out.upperThreshold = pick<std::uint32_t>(1, 5000);
        out.lowerThreshold = pick<std::uint32_t>(0, out.upperThreshold);
    }
    out.inhibitOnFailure = maybe<bool>(20, [] { return chance(50); });
    out.alpha = maybe<bool>(20, [] { return chance(50); });
    out.admin = chance(80)   ? model::AdminState::Enabled
                : chance(50) ? model::AdminState::Drained
                             : model::AdminState::Disabled;
    out.virtualHost = chance(15) ? word() : "";
    for (int i = pick(0, 2); i > 0; --i)
        out.checks.push_back(check(cluster, out.port == 0));
    if (chance(20))
        out.notifyUp = program();
    if (chance(20))
        out.notifyDown = program();
    out.smtpAlert = maybe<bool>(20, [] { return chance(50); });
    return out;
}

inline void serviceSettings(model::VirtualService& out) {
    out.scheduler = static_cast<model::Scheduler>(pick(0, 13));
    for (const auto flag : {model::SchedulerFlag::Flag1, model::SchedulerFlag::Flag2, model::SchedulerFlag::Flag3})
        if (chance(15))
            out.schedulerFlags.push_back(flag);
    out.forwarding = static_cast<model::Forwarding>(pick(0, 2));
    if (out.forwarding == model::Forwarding::Tun)
        out.tunnel = tunnel();
    out.onePacket = out.protocol == model::Protocol::Udp && !out.persistenceTimeout && chance(30);
    out.delayLoop = time(1, 60000);
    out.quorum = pick<std::uint32_t>(1, 5);
    out.hysteresis = pick<std::uint32_t>(0, out.quorum - 1);
    out.alpha = chance(20);
    out.omega = chance(20);
    out.inhibitOnFailure = chance(20);
    out.haSuspend = chance(10);
    out.virtualHost = chance(20) ? word() : "";
    out.connectTimeout = maybe<model::Milliseconds>(20, [] { return time(1, 9000); });
    out.retry = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(1, 9); });
    out.delayBeforeRetry = maybe<model::Milliseconds>(20, [] { return time(0, 9000); });
    out.warmup = maybe<model::Milliseconds>(20, [] { return time(0, 9000); });
    out.drainLimit = maybe<model::Milliseconds>(20, [] { return time(1, 600000); });
    if (chance(20))
        out.quorumUp = program();
    if (chance(20))
        out.quorumDown = program();
    out.smtpAlert = maybe<bool>(20, [] { return chance(50); });
}

inline model::ServiceGroup group(int number) {
    model::ServiceGroup out;
    out.name = "group_" + std::to_string(number);
    const Family family = chance(30) ? Family::V6 : Family::V4;
    for (int i = pick(1, 4), n = 0; n < i; ++n) {
        model::GroupEntry entry;
        if (chance(25)) {
            entry.firewallMark = static_cast<std::uint32_t>(100000 + 100 * number + n);
            entry.firewallMarkFamily = family;
        } else {
            const int first = 1000 * n + pick(1, 300);
            entry.address = address(family, 60 + number, first);
            entry.lastAddress = maybe<IpAddress>(40, [&] { return address(family, 60 + number, first + pick(1, 600)); });
            entry.port = chance(90) ? pick<std::uint16_t>(1, 65535) : std::uint16_t{0};
        }
        out.entries.push_back(entry);
    }
    return out;
}

inline model::VirtualService service(const model::Cluster& cluster, int number, const model::ServiceGroup* group,
                                     model::Protocol protocol) {
    model::VirtualService out;
    out.name = chance(30) ? "Shop “" + word() + "” " + std::to_string(number) : "";
    out.protocol = protocol;
    bool allPorts = false;
    bool marks = false;
    if (group != nullptr) {
        out.group = group->name;
        marks = std::ranges::any_of(group->entries, [](const auto& entry) { return entry.firewallMark.has_value(); });
        allPorts =
            std::ranges::any_of(group->entries, [](const auto& entry) { return !entry.firewallMark && entry.port == 0; });
    } else if (chance(20)) {
        out.protocol = model::Protocol::Tcp;
        marks = true;
        out.firewallMark = static_cast<std::uint32_t>(number + 1) + (chance(20) ? 0x80000000U : 0U);
        out.firewallMarkFamily = chance(30) ? Family::V6 : Family::V4;
    } else {
        out.address = address(chance(25) ? Family::V6 : Family::V4, 9, number);
        out.port = chance(90) ? pick<std::uint16_t>(1, 65535) : std::uint16_t{0};
        allPorts = out.port == 0;
    }
    const Family family = group != nullptr ? familyOf(group->entries.front()) : familyOf(out);
    if (allPorts || chance(30)) {
        out.persistenceTimeout = pick<std::uint32_t>(1, 2678400);
        out.persistencePrefix = maybe<std::uint8_t>(40, [] { return pick<std::uint8_t>(1, 31); });
        out.persistenceEngine = out.protocol == model::Protocol::Udp && chance(30) ? "sip" : "";
    }
    serviceSettings(out);
    out.haSuspend = out.haSuspend && !marks;
    const std::uint16_t own = commonPort(cluster, out);
    for (int i = pick(0, 4); i > 0; --i)
        out.servers.push_back(server(cluster, out, family, own, 10 * number + i));
    if (chance(20)) {
        model::SorryServer sorry;
        sorry.address = address(family, 51, number);
        sorry.forwarding = chance(30) ? std::optional(static_cast<model::Forwarding>(pick(0, 2))) : std::nullopt;
        const bool nat = sorry.forwarding.value_or(out.forwarding) == model::Forwarding::Nat;
        const bool anyPort = group == nullptr ? own != 0 : nat;
        sorry.port = nat && anyPort ? pick<std::uint16_t>(1, 65535) : group == nullptr ? own : std::uint16_t{0};
        if (sorry.forwarding == model::Forwarding::Tun)
            sorry.tunnel = tunnel();
        sorry.inhibit = chance(50);
        out.sorryServer = sorry;
    }
    return out;
}

/// What a director's whole table has.
inline void kernelSettings(model::Cluster& out) {
    if (chance(40)) {
        model::ConnectionSync sync;
        sync.interface = "eth0";
        sync.instance = out.instances.empty() || chance(30) ? "" : out.instances.back().name;
        sync.syncId = pick<std::uint8_t>(0, 255);
        sync.maxLength = maybe<std::uint16_t>(30, [] { return pick<std::uint16_t>(100, 1460); });
        sync.port = maybe<std::uint16_t>(30, [] { return pick<std::uint16_t>(1, 65535); });
        sync.ttl = maybe<std::uint8_t>(30, [] { return pick<std::uint8_t>(1, 255); });
        sync.group = maybe<IpAddress>(30, [] { return IpAddress::parse("224.0.0.90").value(); });
        out.connectionSync = sync;
        for (std::size_t i = 1; i < out.directors.size(); ++i) // the first director's is everybody's
            out.directors[i].syncInterface = chance(30) ? "eth1" : "";
    }
    out.timeouts.tcp = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(1, 2678400); });
    out.timeouts.tcpFin = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(1, 2678400); });
    out.timeouts.udp = maybe<std::uint32_t>(20, [] { return pick<std::uint32_t>(1, 2678400); });
    if (chance(20))
        out.ipvsSysctls = {{"expire_nodest_conn", "1"}, {"sync_threshold", "3 50"}};
    out.foreignChange = chance(20) ? model::ForeignChange::LeaveAlone : model::ForeignChange::Repair;
    out.massFailure = chance(20) ? model::MassFailure::Hold : model::MassFailure::Alarm;
}

} // namespace detail

/// 1 to 3 directors, 0 to 3 instances, 0 to 4 services of their own and up to 2 groups with theirs. Management addresses are set, names of the cluster
/// too.
inline rc::Gen<model::Cluster> clusterGenerator() {
    return rc::gen::exec([] {
        using namespace detail;
        model::Cluster out;
        out.name = "cluster " + word();
        for (int i = pick(1, 3), n = 1; n <= i; ++n)
            out.directors.push_back({"lb" + std::to_string(n), "192.0.2." + std::to_string(n), 22, "",
                                     chance(30) ? "LVS_" + std::to_string(n) : ""});
        vrrp(out);
        kernelSettings(out);
        for (int i = pick(0, 4), n = 0; n < i; ++n)
            out.services.push_back(service(out, n, nullptr, static_cast<model::Protocol>(pick(0, 2))));
        for (int i = pick(0, 2), n = 0; n < i; ++n) {
            out.serviceGroups.push_back(group(n));
            // Several services of one group differ by their protocol.
            for (const auto protocol : {model::Protocol::Tcp, model::Protocol::Udp, model::Protocol::Sctp})
                if (protocol == model::Protocol::Tcp || (chance(25) && !onlyMarks(out, out.services.back())))
                    out.services.push_back(
                        service(out, 10 + 3 * n + static_cast<int>(protocol), &out.serviceGroups.back(), protocol));
        }
        if (chance(50)) {
            out.notification.to = {"admin@example.com", "second@example.com"};
            out.notification.from = "lvs@example.com";
            out.notification.smtpServer = "192.0.2.25";
            out.notification.smtpPort = chance(50) ? 25 : 587;
            out.notification.smtpConnectTimeout =
                maybe<model::Milliseconds>(50, [] { return std::chrono::seconds(pick(1, 60)); });
        }
        alerts(out.notification);
        if (chance(50))
            out.passthrough.push_back({chance(50) ? "" : "lb1", "", "interface_up_down_delays {\n    eth0 2 3\n}"});
        if (chance(50))
            out.passthrough.push_back({"", "global_defs", "log_unknown_vrids"});
        if (!out.instances.empty() && chance(50))
            out.passthrough.push_back(
                {"", "vrrp_instance " + out.instances.front().name, "# why\ntrack_bfd {\n    link weight 5 # how much\n}"});
        if (!out.services.empty() && chance(50))
            out.passthrough.push_back({"", "virtual_server " + serviceKey(out.services.front()), "no_such_word 7"});
        // What only one director of one has is everybody's.
        if (out.directors.size() == 1)
            for (model::Passthrough& entry : out.passthrough)
                entry.director.clear();
        return out;
    });
}

} // namespace lvsdeck::testing
