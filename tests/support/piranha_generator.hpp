// SPDX-License-Identifier: GPL-3.0-or-later
// Random clusters reduced to what Piranha's lvs.cf can express, in the form in which its reader gives them.
#pragma once

#include "tests/support/cluster_generator.hpp"

namespace lvsdeck::testing {

namespace detail {

inline model::VirtualAddress piranhaAddress(int number) {
    model::VirtualAddress out;
    out.address = address(Family::V4, 9, number);
    out.prefixLength = pick<std::uint8_t>(1, 32);
    out.device = chance(30) && number != 0 ? "eth2" : "";
    out.label = (out.device.empty() ? "eth0:" : "eth2:") + std::to_string(number + 1);
    return out;
}

inline model::HttpUrl piranhaUrl() {
    model::HttpUrl url;
    url.path = chance(50) ? "/" : "/a#b!c?x={1}&y=\\n";
    switch (pick(0, 4)) {
    case 0: return url; // 200-299
    case 1: {
        const auto status = pick<std::uint16_t>(100, 599);
        url.status = {{status, status}};
        return url;
    }
    case 2: {
        const auto first = static_cast<std::uint16_t>(10 * pick(10, 59));
        url.status = {{first, static_cast<std::uint16_t>(first + 9)}};
        return url;
    }
    case 3: break;
    default: url.regex = chance(50) ? "\\Ait\\.s\n" : "^(ok|\"fine\")\\s\\d+";
    }
    url.status = {{100, 599}};
    return url;
}

/// The check that all servers of a virtual have, before it has an address or a port.
inline model::HealthCheck piranhaCheck(model::Protocol protocol) {
    if (chance(20)) {
        model::ScriptCheck script;
        script.script.command = {"/bin/check", "--host=10.20.0.0", "x\\y", "#{}$"};
        return script;
    }
    if (protocol == model::Protocol::Udp) {
        model::UdpCheck udp;
        udp.payload = chance(50) ? "610d0a5c" : "";
        udp.requireReply = chance(50);
        if (udp.requireReply) {
            udp.reply = chance(50) ? "6f6b" : "";
            udp.minReplyLength = udp.reply.empty() ? 1 : 2;
            udp.maxReplyLength = 65535;
        }
        return udp;
    }
    if (chance(40))
        return model::TcpCheck{};
    model::HttpCheck http;
    http.version = static_cast<model::HttpVersion>(pick(0, 2));
    http.virtualHost = chance(50) ? word() : "";
    http.urls = {piranhaUrl()};
    return http;
}

inline model::VirtualService piranhaService(int number, const model::VrrpInstance& instance, model::Forwarding forwarding,
                                            bool mark) {
    model::VirtualService out;
    out.name = "virtual-" + std::to_string(number);
    out.protocol = !mark && chance(30) ? model::Protocol::Udp : model::Protocol::Tcp;
    if (mark)
        out.firewallMark = static_cast<std::uint32_t>(number + 1);
    else
        out.address = (*rc::gen::elementOf(instance.addresses)).address;
    out.port = mark ? std::uint16_t{0} : static_cast<std::uint16_t>(80 + number);
    out.scheduler = static_cast<model::Scheduler>(pick(0, 7));
    out.forwarding = forwarding;
    out.persistenceTimeout = maybe<std::uint32_t>(40, [] { return pick<std::uint32_t>(1, 2678400); });
    if (out.persistenceTimeout)
        out.persistencePrefix = maybe<std::uint8_t>(40, [] { return pick<std::uint8_t>(1, 31); });
    out.delayLoop = out.connectTimeout.emplace(std::chrono::seconds(pick(1, 120)));
    out.inhibitOnFailure = chance(30);
    if (chance(30)) {
        model::SorryServer& sorry = out.sorryServer.emplace();
        sorry.address = address(Family::V4, 51, number);
        sorry.port = out.port;
    }
    std::vector<model::HealthCheck> checks{piranhaCheck(out.protocol)};
    if (mark && chance(40))
        checks.push_back(model::SmtpCheck{});
    for (int i = pick(0, 4), n = 0; n < i; ++n) {
        model::RealServer server;
        server.name = "server-" + std::to_string(n);
        server.address = address(Family::V4, 20, 10 * number + n);
        const bool nat = forwarding == model::Forwarding::Nat && !mark;
        server.port = nat ? pick<std::uint16_t>(1, 65535) : out.port;
        server.weight = pick(0, 100);
        server.admin = chance(20) ? model::AdminState::Disabled : model::AdminState::Enabled;
        for (std::size_t k = 0; k < checks.size(); ++k) {
            model::HealthCheck one = k == 0 ? checks[0] : model::HealthCheck(model::TcpCheck{});
            model::settings(one).retry = 0;
            if (auto* script = std::get_if<model::ScriptCheck>(&one))
                script->script.command[1] = "--host=" + server.address.toString();
            else if (mark)
                model::settings(one).connectPort = static_cast<std::uint16_t>(8000 + k);
            server.checks.push_back(std::move(one));
        }
        out.servers.push_back(std::move(server));
    }
    return out;
}

} // namespace detail

/// One or two directors, one instance, services of one way of forwarding. Names of the cluster are not in lvs.cf.
inline rc::Gen<model::Cluster> piranhaGenerator() {
    return rc::gen::exec([] {
        using namespace detail;
        model::Cluster out;
        for (int i = pick(1, 2), n = 1; n <= i; ++n)
            out.directors.push_back({"lb" + std::to_string(n), "192.0.2." + std::to_string(n), 22, "", "", ""});
        const auto forwarding = static_cast<model::Forwarding>(pick(0, 2));
        model::VrrpInstance instance;
        instance.name = "VI_1";
        instance.vrid = 51;
        const int interval = pick(1, 255);
        instance.version = interval > 40 ? 2 : 3;
        instance.advertInterval = std::chrono::seconds(interval);
        instance.downTimerAdverts = pick<std::uint32_t>(1, 100);
        instance.preempt = chance(50);
        for (int i = pick(1, 3), n = 0; n < i; ++n)
            instance.addresses.push_back(piranhaAddress(n));
        for (std::size_t i = 0; i < out.directors.size(); ++i)
            if (i == 0 || chance(80))
                instance.members.push_back(
                    {out.directors[i].id,
                     "eth0",
                     static_cast<std::uint8_t>(i == 0 ? 150 : 100),
                     i == 0 && instance.preempt ? model::InitialState::Master : model::InitialState::Backup,
                     {}});
        // Every address has a service of its own, so that Piranha brings it up.
        for (std::size_t i = 0; i < instance.addresses.size(); ++i) {
            // The interface of the first address in the file is that of the instance.
            out.services.push_back(piranhaService(static_cast<int>(i), instance, forwarding, i > 0 && chance(30)));
            if (!out.services.back().firewallMark)
                out.services.back().address = instance.addresses[i].address;
        }
        for (int i = pick(0, 3), n = 0; n < i; ++n)
            out.services.push_back(piranhaService(10 + n, instance, forwarding, chance(30)));
        if (forwarding == model::Forwarding::Nat && chance(50)) {
            model::VirtualAddress router = piranhaAddress(7);
            router.device = "eth1";
            router.label = "eth1:9";
            instance.excludedAddresses.push_back(router);
        }
        out.instances.push_back(std::move(instance));
        if (chance(50)) {
            model::ConnectionSync& sync = out.connectionSync.emplace();
            sync.interface = "eth1";
            sync.instance = "VI_1";
            sync.syncId = pick<std::uint8_t>(0, 255);
        }
        out.timeouts.tcp = maybe<std::uint32_t>(40, [] { return pick<std::uint32_t>(1, 2678400); });
        out.timeouts.udp = maybe<std::uint32_t>(40, [] { return pick<std::uint32_t>(1, 2678400); });
        return out;
    });
}

} // namespace lvsdeck::testing
