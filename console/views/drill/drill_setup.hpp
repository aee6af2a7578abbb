// SPDX-License-Identifier: GPL-3.0-or-later
// What the admin chooses before a drill: the kind, where the probe runs, the limits; and the pre-flight list that says whether
// it may start. Knows no session: it shows what it is given. Window thread only.
//
// Object names: drillKindGraceful, drillKindCrash (cards), drillProbeFrom, drillProbePath, drillProbeInterval, drillHeld,
// drillLimitOutage, drillPreflight, drillCheck, drillStart.
#pragma once

#include "console/cluster/drill_operation.hpp"
#include "console/views/drill/finding_list.hpp"

#include <QWidget>

class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QSpinBox;
class QVBoxLayout;

namespace lvsdeck::console {

class DrillSetup : public QWidget {
    Q_OBJECT
public:
    explicit DrillSetup(QWidget* parent = nullptr);

    /// `probeHost`: the saved host outside the pair, or empty.
    void setCluster(const cluster::SavedCluster& saved);
    /// The request that the fields describe; `probe` only when a path, interval or held count differs from the default.
    [[nodiscard]] cluster::DrillRequest request() const;
    [[nodiscard]] rpc::DrillKind kind() const;

    void showChecking();
    void showPreflight(const std::vector<cluster::PreflightItem>& items, bool canStart);
    /// "Clients will feel at most about …", from the figures of the cluster; empty: not known.
    void setExpectation(const QString& sentence);

signals:
    void changed(); ///< what was checked is no longer what would run
    void checkWanted();
    void startWanted();

private:
    QFrame* kindCard(rpc::DrillKind kind, const QString& title, const QString& consequence, const QString& note,
                     const QString& name, QRadioButton*& radio);
    void buildKinds(QVBoxLayout* column);
    void buildFields(QVBoxLayout* column);
    void buildPreflight(QVBoxLayout* column);
    void choose(rpc::DrillKind kind);
    bool eventFilter(QObject* watched, QEvent* event) override;

    QFrame* m_gracefulCard = nullptr;
    QFrame* m_crashCard = nullptr;
    QRadioButton* m_graceful = nullptr;
    QRadioButton* m_crash = nullptr;
    QComboBox* m_probeFrom = nullptr;
    QLineEdit* m_probePath = nullptr;
    QSpinBox* m_probeInterval = nullptr;
    QSpinBox* m_held = nullptr;
    QSpinBox* m_outageLimit = nullptr;
    QLabel* m_expectation = nullptr;
    FindingList* m_preflight = nullptr;
    QPushButton* m_check = nullptr;
    QPushButton* m_start = nullptr;
    cluster::SavedCluster m_saved;
};

} // namespace lvsdeck::console
