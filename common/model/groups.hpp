// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from a service group: the family of the services that use it, how many addresses an entry stands for, and how an
// entry is written. Pure; any thread.
#pragma once

#include "common/model/cluster.hpp"

namespace lvsdeck::model {

inline constexpr std::uint64_t maxEntryAddresses = 65'536;

/// Nothing when there is none of that name.
[[nodiscard]] const ServiceGroup* findGroup(const Cluster& cluster, std::string_view name);

/// Of the entry's addresses, or of its firewall mark.
[[nodiscard]] Family familyOf(const GroupEntry& entry);
/// Of the service; with a group that of its first entry, because a group has one family.
[[nodiscard]] Family familyOf(const Cluster& cluster, const VirtualService& service);

/// 1 for one address or a firewall mark; 0 for a range that is none (another family, or its end below its beginning); at most
/// 2^32, which stands for more too.
[[nodiscard]] std::uint64_t addressCount(const GroupEntry& entry);

/// The addresses of the entry in their order, at most 65536; none of a firewall mark or of a range that is none.
[[nodiscard]] std::vector<IpAddress> addressesOf(const GroupEntry& entry);

/// Whether the service has a firewall mark, its own or one of its group's; onlyMarks: and no address, so that its protocol means
/// nothing.
[[nodiscard]] bool hasMarks(const Cluster& cluster, const VirtualService& service);
[[nodiscard]] bool onlyMarks(const Cluster& cluster, const VirtualService& service);

/// The port that servers behind DR and TUN have: the service's, or that of all entries of its group; 0 when they differ, or when
/// there are marks.
[[nodiscard]] std::uint16_t commonPort(const Cluster& cluster, const VirtualService& service);

/// The services that the kernel gets: the service itself, or one for each address and mark of its group, with the group's name
/// taken out and the ports of servers behind DR and TUN set. At most 65536 addresses of an entry; a server that would be there
/// twice is there once.
[[nodiscard]] std::vector<VirtualService> expanded(const Cluster& cluster, const VirtualService& service);

/// "192.0.2.1-192.0.2.9 80", "2001:db8::1", "fwmark 7 inet6": as keepalived writes it, with the family of a mark only when it is
/// IPv6.
[[nodiscard]] std::string entryText(const GroupEntry& entry);

} // namespace lvsdeck::model
