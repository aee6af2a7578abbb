// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/events/events_view.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace lvsdeck::console {

/// Text and level at once.
class EventFilter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setLeast(int level) {
        m_least = level;
        invalidateFilter();
    }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
        const QModelIndex index = sourceModel()->index(row, 0, parent);
        return index.data(EventModel::LevelRole).toInt() >= m_least && QSortFilterProxyModel::filterAcceptsRow(row, parent);
    }

private:
    int m_least = 0;
};

namespace {

class EventDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Tokens& tokens = tokensOf(option.palette);
        painter->save();
        paintRow(*painter, option.rect, (option.state & QStyle::State_Selected) != 0, tokens);
        const QRect area = option.rect.adjusted(10, 0, -10, -1);
        const QString words = index.data(Qt::DisplayRole).toString();
        if (index.column() == EventModel::Level) {
            static const std::pair<Tone, Glyph> looks[] = {{Tone::Neutral, Glyph::Disc},
                                                           {Tone::Accent, Glyph::Disc},
                                                           {Tone::Warn, Glyph::Triangle},
                                                           {Tone::Bad, Glyph::Diamond}};
            const auto& [tone, glyph] = looks[std::clamp(index.data(EventModel::LevelRole).toInt(), 0, 3)];
            paintPill(*painter, area, {tone, glyph, words}, tokens);
        } else {
            const QFont font = index.column() == EventModel::Time ? monoFont() : option.font;
            painter->setFont(font);
            painter->setPen(index.column() == EventModel::Text ? tokens.text : tokens.muted);
            painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                              QFontMetrics(font).elidedText(words, Qt::ElideRight, area.width()));
        }
        painter->restore();
    }
};

} // namespace

EventsView::EventsView(ViewContext context, QWidget* parent)
    : QWidget(parent), m_context(context), m_model(new EventModel(this)), m_filter(new EventFilter(this)) {
    m_filter->setSourceModel(m_model);
    m_filter->setFilterRole(EventModel::FilterRole);
    m_filter->setFilterKeyColumn(0);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    build();
    connect(&m_context.session, &cluster::ClusterSession::stateChanged, this, [this] {
        if (isVisible())
            refresh();
    });
    refresh();
}

void EventsView::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::margin, metrics::margin, metrics::margin, metrics::margin);
    column->setSpacing(12);
    m_header = new PageHeader(tr("Events"), this);
    m_filterEdit = new QLineEdit(this);
    m_filterEdit->setObjectName(QStringLiteral("eventsFilter"));
    m_filterEdit->setPlaceholderText(tr("Filter: words, director, server…"));
    m_filterEdit->setClearButtonEnabled(true);
    m_filterEdit->setFixedWidth(230);
    m_level = new QComboBox(this);
    m_level->setObjectName(QStringLiteral("eventsLevel"));
    m_level->setAccessibleName(tr("Least level"));
    m_level->addItems({tr("All levels"), tr("Notices and above"), tr("Warnings and errors"), tr("Errors only")});
    m_header->addAction(m_filterEdit);
    m_header->addAction(m_level);
    column->addWidget(m_header);

    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("eventsTable"));
    m_table->setAccessibleName(tr("Events"));
    m_table->setModel(m_filter);
    m_table->setItemDelegate(new EventDelegate(m_table));
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(metrics::row);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    const std::pair<int, int> widths[] = {
        {EventModel::Time, 206}, {EventModel::Level, 108}, {EventModel::Director, 100}, {EventModel::Area, 84}};
    for (const auto& [section, width] : widths)
        m_table->setColumnWidth(section, width);
    auto* copy = new QAction(tr("Copy"), m_table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &EventsView::copySelected);
    m_table->addAction(copy);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);

    QFrame* card = makeFrame("card", this, 1);
    card->layout()->addWidget(m_table);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(card);
    m_stack->addWidget(new EmptyState(
        tr("Nothing has happened yet"),
        tr("Changes of role, servers that go down or come back, and everything that somebody does will be listed here."),
        this));
    column->addWidget(m_stack, 1);
    connect(m_filterEdit, &QLineEdit::textChanged, m_filter, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_level, &QComboBox::currentIndexChanged, this, [this](int level) { m_filter->setLeast(level); });
    setFocusProxy(m_table);
}

void EventsView::showEvent(QShowEvent* event) {
    refresh();
    QWidget::showEvent(event);
}

void EventsView::refresh() {
    std::vector<EventRow> rows;
    for (const cluster::DirectorSnapshot& director : m_context.session.directors()) {
        if (!director.state || !director.state->events)
            continue;
        for (const rpc::Event& event : *director.state->events)
            rows.push_back({director.saved.id, event, director.clock ? director.clock->toConsole(event.atUs) : event.atUs});
    }
    m_model->setRows(std::move(rows));
    const int count = m_model->rowCount({});
    m_header->setSubtitle(tr("%n event(s) of all directors, newest first", nullptr, count));
    m_stack->setCurrentIndex(count > 0 ? 0 : 1);
}

void EventsView::copySelected() {
    QStringList lines;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        QStringList cells;
        for (int c = 0; c < EventModel::ColumnCount; ++c)
            cells << index.siblingAtColumn(c).data().toString();
        lines << cells.join(QChar('\t'));
    }
    QApplication::clipboard()->setText(lines.join(QChar('\n')));
}

} // namespace lvsdeck::console
