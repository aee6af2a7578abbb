// SPDX-License-Identifier: GPL-3.0-or-later
// "Add service…": six steps from the virtual IP to the applied cluster, with the keepalived text it becomes beside them. Leaving
// it keeps nothing; "Keep as a change" puts the service into the draft without applying. Opened with open(); window thread.
// Object names: serviceWizard, wizardSteps (list), wizardPages (stack), wizardBack, wizardNext, wizardCancel, wizardKeepDraft,
// wizardPreview; the fields are named in wizard_page.hpp, the last page in review_panel.hpp.
#pragma once

#include "console/wizard/review_panel.hpp"
#include "console/wizard/wizard_page.hpp"

#include <QDialog>

#include <set>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;

namespace lvsdeck::console {

class ServiceWizard : public QDialog {
    Q_OBJECT
public:
    ServiceWizard(cluster::ClusterSession& session, ClusterDraft& draft, QWidget* parent = nullptr);
    void reject() override;
    /// The cluster that would be applied, from what is typed now.
    [[nodiscard]] model::Cluster result() const;
    [[nodiscard]] WizardStep step() const;

private:
    void build();
    void askInterfaces();
    void go(int index);
    void next();
    void edited();
    void refresh();
    void keepDraft();
    [[nodiscard]] bool stepHasErrors(WizardStep step) const;
    [[nodiscard]] QString previewText() const;

    cluster::ClusterSession& m_session;
    ClusterDraft& m_draft;
    model::Cluster m_base;
    ServiceForm m_form;
    std::vector<FieldProblem> m_problems;
    std::vector<WizardPage*> m_pages;
    std::vector<QWidget*> m_stepRows;
    VipPage* m_vip = nullptr;
    ReviewPanel* m_review = nullptr;
    QStackedWidget* m_stack = nullptr;
    QPlainTextEdit* m_preview = nullptr;
    QPushButton* m_back = nullptr;
    QPushButton* m_next = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_keep = nullptr;
    std::set<std::string> m_asked; ///< directors whose interfaces were asked for
    int m_current = 0;
    int m_furthest = 0;
    bool m_applied = false;
    std::array<bool, wizardSteps> m_complained{};
};

} // namespace lvsdeck::console
