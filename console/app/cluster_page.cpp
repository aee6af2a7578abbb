// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/cluster_page.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::console {

ClusterPage::ClusterPage(cluster::SavedCluster saved, cluster::SessionOptions options, const cluster::Profile& profile,
                         bool readOnly, QWidget* parent)
    : QStackedWidget(parent), m_session(std::make_unique<cluster::ClusterSession>(std::move(saved), std::move(options))),
      m_draft(std::make_unique<ClusterDraft>(*m_session)), m_profile(profile), m_readOnly(readOnly) {}

ClusterPage::~ClusterPage() {
    // Views look at the session: they go first.
    while (count() > 0)
        delete widget(0);
}

void ClusterPage::showView(const QString& id) {
    const std::vector<ViewEntry> views = allViews();
    auto entry = std::find_if(views.begin(), views.end(), [&](const ViewEntry& view) { return view.id == id; });
    if (entry == views.end())
        entry = views.begin();
    QWidget*& view = m_views[entry->id];
    if (view == nullptr) {
        view = entry->make({*m_session, *m_draft, m_profile, m_links, m_readOnly}, this);
        view->setObjectName(QStringLiteral("view_") + entry->id);
        addWidget(view);
    }
    m_current = entry->id;
    setCurrentWidget(view);
    if (view->focusProxy() != nullptr && window()->isActiveWindow())
        view->setFocus();
}

} // namespace lvsdeck::console
