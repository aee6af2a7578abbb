// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/ipvsadm/listing.hpp"
#include "common/formats/ipvsadm/rows.hpp"
#include "common/model/groups.hpp"

#include <algorithm>
#include <set>

namespace lvsdeck::formats {

namespace {

using rpc::TableServer;
using rpc::TableService;

/// "gue:6080:-c" -> "--tun-type gue --tun-port 6080 --tun-nocsum"
std::string tunnelOptions(std::string_view info) {
    const auto part = [&info] {
        const std::string_view out = info.substr(0, info.find(':'));
        info.remove_prefix(std::min(out.size() + 1, info.size()));
        return std::string(out);
    };
    const std::string type = info.empty() ? "ipip" : part();
    std::string out = " --tun-type " + type;
    if (type == "gue")
        out += " --tun-port " + part();
    if (type != "ipip") {
        const std::string checksum = part();
        out += checksum == "+c" ? " --tun-csum" : checksum == "r+c" ? " --tun-remcsum" : " --tun-nocsum";
    }
    return out;
}

std::string serviceRule(const TableService& service) {
    std::string out = "-A " + ipvsadm::serviceOption(service) + " -s " + service.scheduler;
    if (service.persistence != 0) {
        out += " -p " + std::to_string(service.persistence);
        if (!service.mask.empty())
            out += " -M " + service.mask;
        if (!service.persistenceEngine.empty())
            out += " --pe " + service.persistenceEngine;
    }
    if (service.onePacket)
        out += " -o";
    if (!service.flags.empty())
        out += " -b " + ipvsadm::joined(service.flags);
    return out + "\n";
}

std::string serverRule(const TableService& service, const TableServer& server, std::int64_t weight) {
    const bool tunnel = server.forward == "Tunnel";
    const std::string_view method = server.forward == "Masq" ? "-m" : tunnel ? "-i" : "-g";
    std::string out = "-a " + ipvsadm::serviceOption(service) + " -r " + server.key + " ";
    out.append(method).append(" -w " + std::to_string(weight));
    return out + (tunnel ? tunnelOptions(server.tunnel) : "") + "\n";
}

std::string tunnelInfo(const model::Tunnel& tunnel) {
    const std::string checksum = tunnel.checksum == model::TunnelChecksum::None   ? "-c"
                                 : tunnel.checksum == model::TunnelChecksum::Csum ? "+c"
                                                                                  : "r+c";
    switch (tunnel.type) {
    case model::TunnelType::Ipip: return "ipip";
    case model::TunnelType::Gue: return "gue:" + std::to_string(tunnel.port) + ":" + checksum;
    case model::TunnelType::Gre: return "gre:" + checksum;
    }
    return "ipip";
}

std::string maskText(const model::VirtualService& service) {
    if (!service.persistencePrefix)
        return {};
    const unsigned prefix = *service.persistencePrefix;
    if (familyOf(service) == Family::V6)
        return prefix >= 128 ? std::string() : std::to_string(prefix);
    return prefix == 0 || prefix >= 32 ? std::string() : IpAddress::v4(0xFFFFFFFFU << (32 - prefix)).toString();
}

TableService tableRow(const model::VirtualService& service) {
    TableService out;
    out.protocol = "FWM";
    if (service.firewallMark) {
        out.address = std::to_string(*service.firewallMark) + (service.firewallMarkFamily == Family::V6 ? " IPv6" : "");
    } else {
        out.protocol = service.protocol == model::Protocol::Tcp   ? "TCP"
                       : service.protocol == model::Protocol::Udp ? "UDP"
                                                                  : "SCTP";
        out.address = endpointText(service.address, service.port);
    }
    out.scheduler = json::toWord(service.scheduler);
    const bool hash = service.scheduler == model::Scheduler::Sh || service.scheduler == model::Scheduler::Mh;
    for (const model::SchedulerFlag flag : service.schedulerFlags) {
        const bool named = hash && flag != model::SchedulerFlag::Flag3;
        out.flags.push_back(named ? out.scheduler + (flag == model::SchedulerFlag::Flag1 ? "-fallback" : "-port")
                                  : "flag-" + std::to_string(static_cast<int>(flag) + 1));
    }
    out.persistence = service.persistenceTimeout.value_or(0);
    out.mask = maskText(service);
    out.persistenceEngine = service.persistenceEngine;
    out.onePacket = service.onePacket;
    for (const model::RealServer& server : service.servers) {
        const model::Forwarding forwarding = forwardingOf(service, server);
        TableServer row;
        row.key = serverKey(server);
        row.forward = forwarding == model::Forwarding::Nat   ? "Masq"
                      : forwarding == model::Forwarding::Tun ? "Tunnel"
                                                             : "Route";
        if (forwarding == model::Forwarding::Tun)
            row.tunnel = tunnelInfo(server.tunnel.value_or(service.tunnel));
        row.configuredWeight = server.admin == model::AdminState::Enabled ? server.weight : 0;
        row.present = server.admin != model::AdminState::Disabled;
        out.servers.push_back(std::move(row));
    }
    return out;
}

} // namespace

std::string ipvsadmRules(const std::vector<TableService>& table, const rpc::Counts& counts) {
    const ipvsadm::CountTable numbers(counts);
    std::string out;
    for (const TableService* service : ipvsadm::inOrder(table)) {
        out += serviceRule(*service);
        for (const TableServer* server : ipvsadm::inOrder(service->servers))
            out += serverRule(*service, *server, numbers.weight(*server));
    }
    return out;
}

std::string ipvsadmRules(const model::Cluster& cluster) {
    std::vector<TableService> table;
    std::set<std::string> keys;
    for (const model::VirtualService& service : cluster.services)
        for (const model::VirtualService& one : model::expanded(cluster, service))
            if (keys.insert(serviceKey(one)).second) // services of one group share its marks
                table.push_back(tableRow(one));
    return ipvsadmRules(table, {});
}

} // namespace lvsdeck::formats
