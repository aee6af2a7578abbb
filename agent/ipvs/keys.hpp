// SPDX-License-Identifier: GPL-3.0-or-later
// From the model's services and servers to the kernel's keys, and from the kernel's keys to the texts that
// name rows in the state document. Pure; any thread.
#pragma once

#include "agent/ipvs/table.hpp"

#include <string>
#include <vector>

namespace lvsdeck::ipvs {

/// Of a service that stands for itself.
[[nodiscard]] ServiceKey keyOf(const model::VirtualService& service);
/// What the kernel gets for a configured service: itself, or with a group one for each address (ranges expanded) and each mark of
/// the group's entries, in their order, equal ones once. A group that is not there gives none.
[[nodiscard]] std::vector<ServiceKey> keysOf(const model::VirtualService& service,
                                             const std::vector<model::ServiceGroup>& groups);
/// Whether an entry of a group can have a server with this address: of another family only through a tunnel. For a service
/// without a group always (the kernel says what it thinks).
[[nodiscard]] bool serves(const ServiceKey& entry, const model::VirtualService& service, const IpAddress& address,
                          model::Forwarding forwarding);

/// The destination that a server becomes in one of keysOf(). Direct routing and tunnels cannot translate ports, so the entry's
/// port is used there whatever the server says (as keepalived does); by mark that is port 0.
[[nodiscard]] DestinationKey keyOf(const ServiceKey& entry, const model::VirtualService& service,
                                   const model::RealServer& server);
/// As for a server; port 0 stands for the entry's port.
[[nodiscard]] DestinationKey keyOf(const ServiceKey& entry, const model::VirtualService& service,
                                   const model::SorryServer& server);

/// Equal to model::serviceKey for a service of ours: "tcp 192.0.2.10:80", "fwm 7", "fwm 7 ipv6".
[[nodiscard]] std::string keyText(const ServiceKey& key);
/// "192.0.2.20:80", "[2001:db8::1]:80".
[[nodiscard]] std::string keyText(const DestinationKey& key);

} // namespace lvsdeck::ipvs
