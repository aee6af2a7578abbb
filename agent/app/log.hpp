// SPDX-License-Identifier: GPL-3.0-or-later
// One line per fact on stderr: for a journal with the <3>..<7> priority in front that journald reads, for a terminal with the time.
// Any thread; a line is one write.
#pragma once

#include "common/rpc/messages.hpp"

#include <string_view>

namespace lvsdeck::app {

void log(rpc::EventLevel level, std::string_view text);
/// area, subject, text and who, as key=value fields behind the text.
void log(const rpc::Event& event);

} // namespace lvsdeck::app
