// SPDX-License-Identifier: GPL-3.0-or-later
// Authentication on a libssh session that is connected and whose host key was accepted. Worker thread; blocks, also on people.
#pragma once

#include "common/base/error.hpp"
#include "console/ssh/question.hpp"

#include <libssh/libssh.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::ssh {

/// Blocks until a person answered; nullopt when the connection is being closed.
using Ask = std::function<std::optional<Answer>(Question)>;

struct LoginSubject {
    std::string host; ///< as the admin wrote it, for sentences
    std::uint16_t port = 22;
    std::string user;
    std::string identityFile;            ///< given by the admin: first
    std::vector<std::string> configured; ///< by ssh_config: before the agent
    std::vector<std::string> defaults;   ///< ~/.ssh/id_…: after the agent
};

/// Keys, agent, keyboard-interactive, password, in this order, as far as the server offers them; several factors one after
/// the other. Denied says what was tried. What people type is asked at most three times each.
[[nodiscard]] Result<void> logIn(ssh_session session, const LoginSubject& subject, const Ask& ask);

} // namespace lvsdeck::ssh
