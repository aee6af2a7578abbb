// SPDX-License-Identifier: GPL-3.0-or-later
// One open cluster in the window: session, draft and its views, each made when it is first looked at. Owned by the main window;
// window thread.
#pragma once

#include "console/app/view_registry.hpp"

#include <QStackedWidget>

#include <map>
#include <memory>

namespace lvsdeck::console {

class ClusterPage : public QStackedWidget {
    Q_OBJECT
public:
    ClusterPage(cluster::SavedCluster saved, cluster::SessionOptions options, const cluster::Profile& profile, bool readOnly,
                QWidget* parent = nullptr);
    ~ClusterPage() override;

    [[nodiscard]] cluster::ClusterSession& session() { return *m_session; }
    [[nodiscard]] ClusterDraft& draft() { return *m_draft; }
    [[nodiscard]] ViewLinks& links() { return m_links; }
    [[nodiscard]] bool isReadOnly() const { return m_readOnly; }
    /// Falls back to the first view when there is none with this id.
    void showView(const QString& id);
    [[nodiscard]] QString currentView() const { return m_current; }

private:
    std::unique_ptr<cluster::ClusterSession> m_session;
    std::unique_ptr<ClusterDraft> m_draft;
    const cluster::Profile& m_profile;
    ViewLinks m_links;
    bool m_readOnly;
    std::map<QString, QWidget*> m_views;
    QString m_current;
};

} // namespace lvsdeck::console
