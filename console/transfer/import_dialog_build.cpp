// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/import_dialog.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/theme/icons.hpp"
#include "console/transfer/import_start.hpp"
#include "console/transfer/reading_panel.hpp"
#include "console/transfer/source_model.hpp"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QProgressBar>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

/// Offers the directors that are known, and takes any other name.
class DirectorDelegate : public QStyledItemDelegate {
public:
    DirectorDelegate(const SourceModel* model, QObject* parent) : QStyledItemDelegate(parent), m_model(model) {}
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const override {
        auto* box = new QComboBox(parent);
        box->setEditable(true);
        box->setAccessibleName(ImportDialog::tr("Director of this file"));
        for (const std::string& id : m_model->directors())
            box->addItem(text(id));
        return box;
    }
    void setEditorData(QWidget* editor, const QModelIndex& index) const override {
        static_cast<QComboBox*>(editor)->setCurrentText(index.data(Qt::EditRole).toString());
    }
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override {
        model->setData(index, static_cast<QComboBox*>(editor)->currentText());
    }

private:
    const SourceModel* m_model;
};

} // namespace

void ImportDialog::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    column->addWidget(makeLabel(windowTitle(), "title", this));
    m_message = new MessageBar(this);
    m_message->setObjectName(QStringLiteral("importMessage"));
    column->addWidget(m_message);
    m_stack = new QStackedWidget(this);
    m_start = new ImportStart(m_context.directorFiles != nullptr, m_stack);
    m_stack->addWidget(m_start);
    auto* both = new QWidget(m_stack);
    auto* inner = new QVBoxLayout(both);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(10);
    inner->addWidget(makeSources());
    m_panel = new ReadingPanel(both);
    inner->addWidget(m_panel, 1);
    m_stack->addWidget(both);
    column->addWidget(m_stack, 1);
    column->addWidget(makeFooter());
    connect(m_start, &ImportStart::chooseWanted, this, &ImportDialog::chooseFiles);
    connect(m_start, &ImportStart::askWanted, this, &ImportDialog::askDirectors);
    connect(m_start, &ImportStart::pasted, this, [this](const QString& words) {
        formats::SourceText source;
        source.file = m_sources->freeName(tr("pasted text").toStdString());
        source.text = words.toStdString();
        addText(std::move(source));
    });
    connect(m_start, &ImportStart::pasteLeft, this, &ImportDialog::refresh);
    connect(m_panel, &ReadingPanel::said, this, [this](Tone tone, const QString& words) { m_message->show(tone, words); });
    connect(m_panel, &ReadingPanel::textShown, this, [this](int number) {
        if (number >= m_sources->rowCount({}))
            return;
        m_choosing = true;
        m_sourceList->selectRow(number);
        m_choosing = false;
    });
}

QWidget* ImportDialog::makeSources() {
    auto* card = makeFrame("card", this, 12);
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::grid);
    row->addWidget(makeLabel(tr("Texts"), "strong", card));
    row->addStretch();
    row->addWidget(makeLabel(tr("Format"), "muted", card));
    m_format = new QComboBox(card);
    m_format->setObjectName(QStringLiteral("importFormat"));
    m_format->setAccessibleName(tr("Format"));
    m_format->addItem(tr("Found out by the text"), -1);
    for (const auto format : {formats::Format::Keepalived, formats::Format::Ldirectord, formats::Format::Piranha,
                              formats::Format::Ipvsadm, formats::Format::Cluster})
        m_format->addItem(text(formatName(format)), static_cast<int>(format));
    row->addWidget(m_format);
    const auto button = [&](const QString& words, const char* name, auto&& work) {
        QPushButton* made = makeButton(words, QString::fromLatin1(name), card);
        connect(made, &QPushButton::clicked, this, work);
        row->addWidget(made);
        return made;
    };
    button(tr("Add files…"), "importAdd", [this] { chooseFiles(); });
    button(tr("Paste a text…"), "importPasteMore", [this] {
        m_stack->setCurrentIndex(0);
        m_start->showPaste();
    });
    if (m_context.directorFiles)
        button(tr("Read it from the directors"), "importAskAgain", [this] { askDirectors(); });
    m_remove = button(tr("Remove"), "importRemove", [this] { m_sources->remove(m_sourceList->currentIndex().row()); });
    static_cast<QVBoxLayout*>(card->layout())->addLayout(row);
    m_sourceList = new QTableView(card);
    m_sourceList->setObjectName(QStringLiteral("importSources"));
    m_sourceList->setAccessibleName(tr("Texts to import"));
    m_sourceList->setProperty("role", QStringLiteral("plain"));
    m_sourceList->setModel(m_sources);
    m_sourceList->setItemDelegateForColumn(SourceModel::Director, new DirectorDelegate(m_sources, m_sourceList));
    m_sourceList->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_sourceList->setSelectionMode(QAbstractItemView::SingleSelection);
    m_sourceList->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                                  QAbstractItemView::SelectedClicked);
    m_sourceList->setShowGrid(false);
    m_sourceList->setWordWrap(false);
    m_sourceList->setTextElideMode(Qt::ElideMiddle);
    m_sourceList->setTabKeyNavigation(false);
    m_sourceList->verticalHeader()->hide();
    m_sourceList->verticalHeader()->setDefaultSectionSize(metrics::row);
    m_sourceList->horizontalHeader()->setHighlightSections(false);
    m_sourceList->horizontalHeader()->setSectionResizeMode(SourceModel::File, QHeaderView::Stretch);
    m_sourceList->setColumnWidth(SourceModel::Director, 150);
    m_sourceList->setColumnWidth(SourceModel::Format, 190);
    m_sourceList->setColumnWidth(SourceModel::Lines, 90);
    m_sourceList->setFixedHeight(30 + 2 * metrics::row + 2);
    card->layout()->addWidget(m_sourceList);
    auto* away = new QAction(tr("Remove"), m_sourceList);
    away->setShortcut(QKeySequence::Delete);
    away->setShortcutContext(Qt::WidgetShortcut);
    connect(away, &QAction::triggered, m_remove, &QPushButton::click);
    m_sourceList->addAction(away);
    connect(m_format, &QComboBox::activated, this, [this] { m_soon.start(); });
    connect(m_sources, &SourceModel::sourcesChanged, this, [this] { m_soon.start(); });
    connect(m_sourceList->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                m_remove->setEnabled(current.isValid());
                if (current.isValid() && !m_choosing)
                    m_panel->showText(current.row());
            });
    return card;
}

QWidget* ImportDialog::makeFooter() {
    auto* footer = new QWidget(this);
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::grid);
    m_progress = new QProgressBar(footer);
    m_progress->setObjectName(QStringLiteral("importProgress"));
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(120);
    m_doing = makeLabel({}, "muted", footer);
    m_doing->setObjectName(QStringLiteral("importDoing"));
    m_stop = makeButton(tr("Stop"), QStringLiteral("importStop"), footer);
    QPushButton* close = makeButton(tr("Close"), QStringLiteral("importClose"), footer);
    m_new = makeButton(tr("Open as a new cluster…"), QStringLiteral("importNew"), footer);
    row->addWidget(m_progress);
    row->addWidget(m_doing);
    row->addWidget(m_stop);
    row->addStretch();
    row->addWidget(close);
    row->addWidget(m_new);
    if (m_context.canReplace) {
        m_replace = makePrimaryButton(tr("Replace the configuration of %1…").arg(text(m_context.clusterName)),
                                      QStringLiteral("importReplace"), footer);
        row->addWidget(m_replace);
        connect(m_replace, &QPushButton::clicked, this, [this] { finish(true); });
    } else {
        m_new->setProperty("primary", true);
    }
    connect(m_stop, &QPushButton::clicked, this, &ImportDialog::stop);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_new, &QPushButton::clicked, this, [this] { finish(false); });
    return footer;
}

} // namespace lvsdeck::console
