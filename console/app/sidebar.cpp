// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/sidebar.hpp"

#include "console/app/list_delegate.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QListWidget>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

QListWidget* makeList(const QString& objectName, const QString& accessibleName, QWidget* parent) {
    auto* list = new QListWidget(parent);
    list->setObjectName(objectName);
    list->setAccessibleName(accessibleName);
    list->setItemDelegate(new ListDelegate(list));
    list->setMouseTracking(true);
    list->setFrameShape(QFrame::NoFrame);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setUniformItemSizes(true);
    return list;
}

void setItem(QListWidget* list, int row, const QString& words, const Pill& state, int indent, const QString& id,
             const QString& director, const QString& hint) {
    if (row >= list->count())
        list->addItem(new QListWidgetItem);
    QListWidgetItem* item = list->item(row);
    item->setText(words);
    item->setData(ListDelegate::RemarkRole, state.text);
    item->setData(ListDelegate::GlyphRole, int(state.glyph));
    item->setData(ListDelegate::ToneRole, int(state.tone));
    item->setData(ListDelegate::IndentRole, indent);
    item->setData(ListDelegate::IdRole, id);
    item->setData(ListDelegate::DirectorRole, director);
    item->setData(Qt::AccessibleTextRole, QString(words + QChar(' ') + state.text));
    item->setToolTip(hint);
}

} // namespace

Pill directorPill(const cluster::DirectorSnapshot& director) {
    switch (director.phase) {
    case cluster::LinkPhase::Idle: return {Tone::Neutral, Glyph::Ring, Sidebar::tr("closed")};
    case cluster::LinkPhase::Connecting:
    case cluster::LinkPhase::Authenticating: return {Tone::Warn, Glyph::Triangle, Sidebar::tr("connecting…")};
    case cluster::LinkPhase::Question: return {Tone::Warn, Glyph::Triangle, Sidebar::tr("asks")};
    case cluster::LinkPhase::Lost: return {Tone::Stale, Glyph::Ring, Sidebar::tr("lost")};
    case cluster::LinkPhase::Failed: return {Tone::Bad, Glyph::Diamond, Sidebar::tr("failed")};
    case cluster::LinkPhase::Ready: break;
    }
    if (!director.state || !director.state->vrrp)
        return {Tone::Ok, Glyph::Disc, Sidebar::tr("connected")};
    if (director.state->vrrp->empty())
        return {Tone::Accent, Glyph::Ring, Sidebar::tr("no VRRP")};
    bool master = false;
    for (const rpc::VrrpState& vrrp : *director.state->vrrp) {
        if (vrrp.phase == rpc::VrrpPhase::Fault)
            return phasePill(vrrp.phase);
        master = master || vrrp.phase == rpc::VrrpPhase::Master;
    }
    return master ? phasePill(rpc::VrrpPhase::Master) : rolePill(director.state->vrrp->front());
}

SidebarCluster sidebarCluster(const cluster::SavedCluster& saved, const cluster::ClusterSession* session) {
    SidebarCluster out;
    out.name = saved.name;
    out.state = {Tone::Neutral, Glyph::Ring, Sidebar::tr("%n dir", nullptr, static_cast<int>(saved.directors.size()))};
    if (session == nullptr)
        return out;
    const cluster::ClusterFacts& facts = session->facts();
    bool serving = true;
    for (const cluster::InstanceFacts& instance : facts.instances)
        serving = serving && instance.masters.size() == 1;
    if (facts.ready == 0)
        out.state = {Tone::Stale, Glyph::Ring, Sidebar::tr("not heard")};
    else if (!serving)
        out.state = {Tone::Bad, Glyph::Diamond, Sidebar::tr("not served")};
    else if (facts.ready < facts.directors || (!facts.inSync && facts.revision > 0))
        out.state = {Tone::Warn, Glyph::Square,
                     facts.ready < facts.directors ? Sidebar::tr("%1 of %2").arg(facts.ready).arg(facts.directors)
                                                   : Sidebar::tr("differs")};
    else
        out.state = {Tone::Ok, Glyph::Disc, out.state.text};
    for (const cluster::DirectorSnapshot& director : session->directors())
        out.directors.push_back(
            {director.saved.id, directorPill(director), director.reason ? text(director.reason->text) : QString()});
    return out;
}

Sidebar::Sidebar(QWidget* parent)
    : QFrame(parent), m_clusters(makeList(QStringLiteral("clusterList"), tr("Clusters and directors"), this)),
      m_viewsTitle(makeLabel({}, "section", this)), m_views(makeList(QStringLiteral("viewList"), tr("Views"), this)) {
    setObjectName(QStringLiteral("sidebar"));
    setProperty("role", QStringLiteral("sidebar"));
    setFixedWidth(metrics::sidebar);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 16, 8, 12);
    column->setSpacing(metrics::half);
    QLabel* title = makeLabel(tr("CLUSTERS"), "section", this);
    title->setContentsMargins(8, 4, 0, 4);
    column->addWidget(title);
    column->addWidget(m_clusters);
    column->addSpacing(12);
    m_viewsTitle->setContentsMargins(8, 4, 0, 4);
    column->addWidget(m_viewsTitle);
    column->addWidget(m_views);
    column->addStretch(1);
    QPushButton* add = makeButton(tr("Add a cluster…"), QStringLiteral("sidebarAdd"), this);
    connect(add, &QPushButton::clicked, this, &Sidebar::addWanted);
    column->addWidget(add);

    m_clusters->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_clusters, &QListWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        if (const QListWidgetItem* item = m_clusters->itemAt(at))
            emit clusterMenuWanted(item->data(ListDelegate::IdRole).toString().toStdString(),
                                   m_clusters->viewport()->mapToGlobal(at));
    });
    connect(m_clusters, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item != nullptr && !m_filling)
            emit clusterChosen(item->data(ListDelegate::IdRole).toString().toStdString());
    });
    connect(m_clusters, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        const QString director = item->data(ListDelegate::DirectorRole).toString();
        if (!director.isEmpty())
            emit directorActivated(item->data(ListDelegate::IdRole).toString().toStdString(), director.toStdString());
    });
    connect(m_views, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item != nullptr && !m_filling)
            emit viewChosen(item->data(ListDelegate::IdRole).toString());
    });
    setViews({}, {});
}

void Sidebar::setClusters(const std::vector<SidebarCluster>& clusters, const std::string& current) {
    m_filling = true;
    // A chosen director stays chosen while the rows are written again.
    const QString director = m_clusters->currentItem() != nullptr
                                 ? m_clusters->currentItem()->data(ListDelegate::DirectorRole).toString()
                                 : QString();
    int row = 0;
    int chosen = -1;
    for (const SidebarCluster& cluster : clusters) {
        const QString name = text(cluster.name);
        if (cluster.name == current)
            chosen = row;
        setItem(m_clusters, row++, name, cluster.state, 0, name, {}, {});
        for (const SidebarCluster::Director& one : cluster.directors) {
            if (cluster.name == current && text(one.id) == director)
                chosen = row;
            setItem(m_clusters, row++, text(one.id), one.state, 18, name, text(one.id), one.hint);
        }
    }
    while (m_clusters->count() > row)
        delete m_clusters->takeItem(m_clusters->count() - 1);
    m_clusters->setCurrentRow(chosen);
    m_viewsTitle->setText(text(current).toUpper());
    m_filling = false;
    fitHeights();
}

void Sidebar::setViews(const std::vector<SidebarView>& views, const QString& current) {
    m_filling = true;
    int row = 0;
    int chosen = -1;
    for (const SidebarView& view : views) {
        if (view.id == current)
            chosen = row;
        setItem(m_views, row++, view.name, {Tone::Neutral, Glyph::None, view.remark}, 0, view.id, {}, {});
    }
    while (m_views->count() > row)
        delete m_views->takeItem(m_views->count() - 1);
    m_views->setCurrentRow(chosen);
    m_views->setVisible(row > 0);
    m_viewsTitle->setVisible(row > 0);
    m_filling = false;
    fitHeights();
}

void Sidebar::fitHeights() {
    m_clusters->setFixedHeight(std::clamp(m_clusters->count(), 1, 12) * metrics::row + 4);
    m_views->setFixedHeight(std::max(m_views->count(), 1) * metrics::row + 4);
}

} // namespace lvsdeck::console
