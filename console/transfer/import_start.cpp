// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/import_start.hpp"

#include "console/theme/controls.hpp"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace lvsdeck::console {

ImportStart::ImportStart(bool directorsCanBeAsked, QWidget* parent) : QStackedWidget(parent) {
    setObjectName(QStringLiteral("importStart"));
    addWidget(makeWays(directorsCanBeAsked));
    addWidget(makePaste());
}

QWidget* ImportStart::makeWays(bool directorsCanBeAsked) {
    auto* card = makeFrame("card", this, metrics::margin);
    auto* ways = new EmptyState(
        tr("Drop configuration files here"),
        tr("keepalived.conf, ldirectord.cf, Piranha lvs.cf, ipvsadm rules or a saved cluster: the files of all directors "
           "together. Nothing changes on a director before you have reviewed it."),
        card);
    QPushButton* choose = ways->addButton(tr("Choose files…"), QStringLiteral("importChoose"), true);
    choose->setDefault(true);
    connect(choose, &QPushButton::clicked, this, &ImportStart::chooseWanted);
    connect(ways->addButton(tr("Paste a text…"), QStringLiteral("importPaste"), false), &QPushButton::clicked, this,
            [this] { showPaste(); });
    if (directorsCanBeAsked)
        connect(ways->addButton(tr("Read it from the directors"), QStringLiteral("importAsk"), false), &QPushButton::clicked,
                this, &ImportStart::askWanted);
    card->layout()->addWidget(ways);
    return card;
}

QWidget* ImportStart::makePaste() {
    auto* card = makeFrame("card", this, metrics::margin);
    card->layout()->addWidget(makeLabel(tr("The text of one director"), "strong", card));
    m_text = new QPlainTextEdit(card);
    m_text->setObjectName(QStringLiteral("importPasteText"));
    m_text->setAccessibleName(tr("Configuration text"));
    m_text->setFont(monoFont());
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_text->setPlaceholderText(
        tr("Paste a configuration here, of any of the formats. Further texts can be added afterwards."));
    card->layout()->addWidget(m_text);
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::grid);
    row->addStretch();
    QPushButton* back = makeButton(tr("Back"), QStringLiteral("importPasteBack"), card);
    m_read = makePrimaryButton(tr("Read this text"), QStringLiteral("importPasteRead"), card);
    m_read->setEnabled(false);
    row->addWidget(back);
    row->addWidget(m_read);
    static_cast<QVBoxLayout*>(card->layout())->addLayout(row);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { m_read->setEnabled(!m_text->document()->isEmpty()); });
    connect(back, &QPushButton::clicked, this, &ImportStart::pasteLeft);
    connect(m_read, &QPushButton::clicked, this, [this] {
        const QString text = m_text->toPlainText();
        m_text->clear();
        emit pasted(text);
    });
    return card;
}

void ImportStart::showPaste(const QString& text) {
    if (!text.isEmpty())
        m_text->setPlainText(text);
    setCurrentIndex(1);
    m_text->setFocus();
}

void ImportStart::showWays() { setCurrentIndex(0); }

} // namespace lvsdeck::console
