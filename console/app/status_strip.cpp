// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/status_strip.hpp"

#include "console/app/sidebar.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QHBoxLayout>
#include <QLocale>

#include <algorithm>

namespace lvsdeck::console {

namespace {
constexpr std::size_t mostDirectors = 8;
}

StatusStrip::StatusStrip(QWidget* parent)
    : QFrame(parent), m_directors(new QHBoxLayout), m_age(makeLabel({}, "small", this)),
      m_drill(makeLabel({}, "small", this)) {
    setObjectName(QStringLiteral("statusStrip"));
    setProperty("role", QStringLiteral("statusbar"));
    setFixedHeight(28);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(20);
    m_directors->setSpacing(20);
    row->addLayout(m_directors);
    m_age->setObjectName(QStringLiteral("statusAge"));
    row->addWidget(m_age);
    row->addStretch();
    m_drill->setObjectName(QStringLiteral("statusDrill"));
    row->addWidget(m_drill);
}

void StatusStrip::show(const cluster::ClusterSession* session, unsigned intervalMs) {
    const auto directors = session != nullptr ? session->directors() : std::vector<cluster::DirectorSnapshot>{};
    const std::size_t count = std::min(directors.size(), mostDirectors);
    while (m_labels.size() > count) {
        delete m_labels.back();
        m_labels.pop_back();
    }
    std::int64_t newest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (i >= m_labels.size()) {
            m_labels.push_back(new StateLabel(this));
            m_directors->addWidget(m_labels.back());
        }
        const cluster::DirectorSnapshot& director = directors[i];
        const Pill state = directorPill(director);
        QString words = text(director.saved.id);
        if (director.phase != cluster::LinkPhase::Ready)
            words = tr("%1 · %2").arg(words, state.text);
        else
            words = tr("%1 · %2 ms")
                        .arg(words,
                             director.latencyUs < 1000 ? QStringLiteral("<1") : QString::number(director.latencyUs / 1000));
        const bool ready = director.phase == cluster::LinkPhase::Ready;
        m_labels[i]->setObjectName(QStringLiteral("statusDirector_") + text(director.saved.id));
        m_labels[i]->setState({ready ? Tone::Ok : state.tone, ready ? Glyph::Disc : state.glyph, words});
        m_labels[i]->setToolTip(director.reason ? text(director.reason->text) : QString());
        newest = std::max(newest, director.stateAtUs);
    }
    if (session == nullptr || newest == 0) {
        m_age->clear();
        return;
    }
    const double age = static_cast<double>(std::max<std::int64_t>(session->nowUs() - newest, 0)) / 1e6;
    m_age->setText(tr("updated %1 s ago · every %2 s")
                       .arg(QLocale().toString(age, 'f', 1), QLocale().toString(intervalMs / 1000.0, 'g', 2)));
}

void StatusStrip::setDrill(const QString& text) { m_drill->setText(text); }

} // namespace lvsdeck::console
