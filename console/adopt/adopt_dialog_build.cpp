// SPDX-License-Identifier: GPL-3.0-or-later
// The widgets of the way from keepalived to lvsdeck.
#include "console/adopt/adopt_dialog.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/transfer/reading_panel.hpp"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace lvsdeck::console {

void AdoptDialog::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    column->addWidget(makeHead());
    m_message = new MessageBar(this);
    m_message->setObjectName(QStringLiteral("adoptMessage"));
    column->addWidget(m_message);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(makeReading());
    m_stack->addWidget(makeUnderstood());
    m_stack->addWidget(makeRows());
    column->addWidget(m_stack, 1);
    column->addWidget(makeFooter());
}

QWidget* AdoptDialog::makeHead() {
    auto* head = new QWidget(this);
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::grid);
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::margin);
    m_title = makeLabel({}, "title", head);
    m_title->setObjectName(QStringLiteral("adoptTitle"));
    row->addWidget(m_title);
    row->addStretch();
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        m_steps[i] = new StateLabel(head);
        m_steps[i]->setObjectName(QStringLiteral("adoptStep_%1").arg(i));
        row->addWidget(m_steps[i]);
    }
    column->addLayout(row);
    m_text = makeLabel({}, "muted", head);
    m_text->setObjectName(QStringLiteral("adoptText"));
    m_text->setWordWrap(true);
    column->addWidget(m_text);
    return head;
}

QWidget* AdoptDialog::makeReading() {
    auto* card = makeFrame("card", m_stack, metrics::margin);
    auto* column = static_cast<QVBoxLayout*>(card->layout());
    m_progress = new QWidget(card);
    auto* inner = new QVBoxLayout(m_progress);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(metrics::grid);
    auto* bar = new QProgressBar(m_progress);
    bar->setObjectName(QStringLiteral("adoptProgress"));
    bar->setAccessibleName(tr("Waiting for the directors"));
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setFixedWidth(180);
    inner->addWidget(makeLabel(tr("Waiting for the directors…"), "muted", m_progress), 0, Qt::AlignHCenter);
    inner->addWidget(bar, 0, Qt::AlignHCenter);
    column->addStretch();
    column->addWidget(m_progress, 0, Qt::AlignHCenter);
    column->addStretch();
    return card;
}

QWidget* AdoptDialog::makeUnderstood() {
    auto* page = new QWidget(m_stack);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_files = makeLabel({}, "small", page);
    m_files->setObjectName(QStringLiteral("adoptFiles"));
    m_files->setWordWrap(true);
    m_files->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_files);
    m_understood = new ReadingPanel(page);
    m_understood->setObjectName(QStringLiteral("adoptUnderstood"));
    column->addWidget(m_understood, 1);
    connect(m_understood, &ReadingPanel::said, this,
            [this](Tone tone, const QString& said) { m_message->show(tone, said); });
    return page;
}

QWidget* AdoptDialog::makeRows() {
    auto* area = new QScrollArea(m_stack);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget(area);
    content->setObjectName(QStringLiteral("adoptRows"));
    content->setProperty("role", QStringLiteral("scrolled"));
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_rowColumn = new QVBoxLayout;
    m_rowColumn->setSpacing(10);
    column->addLayout(m_rowColumn);
    column->addStretch();
    area->setWidget(content);
    return area;
}

QWidget* AdoptDialog::makeFooter() {
    auto* footer = new QWidget(this);
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::grid);
    m_back = makeButton(tr("Give back to keepalived…"), QStringLiteral("adoptBack"), footer);
    m_again = makeButton(tr("Read the files again"), QStringLiteral("adoptAgain"), footer);
    m_stay = makeButton(tr("Stay with lvsdeck"), QStringLiteral("adoptStay"), footer);
    m_stop = makeButton({}, QStringLiteral("adoptStop"), footer);
    m_stop->setToolTip(
        tr("The director that is on its way is finished, or keepalived comes back there; the others stay as they are."));
    m_close = makeButton(tr("Close"), QStringLiteral("adoptClose"), footer);
    m_go = makePrimaryButton({}, QStringLiteral("adoptGo"), footer);
    row->addWidget(m_back);
    row->addStretch();
    for (QPushButton* button : {m_again, m_stay, m_stop, m_close, m_go})
        row->addWidget(button);
    connect(m_back, &QPushButton::clicked, this, [this] { begin(Goal::Back); });
    connect(m_stay, &QPushButton::clicked, this, [this] { begin(Goal::Take); });
    connect(m_again, &QPushButton::clicked, this, [this] { begin(Goal::Observe); });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_stopping = true;
        m_operation->cancel();
        refresh();
    });
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, [this] {
        const Scene now = scene();
        if (now == Scene::Trouble)
            again();
        else if (now == Scene::Returned)
            begin(Goal::Take);
        else
            goOn();
    });
    return footer;
}

} // namespace lvsdeck::console
