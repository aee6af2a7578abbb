// SPDX-License-Identifier: GPL-3.0-or-later
// Writing and reading the attributes of generic netlink messages of the family "IPVS". Used by the sources that know the messages
// and by nobody else. Any thread.
#pragma once

#include "agent/host/netlink_handles.hpp"
#include "common/base/ip_address.hpp"

#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>

#include <array>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <string>

namespace lvsdeck::ipvs {

inline constexpr std::size_t messageBytes = 512; // The largest request has about 220.

inline void check(int result) {
    if (result < 0)
        throw std::bad_alloc();
}

inline netlink::Message newMessage(int family, std::uint32_t sequence, int command, int flags) {
    netlink::Message message(nlmsg_alloc_size(messageBytes));
    if (!message || genlmsg_put(message.get(), 0, sequence, family, 0, NLM_F_REQUEST | flags,
                                static_cast<std::uint8_t>(command), IPVS_GENL_VERSION) == nullptr)
        throw std::bad_alloc();
    return message;
}

template <class T> void put(nl_msg* message, int type, const T& value) {
    check(nla_put(message, type, sizeof value, &value));
}

/// The attributes of one nest, with lengths checked at each access.
template <int Max> class Attributes {
public:
    bool parseTop(nlmsghdr* message) { return genlmsg_parse(message, 0, m_all.data(), Max, nullptr) == 0; }
    bool parseNest(nlattr* nest) { return nest != nullptr && nla_parse_nested(m_all.data(), Max, nest, nullptr) == 0; }
    [[nodiscard]] nlattr* at(int type) const { return m_all[static_cast<std::size_t>(type)]; }
    template <class T> [[nodiscard]] std::optional<T> get(int type) const {
        const nlattr* attribute = at(type);
        if (attribute == nullptr || nla_len(attribute) < static_cast<int>(sizeof(T)))
            return std::nullopt;
        T value;
        std::memcpy(&value, nla_data(attribute), sizeof value);
        return value;
    }
    [[nodiscard]] std::string text(int type) const {
        const nlattr* attribute = at(type);
        if (attribute == nullptr || nla_len(attribute) <= 0)
            return {};
        const auto* data = static_cast<const char*>(nla_data(attribute));
        return {data, strnlen(data, static_cast<std::size_t>(nla_len(attribute)))};
    }
    [[nodiscard]] std::optional<IpAddress> address(int type, Family family) const {
        const auto bytes = get<std::array<std::uint8_t, 16>>(type);
        if (!bytes)
            return std::nullopt;
        return IpAddress::fromBytes(family, std::span(*bytes).first(family == Family::V4 ? 4 : 16));
    }

private:
    std::array<nlattr*, Max + 1> m_all{};
};

} // namespace lvsdeck::ipvs
