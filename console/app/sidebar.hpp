// SPDX-License-Identifier: GPL-3.0-or-later
// Left: the saved clusters with the directors of the open one, and the views of that cluster. Window thread.
// Object names: sidebar, clusterList, viewList, sidebarAdd.
#pragma once

#include "console/cluster/cluster_session.hpp"
#include "console/theme/pill.hpp"

#include <QFrame>

#include <map>
#include <vector>

class QLabel;
class QListWidget;
class QListWidgetItem;

namespace lvsdeck::console {

struct SidebarCluster {
    std::string name;
    Pill state; ///< its text is the remark at the right
    struct Director {
        std::string id;
        Pill state;
        QString hint;
    };
    std::vector<Director> directors; ///< only of open clusters
};

struct SidebarView {
    QString id;
    QString name;
    QString remark;
};

class Sidebar : public QFrame {
    Q_OBJECT
public:
    explicit Sidebar(QWidget* parent = nullptr);
    void setClusters(const std::vector<SidebarCluster>& clusters, const std::string& current);
    void setViews(const std::vector<SidebarView>& views, const QString& current);

signals:
    void clusterChosen(const std::string& name);
    void directorActivated(const std::string& cluster, const std::string& director);
    void viewChosen(const QString& id);
    void addWanted();
    void clusterMenuWanted(const std::string& name, const QPoint& global);

private:
    void fitHeights();
    QListWidget* m_clusters;
    QLabel* m_viewsTitle;
    QListWidget* m_views;
    bool m_filling = false;
};

/// How a director stands, in the sidebar and the status bar.
[[nodiscard]] Pill directorPill(const cluster::DirectorSnapshot& director);
[[nodiscard]] SidebarCluster sidebarCluster(const cluster::SavedCluster& saved, const cluster::ClusterSession* session);

} // namespace lvsdeck::console
