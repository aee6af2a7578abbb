// SPDX-License-Identifier: GPL-3.0-or-later
// The least set of operations that turns the kernel's table into the wanted one. Pure; any thread.
//
// Ownership goes by key: `owned` is what the caller remembers to have put there, at least the keys of the
// configuration in force and of the one that it replaces (ownedKeys). Whatever is wanted becomes ours; an
// entry that was there before is adopted, with its connections, and only set if it differs. Only owned keys
// are removed. Destinations that others put into a service of ours are left alone, and so is a service that
// we would remove but that still holds such destinations: only ours leave it.
#pragma once

#include "agent/ipvs/desired.hpp"
#include "agent/ipvs/table.hpp"

#include <vector>

namespace lvsdeck::ipvs {

/// In this order, each group sorted by key: add services, set services, add destinations, set destinations,
/// remove destinations, remove services. So a new server takes over before an old one leaves, and a failure
/// half-way leaves more rather than less. Entries that are as wanted do not appear. Removing a service takes
/// its destinations along in one operation.
[[nodiscard]] std::vector<Operation> reconcile(const Table& desired, const Table& actual, const Owned& owned);

/// Whether the kernel's settings are the wanted ones, as far as they mean anything: no mask without
/// persistence, no tunnel settings without a tunnel, a destination that the kernel shows as Local is as
/// wanted.
[[nodiscard]] bool sameSettings(const ServiceSettings& wanted, const ServiceSettings& actual);
[[nodiscard]] bool sameSettings(const DestinationSettings& wanted, const DestinationSettings& actual);

} // namespace lvsdeck::ipvs
