// SPDX-License-Identifier: GPL-3.0-or-later
// Answers what a connection asks: an unknown host key is always shown to the person; passphrases and passwords come from the
// keychain when they were remembered, else from a dialog. One dialog at a time. Window thread.
// Object names: hostKeyDialog (hostKeyFingerprint, hostKeyTrust, hostKeyCancel), secretDialog (secretValue_0 …, secretRemember,
// secretOk, secretCancel).
#pragma once

#include "console/ssh/question.hpp"
#include "console/ssh/secrets.hpp"

#include <QObject>
#include <QPointer>

#include <deque>

class QDialog;
class QWidget;

namespace lvsdeck::console {

class QuestionDialogs : public QObject {
    Q_OBJECT
public:
    explicit QuestionDialogs(QWidget* window);
    /// From ClusterSession::question.
    void ask(const std::string& director, const ssh::Question& question);

private:
    struct Waiting {
        std::string director;
        ssh::Question question;
    };
    void next();
    void lookUp(const Waiting& waiting);
    void showHostKey(const Waiting& waiting);
    void showSecret(const Waiting& waiting);
    void open(QDialog* dialog, const ssh::Question& question);
    [[nodiscard]] static std::string secretKey(const ssh::Question& question);

    QWidget* m_window;
    ssh::Secrets m_secrets;
    std::deque<Waiting> m_waiting;
    bool m_busy = false;
};

} // namespace lvsdeck::console
