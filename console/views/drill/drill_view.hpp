// SPDX-License-Identifier: GPL-3.0-or-later
// The Drill view: choose and check, watch it run, read and keep the result, look at earlier ones. Owns the running operation;
// closing the view aborts it, which takes the fault back. Window thread only.
//
// Object names: drillView, drillAbort, drillAgain, drillSaveReport, drillReportDialog, drillHistory, and those of DrillSetup.
#pragma once

#include "console/cluster/drill_operation.hpp"
#include "console/cluster/profile.hpp"
#include "console/views/drill/drill_setup.hpp"
#include "console/views/view.hpp"

#include <QWidget>

#include <memory>

class QListWidget;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace lvsdeck::console {

class DrillPage;
class MessageBar;
class PageHeader;

class DrillView : public QWidget {
    Q_OBJECT
public:
    explicit DrillView(const ViewContext& context, QWidget* parent = nullptr);
    ~DrillView() override;

    [[nodiscard]] bool running() const;
    /// The one that is shown; its verdict counts only when the drill has finished.
    [[nodiscard]] const cluster::DrillRecord& record() const { return m_record; }
    /// Used when the session's own probe cannot work (the simulation).
    void setProbeSource(std::function<std::unique_ptr<cluster::ProbeSource>()> make) { m_probeSource = std::move(make); }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildHeader(class QVBoxLayout* column);
    void prepare();
    void begin();
    void showSetup();
    void showRecord(const cluster::DrillRecord& record, std::int64_t nowUs);
    void drillChanged();
    void drillEnded();
    void keep(const cluster::DrillRecord& record);
    void loadHistory();
    void fillHistory(std::vector<cluster::DrillRecord> records);
    void saveReport();
    void writeReport(const QString& folder);
    void updateExpectation();

    cluster::ClusterSession& m_session;
    const cluster::Profile& m_profile;
    ViewLinks& m_links;
    bool m_readOnly;
    bool m_heldBack = false; ///< keepalived manages the cluster: the message says so
    std::unique_ptr<cluster::DrillOperation> m_operation;
    std::function<std::unique_ptr<cluster::ProbeSource>()> m_probeSource;
    cluster::DrillRecord m_record;
    std::vector<cluster::DrillRecord> m_history;
    PageHeader* m_header = nullptr;
    MessageBar* m_message = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_again = nullptr;
    QPushButton* m_abort = nullptr;
    QStackedWidget* m_stack = nullptr;
    DrillSetup* m_setup = nullptr;
    QListWidget* m_historyList = nullptr;
    DrillPage* m_page = nullptr;
    QWidget* m_setupPage = nullptr;
    QScrollArea* m_recordPage = nullptr;
};

} // namespace lvsdeck::console
