// SPDX-License-Identifier: GPL-3.0-or-later
// Who is told what when an instance or a sync group changes state: arguments, lines and mails as keepalived's, so that scripts
// written for it go on working. Pure; any thread.
#pragma once

#include "agent/notify/notice.hpp"
#include "agent/vrrp/happening.hpp"

#include <string>
#include <vector>

namespace lvsdeck::notify {

/// In the order in which they are due: the state's own script, `any`, FIFO lines, the mail. `routerId` begins a mail's subject.
[[nodiscard]] std::vector<Notice> vrrpNotices(const vrrp::Happening& happening, const model::Notification& notification,
                                              const std::string& routerId);

} // namespace lvsdeck::notify
