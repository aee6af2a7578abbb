// SPDX-License-Identifier: GPL-3.0-or-later
// Performs notices through the ports: programs with the cluster's user, lines into named pipes, mails. What cannot be done is told
// and forgotten: a notification must never hold anything up. Owned by the agent's core; control thread.
#pragma once

#include "agent/notify/notice.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lvsdeck::notify {

class Notifier {
public:
    using Tell = std::function<void(rpc::EventLevel, const std::string& text)>;
    /// The ports must outlive the notifier; `tell` is called later too, for failures of what was started, while it lives.
    Notifier(ScriptPort& scripts, SystemPort& system, Tell tell);
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;
    ~Notifier() = default;

    void configure(model::ScriptSettings scripts, model::Notification notification);
    void perform(const std::vector<Notice>& notices);

private:
    void perform(const ScriptNotice& notice);
    void perform(const FifoNotice& notice);
    void perform(const MailNotice& notice);

    ScriptPort& m_scripts;
    SystemPort& m_system;
    std::shared_ptr<Tell> m_tell; ///< its weak copies outlive us safely
    model::ScriptSettings m_settings;
    model::Notification m_notification;
    std::map<std::string, std::string> m_mailed;       ///< the last subject, by what it was about
    std::map<std::string, std::string> m_fifoProblems; ///< by path: each is told once until it works again
};

} // namespace lvsdeck::notify
