// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, ages and states as the window shows them: by the person's locale, with digits that do not jump. Pure; any thread.
#pragma once

#include "common/rpc/messages.hpp"
#include "console/models/watch_rows.hpp"
#include "console/theme/pill.hpp"

#include <QString>

namespace lvsdeck::console {

[[nodiscard]] QString countText(std::int64_t value);
/// "7.6 M", "820 k", "512": bits a second from bytes a second.
[[nodiscard]] QString bitsText(std::int64_t bytesPerSecond);
/// "12.4 k" for labels in pictures.
[[nodiscard]] QString shortCount(std::int64_t value);
/// "3 s", "2 m", "5 h", "6 d"; empty when negative.
[[nodiscard]] QString ageText(std::int64_t milliseconds);
[[nodiscard]] Pill serverPill(ServerState state, std::int64_t sinceMs, std::int64_t nowMs);
[[nodiscard]] Pill phasePill(rpc::VrrpPhase phase);
/// Maintenance, when it is in force, says more than the role.
[[nodiscard]] Pill rolePill(const rpc::VrrpState& state);
[[nodiscard]] Pill maintenancePill();
[[nodiscard]] QString phaseWord(rpc::VrrpPhase phase);
[[nodiscard]] Pill stalePill(std::int64_t ageMs);
[[nodiscard]] QString text(const std::string& utf8);

} // namespace lvsdeck::console
