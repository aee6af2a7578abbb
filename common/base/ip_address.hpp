// SPDX-License-Identifier: GPL-3.0-or-later
// IPv4 and IPv6 addresses as values, without a socket header: parse, print (RFC 5952), order.
#pragma once

#include "common/base/error.hpp"

#include <boost/describe/enum.hpp>

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace lvsdeck {

enum class Family : std::uint8_t { V4, V6 };
BOOST_DESCRIBE_ENUM(Family, V4, V6)

/// An address with its family. Default: 0.0.0.0, which `isUnspecified()`.
class IpAddress {
public:
    IpAddress() = default;
    [[nodiscard]] static IpAddress v4(std::uint32_t hostOrder);
    /// 4 or 16 bytes in network order, by family.
    [[nodiscard]] static IpAddress fromBytes(Family family, std::span<const std::uint8_t> bytes);
    /// Dotted quad or RFC 4291 text; no zone, no prefix, no blanks. InvalidInput otherwise.
    [[nodiscard]] static Result<IpAddress> parse(std::string_view text);

    [[nodiscard]] Family family() const { return m_family; }
    [[nodiscard]] bool isV4() const { return m_family == Family::V4; }
    [[nodiscard]] bool isUnspecified() const;
    /// IPv4 only: host order.
    [[nodiscard]] std::uint32_t v4HostOrder() const;
    /// Network order: 4 or 16 bytes.
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {m_bytes.data(), isV4() ? 4U : 16U}; }
    [[nodiscard]] std::string toString() const;
    [[nodiscard]] bool isMulticast() const;
    [[nodiscard]] bool isLoopback() const;
    /// Whether both addresses share the first `prefixLength` bits (and the family).
    [[nodiscard]] bool sharesPrefix(const IpAddress& other, unsigned prefixLength) const;

    /// By family, then as the bytes lie in a packet.
    std::strong_ordering operator<=>(const IpAddress& other) const {
        if (m_family != other.m_family)
            return m_family <=> other.m_family;
        // Word by word: tables of thousands of addresses are sorted by this.
        const std::strong_ordering first = word(0) <=> other.word(0);
        return first != 0 ? first : word(8) <=> other.word(8);
    }
    bool operator==(const IpAddress&) const = default;

private:
    [[nodiscard]] std::uint64_t word(std::size_t at) const {
        std::uint64_t value = 0;
        std::memcpy(&value, m_bytes.data() + at, sizeof value);
        return std::endian::native == std::endian::little ? std::byteswap(value) : value;
    }

    Family m_family = Family::V4;
    std::array<std::uint8_t, 16> m_bytes{};
};

/// "10.0.0.1:80" or "[2001:db8::1]:80".
[[nodiscard]] std::string endpointText(const IpAddress& address, std::uint16_t port);

} // namespace lvsdeck
