// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/findings_panel.hpp"

#include "console/cluster/profile.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/theme/icons.hpp"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lvsdeck::console {

namespace {

class FindingDelegate : public QStyledItemDelegate {
public:
    FindingDelegate(const FindingModel* model, QObject* parent) : QStyledItemDelegate(parent), m_model(model) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Tokens& tokens = tokensOf(option.palette);
        painter->save();
        paintRow(*painter, option.rect, (option.state & QStyle::State_Selected) != 0, tokens);
        const QRect area = option.rect.adjusted(10, 0, -10, -1);
        if (index.column() == FindingModel::Class) {
            paintPill(*painter, area, classPill(classOf(m_model->finding(index.row()))), tokens);
        } else {
            const bool mono = index.column() == FindingModel::Where || index.column() == FindingModel::Found;
            const QFont font = mono ? monoFont() : option.font;
            painter->setFont(font);
            painter->setPen(index.column() == FindingModel::Text ? tokens.text : tokens.muted);
            painter->drawText(
                area, Qt::AlignLeft | Qt::AlignVCenter,
                QFontMetrics(font).elidedText(index.data().toString().simplified(), Qt::ElideRight, area.width()));
        }
        painter->restore();
    }

private:
    const FindingModel* m_model;
};

QString filterText(FindingClass kind, std::size_t count) {
    const int n = static_cast<int>(count);
    switch (kind) {
    case FindingClass::Problem: return FindingsPanel::tr("%n error(s)", nullptr, n);
    case FindingClass::Contradiction: return FindingsPanel::tr("%n contradiction(s)", nullptr, n);
    case FindingClass::Attention: return FindingsPanel::tr("%n to look at", nullptr, n);
    case FindingClass::Kept: return FindingsPanel::tr("%n kept", nullptr, n);
    case FindingClass::Note: return FindingsPanel::tr("%n note(s)", nullptr, n);
    }
    return {};
}

} // namespace

FindingsPanel::FindingsPanel(const QString& title, const QString& empty, QWidget* parent)
    : QFrame(parent), m_model(new FindingModel(this)) {
    setProperty("role", QStringLiteral("card"));
    build(title, empty);
    setReading(nullptr);
}

void FindingsPanel::build(const QString& title, const QString& empty) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::grid);
    row->addWidget(makeLabel(title, "strong", this));
    row->addSpacing(metrics::half);
    for (std::size_t i = 0; i < findingClasses; ++i) {
        QPushButton* button = makeButton({}, QStringLiteral("findingsFilter_%1").arg(i), this);
        button->setCheckable(true);
        button->setChecked(true);
        connect(button, &QPushButton::toggled, this, &FindingsPanel::filter);
        m_filters[i] = button;
        row->addWidget(button);
    }
    row->addStretch();
    m_other = makeButton(tr("Go to the other place"), QStringLiteral("findingsOther"), this);
    m_other->setToolTip(
        tr("The same thing in the other director's file. The value of the first file is taken; change the text "
           "or the import if the other one is right."));
    m_copy = makeButton(tr("Copy the list"), QStringLiteral("findingsCopy"), this);
    m_save = makeButton(tr("Save the list…"), QStringLiteral("findingsSave"), this);
    for (QPushButton* button : {m_other, m_copy, m_save})
        row->addWidget(button);
    column->addLayout(row);
    m_stack = new QStackedWidget(this);
    buildTable();
    auto* nothing = makeLabel(empty, "muted", m_stack);
    nothing->setAlignment(Qt::AlignCenter);
    m_stack->addWidget(nothing);
    column->addWidget(m_stack, 1);
    m_sentence = makeLabel({}, "plain", this);
    m_sentence->setObjectName(QStringLiteral("findingsSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_sentence->hide();
    column->addWidget(m_sentence);
    connect(m_other, &QPushButton::clicked, this, [this] { go(true); });
    connect(m_copy, &QPushButton::clicked, this, &FindingsPanel::copy);
    connect(m_save, &QPushButton::clicked, this, &FindingsPanel::save);
}

void FindingsPanel::buildTable() {
    m_table = new QTableView(m_stack);
    m_table->setObjectName(QStringLiteral("findingsTable"));
    m_table->setAccessibleName(tr("Findings"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new FindingDelegate(m_model, m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(metrics::row);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setColumnWidth(FindingModel::Class, 132);
    m_table->setColumnWidth(FindingModel::Where, 150);
    m_table->setColumnWidth(FindingModel::Found, 230);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &FindingsPanel::chosen);
    connect(m_table, &QTableView::activated, this, [this] { go(false); });
    connect(m_table, &QTableView::clicked, this, [this] { go(false); });
    auto* copyRows = new QAction(tr("Copy"), m_table);
    copyRows->setShortcut(QKeySequence::Copy);
    copyRows->setShortcutContext(Qt::WidgetShortcut);
    connect(copyRows, &QAction::triggered, this, &FindingsPanel::copy);
    auto* other = new QAction(tr("Go to the other place"), m_table);
    other->setShortcut(QKeySequence(QStringLiteral("Alt+Return")));
    other->setShortcutContext(Qt::WidgetShortcut);
    connect(other, &QAction::triggered, this, [this] { go(true); });
    m_table->addActions({copyRows, other});
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_stack->addWidget(m_table);
}

void FindingsPanel::setReading(const std::shared_ptr<const ImportReading>& reading) {
    m_model->setFindings(reading);
    for (std::size_t i = 0; i < findingClasses; ++i) {
        const auto kind = static_cast<FindingClass>(i);
        m_filters[i]->setText(filterText(kind, m_model->count(kind)));
        m_filters[i]->setVisible(m_model->count(kind) > 0);
    }
    m_stack->setCurrentIndex(m_model->total() > 0 ? 0 : 1);
    m_copy->setEnabled(m_model->total() > 0);
    m_save->setEnabled(m_model->total() > 0);
    chosen();
}

void FindingsPanel::filter() {
    std::array<bool, findingClasses> shown{};
    for (std::size_t i = 0; i < findingClasses; ++i)
        shown[i] = m_filters[i]->isChecked();
    m_model->setShown(shown);
    chosen();
}

void FindingsPanel::chosen() {
    const QModelIndex current = m_table->currentIndex();
    const bool some = current.isValid() && current.row() < m_model->rowCount({});
    const Finding* finding = some ? &m_model->finding(current.row()) : nullptr;
    m_other->setVisible(finding != nullptr && finding->other.known());
    // The whole sentence, because a row has room for one line only.
    m_sentence->setVisible(finding != nullptr);
    m_sentence->setText(finding != nullptr ? text(finding->said.text) : QString());
    if (finding != nullptr && !m_quiet && m_table->hasFocus())
        go(false);
}

void FindingsPanel::go(bool other) {
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid())
        return;
    const Finding& finding = m_model->finding(current.row());
    if (const Place place = other ? finding.other : finding.place; place.known())
        emit placeWanted(place);
}

void FindingsPanel::select(Place place) {
    const int row = m_model->rowAt(place);
    m_quiet = true;
    if (row >= 0)
        m_table->selectRow(row);
    else
        m_table->clearSelection();
    m_quiet = false;
}

void FindingsPanel::copy() {
    std::vector<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        rows.push_back(index.row());
    // One selected row is where the person is; the button then means all of them.
    if (rows.size() < 2 && !m_table->hasFocus()) {
        rows.clear();
        for (int row = 0; row < m_model->rowCount({}); ++row)
            rows.push_back(row);
    }
    std::ranges::sort(rows);
    QApplication::clipboard()->setText(m_model->asText(rows));
    emit said(Tone::Accent, tr("%n finding(s) copied.", nullptr, static_cast<int>(rows.size())));
}

Result<void> FindingsPanel::saveTo(const QString& file) const {
    std::vector<int> rows;
    for (int row = 0; row < m_model->rowCount({}); ++row)
        rows.push_back(row);
    const QByteArray bytes = file.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)
                                 ? m_model->asCsv()
                                 : (m_model->asText(rows) + QChar('\n')).toUtf8();
    return cluster::writeWhole(file.toStdString(), bytes.toStdString());
}

void FindingsPanel::save() {
    auto* dialog = new QFileDialog(this, tr("Save the findings"), QStringLiteral("findings.csv"));
    dialog->setObjectName(QStringLiteral("findingsSaveDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Table (*.csv)"), tr("Text (*.txt)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        if (const auto done = saveTo(file); !done)
            emit said(Tone::Bad, text(done.error().text));
        else
            emit said(Tone::Ok, tr("Saved as %1.").arg(file));
    });
    dialog->open();
}

} // namespace lvsdeck::console
