// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/reading_panel.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/transfer/config_text.hpp"
#include "console/transfer/findings_panel.hpp"
#include "console/transfer/understood_model.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

/// With more rows than this only the headings are open.
constexpr std::uint32_t fewServices = 40;

} // namespace

ReadingPanel::ReadingPanel(QWidget* parent) : QWidget(parent), m_understood(new UnderstoodModel(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* parts = new QSplitter(Qt::Vertical, this);
    parts->setProperty("role", QStringLiteral("gap"));
    parts->setHandleWidth(10);
    parts->setChildrenCollapsible(false);
    parts->addWidget(makeSides());
    m_findings = new FindingsPanel(tr("Findings"), tr("Everything in these texts was understood."), parts);
    m_findings->setMinimumHeight(110);
    parts->addWidget(m_findings);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 1);
    parts->setSizes({380, 230});
    column->addWidget(parts);
    connect(m_findings, &FindingsPanel::placeWanted, this, [this](const Place& place) { show(place, m_findings); });
    connect(m_findings, &FindingsPanel::said, this, &ReadingPanel::said);
}

QWidget* ReadingPanel::makeSides() {
    auto* sides = new QSplitter(Qt::Horizontal, this);
    sides->setProperty("role", QStringLiteral("gap"));
    sides->setHandleWidth(10);
    sides->setChildrenCollapsible(false);
    sides->addWidget(makeText(sides));
    sides->addWidget(makeTree(sides));
    sides->setStretchFactor(0, 1);
    sides->setStretchFactor(1, 1);
    sides->setSizes({560, 560});
    return sides;
}

QWidget* ReadingPanel::makeText(QWidget* parent) {
    QFrame* left = makeFrame("card", parent, 12);
    auto* head = new QHBoxLayout;
    head->setSpacing(metrics::grid);
    head->addWidget(makeLabel(tr("Text"), "strong", left));
    m_which = new QComboBox(left);
    m_which->setObjectName(QStringLiteral("importShownText"));
    m_which->setAccessibleName(tr("Text that is shown"));
    m_which->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_which->setMinimumContentsLength(24);
    head->addWidget(m_which, 1);
    static_cast<QVBoxLayout*>(left->layout())->addLayout(head);
    m_text = new ConfigText(left);
    m_text->setObjectName(QStringLiteral("importText"));
    m_text->setAccessibleName(tr("Text to import"));
    left->layout()->addWidget(m_text);
    auto* legend = new QHBoxLayout;
    legend->setSpacing(12);
    const auto key = [&](Tone tone, const QString& words) {
        auto* label = new StateLabel(left);
        label->setState({tone, Glyph::Square, words});
        legend->addWidget(label);
    };
    key(Tone::Ok, tr("understood"));
    key(Tone::Idle, tr("kept, not managed"));
    key(Tone::Warn, tr("look at it"));
    key(Tone::Bad, tr("error"));
    legend->addStretch();
    static_cast<QVBoxLayout*>(left->layout())->addLayout(legend);
    connect(m_which, &QComboBox::activated, this, &ReadingPanel::showText);
    connect(m_text, &ConfigText::lineChosen, this, [this](std::uint32_t line) { show({m_shownText, line}, m_text); });
    return left;
}

QWidget* ReadingPanel::makeTree(QWidget* parent) {
    QFrame* card = makeFrame("card", parent, 12);
    auto* head = new QHBoxLayout;
    head->setSpacing(metrics::grid);
    head->addWidget(makeLabel(tr("What was understood"), "strong", card));
    m_summary = makeLabel({}, "muted", card);
    m_summary->setObjectName(QStringLiteral("importSummary"));
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_summary->setMinimumHeight(metrics::control);
    head->addWidget(m_summary, 1);
    static_cast<QVBoxLayout*>(card->layout())->addLayout(head);
    m_treeStack = new QStackedWidget(card);
    m_tree = new QTreeView(m_treeStack);
    m_tree->setObjectName(QStringLiteral("importTree"));
    m_tree->setAccessibleName(tr("What was understood"));
    m_tree->setProperty("role", QStringLiteral("plain"));
    m_tree->setModel(m_understood);
    m_tree->setUniformRowHeights(true);
    m_tree->setAnimated(false);
    m_tree->setIndentation(18);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(UnderstoodModel::Detail, QHeaderView::Stretch);
    m_tree->setColumnWidth(UnderstoodModel::Title, 270);
    m_tree->setColumnWidth(UnderstoodModel::Line, 64);
    m_treeStack->addWidget(m_tree);
    auto* none = makeLabel(tr("Nothing was understood yet."), "muted", m_treeStack);
    none->setObjectName(QStringLiteral("importTreeEmpty"));
    none->setAlignment(Qt::AlignCenter);
    none->setWordWrap(true);
    m_treeStack->addWidget(none);
    card->layout()->addWidget(m_treeStack);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ReadingPanel::treeChosen);
    return card;
}

void ReadingPanel::setReading(std::shared_ptr<const ImportReading> reading) {
    m_reading = std::move(reading);
    m_understood->setReading(m_reading);
    m_findings->setReading(m_reading && !m_reading->error ? m_reading : nullptr);
    m_findings->setVisible(m_reading && !m_reading->error);
    const int before = std::max(0, m_shownText);
    m_shownText = -1;
    m_which->clear();
    if (m_reading)
        for (const ImportText& one : m_reading->texts) {
            // A director's text is called after it already.
            const bool named = !one.director.empty() && one.file.starts_with(one.director + ":");
            const QString file = text(named ? one.file.substr(one.director.size() + 1) : one.file);
            const QString name = one.director.empty() ? file : QStringLiteral("%1 — %2").arg(text(one.director), file);
            m_which->addItem(one.included ? tr("%1 (included)").arg(name) : name);
        }
    if (m_which->count() > 0)
        showText(std::min(before, m_which->count() - 1));
    else
        m_text->setText({}, {});
    const bool understood = m_reading && !m_reading->error && m_reading->understood.size() > 1;
    m_treeStack->setCurrentIndex(understood ? 0 : 1);
    m_summary->setText(summary());
    m_summary->setToolTip(summary());
    if (!understood)
        return;
    m_tree->expandToDepth(m_reading->understood.size() > fewServices * 8 ? 0 : 1);
    for (int row = 0; row < m_understood->rowCount({}); ++row)
        if (const QModelIndex heading = m_understood->index(row, 0, {});
            m_understood->entry(heading)->kind == EntryKind::KeptTexts && m_understood->rowCount(heading) > 20)
            m_tree->collapse(heading);
}

QString ReadingPanel::summary() const {
    if (!m_reading || m_reading->error)
        return {};
    const model::Cluster& cluster = m_reading->cluster;
    std::size_t servers = 0;
    for (const model::VirtualService& service : cluster.services)
        servers += service.servers.size();
    return QStringList{tr("%n director(s)", nullptr, static_cast<int>(cluster.directors.size())),
                       tr("%n service(s)", nullptr, static_cast<int>(cluster.services.size())),
                       tr("%n real server(s)", nullptr, static_cast<int>(servers))}
        .join(QStringLiteral(" · "));
}

void ReadingPanel::showText(int number) {
    if (!m_reading || number < 0 || number >= static_cast<int>(m_reading->texts.size()) || number == m_shownText)
        return;
    m_shownText = number;
    m_which->setCurrentIndex(number);
    const ImportText& one = m_reading->texts[static_cast<std::size_t>(number)];
    m_text->setText(one.text, one.marks);
    emit textShown(number);
}

void ReadingPanel::show(Place place, QWidget* from) {
    if (m_showing || !place.known())
        return;
    m_showing = true;
    showText(place.text);
    if (from != m_text)
        m_text->goTo(place.line);
    if (from != m_tree) {
        const QModelIndex entry = m_understood->indexAt(place);
        m_tree->setCurrentIndex(entry);
        if (entry.isValid())
            m_tree->scrollTo(entry);
    }
    if (from != m_findings)
        m_findings->select(place);
    m_showing = false;
}

void ReadingPanel::treeChosen() {
    const Entry* entry = m_understood->entry(m_tree->currentIndex());
    if (entry != nullptr && entry->place.known())
        show(entry->place, m_tree);
}

} // namespace lvsdeck::console
