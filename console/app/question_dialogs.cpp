// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/question_dialogs.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QCheckBox>
#include <QDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include <memory>
#include <utility>

namespace lvsdeck::console {

namespace {

QVBoxLayout* dialogColumn(QDialog* dialog, const QString& title, const QString& words) {
    auto* column = new QVBoxLayout(dialog);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(12);
    column->addWidget(makeLabel(title, "title", dialog));
    QLabel* text = makeLabel(words, "muted", dialog);
    text->setWordWrap(true);
    column->addWidget(text);
    dialog->setWindowTitle(title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setMinimumWidth(480);
    return column;
}

} // namespace

QuestionDialogs::QuestionDialogs(QWidget* window) : QObject(window), m_window(window) {}

std::string QuestionDialogs::secretKey(const ssh::Question& question) {
    switch (question.kind) {
    case ssh::QuestionKind::Passphrase: return ssh::passphraseKey(question.file);
    case ssh::QuestionKind::Password: return ssh::passwordKey(question.user, question.host, question.port);
    case ssh::QuestionKind::UnknownHostKey:
    case ssh::QuestionKind::KeyboardInteractive: break;
    }
    return {};
}

void QuestionDialogs::ask(const std::string& director, const ssh::Question& question) {
    m_waiting.push_back({director, question});
    next();
}

void QuestionDialogs::next() {
    if (m_busy || m_waiting.empty())
        return;
    m_busy = true;
    const Waiting waiting = std::move(m_waiting.front());
    m_waiting.pop_front();
    if (waiting.question.kind == ssh::QuestionKind::UnknownHostKey)
        showHostKey(waiting);
    else if (waiting.question.attempt == 1 && !secretKey(waiting.question).empty())
        lookUp(waiting);
    else
        showSecret(waiting);
}

void QuestionDialogs::lookUp(const Waiting& waiting) {
    m_secrets.read(secretKey(waiting.question), [this, waiting](Result<std::optional<std::string>> kept) {
        if (kept && *kept) {
            waiting.question.answer({true, {**kept}, false});
            m_busy = false;
            next();
            return;
        }
        showSecret(waiting);
    });
}

void QuestionDialogs::open(QDialog* dialog, const ssh::Question& question) {
    // Whatever way it is closed, the connection gets an answer; a second one does nothing.
    connect(dialog, &QDialog::finished, this, [this, answer = question.answer] {
        answer({});
        m_busy = false;
        next();
    });
    dialog->open();
}

void QuestionDialogs::showHostKey(const Waiting& waiting) {
    const ssh::Question& question = waiting.question;
    auto* dialog = new QDialog(m_window);
    dialog->setObjectName(QStringLiteral("hostKeyDialog"));
    QVBoxLayout* column =
        dialogColumn(dialog, tr("Is this %1?").arg(text(question.host)),
                     tr("This host was never seen before. Compare the fingerprint with what the host itself says "
                        "(ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there), then trust it or not."));
    QFrame* card = makeFrame("card", dialog, 12);
    card->layout()->addWidget(
        makeLabel(tr("%1, port %2, key of type %3").arg(text(question.host)).arg(question.port).arg(text(question.keyType)),
                  "muted", card));
    QLabel* print = makeLabel(text(question.fingerprint), "strong", card);
    print->setObjectName(QStringLiteral("hostKeyFingerprint"));
    print->setFont(monoFont());
    print->setWordWrap(true);
    print->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    card->layout()->addWidget(print);
    column->addWidget(card);
    if (!question.knownHosts.empty()) {
        QLabel* where = makeLabel(tr("A trusted key is written to %1.").arg(text(question.knownHosts)), "small", dialog);
        where->setWordWrap(true);
        column->addWidget(where);
    }
    auto* row = new QHBoxLayout;
    row->addStretch();
    QPushButton* cancel = makeButton(tr("Do not connect"), QStringLiteral("hostKeyCancel"), dialog);
    QPushButton* trust = makePrimaryButton(tr("Trust this key"), QStringLiteral("hostKeyTrust"), dialog);
    cancel->setDefault(true);
    cancel->setFocus();
    row->addWidget(cancel);
    row->addWidget(trust);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    connect(trust, &QPushButton::clicked, dialog, [dialog, answer = question.answer] {
        answer({true, {}, true});
        dialog->accept();
    });
    open(dialog, question);
}

void QuestionDialogs::showSecret(const Waiting& waiting) {
    const ssh::Question& question = waiting.question;
    auto* dialog = new QDialog(m_window);
    dialog->setObjectName(QStringLiteral("secretDialog"));
    const bool phrase = question.kind == ssh::QuestionKind::Passphrase;
    const QString title = phrase ? tr("Passphrase for the key") : tr("Log in to %1").arg(text(question.host));
    QVBoxLayout* column = dialogColumn(dialog, title, text(question.text));
    auto edits = std::make_shared<std::vector<QLineEdit*>>();
    std::vector<ssh::Prompt> prompts = question.prompts;
    if (prompts.empty())
        prompts.push_back(
            {(phrase ? tr("Passphrase of %1").arg(text(question.file)) : tr("Password of %1").arg(text(question.user)))
                 .toStdString(),
             false});
    for (const ssh::Prompt& prompt : prompts) {
        auto* edit = new QLineEdit(dialog);
        edit->setObjectName(QStringLiteral("secretValue_%1").arg(edits->size()));
        edit->setEchoMode(prompt.echo ? QLineEdit::Normal : QLineEdit::Password);
        edit->setAccessibleName(text(prompt.text));
        column->addWidget(makeLabel(text(prompt.text), "strong", dialog));
        column->addWidget(edit);
        edits->push_back(edit);
    }
    const std::string key = secretKey(question);
    auto* remember = new QCheckBox(tr("Remember in the keychain"), dialog);
    remember->setObjectName(QStringLiteral("secretRemember"));
    remember->setVisible(!key.empty());
    column->addWidget(remember);
    auto* row = new QHBoxLayout;
    row->addStretch();
    QPushButton* cancel = makeButton(tr("Cancel"), QStringLiteral("secretCancel"), dialog);
    QPushButton* ok = makePrimaryButton(tr("Log in"), QStringLiteral("secretOk"), dialog);
    ok->setDefault(true);
    row->addWidget(cancel);
    row->addWidget(ok);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    connect(ok, &QPushButton::clicked, dialog, [this, dialog, edits, remember, key, answer = question.answer] {
        ssh::Answer out;
        out.accepted = true;
        for (const QLineEdit* edit : *edits)
            out.values.push_back(edit->text().toStdString());
        out.remember = remember->isChecked();
        if (out.remember && !key.empty())
            m_secrets.store(key, out.values.front(), [](Result<void>) {});
        answer(std::move(out));
        dialog->accept();
    });
    open(dialog, question);
    edits->front()->setFocus();
}

} // namespace lvsdeck::console
