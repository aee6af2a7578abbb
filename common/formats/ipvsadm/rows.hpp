// SPDX-License-Identifier: GPL-3.0-or-later
// What ipvsadm's texts have in common: rows in its order, counts by name, heads. Private to this folder.
// Pure.
#pragma once

#include "common/rpc/messages.hpp"

#include <map>
#include <string_view>
#include <unordered_map>

namespace lvsdeck::formats::ipvsadm {

/// The numbers of a row by the column's name; 0 when there is none.
class CountTable {
public:
    explicit CountTable(const rpc::Counts& counts);
    [[nodiscard]] std::int64_t value(std::uint32_t row, std::string_view column, std::int64_t otherwise = 0) const;
    [[nodiscard]] std::uint64_t unsignedValue(std::uint32_t row, std::string_view column) const;
    /// The kernel's weight now; the configured one when it was not counted.
    [[nodiscard]] std::int64_t weight(const rpc::TableServer& server) const {
        return value(server.row, "weight", server.configuredWeight);
    }

private:
    std::map<std::string, std::size_t, std::less<>> m_columns;
    std::unordered_map<std::uint32_t, const std::vector<std::int64_t>*> m_rows;
};

/// Entries that are in the kernel's table, as ipvsadm sorts them: marks, then family, protocol, address and
/// port.
[[nodiscard]] std::vector<const rpc::TableService*> inOrder(const std::vector<rpc::TableService>& table);
[[nodiscard]] std::vector<const rpc::TableServer*> inOrder(const std::vector<rpc::TableServer>& servers);

/// "TCP  192.0.2.10:80", "FWM  7 IPv6"
[[nodiscard]] std::string serviceHead(const rpc::TableService& service);
/// "-t 192.0.2.10:80", "-f 7 -6"
[[nodiscard]] std::string serviceOption(const rpc::TableService& service);
[[nodiscard]] std::string leftAligned(std::string text, std::size_t width);
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

} // namespace lvsdeck::formats::ipvsadm
