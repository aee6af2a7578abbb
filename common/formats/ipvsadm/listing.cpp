// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ipvsadm/listing.hpp"

#include "common/formats/ipvsadm/rows.hpp"

#include <algorithm>

namespace lvsdeck::formats {

namespace {

using ipvsadm::CountTable;
using ipvsadm::leftAligned;
using rpc::TableServer;
using rpc::TableService;

std::string rightAligned(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

/// Nine columns; big numbers in K, M, G, T of 1000.
std::string largeNumber(std::uint64_t value) {
    struct Step {
        std::uint64_t limit;
        std::uint64_t divisor;
        std::string_view unit;
    };
    static constexpr Step steps[] = {{100'000'000ULL, 1, ""},
                                     {1'000'000'000ULL, 1000, "K"},
                                     {100'000'000'000ULL, 1'000'000, "M"},
                                     {100'000'000'000'000ULL, 1'000'000'000, "G"}};
    for (const Step& step : steps)
        if (value < step.limit)
            return rightAligned(std::to_string(value / step.divisor) + std::string(step.unit), 9);
    return rightAligned(std::to_string(value / 1'000'000'000'000ULL) + "T", 9);
}

std::string largeNumbers(const CountTable& counts, std::uint32_t row, std::initializer_list<std::string_view> columns) {
    std::string out;
    for (const std::string_view column : columns)
        out += largeNumber(counts.unsignedValue(row, column));
    return out;
}

std::string titles(IpvsadmView view) {
    const auto columns = [](std::initializer_list<std::pair<std::string_view, std::size_t>> words, bool right) {
        std::string out = leftAligned("Prot LocalAddress:Port", 33);
        for (const auto& [word, width] : words)
            out += " " + (right ? rightAligned(std::string(word), width) : leftAligned(std::string(word), width));
        return out + "\n  -> RemoteAddress:Port\n";
    };
    static const std::string plain = "Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward ";
    switch (view) {
    case IpvsadmView::Connections: return plain + "Weight ActiveConn InActConn\n";
    case IpvsadmView::Tunnels: return plain + "TunnelInfo    Weight ActiveConn InActConn\n";
    case IpvsadmView::Stats:
        return columns({{"Conns", 8}, {"InPkts", 8}, {"OutPkts", 8}, {"InBytes", 8}, {"OutBytes", 8}}, true);
    case IpvsadmView::Rate: return columns({{"CPS", 8}, {"InPPS", 8}, {"OutPPS", 8}, {"InBPS", 8}, {"OutBPS", 8}}, true);
    case IpvsadmView::Thresholds:
        return columns({{"Uthreshold", 10}, {"Lthreshold", 10}, {"ActiveConn", 10}, {"InActConn", 10}}, false);
    case IpvsadmView::Persistent:
        return columns({{"Weight", 9}, {"PersistConn", 11}, {"ActiveConn", 10}, {"InActConn", 10}}, false);
    }
    return plain;
}

std::string serviceLine(const TableService& service, const CountTable& counts, IpvsadmView view) {
    const std::string head = ipvsadm::serviceHead(service);
    if (view == IpvsadmView::Stats)
        return leftAligned(head, 33) +
               largeNumbers(counts, service.row, {"conns", "in_packets", "out_packets", "in_bytes", "out_bytes"});
    if (view == IpvsadmView::Rate)
        return leftAligned(head, 33) + largeNumbers(counts, service.row, {"cps", "in_pps", "out_pps", "in_bps", "out_bps"});
    std::string out = head + " " + service.scheduler;
    if (!service.flags.empty())
        out += " (" + ipvsadm::joined(service.flags) + ")";
    if (service.persistence != 0) {
        out += " persistent " + std::to_string(service.persistence);
        if (!service.mask.empty())
            out += " mask " + service.mask;
        if (!service.persistenceEngine.empty())
            out += " pe " + service.persistenceEngine;
    }
    return out + (service.onePacket ? " ops" : "");
}

std::string serverLine(const TableServer& server, const CountTable& counts, IpvsadmView view) {
    const std::uint32_t row = server.row;
    const auto number = [&](std::string_view column, std::size_t width) {
        return " " + leftAligned(std::to_string(counts.unsignedValue(row, column)), width);
    };
    const auto rate = [&](std::string_view column) {
        return " " + rightAligned(std::to_string(counts.unsignedValue(row, column)), 8);
    };
    std::string out = "  -> " + leftAligned(server.key, 28);
    const std::string weight = std::to_string(counts.weight(server));
    const std::string connections = number("active", 10) + number("inactive", 10);
    switch (view) {
    case IpvsadmView::Connections:
        return out + " " + leftAligned(server.forward, 7) + " " + leftAligned(weight, 6) + connections;
    case IpvsadmView::Tunnels:
        return out + " " + leftAligned(server.forward, 7) + " " +
               leftAligned(server.tunnel.empty() ? "N/A" : server.tunnel, 13) + " " + leftAligned(weight, 6) + connections;
    case IpvsadmView::Stats:
        return out + largeNumbers(counts, row, {"conns", "in_packets", "out_packets", "in_bytes", "out_bytes"});
    case IpvsadmView::Rate:
        return out + rate("cps") + rate("in_pps") + rate("out_pps") + largeNumbers(counts, row, {"in_bps", "out_bps"});
    case IpvsadmView::Thresholds:
        return out + " " + leftAligned(std::to_string(server.upperThreshold), 10) + " " +
               leftAligned(std::to_string(server.lowerThreshold), 10) + connections;
    case IpvsadmView::Persistent: return out + " " + leftAligned(weight, 9) + number("persistent", 11) + connections;
    }
    return out;
}

} // namespace

std::string ipvsadmListing(const std::vector<TableService>& table, const rpc::Counts& counts, IpvsadmView view,
                           const IpvsadmKernel& kernel) {
    const CountTable numbers(counts);
    std::string out =
        "IP Virtual Server version " + kernel.version + " (size=" + std::to_string(kernel.tableSize) + ")\n" + titles(view);
    for (const TableService* service : ipvsadm::inOrder(table)) {
        out += serviceLine(*service, numbers, view) + "\n";
        for (const TableServer* server : ipvsadm::inOrder(service->servers))
            out += serverLine(*server, numbers, view) + "\n";
    }
    return out;
}

} // namespace lvsdeck::formats
