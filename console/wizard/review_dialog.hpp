// SPDX-License-Identifier: GPL-3.0-or-later
// "Apply N changes…": the draft's changes in words, and the review panel. Opened with open(); window thread.
// Object names: reviewDialog, reviewClose, reviewDiscard, reviewChanges.
#pragma once

#include "console/wizard/review_panel.hpp"

#include <QDialog>

namespace lvsdeck::console {

class ReviewDialog : public QDialog {
    Q_OBJECT
public:
    ReviewDialog(cluster::ClusterSession& session, ClusterDraft& draft, QWidget* parent = nullptr);
    void reject() override;

private:
    ClusterDraft& m_draft;
    ReviewPanel* m_panel;
    QPushButton* m_discard = nullptr;
};

/// "service tcp 192.0.2.10:80 is new", "instance VI_1: priority 100 → 90".
[[nodiscard]] QString changeText(const model::Change& change);

} // namespace lvsdeck::console
