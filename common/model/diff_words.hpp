// SPDX-License-Identifier: GPL-3.0-or-later
// Values of a cluster as a person reads them in a review. Private to common/model. Pure.
#pragma once

#include "common/model/static_entries.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace lvsdeck::model::detail {

/// "1500 ms", "3 s", "500 µs": the largest unit without a fraction.
[[nodiscard]] std::string reviewText(std::chrono::microseconds time);
[[nodiscard]] std::string reviewText(const std::vector<VirtualAddress>& addresses);
[[nodiscard]] std::string reviewText(const std::vector<VirtualRoute>& routes);
[[nodiscard]] std::string reviewText(const std::vector<VirtualRule>& rules);
[[nodiscard]] std::string reviewText(const std::vector<UnicastPeer>& peers);
[[nodiscard]] std::string reviewText(const std::vector<TrackedInterface>& interfaces);
[[nodiscard]] std::string reviewText(const std::vector<TrackedItem>& items);
[[nodiscard]] std::string reviewText(const std::optional<VirtualMac>& mac);

/// What makes a static entry the same one: the address and its interface; a route's destination, table and metric; all of a rule.
[[nodiscard]] std::string staticKey(const StaticAddress& entry);
[[nodiscard]] std::string staticKey(const StaticRoute& entry);
[[nodiscard]] std::string staticKey(const StaticRule& entry);
/// As ip(8) writes it.
[[nodiscard]] std::string staticText(const StaticAddress& entry);
[[nodiscard]] std::string staticText(const StaticRoute& entry);
[[nodiscard]] std::string staticText(const StaticRule& entry);

template <class T>
concept Reviewable = requires(const T& value) { reviewText(value); };

} // namespace lvsdeck::model::detail
