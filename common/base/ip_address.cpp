// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/ip_address.hpp"

#include "common/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace lvsdeck {

namespace {

std::optional<std::array<std::uint8_t, 4>> parseQuad(std::string_view text) {
    std::array<std::uint8_t, 4> out{};
    for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos || dot == 0 || dot > 3)
            return std::nullopt;
        unsigned value = 0;
        const std::string_view digits = text.substr(0, dot);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size() || value > 255 || (dot > 1 && text[0] == '0'))
            return std::nullopt;
        out.at(i) = static_cast<std::uint8_t>(value);
        text.remove_prefix(i < 3 ? dot + 1 : dot);
    }
    return text.empty() ? std::optional(out) : std::nullopt;
}

bool isHexDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// One side of "::": groups of one to four hex digits, the last possibly a dotted quad.
bool parseGroups(std::string_view text, std::vector<std::uint8_t>& out) {
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        if (colon == std::string_view::npos && group.contains('.')) {
            const auto quad = parseQuad(group);
            if (!quad)
                return false;
            out.insert(out.end(), quad->begin(), quad->end());
            return true;
        }
        if (group.empty() || group.size() > 4 || !std::ranges::all_of(group, isHexDigit) || out.size() > 14)
            return false;
        unsigned value = 0;
        std::from_chars(group.data(), group.data() + group.size(), value, 16);
        out.push_back(static_cast<std::uint8_t>(value >> 8));
        out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
        if (colon == std::string_view::npos)
            return true;
        text.remove_prefix(colon + 1);
        if (text.empty())
            return false;
    }
    return true;
}

std::optional<std::array<std::uint8_t, 16>> parseV6(std::string_view text) {
    std::vector<std::uint8_t> head;
    std::vector<std::uint8_t> tail;
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        if (!parseGroups(text, head) || head.size() != 16)
            return std::nullopt;
    } else if (!parseGroups(text.substr(0, gap), head) || !parseGroups(text.substr(gap + 2), tail) ||
               head.size() + tail.size() > 14) {
        return std::nullopt;
    }
    std::array<std::uint8_t, 16> out{};
    std::ranges::copy(head, out.begin());
    std::ranges::copy(tail, out.end() - static_cast<std::ptrdiff_t>(tail.size()));
    return out;
}

std::string hexGroup(unsigned value) {
    std::array<char, 5> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, 16);
    return {buffer.data(), end};
}

} // namespace

IpAddress IpAddress::v4(std::uint32_t hostOrder) {
    IpAddress address;
    for (unsigned i = 0; i < 4; ++i)
        address.m_bytes.at(i) = static_cast<std::uint8_t>(hostOrder >> (24 - 8 * i));
    return address;
}

IpAddress IpAddress::fromBytes(Family family, std::span<const std::uint8_t> bytes) {
    IpAddress address;
    address.m_family = family;
    const std::size_t wanted = family == Family::V4 ? 4 : 16;
    std::copy_n(bytes.begin(), std::min(wanted, bytes.size()), address.m_bytes.begin());
    return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() <= 45) {
        if (const auto quad = parseQuad(text))
            return fromBytes(Family::V4, *quad);
        if (const auto six = text.contains(':') ? parseV6(text) : std::nullopt)
            return fromBytes(Family::V6, *six);
    }
    return failure(ErrorCode::InvalidInput,
                   "“" + shortened(text, 60) + "” is not an IP address; write it like 192.0.2.10 or 2001:db8::10");
}

bool IpAddress::isUnspecified() const {
    return std::ranges::all_of(m_bytes, [](std::uint8_t b) { return b == 0; });
}

std::uint32_t IpAddress::v4HostOrder() const {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i)
        value = (value << 8) | m_bytes.at(i);
    return value;
}

std::string IpAddress::toString() const {
    if (isV4()) {
        std::string out;
        for (std::size_t i = 0; i < 4; ++i)
            out += (i ? "." : "") + std::to_string(m_bytes.at(i));
        return out;
    }
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i)
        groups.at(i) = static_cast<unsigned>(m_bytes.at(2 * i) << 8 | m_bytes.at(2 * i + 1));
    // RFC 5952 section 4.2: the longest run of two or more zero groups becomes "::", the first one on a tie.
    std::size_t bestStart = 8;
    std::size_t bestLength = 1;
    for (std::size_t i = 0; i < 8;) {
        std::size_t j = i;
        while (j < 8 && groups.at(j) == 0)
            ++j;
        if (j - i > bestLength) {
            bestStart = i;
            bestLength = j - i;
        }
        i = j == i ? i + 1 : j;
    }
    std::string out;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == bestStart) {
            out += "::";
            i += bestLength - 1;
            continue;
        }
        if (!out.empty() && out.back() != ':')
            out += ':';
        out += hexGroup(groups.at(i));
    }
    return out;
}

bool IpAddress::isMulticast() const { return isV4() ? (m_bytes[0] & 0xF0U) == 0xE0U : m_bytes[0] == 0xFFU; }

bool IpAddress::isLoopback() const {
    if (isV4())
        return m_bytes[0] == 127;
    return m_bytes[15] == 1 && std::all_of(m_bytes.begin(), m_bytes.end() - 1, [](std::uint8_t b) { return b == 0; });
}

bool IpAddress::sharesPrefix(const IpAddress& other, unsigned prefixLength) const {
    if (m_family != other.m_family)
        return false;
    const unsigned bits = std::min(prefixLength, isV4() ? 32U : 128U);
    for (unsigned i = 0; i < bits; ++i) {
        const unsigned mask = 0x80U >> (i % 8);
        if ((m_bytes.at(i / 8) & mask) != (other.m_bytes.at(i / 8) & mask))
            return false;
    }
    return true;
}

std::string endpointText(const IpAddress& address, std::uint16_t port) {
    const std::string host = address.toString();
    return (address.isV4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

} // namespace lvsdeck
