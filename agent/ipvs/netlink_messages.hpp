// SPDX-License-Identifier: GPL-3.0-or-later
// Generic netlink messages of the family "IPVS", version 1 (linux/ip_vs.h): operations to messages, answers
// to values. No socket here, so that both directions are tested without a kernel. Any thread.
#pragma once

#include "agent/host/netlink_handles.hpp"
#include "agent/ports/ipvs_port.hpp"

#include <optional>
#include <vector>

namespace lvsdeck::ipvs {

enum class Acknowledge { OnError, Always };

/// Adds the request for one operation, aligned as the next one needs it.
void appendOperation(std::vector<char>& bytes, int family, std::uint32_t sequence, const Operation& operation,
                     Acknowledge acknowledge);
/// The same alone. Never null (memory exhaustion throws std::bad_alloc).
[[nodiscard]] netlink::Message operationMessage(int family, std::uint32_t sequence, const Operation& operation,
                                                Acknowledge acknowledge);
[[nodiscard]] netlink::Message versionRequest(int family);
[[nodiscard]] netlink::Message servicesRequest(int family);
[[nodiscard]] netlink::Message destinationsRequest(int family, const ServiceKey& service);

struct ReadService {
    ServiceKey key;
    ServiceSettings settings;
    Traffic total;
};
struct ReadDestination {
    DestinationKey key;
    DestinationSettings settings;
    Traffic traffic;
    Connections connections;
};

/// nullopt: not such a message, or one that this version does not understand (an unknown protocol).
[[nodiscard]] std::optional<ReadService> readService(nlmsghdr* message);
/// Of the service in such a message, without reading the rest of it.
[[nodiscard]] std::optional<Family> readServiceFamily(nlmsghdr* message);
/// Kernels before 3.18 do not say the destination's family: then it is the service's.
[[nodiscard]] std::optional<ReadDestination> readDestination(nlmsghdr* message, Family serviceFamily);
[[nodiscard]] std::optional<IpvsVersion> readVersion(nlmsghdr* message);

// --- besides the table (netlink_settings.cpp)
[[nodiscard]] netlink::Message timeoutsRequest(int family);
[[nodiscard]] netlink::Message setTimeoutsMessage(int family, std::uint32_t sequence, const Timeouts& timeouts);
[[nodiscard]] netlink::Message daemonsRequest(int family);
[[nodiscard]] netlink::Message startDaemonMessage(int family, std::uint32_t sequence, const SyncDaemon& daemon);
[[nodiscard]] netlink::Message stopDaemonMessage(int family, std::uint32_t sequence, SyncRole role);
[[nodiscard]] std::optional<Timeouts> readTimeouts(nlmsghdr* message);
[[nodiscard]] std::optional<SyncDaemon> readDaemon(nlmsghdr* message);

} // namespace lvsdeck::ipvs
