// SPDX-License-Identifier: GPL-3.0-or-later
// One apply on the screen: what would change on each director, the way through it, the countdown, and how it ended. Used by the
// wizard's last page and by the review of the draft. It owns the ApplyOperation; window thread.
// Object names: reviewPanel, reviewTitle, reviewProblems, reviewApply, reviewKeep, reviewRevert, reviewCancel, reviewCountdown,
// reviewOperations_<director> (a QPlainTextEdit), reviewOutcome.
#pragma once

#include "console/cluster/apply_operation.hpp"
#include "console/models/cluster_draft.hpp"

#include <QWidget>

#include <memory>

class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace lvsdeck::console {

class MessageBar;

class ReviewPanel : public QWidget {
    Q_OBJECT
public:
    explicit ReviewPanel(cluster::ClusterSession& session, QWidget* parent = nullptr);
    ~ReviewPanel() override;

    /// Checks this document everywhere and shows what would be done. A running apply is not replaced.
    void review(model::Cluster cluster, std::uint64_t baseRevision, const QString& comment);
    /// Something was changed and waits for an answer: the window must not be closed silently.
    [[nodiscard]] bool isWaiting() const;
    /// From the first change until the end.
    [[nodiscard]] bool isBusy() const;
    [[nodiscard]] cluster::ApplyOperation* operation() const { return m_operation.get(); }
    void cancel();

signals:
    void finished(bool confirmed);
    void stageChanged();

private:
    void build();
    void refresh();
    void refreshDirectors();
    void refreshCountdown();
    void ended();
    [[nodiscard]] QString stageText() const;
    [[nodiscard]] QString outcomeText() const;

    cluster::ClusterSession& m_session;
    std::unique_ptr<cluster::ApplyOperation> m_operation;
    QLabel* m_title = nullptr;
    QLabel* m_stage = nullptr;
    MessageBar* m_problems = nullptr;
    MessageBar* m_outcome = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_countdown = nullptr;
    QVBoxLayout* m_directors = nullptr;
    QWidget* m_directorsBox = nullptr;
    QPushButton* m_apply = nullptr;
    QPushButton* m_keep = nullptr;
    QPushButton* m_revert = nullptr;
    QPushButton* m_cancel = nullptr;
};

} // namespace lvsdeck::console
