// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from an instance's configuration alone: its devices, where it listens and sends, what it expects of others. Pure;
// any thread.
#pragma once

#include "agent/ports/host_port.hpp"
#include "agent/ports/mac_address.hpp"
#include "agent/ports/network_port.hpp"
#include "agent/ports/vrrp_port.hpp"
#include "agent/vrrp/machine.hpp"
#include "agent/vrrp/packet.hpp"
#include "common/model/effective.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

/// As they are run: what `strict` forbids is undone, rules have priorities (keepalived counts down from 16384 for each family),
/// macvlans have names.
[[nodiscard]] std::vector<model::OwnInstance> prepared(const model::Effective& own);
/// Static rules with their priorities, which come first of all.
[[nodiscard]] std::vector<model::VirtualRule> preparedStaticRules(const model::Effective& own);

[[nodiscard]] Family familyOf(const model::OwnInstance& config);
[[nodiscard]] Settings settingsOf(const model::OwnInstance& config);
[[nodiscard]] std::vector<IpAddress> advertisedAddresses(const model::OwnInstance& config);
[[nodiscard]] Expected expectedOf(const model::OwnInstance& config);
[[nodiscard]] inline bool isUnicast(const model::OwnInstance& config) { return !config.member.unicastPeers.empty(); }
[[nodiscard]] IpAddress groupOf(const model::OwnInstance& config);
[[nodiscard]] inline bool isOwner(const model::OwnInstance& config) { return config.member.priority == 255; }

struct Macvlan {
    std::string name;
    std::string base;
    MacAddress mac{};
    MacvlanUse use;
    bool operator==(const Macvlan&) const = default;
};
/// With the virtual router's MAC (RFC 5798 section 7.3); nullopt: the addresses are on an ordinary interface.
[[nodiscard]] std::optional<Macvlan> macvlanOf(const model::OwnInstance& config);

/// Receives on the member's interface.
[[nodiscard]] Listening listeningOf(const model::OwnInstance& config);
/// Sends from there too, or from the macvlan.
[[nodiscard]] Listening sendingOf(const model::OwnInstance& config);

[[nodiscard]] std::string deviceOf(const model::OwnInstance& config, const model::VirtualAddress& address);
[[nodiscard]] AddressOptions optionsOf(const model::VirtualAddress& address);

/// Why the instance cannot serve with these links; empty: it can. Sets `source`, the address to send from, as far as there is one:
/// the configured one, or the interface's first that is not virtual; IPv6 multicast needs a link-local one (RFC 5798 section 5.1.2.1).
[[nodiscard]] std::string linkProblem(const model::OwnInstance& config, const std::vector<Link>& links,
                                      const std::set<IpAddress>& virtualAddresses, IpAddress& source);

[[nodiscard]] const Link* findLink(const std::vector<Link>& links, const std::string& name);

} // namespace lvsdeck::vrrp
