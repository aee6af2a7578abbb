// SPDX-License-Identifier: GPL-3.0-or-later
// From the model's services and servers to the kernel's keys, and from the kernel's keys to the texts that
// name rows in the state document. Pure; any thread.
#pragma once

#include "agent/ipvs/table.hpp"

#include <string>

namespace lvsdeck::ipvs {

[[nodiscard]] ServiceKey keyOf(const model::VirtualService& service);

/// The destination that a server becomes. Direct routing and tunnels cannot translate ports, so the service's
/// port is used there whatever the server says (as keepalived does); by mark that is port 0.
[[nodiscard]] DestinationKey keyOf(const model::VirtualService& service, const model::RealServer& server);
/// As for a server; port 0 stands for the service's port.
[[nodiscard]] DestinationKey keyOf(const model::VirtualService& service, const model::SorryServer& server);

/// Equal to model::serviceKey for a service of ours: "tcp 192.0.2.10:80", "fwm 7", "fwm 7 ipv6".
[[nodiscard]] std::string keyText(const ServiceKey& key);
/// "192.0.2.20:80", "[2001:db8::1]:80".
[[nodiscard]] std::string keyText(const DestinationKey& key);

} // namespace lvsdeck::ipvs
