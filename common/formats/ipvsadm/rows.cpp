// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ipvsadm/rows.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace lvsdeck::formats::ipvsadm {

namespace {

/// family, address, port; addresses that are none come first.
using EndpointOrder = std::tuple<int, IpAddress, unsigned>;

EndpointOrder endpointOrder(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return {};
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    unsigned port = 0;
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    const auto address = IpAddress::parse(host);
    return {address && !address->isV4() ? 1 : 0, address.value_or(IpAddress()), port};
}

std::uint32_t markOf(const rpc::TableService& service) {
    std::uint32_t mark = 0;
    if (service.protocol == "FWM")
        std::from_chars(service.address.data(), service.address.data() + service.address.size(), mark);
    return mark;
}

bool isV6Mark(const rpc::TableService& service) { return service.address.ends_with(" IPv6"); }

int protocolNumber(std::string_view protocol) {
    return protocol == "TCP" ? 6 : protocol == "UDP" ? 17 : protocol == "SCTP" ? 132 : 0;
}

template <class T, class Key> std::vector<const T*> sorted(const std::vector<T>& list, Key key) {
    // The place in the list makes equal keys keep their order.
    std::vector<std::pair<decltype(key(list.front())), std::size_t>> keyed;
    for (std::size_t i = 0; i < list.size(); ++i)
        if (list[i].present)
            keyed.emplace_back(key(list[i]), i);
    std::ranges::sort(keyed);
    std::vector<const T*> out;
    out.reserve(keyed.size());
    for (const auto& [order, position] : keyed)
        out.push_back(&list[position]);
    return out;
}

} // namespace

CountTable::CountTable(const rpc::Counts& counts) {
    const std::vector<std::string>& columns = counts.columns.empty() ? rpc::countColumns() : counts.columns;
    for (std::size_t i = 0; i < columns.size(); ++i)
        m_columns.emplace(columns[i], i);
    const auto rowColumn = m_columns.find("row");
    for (const std::vector<std::int64_t>& row : counts.rows)
        if (rowColumn != m_columns.end() && rowColumn->second < row.size() &&
            std::in_range<std::uint32_t>(row[rowColumn->second]))
            m_rows[static_cast<std::uint32_t>(row[rowColumn->second])] = &row;
}

std::int64_t CountTable::value(std::uint32_t row, std::string_view column, std::int64_t otherwise) const {
    const auto found = m_rows.find(row);
    const auto index = m_columns.find(column);
    if (found == m_rows.end() || index == m_columns.end() || index->second >= found->second->size())
        return otherwise;
    return (*found->second)[index->second];
}

std::uint64_t CountTable::unsignedValue(std::uint32_t row, std::string_view column) const {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, value(row, column)));
}

std::vector<const rpc::TableService*> inOrder(const std::vector<rpc::TableService>& table) {
    return sorted(table, [](const rpc::TableService& service) {
        const bool mark = service.protocol == "FWM";
        const EndpointOrder endpoint =
            mark ? EndpointOrder{isV6Mark(service) ? 1 : 0, {}, 0} : endpointOrder(service.address);
        return std::tuple(markOf(service), std::get<0>(endpoint), protocolNumber(service.protocol), endpoint);
    });
}

std::vector<const rpc::TableServer*> inOrder(const std::vector<rpc::TableServer>& servers) {
    return sorted(servers, [](const rpc::TableServer& server) { return endpointOrder(server.key); });
}

std::string leftAligned(std::string text, std::size_t width) {
    if (text.size() < width)
        text.append(width - text.size(), ' ');
    return text;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : ",") + word;
    return out;
}

std::string serviceHead(const rpc::TableService& service) {
    std::string name = service.address;
    if (service.protocol == "FWM") // ipvsadm prints the mark as a signed number
        name = std::to_string(static_cast<std::int32_t>(markOf(service))) + (isV6Mark(service) ? " IPv6" : "");
    std::string head = leftAligned(service.protocol, 4) + " " + name;
    if (!name.starts_with('['))
        head.resize(std::min<std::size_t>(head.size(), 33));
    return head;
}

std::string serviceOption(const rpc::TableService& service) {
    if (service.protocol == "FWM")
        return "-f " + std::to_string(static_cast<std::int32_t>(markOf(service))) + (isV6Mark(service) ? " -6" : "");
    return (service.protocol == "UDP" ? "-u " : service.protocol == "SCTP" ? "--sctp-service " : "-t ") + service.address;
}

} // namespace lvsdeck::formats::ipvsadm
