// SPDX-License-Identifier: GPL-3.0-or-later
// IPVS tables made from a seed, such as the kernel accepts: every kind of service and destination that the
// model can express. For property tests and for the comparison of the simulated with the real kernel.
#pragma once

#include "agent/ipvs/desired.hpp"
#include "agent/ipvs/table.hpp"

#include <random>

namespace lvsdeck::test {

/// At most `services` services with at most `servers` destinations each.
[[nodiscard]] ipvs::Table randomTable(std::mt19937& random, unsigned services, unsigned servers);

/// Another table near this one: some entries gone, some changed, some new.
[[nodiscard]] ipvs::Table changedTable(const ipvs::Table& table, std::mt19937& random);

/// What builds the table from nothing, service by service (not through reconcile).
[[nodiscard]] std::vector<ipvs::Operation> addOperations(const ipvs::Table& table);

/// Everything in the table as ours.
[[nodiscard]] ipvs::Owned allOf(const ipvs::Table& table);

} // namespace lvsdeck::test
