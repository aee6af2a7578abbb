// SPDX-License-Identifier: GPL-3.0-or-later
// "Add a cluster…" and "Edit…": its name, how SSH reaches its directors, where drills probe from; tries the connections before
// anything is saved. Opened with open(); accepted() means that saved() is complete. Window thread.
// Object names: clusterDialog, clusterName, directorId_0 …, directorTarget_0 …, directorState_0 …, addDirector, clusterIdentity,
// clusterProbe, clusterTest, clusterStop, clusterSave, clusterCancel, clusterMessage.
#pragma once

#include "console/cluster/cluster_session.hpp"

#include <QDialog>

#include <functional>
#include <memory>
#include <vector>

class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace lvsdeck::console {

class MessageBar;
class StateLabel;

class ClusterDialog : public QDialog {
    Q_OBJECT
public:
    /// `taken`: names of other saved clusters. `initial`: with a name it is an edit.
    ClusterDialog(cluster::SessionOptions options, std::vector<std::string> taken, cluster::SavedCluster initial,
                  QWidget* parent = nullptr);
    ~ClusterDialog() override;
    [[nodiscard]] const cluster::SavedCluster& saved() const { return m_saved; }

signals:
    void question(const std::string& director, const lvsdeck::ssh::Question& question);

private:
    struct Row {
        QLineEdit* id;
        QLineEdit* target;
        StateLabel* state;
    };
    void build();
    void addRow(const cluster::SavedDirector& director);
    [[nodiscard]] Result<cluster::SavedCluster> read() const;
    void test();
    void stopTest();
    void refreshTest();
    void save();

    cluster::SessionOptions m_options;
    std::vector<std::string> m_taken;
    cluster::SavedCluster m_saved;
    std::unique_ptr<cluster::ClusterSession> m_trial;
    QLineEdit* m_name = nullptr;
    QLineEdit* m_identity = nullptr;
    QLineEdit* m_probe = nullptr;
    QVBoxLayout* m_rows = nullptr;
    std::vector<Row> m_directors;
    MessageBar* m_message = nullptr;
    QPushButton* m_test = nullptr;
    QPushButton* m_stop = nullptr;
};

} // namespace lvsdeck::console
