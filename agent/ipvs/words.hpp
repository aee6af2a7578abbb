// SPDX-License-Identifier: GPL-3.0-or-later
// ipvsadm's words for what is in the table, so that previews, the state document and `watch` speak as admins
// know it. Pure.
#pragma once

#include "agent/ipvs/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::ipvs {

/// The command that an admin would type for it: "ipvsadm -A -t 192.0.2.10:80 -s wrr -p 60".
[[nodiscard]] std::string operationText(const Operation& operation);

/// What `ipvsadm -Sn` prints for this table, one command a line, in key order. Thresholds are not in it (as
/// in ipvsadm's).
[[nodiscard]] std::string saveText(const Table& table);

/// TCP, UDP, SCTP, FWM.
[[nodiscard]] std::string_view protocolWord(const ServiceKey& key);
/// The service's name without the protocol: "192.0.2.10:80", "7", "7 IPv6".
[[nodiscard]] std::string addressText(const ServiceKey& key);
/// Masq, Local, Tunnel, Route, Bypass.
[[nodiscard]] std::string_view forwardWord(Forward forward);
/// As ipvsadm --tun-info: "ipip", "gue:6080:+c", "gre:-c"; empty when it is not a tunnel.
[[nodiscard]] std::string tunnelText(const DestinationSettings& settings);
/// sh-fallback sh-port, mh-fallback mh-port, else flag-1 flag-2 flag-3.
[[nodiscard]] std::vector<std::string> flagWords(const ServiceSettings& settings);
/// The persistence mask as ipvsadm writes it: dotted for IPv4, the prefix length for IPv6; empty when it is
/// the whole address or there is no persistence.
[[nodiscard]] std::string maskText(Family family, const ServiceSettings& settings);

} // namespace lvsdeck::ipvs
