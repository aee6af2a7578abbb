// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/settings.hpp"

namespace lvsdeck::console {

Settings::Settings(const QString& profileFolder)
    : m_file(profileFolder.isEmpty()
                 ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("lvsdeck"),
                                               QStringLiteral("lvsdeck"))
                 : std::make_unique<QSettings>(profileFolder + QStringLiteral("/window.ini"), QSettings::IniFormat)) {}

SchemeChoice Settings::scheme() const {
    const QString word = m_file->value(QStringLiteral("window/theme")).toString();
    return word == QStringLiteral("light")  ? SchemeChoice::Light
           : word == QStringLiteral("dark") ? SchemeChoice::Dark
                                            : SchemeChoice::System;
}

void Settings::setScheme(SchemeChoice choice) {
    const char* word = choice == SchemeChoice::Light ? "light" : choice == SchemeChoice::Dark ? "dark" : "system";
    m_file->setValue(QStringLiteral("window/theme"), QString::fromLatin1(word));
}

QString Settings::language() const { return m_file->value(QStringLiteral("window/language")).toString(); }

void Settings::setLanguage(const QString& language) { m_file->setValue(QStringLiteral("window/language"), language); }

void Settings::setLast(const QString& cluster, const QString& view) {
    m_file->setValue(QStringLiteral("last/cluster"), cluster);
    m_file->setValue(QStringLiteral("last/view"), view);
}

} // namespace lvsdeck::console
