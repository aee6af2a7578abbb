// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be done to tell people of something: programs to start, lines to write, mails to send. Made by pure functions
// (vrrp_notices.hpp), performed by the notifier. Plain values; any thread.
#pragma once

#include "agent/ports/script_port.hpp"
#include "agent/ports/system_port.hpp"

#include <string>
#include <variant>
#include <vector>

namespace lvsdeck::notify {

struct ScriptNotice {
    model::Script script;
    std::vector<std::string> arguments; ///< after the script's own
    bool operator==(const ScriptNotice&) const = default;
};

struct FifoNotice {
    std::string path;
    std::string line; ///< without its end
    bool operator==(const FifoNotice&) const = default;
};

struct MailNotice {
    std::string subject;
    std::string body;
    std::string about = {}; ///< whose state it tells: the same one is not mailed twice in a row. Empty: nobody's
    bool operator==(const MailNotice&) const = default;
};

using Notice = std::variant<ScriptNotice, FifoNotice, MailNotice>;

} // namespace lvsdeck::notify
