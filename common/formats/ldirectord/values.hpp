// SPDX-License-Identifier: GPL-3.0-or-later
// The values that settings of ldirectord.cf have, read from words. What is wrong comes back as a sentence. Private to this
// folder.
#pragma once

#include "common/model/service.hpp"

#include <expected>
#include <optional>

namespace lvsdeck::formats::ldirectord {

template <class T> using Value = std::expected<T, std::string>;

[[nodiscard]] std::optional<std::uint32_t> number(std::string_view text, std::uint32_t least, std::uint32_t most);
/// Digits, or one of the names that ldirectord's services have.
[[nodiscard]] Value<std::uint16_t> port(std::string_view text);
[[nodiscard]] Value<IpAddress> address(std::string_view text);
/// "gate", "masq", "ipip"
[[nodiscard]] std::optional<model::Forwarding> forwarding(std::string_view word);
[[nodiscard]] std::string_view forwardingWord(model::Forwarding forwarding);

struct Endpoint {
    IpAddress first;
    IpAddress last; ///< equal to `first` when there is no range
    std::optional<std::uint16_t> port;
};
/// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:http", "192.0.2.1->192.0.2.9:80"
[[nodiscard]] Value<Endpoint> endpoint(std::string_view text);

/// A dotted netmask or a prefix length; 1..32 or 1..128.
[[nodiscard]] std::optional<std::uint8_t> netmask(std::string_view text, Family family);
[[nodiscard]] Value<std::vector<model::SchedulerFlag>> schedulerFlags(std::string_view text);
[[nodiscard]] std::string schedulerFlagsText(const model::VirtualService& service);

/// Which service ldirectord checks on a port when none is named, and back. "none"; 0.
[[nodiscard]] std::string_view serviceOfPort(std::uint16_t port);
[[nodiscard]] std::uint16_t portOfService(std::string_view service);
/// Whether stock ldirectord knows a service of this name.
[[nodiscard]] bool isServiceWord(std::string_view word);

/// A name as an id: at most 63 characters of those that an id may have.
[[nodiscard]] std::string directorId(std::string_view name);

/// Without one pair of quotes around it.
[[nodiscard]] std::string_view unquoted(std::string_view text);

} // namespace lvsdeck::formats::ldirectord
