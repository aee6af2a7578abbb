// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/config/config_view.hpp"

#include "common/formats/keepalived/writer.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QFileDialog>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QPointer>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

QTableWidget* makeTable(const QString& name, const QStringList& columns, const std::vector<int>& widths, QWidget* parent) {
    auto* table = new QTableWidget(0, static_cast<int>(columns.size()), parent);
    table->setObjectName(name);
    table->setHorizontalHeaderLabels(columns);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setStretchLastSection(true);
    for (std::size_t i = 0; i < widths.size(); ++i)
        table->setColumnWidth(static_cast<int>(i), widths[i]);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(metrics::row);
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setWordWrap(false);
    return table;
}

void setCell(QTableWidget* table, int row, int column, const QString& words, bool mono = false) {
    QTableWidgetItem* item = table->item(row, column);
    if (item == nullptr) {
        item = new QTableWidgetItem;
        table->setItem(row, column, item);
    }
    if (item->text() != words) {
        item->setText(words);
        item->setToolTip(words);
    }
    if (mono)
        item->setFont(monoFont());
}

} // namespace

ConfigView::ConfigView(ViewContext context, QWidget* parent) : QWidget(parent), m_context(context) {
    build();
    connect(&m_context.session, &cluster::ClusterSession::factsChanged, this, &ConfigView::refreshDirectors);
    connect(&m_context.session, &cluster::ClusterSession::directorChanged, this, &ConfigView::refreshDirectors);
    connect(&m_context.session, &cluster::ClusterSession::documentChanged, this, [this] {
        refreshDirectors();
        refreshText();
        askHistory();
    });
    connect(&m_context.draft, &ClusterDraft::changed, this, &ConfigView::refreshText);
    refreshDirectors();
    refreshText();
    askHistory();
}

void ConfigView::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::margin, metrics::margin, metrics::margin, metrics::margin);
    column->setSpacing(12);
    m_header = new PageHeader(tr("Configuration"), this);
    QPushButton* copy = makeButton(tr("Copy"), QStringLiteral("configCopy"), this);
    QPushButton* save = makeButton(tr("Save for all directors…"), QStringLiteral("configSaveAll"), this);
    m_header->addAction(copy);
    m_header->addAction(save);
    column->addWidget(m_header);
    m_message = new MessageBar(this);
    m_message->setObjectName(QStringLiteral("configMessage"));
    column->addWidget(m_message);

    auto* body = new QHBoxLayout;
    body->setSpacing(12);
    auto* left = new QVBoxLayout;
    left->setSpacing(12);
    const auto card = [&](const QString& title, QWidget* content, int stretch) {
        QFrame* frame = makeFrame("card", this, 12);
        frame->layout()->addWidget(makeLabel(title, "strong", frame));
        frame->layout()->addWidget(content);
        left->addWidget(frame, stretch);
    };
    m_directors = makeTable(QStringLiteral("configDirectors"), {tr("Director"), tr("Revision"), tr("Hash"), tr("State")},
                            {100, 76, 146}, this);
    m_history = makeTable(QStringLiteral("configHistory"), {tr("Revision"), tr("Applied"), tr("By"), tr("Comment")},
                          {76, 176, 100}, this);
    card(tr("In force on each director"), m_directors, 2);
    card(tr("Revisions"), m_history, 3);
    body->addLayout(left, 1);

    QFrame* right = makeFrame("card", this, 12);
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::grid);
    row->addWidget(makeLabel(tr("keepalived.conf of"), "strong", right));
    m_director = new QComboBox(right);
    m_director->setObjectName(QStringLiteral("configDirector"));
    m_director->setAccessibleName(tr("Director"));
    row->addWidget(m_director);
    m_which = new QComboBox(right);
    m_which->setObjectName(QStringLiteral("configWhich"));
    m_which->setAccessibleName(tr("Which configuration"));
    m_which->addItems({tr("in force"), tr("with the changes of the draft")});
    row->addWidget(m_which);
    row->addStretch();
    m_mask = new QCheckBox(tr("Mask passwords"), right);
    m_mask->setObjectName(QStringLiteral("configMask"));
    m_mask->setChecked(true);
    row->addWidget(m_mask);
    static_cast<QVBoxLayout*>(right->layout())->addLayout(row);
    m_text = new QPlainTextEdit(right);
    m_text->setObjectName(QStringLiteral("configText"));
    m_text->setAccessibleName(tr("keepalived.conf"));
    m_text->setProperty("role", QStringLiteral("inset"));
    m_text->setReadOnly(true);
    m_text->setFont(monoFont());
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    right->layout()->addWidget(m_text);
    m_notes = makeLabel({}, "small", right);
    m_notes->setWordWrap(true);
    right->layout()->addWidget(m_notes);
    body->addWidget(right, 1);
    column->addLayout(body, 1);

    connect(m_director, &QComboBox::currentTextChanged, this, &ConfigView::refreshText);
    connect(m_which, &QComboBox::currentIndexChanged, this, &ConfigView::refreshText);
    connect(m_mask, &QCheckBox::toggled, this, &ConfigView::refreshText);
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_text->toPlainText());
        m_message->show(
            Tone::Accent,
            m_mask->isChecked()
                ? tr("Copied, with masked passwords: keepalived takes it, but the routers would not understand each other.")
                : tr("Copied."));
    });
    connect(save, &QPushButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(this, tr("Folder for the keepalived.conf of each director"));
        dialog->setObjectName(QStringLiteral("exportDialog"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        connect(dialog, &QFileDialog::fileSelected, this, &ConfigView::exportInto);
        dialog->open();
    });
}

const model::Cluster& ConfigView::shown() const {
    return m_which->currentIndex() == 1 ? m_context.draft.cluster() : m_context.draft.inForce();
}

void ConfigView::refreshDirectors() {
    const cluster::ClusterFacts& facts = m_context.session.facts();
    m_header->setSubtitle(facts.revision == 0 ? tr("nothing was applied yet")
                          : facts.inSync      ? tr("r%1, the same on all directors").arg(facts.revision)
                                              : tr("r%1; the directors differ or do not all answer").arg(facts.revision));
    const auto directors = m_context.session.directors();
    m_directors->setRowCount(static_cast<int>(directors.size()));
    int row = 0;
    for (const cluster::DirectorSnapshot& director : directors) {
        const rpc::ConfigState* config = director.state && director.state->config ? &*director.state->config : nullptr;
        QString state = director.phase != cluster::LinkPhase::Ready ? tr("not heard from")
                        : config == nullptr                         ? tr("asking…")
                                                                    : tr("in force");
        if (config != nullptr && !config->problem.empty())
            state = text(config->problem);
        else if (config != nullptr && config->pending)
            state = tr("waits for confirmation");
        else if (config != nullptr && config->revision == 0)
            state = tr("nothing applied");
        setCell(m_directors, row, 0, text(director.saved.id));
        setCell(m_directors, row, 1, config != nullptr ? QStringLiteral("r%1").arg(config->revision) : QString(), true);
        setCell(m_directors, row, 2, config != nullptr ? text(config->hash) : QString(), true);
        setCell(m_directors, row++, 3, state);
    }
}

void ConfigView::refreshText() {
    const model::Cluster& cluster = shown();
    QStringList ids;
    for (const model::Director& director : cluster.directors)
        ids << text(director.id);
    QStringList there;
    for (int i = 0; i < m_director->count(); ++i)
        there << m_director->itemText(i);
    if (ids != there) {
        const QString current = m_director->currentText();
        const QSignalBlocker quiet(m_director);
        m_director->clear();
        m_director->addItems(ids);
        m_director->setCurrentIndex(std::max<int>(0, static_cast<int>(ids.indexOf(current))));
    }
    if (cluster.services.empty() && cluster.instances.empty()) {
        m_text->setPlainText(tr("# Here will be the keepalived.conf of each director, as soon as there is a service."));
        m_notes->clear();
        return;
    }
    formats::KeepalivedOptions options;
    options.maskPasswords = m_mask->isChecked();
    const auto exported = formats::writeKeepalived(cluster, m_director->currentText().toStdString(), options);
    const QString words = exported ? text(exported->text) : text(exported.error().text);
    if (m_text->toPlainText() != words)
        m_text->setPlainText(words);
    QStringList notes;
    if (exported)
        for (const formats::Diagnostic& diagnostic : exported->diagnostics)
            notes << text(diagnostic.text);
    m_notes->setText(notes.join(QChar('\n')));
}

void ConfigView::exportInto(const QString& folder) {
    const model::Cluster& cluster = shown();
    QStringList written;
    for (const model::Director& director : cluster.directors) {
        const auto exported = formats::writeKeepalived(cluster, director.id);
        const std::string file = folder.toStdString() + "/" + director.id + ".keepalived.conf";
        const auto saved = exported ? cluster::writeWhole(file, exported->text) : std::unexpected(exported.error());
        if (!saved) {
            m_message->show(Tone::Bad, tr("%1 was not written: %2").arg(text(file), text(saved.error().text)));
            return;
        }
        written << text(director.id) + QStringLiteral(".keepalived.conf");
    }
    m_message->show(
        Tone::Accent,
        tr("Written to %1: %2. They hold the VRRP password in clear.").arg(folder, written.join(QStringLiteral(", "))));
}

void ConfigView::askHistory() {
    for (const cluster::DirectorSnapshot& director : m_context.session.directors()) {
        if (director.phase != cluster::LinkPhase::Ready)
            continue;
        QPointer<ConfigView> self(this);
        m_context.session.call(director.saved.id, "config.history", json::toJson(rpc::Nothing{}), std::chrono::seconds(5),
                               [self](Result<json::Value> answer) {
                                   if (!self || !answer)
                                       return;
                                   if (const auto history = json::fromJson<std::vector<rpc::Revision>>(*answer))
                                       self->showHistory(*history);
                               });
        return;
    }
}

void ConfigView::showHistory(const std::vector<rpc::Revision>& history) {
    m_history->setRowCount(static_cast<int>(history.size()));
    std::vector<rpc::Revision> newest = history;
    std::sort(newest.begin(), newest.end(), [](const auto& a, const auto& b) { return a.revision > b.revision; });
    int row = 0;
    for (const rpc::Revision& revision : newest) {
        setCell(m_history, row, 0, QStringLiteral("r%1").arg(revision.revision), true);
        setCell(m_history, row, 1,
                QDateTime::fromMSecsSinceEpoch(revision.atMs).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")), true);
        setCell(m_history, row, 2, text(revision.by));
        setCell(m_history, row++, 3, text(revision.comment));
    }
}

} // namespace lvsdeck::console
