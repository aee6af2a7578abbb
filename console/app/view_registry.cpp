// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/view_registry.hpp"

#include "console/views/config/config_view.hpp"
#include "console/views/drill/drill_view.hpp"
#include "console/views/events/events_view.hpp"
#include "console/views/overview/overview_view.hpp"
#include "console/views/watch/watch_view.hpp"

#include <QCoreApplication>

namespace lvsdeck::console {

namespace {

template <class View> std::function<QWidget*(ViewContext, QWidget*)> make() {
    return [](ViewContext context, QWidget* parent) -> QWidget* { return new View(context, parent); };
}

QString name(const char* words) { return QCoreApplication::translate("Views", words); }

} // namespace

std::vector<ViewEntry> allViews() {
    return {
        {QStringLiteral("overview"), name(QT_TRANSLATE_NOOP("Views", "Overview")), make<OverviewView>()},
        {QStringLiteral("watch"), name(QT_TRANSLATE_NOOP("Views", "Watch")), make<WatchView>()},
        {QStringLiteral("events"), name(QT_TRANSLATE_NOOP("Views", "Events")), make<EventsView>()},
        {QStringLiteral("drill"), name(QT_TRANSLATE_NOOP("Views", "Drill")), make<DrillView>()},
        {QStringLiteral("config"), name(QT_TRANSLATE_NOOP("Views", "Configuration")), make<ConfigView>()},
    };
}

} // namespace lvsdeck::console
