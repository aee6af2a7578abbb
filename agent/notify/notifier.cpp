// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/notify/notifier.hpp"

#include "agent/vrrp/script_run.hpp"

#include <utility>

namespace lvsdeck::notify {

Notifier::Notifier(ScriptPort& scripts, SystemPort& system, Tell tell)
    : m_scripts(scripts), m_system(system), m_tell(std::make_shared<Tell>(std::move(tell))) {}

void Notifier::configure(model::ScriptSettings scripts, model::Notification notification) {
    m_settings = std::move(scripts);
    m_notification = std::move(notification);
    const auto& paths = m_notification;
    std::erase_if(m_fifoProblems, [&](const auto& told) {
        return told.first != paths.fifo && told.first != paths.vrrpFifo && told.first != paths.checkerFifo;
    });
}

void Notifier::perform(const std::vector<Notice>& notices) {
    for (const Notice& notice : notices)
        std::visit([this](const auto& one) { perform(one); }, notice);
}

void Notifier::perform(const ScriptNotice& notice) {
    std::string program = notice.script.command.empty() ? std::string{} : notice.script.command.front();
    m_scripts.start(vrrp::scriptRun(notice.script, m_settings, notice.arguments, std::chrono::milliseconds{0}),
                    [tell = std::weak_ptr(m_tell), program = std::move(program)](const std::string& why) {
                        if (const auto living = tell.lock())
                            (*living)(rpc::EventLevel::Warning, "the notification " + program + " was not run: " + why);
                    });
}

void Notifier::perform(const FifoNotice& notice) {
    const auto written = m_system.writeFifo(notice.path, notice.line);
    const std::string problem = written ? std::string{} : written.error().text;
    if (problem.empty()) {
        m_fifoProblems.erase(notice.path);
        return;
    }
    if (m_fifoProblems.insert_or_assign(notice.path, problem).second)
        (*m_tell)(rpc::EventLevel::Warning, "nobody was told through " + notice.path + ": " + problem);
}

void Notifier::perform(const MailNotice& notice) {
    if (!notice.about.empty() && std::exchange(m_mailed[notice.about], notice.subject) == notice.subject)
        return;
    m_system.sendMail({m_notification, notice.subject, notice.body},
                      [tell = std::weak_ptr(m_tell), subject = notice.subject](const std::string& why) {
                          if (const auto living = tell.lock())
                              (*living)(rpc::EventLevel::Warning, "the mail “" + subject + "” was not sent: " + why);
                      });
}

} // namespace lvsdeck::notify
