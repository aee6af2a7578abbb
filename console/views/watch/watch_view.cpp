// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/watch/watch_view.hpp"

#include "console/models/adopt_standing.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/theme/icons.hpp"
#include "console/views/watch/watch_delegate.hpp"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

/// Carries ground and hairline of a row on under its indentation.
class WatchTree : public QTreeView {
public:
    using QTreeView::QTreeView;

protected:
    void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override {
        const Tokens& tokens = tokensOf(palette());
        const bool selected = selectionModel()->isSelected(index);
        painter->fillRect(rect, selected ? tokens.accent.fill : index.parent().isValid() ? tokens.panel : tokens.group);
        painter->setPen(tokens.line);
        painter->drawLine(rect.bottomLeft(), rect.bottomRight());
        QTreeView::drawBranches(painter, rect, index);
    }
};

const std::pair<WatchModel::Column, int> columnWidths[] = {
    {WatchModel::Protocol, 72}, {WatchModel::Address, 228}, {WatchModel::Scheduler, 152}, {WatchModel::State, 122},
    {WatchModel::Weight, 66},   {WatchModel::Active, 96},   {WatchModel::Inactive, 90},   {WatchModel::Cps, 70},
    {WatchModel::InBits, 82},   {WatchModel::OutBits, 86},
};

} // namespace

WatchView::WatchView(ViewContext context, QWidget* parent)
    : QWidget(parent), m_context(context), m_model(new WatchModel(this)), m_filter(new QSortFilterProxyModel(this)) {
    m_filter->setSourceModel(m_model);
    m_filter->setFilterRole(WatchModel::FilterRole);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter->setRecursiveFilteringEnabled(true);
    m_filter->setAutoAcceptChildRows(true);
    build();
    buildActions();
    connect(&m_context.session, &cluster::ClusterSession::stateChanged, this, &WatchView::stateArrived);
    connect(&m_context.session, &cluster::ClusterSession::directorChanged, this, [this] { refreshTexts(); });
    connect(&m_context.session, &cluster::ClusterSession::factsChanged, this, &WatchView::refresh);
    connect(&m_context.session, &cluster::ClusterSession::directorsChanged, this, &WatchView::fillDirectorMenu);
    fillDirectorMenu();
    refresh();
}

void WatchView::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::margin, metrics::margin, metrics::margin, 12);
    column->setSpacing(12);
    m_header = new PageHeader(tr("Watch"), this);
    m_filterEdit = new QLineEdit(this);
    m_filterEdit->setObjectName(QStringLiteral("watchFilter"));
    m_filterEdit->setPlaceholderText(tr("Filter: address, port, state…   /"));
    m_filterEdit->setAccessibleName(tr("Filter"));
    m_filterEdit->setClearButtonEnabled(true);
    m_filterEdit->setFixedWidth(230);
    m_director = makeButton({}, QStringLiteral("watchDirector"), this);
    m_directorMenu = new QMenu(m_director);
    m_director->setMenu(m_directorMenu);
    m_freeze = makeButton(tr("Freeze"), QStringLiteral("watchFreeze"), this);
    m_freeze->setIcon(symbol(QStringLiteral("media-playback-pause")));
    m_freeze->setCheckable(true);
    m_freeze->setToolTip(tr("Stop the display, not the directors (Space)"));
    for (QWidget* widget : std::initializer_list<QWidget*>{m_filterEdit, m_director, m_freeze})
        m_header->addAction(widget);
    column->addWidget(m_header);
    m_message = new MessageBar(this);
    m_message->setObjectName(QStringLiteral("watchMessage"));
    column->addWidget(m_message);

    m_tree = new WatchTree(this);
    m_tree->setObjectName(QStringLiteral("watchTree"));
    m_tree->setAccessibleName(tr("Virtual services and real servers"));
    m_tree->setModel(m_filter);
    m_tree->setItemDelegate(new WatchDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_tree->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_tree->header()->setSectionsMovable(true);
    m_tree->header()->setMinimumSectionSize(48);
    for (const auto& [section, width] : columnWidths)
        m_tree->header()->resizeSection(section, width);
    m_tree->header()->setStretchLastSection(true);
    connect(m_filter, &QAbstractItemModel::rowsInserted, m_tree, [this](const QModelIndex& parent, int first, int last) {
        if (parent.isValid())
            return;
        for (int row = first; row <= last; ++row)
            m_tree->expand(m_filter->index(row, 0));
    });

    QFrame* card = makeFrame("card", this, 1);
    card->layout()->addWidget(m_tree);
    m_empty = new EmptyState({}, {}, this);
    if (!m_context.readOnly) {
        connect(m_empty->addButton(tr("Add service…"), QStringLiteral("watchAddService"), false), &QPushButton::clicked,
                &m_context.links, &ViewLinks::wizardWanted);
        m_adopt = m_empty->addButton(tr("Look on at keepalived…"), QStringLiteral("watchAdopt"), false);
        connect(m_adopt, &QPushButton::clicked, &m_context.links, &ViewLinks::adoptWanted);
    }
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(card);
    m_stack->addWidget(m_empty);
    column->addWidget(m_stack, 1);
    column->addWidget(makeLabel(tr("Space freezes · / filters · D drains · U takes back in · Ctrl+C copies as ipvsadm text"),
                                "small", this));
    setFocusProxy(m_tree);
}

void WatchView::buildActions() {
    const auto add = [this](const QString& words, const QString& name, const QKeySequence& keys, auto slot) {
        auto* action = new QAction(words, m_tree);
        action->setObjectName(name);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_tree->addAction(action);
    };
    add(tr("Copy as ipvsadm text"), QStringLiteral("watchCopy"), QKeySequence::Copy,
        [this] { QApplication::clipboard()->setText(ipvsadmText()); });
    add(tr("Freeze"), QStringLiteral("watchFreezeAction"), QKeySequence(Qt::Key_Space), [this] { m_freeze->toggle(); });
    if (!m_context.readOnly) {
        add(tr("Drain"), QStringLiteral("watchDrain"), QKeySequence(Qt::Key_D), [this] { drainSelected(true); });
        add(tr("Take back in"), QStringLiteral("watchUndrain"), QKeySequence(Qt::Key_U), [this] { drainSelected(false); });
    }
    connect(m_freeze, &QPushButton::toggled, this, &WatchView::setFrozen);
    connect(m_filterEdit, &QLineEdit::textChanged, this, [this](const QString& words) {
        m_filter->setFilterFixedString(words);
        m_tree->expandAll();
    });
    connect(m_filterEdit, &QLineEdit::returnPressed, m_tree, [this] { m_tree->setFocus(); });
}

void WatchView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Slash) {
        m_filterEdit->setFocus();
        m_filterEdit->selectAll();
        return;
    }
    if (event->key() == Qt::Key_Escape && !m_filterEdit->text().isEmpty()) {
        m_filterEdit->clear();
        m_tree->setFocus();
        return;
    }
    QWidget::keyPressEvent(event);
}

void WatchView::fillDirectorMenu() {
    m_directorMenu->clear();
    connect(m_directorMenu->addAction(tr("The master")), &QAction::triggered, this, [this] { follow({}); });
    for (const cluster::DirectorSnapshot& director : m_context.session.directors()) {
        QAction* action = m_directorMenu->addAction(text(director.saved.id));
        connect(action, &QAction::triggered, this, [this, id = director.saved.id] { follow(id); });
    }
    refreshTexts();
}

std::string WatchView::shownDirector() const {
    if (!m_chosen.empty())
        return m_chosen;
    for (const cluster::InstanceFacts& instance : m_context.session.facts().instances)
        if (!instance.masters.empty())
            return instance.masters.front();
    for (const cluster::DirectorSnapshot& director : m_context.session.directors())
        if (director.state)
            return director.saved.id;
    return {};
}

void WatchView::follow(const std::string& director) {
    m_chosen = director;
    refresh();
}

void WatchView::stateArrived(const std::string& director) {
    if (director == shownDirector())
        refresh();
}

void WatchView::refresh() {
    const std::string id = shownDirector();
    const auto director = m_context.session.director(id);
    if (!m_frozen) {
        if (id != m_last)
            m_model->setRows({}); // trends of two directors are not one line
        if (!director || !director->state)
            m_model->setRows({});
        else if (id != m_last || director->stateAtUs != m_lastStateUs)
            m_model->setRows(watchRows(*director->state));
        m_last = id;
        m_lastStateUs = director ? director->stateAtUs : 0;
    }
    refreshTexts();
}

void WatchView::refreshTexts() {
    const std::string id = shownDirector();
    const auto director = m_context.session.director(id);
    QString role;
    if (director && director->state && director->state->vrrp && !director->state->vrrp->empty())
        role = QStringLiteral(" (%1)").arg(phaseWord(director->state->vrrp->front().phase));
    const int services = m_model->rowCount({});
    m_header->setSubtitle(id.empty() ? QString()
                                     : tr("%1 · %2 · %3%4")
                                           .arg(tr("%n service(s)", nullptr, services),
                                                tr("%n real server(s)", nullptr, static_cast<int>(m_model->serverCount())),
                                                text(id), role));
    m_director->setText(tr("Director: %1 ▾").arg(id.empty() ? tr("none") : text(id)));
    const bool heard = director && director->phase == cluster::LinkPhase::Ready;
    m_model->setStale(!heard);
    m_stack->setCurrentIndex(services > 0 ? 0 : 1);
    if (const cluster::ClusterFacts& facts = m_context.session.facts(); m_adopt != nullptr)
        m_adopt->setVisible(facts.ready > 0 && facts.revision == 0);
    if (director && director->state)
        m_empty->setText(tr("No virtual services yet"),
                         tr("Here you will see connections and rates of every virtual service, as ipvsadm counts them."));
    else
        m_empty->setText(tr("Waiting for the directors"), tr("The table appears as soon as a director has answered."));
}

void WatchView::setFrozen(bool frozen) {
    m_frozen = frozen;
    m_freeze->setText(frozen ? tr("Resume") : tr("Freeze"));
    m_freeze->setIcon(symbol(frozen ? QStringLiteral("media-playback-start") : QStringLiteral("media-playback-pause")));
    if (frozen) {
        m_message->show(Tone::Accent, tr("The display is frozen. The directors go on; Space resumes."));
    } else {
        m_message->clear();
        refresh();
    }
}

void WatchView::drainSelected(bool drain) {
    const QModelIndex current = m_filter->mapToSource(m_tree->currentIndex());
    const WatchServer* server = m_model->server(current);
    if (server == nullptr) {
        m_message->show(Tone::Accent, tr("Choose a real server first."));
        return;
    }
    if (const QString reason = heldBackText(adoptStandingOf(m_context.session.directors())); !reason.isEmpty()) {
        m_message->show(Tone::Warn, reason);
        return;
    }
    rpc::ServerSetParams params;
    params.service = m_model->service(current)->key;
    params.server = server->key;
    if (drain)
        params.admin = model::AdminState::Drained;
    const QString name = text(server->key);
    m_context.session.callAll(
        "server.set", json::toJson(params), std::chrono::seconds(5), [this, name, drain](Result<void> result) {
            if (!result)
                m_message->show(Tone::Bad, tr("%1 was not changed everywhere: %2").arg(name, text(result.error().text)));
            else
                m_message->show(Tone::Accent, drain ? tr("%1 is draining on all directors: old connections go on, new ones "
                                                         "do not come. U takes it back in.")
                                                          .arg(name)
                                                    : tr("%1 is as configured again on all directors.").arg(name));
        });
}

QString WatchView::ipvsadmText() const {
    std::vector<WatchService> services;
    std::vector<std::string> keys;
    for (const QModelIndex& index : m_tree->selectionModel()->selectedRows())
        keys.push_back(m_model->service(m_filter->mapToSource(index))->key);
    for (int row = 0; row < m_model->rowCount({}); ++row) {
        const WatchService* service = m_model->service(m_model->index(row, 0, {}));
        if (keys.empty() || std::find(keys.begin(), keys.end(), service->key) != keys.end())
            services.push_back(*service);
    }
    return text(lvsdeck::console::ipvsadmText(services));
}

} // namespace lvsdeck::console
