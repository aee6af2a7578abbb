// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/export_dialog.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/transfer/config_text.hpp"
#include "console/transfer/findings_panel.hpp"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace lvsdeck::console {

using formats::KeepalivedVersion;

ExportDialog::ExportDialog(ExportContext context, QWidget* parent) : QDialog(parent), m_context(std::move(context)) {
    setObjectName(QStringLiteral("exportWindow"));
    setWindowTitle(tr("Export %1").arg(text(m_context.clusterName)));
    resize(1080, 780);
    setMinimumSize(820, 560);
    build();
    refreshChoices();
    write();
}

ExportDialog::~ExportDialog() = default;

void ExportDialog::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    column->addWidget(makeLabel(windowTitle(), "title", this));
    m_message = new MessageBar(this);
    m_message->setObjectName(QStringLiteral("exportMessage"));
    column->addWidget(m_message);
    buildChoices(column);
    buildPreview(column);
    buildFooter(column);
}

void ExportDialog::buildChoices(QVBoxLayout* column) {
    QFrame* card = makeFrame("card", this, 12);
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::grid);
    const auto box = [&](const QString& label, const char* name, QLabel** words = nullptr) {
        QLabel* made = makeLabel(label, "muted", card);
        auto* out = new QComboBox(card);
        out->setObjectName(QString::fromLatin1(name));
        out->setAccessibleName(label);
        made->setBuddy(out);
        row->addWidget(made);
        row->addWidget(out);
        row->addSpacing(metrics::half);
        if (words != nullptr)
            *words = made;
        connect(out, &QComboBox::activated, this, [this] {
            refreshChoices();
            write();
        });
        return out;
    };
    m_kind = box(tr("As"), "exportKind");
    for (const auto& one : m_context.kinds)
        m_kind->addItem(text(one->title()));
    m_which = box(tr("Of"), "exportWhich");
    m_which->addItems({tr("what is in force"), tr("the draft, with its changes")});
    m_director = box(tr("For"), "exportDirector", &m_directorLabel);
    m_version = box(tr("keepalived"), "exportVersion", &m_versionLabel);
    for (const auto& [words, version] : {std::pair{QStringLiteral("1.2"), KeepalivedVersion::V1_2},
                                         std::pair{QStringLiteral("2.0"), KeepalivedVersion::V2_0},
                                         std::pair{QStringLiteral("2.2"), KeepalivedVersion::V2_2},
                                         std::pair{QStringLiteral("2.3"), KeepalivedVersion::V2_3}})
        m_version->addItem(words, static_cast<int>(version));
    m_version->setCurrentIndex(2);
    m_version->setToolTip(tr("The oldest keepalived that has to read the text"));
    row->addStretch();
    m_passwords = new QCheckBox(tr("Include passwords"), card);
    m_passwords->setObjectName(QStringLiteral("exportPasswords"));
    m_passwords->setToolTip(
        tr("In clear, in the preview, the clipboard and the file. Without them keepalived takes the text, but "
           "the routers would not understand each other."));
    connect(m_passwords, &QCheckBox::toggled, this, &ExportDialog::write);
    row->addWidget(m_passwords);
    static_cast<QVBoxLayout*>(card->layout())->addLayout(row);
    m_purpose = makeLabel({}, "muted", card);
    m_purpose->setObjectName(QStringLiteral("exportPurpose"));
    card->layout()->addWidget(m_purpose);
    column->addWidget(card);
}

void ExportDialog::buildPreview(QVBoxLayout* column) {
    m_stack = new QStackedWidget(this);
    auto* parts = new QSplitter(Qt::Vertical, m_stack);
    parts->setProperty("role", QStringLiteral("gap"));
    parts->setHandleWidth(10);
    parts->setChildrenCollapsible(false);
    QFrame* card = makeFrame("card", parts, 12);
    m_tabs = new QTabBar(card);
    m_tabs->setObjectName(QStringLiteral("exportTabs"));
    m_tabs->setAccessibleName(tr("Files"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    card->layout()->addWidget(m_tabs);
    m_text = new ConfigText(card);
    m_text->setObjectName(QStringLiteral("exportText"));
    m_text->setAccessibleName(tr("Text that is exported"));
    card->layout()->addWidget(m_text);
    m_findings =
        new FindingsPanel(tr("What the text cannot say"), tr("The text says everything that the cluster holds."), parts);
    m_findings->setMinimumHeight(100);
    parts->setStretchFactor(0, 4);
    parts->setStretchFactor(1, 1);
    parts->setSizes({410, 180});
    m_stack->addWidget(parts);
    QFrame* none = makeFrame("card", m_stack, metrics::margin);
    m_empty = new EmptyState({}, {}, none);
    m_empty->setObjectName(QStringLiteral("exportEmpty"));
    none->layout()->addWidget(m_empty);
    m_stack->addWidget(none);
    column->addWidget(m_stack, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, &ExportDialog::showFile);
    connect(m_findings, &FindingsPanel::placeWanted, this,
            [this](const Place& place) { m_tabs->setCurrentIndex(place.text); });
    connect(m_findings, &FindingsPanel::said, this,
            [this](Tone tone, const QString& words) { m_message->show(tone, words); });
}

void ExportDialog::buildFooter(QVBoxLayout* column) {
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::grid);
    m_mode = makeLabel({}, "muted", this);
    m_mode->setObjectName(QStringLiteral("exportMode"));
    m_mode->setWordWrap(true);
    row->addWidget(m_mode, 1);
    QPushButton* close = makeButton(tr("Close"), QStringLiteral("exportClose"), this);
    m_copy = makeButton(tr("Copy"), QStringLiteral("exportCopy"), this);
    m_saveAll = makeButton(tr("Save all…"), QStringLiteral("exportSaveAll"), this);
    m_save = makePrimaryButton(tr("Save…"), QStringLiteral("exportSave"), this);
    m_save->setShortcut(QKeySequence::Save);
    for (QPushButton* button : {close, m_copy, m_saveAll, m_save})
        row->addWidget(button);
    column->addLayout(row);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_copy, &QPushButton::clicked, this, &ExportDialog::copy);
    connect(m_save, &QPushButton::clicked, this, &ExportDialog::chooseFile);
    connect(m_saveAll, &QPushButton::clicked, this, &ExportDialog::chooseFolder);
}

const ExportKind& ExportDialog::kind() const {
    return *m_context.kinds[static_cast<std::size_t>(std::max(0, m_kind->currentIndex()))];
}

const model::Cluster& ExportDialog::shown() const {
    return m_which->currentIndex() == 1 ? m_context.draft : m_context.inForce;
}

const ExportFile* ExportDialog::current() const {
    const int number = m_tabs->currentIndex();
    return number >= 0 && static_cast<std::size_t>(number) < m_files.size() ? &m_files[static_cast<std::size_t>(number)]
                                                                            : nullptr;
}

void ExportDialog::refreshChoices() {
    const QString before = m_director->currentData().toString();
    m_director->clear();
    m_director->addItem(tr("all directors"), QString());
    for (const model::Director& one : shown().directors)
        m_director->addItem(text(one.id), text(one.id));
    m_director->setCurrentIndex(std::max(0, m_director->findData(before)));
    const ExportKind& chosen = kind();
    m_purpose->setText(text(chosen.purpose()));
    m_director->setVisible(chosen.perDirector());
    m_directorLabel->setVisible(chosen.perDirector());
    m_version->setVisible(chosen.hasVersions());
    m_versionLabel->setVisible(chosen.hasVersions());
    m_passwords->setVisible(chosen.hasPasswords());
    m_passwords->setEnabled(model::hasPasswords(shown()));
}

void ExportDialog::write() {
    ExportChoice choice;
    choice.director = m_director->currentData().toString().toStdString();
    choice.version = static_cast<KeepalivedVersion>(m_version->currentData().toInt());
    choice.passwords = m_passwords->isChecked();
    using Files = Result<std::vector<ExportFile>>;
    m_background.run<std::shared_ptr<Files>>(
        [kind = m_context.kinds[static_cast<std::size_t>(std::max(0, m_kind->currentIndex()))], cluster = shown(),
         choice](const Cancelled&) { return std::make_shared<Files>(kind->make(cluster, choice)); },
        [this](const std::shared_ptr<Files>& files) { take(std::move(*files)); });
}

void ExportDialog::take(Result<std::vector<ExportFile>> files) {
    const int before = std::max(0, m_tabs->currentIndex());
    m_files = files ? std::move(*files) : std::vector<ExportFile>{};
    {
        const QSignalBlocker quiet(m_tabs);
        while (m_tabs->count() > 0)
            m_tabs->removeTab(0);
        for (const ExportFile& file : m_files)
            m_tabs->addTab(text(file.name));
    }
    if (!files)
        m_empty->setText(tr("This cannot be written"), text(files.error().text));
    m_stack->setCurrentIndex(files ? 0 : 1);
    auto findings = std::make_shared<ImportReading>();
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        findings->texts.push_back({m_files[i].director, m_files[i].name, {}, {}, false});
        for (const formats::Diagnostic& one : m_files[i].diagnostics)
            findings->findings.push_back({one, false, false, {static_cast<int>(i), one.line}, {}});
    }
    m_findings->setReading(findings);
    m_tabs->setCurrentIndex(std::min(before, m_tabs->count() - 1));
    showFile(m_tabs->currentIndex());
    m_saveAll->setVisible(m_files.size() > 1);
    m_copy->setEnabled(!m_files.empty());
    m_save->setEnabled(!m_files.empty());
}

QString ExportDialog::modeText(const ExportFile& file) const {
    if (file.secret)
        return tr("Holds the VRRP password in clear: a saved file has mode 0600, only you can read it.");
    if (kind().hasPasswords() && model::hasPasswords(shown()))
        return tr("Passwords are masked: put them in before a director uses it. A saved file has mode 0644.");
    return tr("Holds no password. A saved file has mode 0644, everybody on this computer can read it.");
}

void ExportDialog::showFile(int) {
    const ExportFile* file = current();
    m_mode->setText(file != nullptr ? modeText(*file) : QString());
    if (file == nullptr)
        m_text->setText({}, {});
    else
        m_text->setText(file->text, {});
}

void ExportDialog::copy() {
    const ExportFile* file = current();
    if (file == nullptr)
        return;
    QApplication::clipboard()->setText(text(file->text));
    m_message->show(file->secret ? Tone::Warn : Tone::Accent,
                    file->secret ? tr("%1 copied, with the VRRP password in clear.").arg(text(file->name))
                                 : tr("%1 copied.").arg(text(file->name)));
}

void ExportDialog::chooseFile() {
    const ExportFile* file = current();
    if (file == nullptr)
        return;
    auto* dialog = new QFileDialog(this, tr("Save %1").arg(text(file->name)));
    dialog->setObjectName(QStringLiteral("exportFile"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(text(file->name));
    connect(dialog, &QFileDialog::fileSelected, this, &ExportDialog::saveShown);
    dialog->open();
}

void ExportDialog::saveShown(const QString& path) {
    const ExportFile* file = current();
    if (file == nullptr)
        return;
    if (const auto done = saveExport(path.toStdString(), *file); !done)
        m_message->show(Tone::Bad, tr("%1 was not written: %2").arg(path, text(done.error().text)));
    else
        m_message->show(Tone::Ok,
                        file->secret ? tr("Saved as %1, readable by you only.").arg(path) : tr("Saved as %1.").arg(path));
}

void ExportDialog::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Folder for the files"));
    dialog->setObjectName(QStringLiteral("exportFolder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &ExportDialog::saveAll);
    dialog->open();
}

void ExportDialog::saveAll(const QString& folder) {
    QStringList written;
    for (const ExportFile& file : m_files) {
        const QString path = folder + QChar('/') + text(file.name);
        if (const auto done = saveExport(path.toStdString(), file); !done) {
            m_message->show(Tone::Bad, tr("%1 was not written: %2").arg(path, text(done.error().text)));
            return;
        }
        written << text(file.name);
    }
    m_message->show(Tone::Ok, tr("Written to %1: %2").arg(folder, written.join(QStringLiteral(", "))));
}

} // namespace lvsdeck::console
