// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the window that opens import, export and the way from keepalived, and takes what an import gives into a draft and its review.
#include "console/app/main_window.hpp"

#include "console/adopt/adopt_dialog.hpp"
#include "console/app/cluster_dialog.hpp"
#include "console/app/question_dialogs.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/transfer/export_dialog.hpp"
#include "console/transfer/import_dialog.hpp"
#include "console/transfer/replacement.hpp"

#include <QDragEnterEvent>
#include <QMimeData>

namespace lvsdeck::console {

namespace {

QStringList listOf(const std::vector<std::string>& names) {
    QStringList out;
    for (const std::string& name : names)
        out << text(name);
    return out;
}

} // namespace

void MainWindow::openImport(const QStringList& files) {
    // What is dropped while one is open belongs to it.
    if (auto* open = findChild<ImportDialog*>(QString(), Qt::FindDirectChildrenOnly); open != nullptr && open->isVisible()) {
        open->addFiles(files);
        return;
    }
    ImportContext context;
    if (ClusterPage* open = page()) {
        context.clusterName = m_current;
        for (const cluster::SavedDirector& director : open->session().saved().directors)
            context.directors.push_back(director.id);
        context.canReplace = !open->isReadOnly();
        if (m_parts.directorFiles)
            context.directorFiles = m_parts.directorFiles(open->session());
    }
    auto* dialog = new ImportDialog(std::move(context), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportDialog::replaceWanted, this,
            [this, name = m_current](const model::Cluster& cluster) { replaceWith(name, cluster); });
    connect(dialog, &ImportDialog::newClusterWanted, this, &MainWindow::addImported);
    dialog->open();
    if (!files.isEmpty())
        dialog->addFiles(files);
}

void MainWindow::replaceWith(const std::string& name, const model::Cluster& imported) {
    const auto found = m_pages.find(name);
    if (found == m_pages.end() || found->second->isReadOnly())
        return;
    select(name);
    ClusterDraft& draft = page()->draft();
    Replacement next = replaced(draft.cluster(), imported);
    QStringList lines;
    if (next.servicesOnly)
        lines << tr("The text knows of no director and no VIP: only the virtual services are replaced.");
    if (!next.unknown.empty())
        lines << tr("Not directors of this cluster, and left out: %1.").arg(listOf(next.unknown).join(QStringLiteral(", ")));
    if (!next.withoutFile.empty())
        lines << tr("No text is for %1: it would take part in no VRRP instance.")
                     .arg(listOf(next.withoutFile).join(QStringLiteral(", ")));
    draft.edit(tr("Import"), std::move(next.cluster));
    if (draft.changeCount() == 0)
        lines << tr("What was imported is what is in force: there is nothing to change.");
    if (!lines.isEmpty())
        tell(Tone::Warn, lines.join(QChar('\n')));
    openReview();
}

void MainWindow::addImported(const model::Cluster& imported) {
    std::vector<std::string> taken;
    for (const cluster::SavedCluster& saved : m_saved)
        taken.push_back(saved.name);
    cluster::SavedCluster wanted;
    for (const model::Director& director : imported.directors) {
        cluster::SavedDirector row;
        row.id = director.id;
        row.address = director.address;
        row.user = director.sshUser;
        if (!director.address.empty() && director.sshPort != 22)
            row.port = director.sshPort;
        wanted.directors.push_back(std::move(row));
    }
    auto* dialog = new ClusterDialog(m_parts.sessionOptions(), std::move(taken), std::move(wanted), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ClusterDialog::question, m_questions, &QuestionDialogs::ask);
    connect(dialog, &QDialog::accepted, this, [this, dialog, imported] {
        const cluster::SavedCluster saved = dialog->saved();
        saveCluster(saved);
        openCluster(saved, QStringLiteral("overview"));
        // The rows stand as the files do; a director may have got another name there.
        std::map<std::string, std::string> names;
        for (std::size_t i = 0; i < imported.directors.size() && i < saved.directors.size(); ++i)
            names[imported.directors[i].id] = saved.directors[i].id;
        ClusterDraft& draft = page()->draft();
        draft.edit(tr("Import"), replaced(draft.cluster(), withDirectorsRenamed(imported, names)).cluster);
        tell(Tone::Accent, tr("Imported as changes that are not applied yet. Review them with “Apply changes…”."));
    });
    dialog->open();
}

void MainWindow::openExport() {
    if (page() == nullptr)
        return;
    auto* dialog =
        new ExportDialog({m_current, page()->draft().inForce(), page()->draft().cluster(), formatExports()}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openAdopt() {
    if (page() == nullptr || page()->isReadOnly())
        return;
    const AdoptStanding standing = adoptStandingOf(page()->session().directors());
    const bool back = !standing.replaced.empty() && standing.observed.empty();
    auto* dialog = new AdoptDialog(page()->session(), back, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!draggedFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    openImport(draggedFiles(event->mimeData()));
}

} // namespace lvsdeck::console
