// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual addresses, routes and rules as the words that ip(8) and keepalived write them with: for exports, and for people
// who review a change. Pure; any thread.
#pragma once

#include "common/model/vrrp_instance.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::model {

/// Without the prefix of a host: "192.0.2.1", "192.0.2.0/24".
[[nodiscard]] std::string prefixText(const IpAddress& address, std::uint8_t length);
/// "link", "host" … or the number; scopeNumber understands both, and nothing else.
[[nodiscard]] std::string scopeText(std::uint8_t scope);
[[nodiscard]] std::optional<std::uint8_t> scopeNumber(std::string_view text);
/// "unicast", "blackhole" …
[[nodiscard]] std::string_view routeTypeText(RouteType type);

/// "192.0.2.1/24", "dev", "eth0", "label", "eth0:1" …
[[nodiscard]] std::vector<std::string> addressWords(const VirtualAddress& address);
/// "198.51.100.0/24", "via", "192.0.2.1", "dev", "eth0" …; next hops come last, as keepalived wants them.
[[nodiscard]] std::vector<std::string> routeWords(const VirtualRoute& route);
/// "from", "192.0.2.0/24", "table", "100" …
[[nodiscard]] std::vector<std::string> ruleWords(const VirtualRule& rule);

} // namespace lvsdeck::model
