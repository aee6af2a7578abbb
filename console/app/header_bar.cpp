// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/header_bar.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QHBoxLayout>

#include <set>

namespace lvsdeck::console {

namespace {

Pill syncPill(const cluster::ClusterFacts& facts) {
    const QString revision = QStringLiteral("r%1").arg(facts.revision);
    if (facts.ready == 0)
        return {Tone::Stale, Glyph::None, HeaderBar::tr("not heard from")};
    if (facts.revision == 0)
        return {Tone::Accent, Glyph::None, HeaderBar::tr("nothing applied yet")};
    if (facts.inSync)
        return {Tone::Ok, Glyph::None, HeaderBar::tr("in sync · %1").arg(revision)};
    if (facts.ready < facts.directors)
        return {Tone::Warn, Glyph::None,
                HeaderBar::tr("%1 of %2 answer · %3").arg(facts.ready).arg(facts.directors).arg(revision)};
    QStringList names;
    for (const std::string& id : facts.differing)
        names << text(id);
    return {Tone::Warn, Glyph::None, HeaderBar::tr("differs: %1").arg(names.join(QStringLiteral(", ")))};
}

Pill vipPill(const cluster::ClusterFacts& facts) {
    std::set<std::string> masters;
    bool orphan = false;
    bool doubled = false;
    for (const cluster::InstanceFacts& instance : facts.instances) {
        masters.insert(instance.masters.begin(), instance.masters.end());
        orphan = orphan || instance.masters.empty();
        doubled = doubled || instance.masters.size() > 1;
    }
    if (facts.instances.empty() || facts.ready == 0)
        return {};
    if (doubled)
        return {Tone::Bad, Glyph::Diamond, HeaderBar::tr("two masters")};
    if (orphan)
        return {Tone::Bad, Glyph::Diamond, HeaderBar::tr("VIPs without master")};
    QStringList names;
    for (const std::string& id : masters)
        names << text(id);
    return {Tone::Accent, Glyph::None, HeaderBar::tr("VIPs on %1").arg(names.join(QStringLiteral(", ")))};
}

} // namespace

HeaderBar::HeaderBar(QWidget* parent)
    : QFrame(parent), m_cluster(makeLabel({}, "muted", this)), m_simulated(new PillLabel(this)),
      m_readOnly(new PillLabel(this)), m_sync(new PillLabel(this)), m_vips(new PillLabel(this)),
      m_pending(new PillLabel(this)), m_add(makeButton(tr("Add service…"), QStringLiteral("addService"), this)),
      m_export(makeButton(tr("Export…"), QStringLiteral("exportConfig"), this)),
      m_drill(makeButton(tr("Drill…"), QStringLiteral("openDrill"), this)),
      m_apply(makePrimaryButton(tr("Apply changes…"), QStringLiteral("applyChanges"), this)) {
    setObjectName(QStringLiteral("headerBar"));
    setProperty("role", QStringLiteral("header"));
    setFixedHeight(metrics::header);
    m_cluster->setObjectName(QStringLiteral("headerCluster"));
    m_simulated->setObjectName(QStringLiteral("headerSimulated"));
    m_readOnly->setObjectName(QStringLiteral("headerReadOnly"));
    m_sync->setObjectName(QStringLiteral("headerSync"));
    m_vips->setObjectName(QStringLiteral("headerVips"));
    m_pending->setObjectName(QStringLiteral("headerPending"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 1);
    row->setSpacing(metrics::grid);
    row->addWidget(makeLabel(QStringLiteral("lvsdeck"), "brand", this));
    row->addSpacing(metrics::half);
    row->addWidget(m_cluster);
    row->addSpacing(metrics::half);
    for (PillLabel* pill : {m_simulated, m_readOnly, m_sync, m_vips, m_pending})
        row->addWidget(pill);
    row->addStretch();
    for (QPushButton* button : {m_add, m_export, m_drill, m_apply})
        row->addWidget(button);
    connect(m_add, &QPushButton::clicked, this, &HeaderBar::addServiceWanted);
    connect(m_export, &QPushButton::clicked, this, &HeaderBar::exportWanted);
    connect(m_drill, &QPushButton::clicked, this, &HeaderBar::drillWanted);
    connect(m_apply, &QPushButton::clicked, this, &HeaderBar::applyWanted);
}

void HeaderBar::show(const cluster::ClusterSession* session, int changes, bool readOnly, bool hasDrill,
                     const QString& heldBack) {
    const bool open = session != nullptr;
    m_add->setVisible(open && !readOnly);
    m_export->setVisible(open);
    m_drill->setVisible(open && !readOnly && hasDrill);
    m_apply->setVisible(open && !readOnly && changes > 0);
    m_apply->setText(tr("Apply %n change(s)…", nullptr, changes));
    for (QPushButton* button : {m_add, m_drill, m_apply}) {
        button->setEnabled(heldBack.isEmpty());
        button->setToolTip(heldBack);
    }
    if (!open) {
        m_cluster->clear();
        for (PillLabel* pill : {m_simulated, m_readOnly, m_sync, m_vips, m_pending})
            pill->setPill({});
        return;
    }
    const cluster::ClusterFacts& facts = session->facts();
    m_cluster->setText(text(session->saved().name));
    m_simulated->setPill(facts.simulated ? Pill{Tone::Warn, Glyph::Square, tr("SIMULATION")} : Pill{});
    m_simulated->setToolTip(tr("Two agents in this program over a simulated kernel. Nothing here is a real server."));
    m_readOnly->setPill(readOnly              ? Pill{Tone::Idle, Glyph::None, tr("read only")}
                        : !heldBack.isEmpty() ? Pill{Tone::Idle, Glyph::None, tr("looks on")}
                                              : Pill{});
    m_readOnly->setToolTip(heldBack);
    m_sync->setPill(syncPill(facts));
    m_vips->setPill(vipPill(facts));
    m_pending->setPill(facts.pending
                           ? Pill{Tone::Warn, Glyph::Triangle, tr("r%1 waits for confirmation").arg(facts.pending->revision)}
                       : facts.drill ? Pill{Tone::Warn, Glyph::Triangle, tr("a drill is running")}
                                     : Pill{});
}

} // namespace lvsdeck::console
