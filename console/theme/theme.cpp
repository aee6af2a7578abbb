// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/theme/theme.hpp"

#include "console/theme/style.hpp"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QPixmapCache>
#include <QToolTip>

// A static library's resources are linked only when somebody asks for them, from outside any namespace.
static void loadIcons() { Q_INIT_RESOURCE(icons); }

namespace lvsdeck::console {

namespace {

const auto portalService = QStringLiteral("org.freedesktop.portal.Desktop");
const auto portalPath = QStringLiteral("/org/freedesktop/portal/desktop");
const auto portalInterface = QStringLiteral("org.freedesktop.portal.Settings");
const auto appearance = QStringLiteral("org.freedesktop.appearance");
const auto colorScheme = QStringLiteral("color-scheme");

// The portal wraps its answer in one or two variants; 1 means dark, 2 light, 0 no preference.
uint plainNumber(QVariant value) {
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value.toUInt();
}

} // namespace

Theme::Theme(QApplication& application, QObject* parent) : QObject(parent), m_application(application) {
    loadIcons();
    if (QApplication::palette().color(QPalette::Window).lightness() < 128)
        m_system = Scheme::Dark;
    m_application.setStyle(new HouseStyle);
    m_application.setFont(textFont());
    QToolTip::setFont(textFont());
    apply();
    askPortal();
}

Scheme Theme::scheme() const {
    switch (m_choice) {
    case SchemeChoice::System: return m_system;
    case SchemeChoice::Light: return Scheme::Light;
    case SchemeChoice::Dark: return Scheme::Dark;
    }
    return m_system;
}

void Theme::choose(SchemeChoice choice) {
    if (choice == m_choice)
        return;
    m_choice = choice;
    apply();
}

void Theme::setSystemScheme(Scheme scheme) {
    if (scheme == m_system)
        return;
    m_system = scheme;
    if (m_choice == SchemeChoice::System)
        apply();
}

void Theme::apply() {
    const Tokens& tokens = tokensOf(scheme());
    QPixmapCache::clear();
    m_application.setPalette(paletteOf(tokens));
    m_application.setStyleSheet(styleSheet(tokens));
    emit changed();
}

void Theme::askPortal() {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(portalService, portalPath, portalInterface, QStringLiteral("SettingChanged"), this,
                SLOT(portalChanged(QString, QString, QDBusVariant)));
    QDBusMessage question =
        QDBusMessage::createMethodCall(portalService, portalPath, portalInterface, QStringLiteral("Read"));
    question << appearance << colorScheme;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question, 3000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* call) {
        const QDBusPendingReply<QDBusVariant> reply = *call;
        if (reply.isValid())
            portalChanged(appearance, colorScheme, reply.value());
        call->deleteLater();
    });
}

void Theme::portalChanged(const QString& space, const QString& key, const QDBusVariant& value) {
    if (space != appearance || key != colorScheme)
        return;
    const uint number = plainNumber(value.variant());
    if (number == 1 || number == 2)
        setSystemScheme(number == 1 ? Scheme::Dark : Scheme::Light);
}

} // namespace lvsdeck::console
