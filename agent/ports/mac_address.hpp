// SPDX-License-Identifier: GPL-3.0-or-later
// A hardware address as the kernel gives it. A plain value.
#pragma once

#include <array>
#include <cstdint>

namespace lvsdeck {

using MacAddress = std::array<std::uint8_t, 6>;

} // namespace lvsdeck
