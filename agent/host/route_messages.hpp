// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses, routes and policy rules as messages for the kernel, filled in as keepalived fills them in. Pure, apart from the memory
// of the message; any thread.
#pragma once

#include "agent/host/netlink_handles.hpp"
#include "agent/ports/host_port.hpp"
#include "common/model/routing.hpp"

#include <functional>
#include <optional>

namespace lvsdeck::host {

enum class Change { Add, Replace, Remove };

/// The kernel's number of an interface; 0: there is none of that name.
using InterfaceIndex = std::function<unsigned(const std::string& name)>;

/// "+": all host bits set, "-": all clear, else as written; nullopt for "" and for IPv6. InvalidInput for what is no IPv4 address.
[[nodiscard]] Result<std::optional<IpAddress>> broadcastOf(const InterfaceAddress& address, const std::string& wanted);

/// IPv6 options that the kernel keeps for IPv6 only are left out for IPv4, and scopes for IPv6.
[[nodiscard]] Result<netlink::Message> addressMessage(Change change, unsigned index, const InterfaceAddress& address,
                                                      const AddressOptions& options);
/// NotFound names an interface that is missing; InvalidInput what the kernel has no word for.
[[nodiscard]] Result<netlink::Message> routeMessage(Change change, const model::VirtualRoute& route,
                                                    const InterfaceIndex& indexOf);
[[nodiscard]] netlink::Message ruleMessage(Change change, const model::VirtualRule& rule);

/// The question for all rules of a family, and what one message of the answer says; nothing: it is not a rule of ours to understand.
[[nodiscard]] netlink::Message rulesQuestion(Family family);
[[nodiscard]] std::optional<model::VirtualRule> ruleOf(nlmsghdr& message);
/// A rule as ruleOf() reads it back: what it is to the kernel, without what only we know of it.
[[nodiscard]] model::VirtualRule plainRule(model::VirtualRule rule);
/// Whether it says that a route or a rule with keepalived's protocol is gone.
[[nodiscard]] bool tellsOfLoss(const nlmsghdr& message);

/// A macvlan in private mode, down.
[[nodiscard]] netlink::Message macvlanMessage(const std::string& name, unsigned base, const MacAddress& mac);
[[nodiscard]] netlink::Message linkUpMessage(unsigned index);
[[nodiscard]] netlink::Message linkRemovalMessage(unsigned index);

/// "10.20.0.0/16 via 10.1.1.2 dev eth0 table 100", for people.
[[nodiscard]] std::string routeText(const model::VirtualRoute& route);
[[nodiscard]] std::string ruleText(const model::VirtualRule& rule);

/// Unset values as the kernel gets them.
[[nodiscard]] std::uint32_t tableOf(const model::VirtualRoute& route);
[[nodiscard]] std::uint8_t protocolOf(const model::VirtualRoute& route);

} // namespace lvsdeck::host
