// SPDX-License-Identifier: GPL-3.0-or-later
// What speaks against a step between keepalived and lvsdeck, in the user's language. Any thread.
#pragma once

#include "common/rpc/adopt_messages.hpp"

#include <QString>

namespace lvsdeck::cluster {

/// A sentence or two: what it is, and what to do about it. `back`: on the way to keepalived. Of a kind that this version does not know
/// the agent's own words.
[[nodiscard]] QString concernText(const rpc::AdoptConcern& concern, bool back);

} // namespace lvsdeck::cluster
