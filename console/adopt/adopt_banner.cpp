// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/adopt/adopt_banner.hpp"

#include "console/theme/controls.hpp"

#include <QHBoxLayout>

namespace lvsdeck::console {

AdoptBanner::AdoptBanner(QWidget* parent)
    : QFrame(parent), m_text(makeLabel({}, "strong", this)),
      m_open(makePrimaryButton({}, QStringLiteral("adoptBannerOpen"), this)) {
    setObjectName(QStringLiteral("adoptBanner"));
    m_text->setObjectName(QStringLiteral("adoptBannerText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(metrics::margin);
    row->addWidget(m_text, 1);
    row->addWidget(m_open);
    connect(m_open, &QPushButton::clicked, this, &AdoptBanner::openWanted);
    setVisible(false);
}

void AdoptBanner::show(const AdoptNotice& notice, bool readOnly) {
    dress(this, "role", QString::fromLatin1(notice.tone == Tone::Warn ? "caution" : "notice"));
    m_text->setText(notice.text);
    m_open->setText(notice.button);
    m_open->setVisible(!readOnly && !notice.button.isEmpty());
    setAccessibleName(notice.text);
    setVisible(!notice.text.isEmpty());
}

} // namespace lvsdeck::console
