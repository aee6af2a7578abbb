// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/wizard/review_dialog.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace lvsdeck::console {

QString changeText(const model::Change& change) {
    switch (change.kind) {
    case model::ChangeKind::Added: return ReviewDialog::tr("+ %1").arg(text(change.subject));
    case model::ChangeKind::Removed: return ReviewDialog::tr("− %1").arg(text(change.subject));
    case model::ChangeKind::Changed:
        return ReviewDialog::tr("~ %1: %2 %3 → %4")
            .arg(text(change.subject), text(change.field), text(change.before), text(change.after));
    }
    return {};
}

ReviewDialog::ReviewDialog(cluster::ClusterSession& session, ClusterDraft& draft, QWidget* parent)
    : QDialog(parent), m_draft(draft), m_panel(new ReviewPanel(session, this)) {
    setObjectName(QStringLiteral("reviewDialog"));
    setWindowTitle(tr("Apply changes to %1").arg(text(session.saved().name)));
    resize(860, 640);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(12);
    column->addWidget(makeLabel(windowTitle(), "title", this));
    QStringList lines;
    for (const model::Change& change : draft.changes())
        if (lines.size() < 12)
            lines << changeText(change);
    if (draft.changes().size() > 12)
        lines << tr("and %n more", nullptr, static_cast<int>(draft.changes().size()) - 12);
    auto* changes = makeLabel(lines.join(QChar('\n')), "muted", this);
    changes->setObjectName(QStringLiteral("reviewChanges"));
    changes->setFont(monoFont());
    changes->setWordWrap(true);
    column->addWidget(changes);
    column->addWidget(m_panel, 1);
    auto* row = new QHBoxLayout;
    m_discard = makeButton(tr("Discard the changes"), QStringLiteral("reviewDiscard"), this);
    QPushButton* close = makeButton(tr("Close"), QStringLiteral("reviewClose"), this);
    row->addWidget(m_discard);
    row->addStretch();
    row->addWidget(close);
    column->addLayout(row);
    connect(close, &QPushButton::clicked, this, &ReviewDialog::reject);
    connect(m_discard, &QPushButton::clicked, this, [this] {
        m_draft.discard();
        QDialog::accept();
    });
    connect(m_panel, &ReviewPanel::stageChanged, this, [this, close] {
        close->setEnabled(!m_panel->isBusy());
        m_discard->setVisible(!m_panel->isBusy() && m_draft.changeCount() > 0);
    });
    m_panel->review(draft.cluster(), draft.baseRevision(), lines.value(0));
}

void ReviewDialog::reject() {
    if (m_panel->isBusy())
        return; // answered by Keep or Revert now; without either it goes back by itself
    m_panel->cancel();
    QDialog::reject();
}

} // namespace lvsdeck::console
