// SPDX-License-Identifier: GPL-3.0-or-later
// `lvsdeck-agent doctor` on a host whose agent does not run.
#pragma once

#include "common/rpc/messages.hpp"

#include <vector>

namespace lvsdeck::app {

[[nodiscard]] std::vector<rpc::DoctorItem> examineHost();

} // namespace lvsdeck::app
