// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/import_dialog.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/transfer/import_start.hpp"
#include "console/transfer/reading_panel.hpp"
#include "console/transfer/source_files.hpp"
#include "console/transfer/source_model.hpp"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMimeData>
#include <QProgressBar>
#include <QStackedWidget>
#include <QTableView>

namespace lvsdeck::console {

QStringList draggedFiles(const QMimeData* data) {
    QStringList out;
    if (data != nullptr)
        for (const QUrl& url : data->urls())
            if (url.isLocalFile())
                out << url.toLocalFile();
    return out;
}

ImportDialog::ImportDialog(ImportContext context, QWidget* parent)
    : QDialog(parent), m_context(std::move(context)), m_sources(new SourceModel(this)) {
    setObjectName(QStringLiteral("importDialog"));
    setWindowTitle(tr("Import a configuration"));
    resize(1240, 820);
    setMinimumSize(900, 600);
    setAcceptDrops(true);
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    connect(&m_soon, &QTimer::timeout, this, &ImportDialog::read);
    m_sources->setDirectors(m_context.directors);
    build();
    refresh();
}

ImportDialog::~ImportDialog() = default;

void ImportDialog::addFiles(const QStringList& files) {
    QStringList problems;
    for (const QString& file : files) {
        const QFileInfo info(file);
        if (info.isDir()) {
            problems << tr("%1 is a folder. Choose the files in it.").arg(file);
            continue;
        }
        if (info.exists() && !info.isFile()) {
            problems << tr("%1 is a pipe or a device. Choose a plain file.").arg(file);
            continue;
        }
        if (info.size() > qint64{formats::maxSourceBytes}) {
            problems
                << tr("%1 is larger than %2 MiB, and no configuration is.").arg(file).arg(formats::maxSourceBytes >> 20U);
            continue;
        }
        if (auto source = readSource(info.absoluteFilePath().toStdString()); !source)
            problems << text(source.error().text);
        else
            m_sources->add(std::move(*source));
    }
    if (problems.isEmpty())
        m_message->clear();
    else
        m_message->show(Tone::Bad, problems.join(QChar('\n')));
}

void ImportDialog::addText(formats::SourceText source) {
    if (const auto fits = checkSize(source); !fits) {
        m_message->show(Tone::Bad, text(fits.error().text));
        return;
    }
    m_message->clear();
    m_sources->add(std::move(source));
}

void ImportDialog::chooseFiles() {
    auto* dialog = new QFileDialog(this, tr("Configuration files to import"));
    dialog->setObjectName(QStringLiteral("importFiles"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &ImportDialog::addFiles);
    dialog->open();
}

void ImportDialog::askDirectors() {
    m_message->show(Tone::Accent, tr("Asking the directors for their files…"));
    auto problems = std::make_shared<QStringList>();
    m_context.directorFiles->ask(
        [this, problems](DirectorFiles::Answer answer) {
            if (!answer.text) {
                *problems << QStringLiteral("%1: %2").arg(text(answer.director), text(answer.text.error().text));
                return;
            }
            formats::SourceText source = std::move(*answer.text);
            source.director = answer.director;
            // Not the name of a file here: what it includes is on the director.
            source.file = answer.director + ":" + source.file;
            if (const auto fits = checkSize(source); !fits)
                *problems << text(fits.error().text);
            else
                m_sources->add(std::move(source));
        },
        [this, problems] {
            m_includes = m_context.directorFiles->includes();
            if (problems->isEmpty())
                m_message->clear();
            else
                m_message->show(Tone::Bad, problems->join(QChar('\n')));
        });
}

void ImportDialog::read() {
    if (m_sources->sources().empty()) {
        m_background.stop();
        m_reading.reset();
        refresh();
        return;
    }
    ImportRequest request{m_sources->sources(), std::nullopt, m_includes};
    if (const int chosen = m_format->currentData().toInt(); chosen >= 0)
        request.format = static_cast<formats::Format>(chosen);
    m_background.run<std::shared_ptr<ImportReading>>(
        [request = std::move(request)](const Cancelled& cancelled) {
            return std::make_shared<ImportReading>(readImport(request, *cancelled));
        },
        [this](const std::shared_ptr<ImportReading>& reading) { take(std::move(*reading)); });
    refreshButtons();
    m_stack->setCurrentIndex(1);
}

void ImportDialog::stop() {
    m_soon.stop();
    m_background.stop();
    m_saidOfReading = true;
    m_message->show(Tone::Warn, tr("Stopped. Choose a format, or add or remove a text, to read again."));
    refreshButtons();
}

void ImportDialog::take(ImportReading reading) {
    m_reading = std::make_shared<const ImportReading>(std::move(reading));
    refresh();
}

void ImportDialog::refresh() {
    m_start->showWays();
    m_stack->setCurrentIndex(m_sources->sources().empty() ? 0 : 1);
    m_panel->setReading(m_reading);
    // What is said of files that could not be read stays; what was said of the last reading goes.
    if (m_reading && m_reading->error)
        m_message->show(Tone::Bad, text(m_reading->error->text));
    else if (m_saidOfReading)
        m_message->clear();
    m_saidOfReading = m_reading && m_reading->error;
    refreshButtons();
}

void ImportDialog::refreshButtons() {
    const bool busy = m_background.isBusy();
    const bool done = !busy && m_reading && !m_reading->error && m_reading->understood.size() > 1;
    m_progress->setVisible(busy);
    m_stop->setVisible(busy);
    m_doing->setText(busy   ? tr("Reading %n text(s)…", nullptr, static_cast<int>(m_sources->sources().size()))
                     : done ? tr("Nothing is changed yet.")
                            : QString());
    m_remove->setEnabled(m_sourceList->currentIndex().isValid());
    m_new->setVisible(!m_sources->sources().empty());
    m_new->setEnabled(done);
    if (m_replace != nullptr) {
        m_replace->setVisible(!m_sources->sources().empty());
        m_replace->setEnabled(done);
    }
}

void ImportDialog::finish(bool replace) {
    if (!m_reading || m_reading->error || m_background.isBusy())
        return;
    const model::Cluster cluster = m_reading->cluster;
    accept();
    if (replace)
        emit replaceWanted(cluster);
    else
        emit newClusterWanted(cluster);
}

void ImportDialog::dragEnterEvent(QDragEnterEvent* event) {
    if (!draggedFiles(event->mimeData()).isEmpty() || event->mimeData()->hasText())
        event->acceptProposedAction();
}

void ImportDialog::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    if (const QStringList files = draggedFiles(event->mimeData()); !files.isEmpty()) {
        addFiles(files);
        return;
    }
    m_stack->setCurrentIndex(0);
    m_start->showPaste(event->mimeData()->text());
}

void ImportDialog::keyPressEvent(QKeyEvent* event) {
    // Text fields take it themselves; anywhere else it is a text to import.
    if (event->matches(QKeySequence::Paste)) {
        const QMimeData* clip = QApplication::clipboard()->mimeData();
        if (const QStringList files = draggedFiles(clip); !files.isEmpty()) {
            addFiles(files);
        } else if (clip != nullptr && clip->hasText()) {
            m_stack->setCurrentIndex(0);
            m_start->showPaste(clip->text());
        }
        return;
    }
    QDialog::keyPressEvent(event);
}

} // namespace lvsdeck::console
