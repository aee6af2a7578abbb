// SPDX-License-Identifier: GPL-3.0-or-later
// What the window remembers: size, theme, language, the cluster and view shown last. An INI file in the profile folder, or the
// user's own configuration folder. Window thread.
#pragma once

#include "console/theme/theme.hpp"

#include <QSettings>

#include <memory>

namespace lvsdeck::console {

class Settings {
public:
    /// Empty: the user's configuration folder.
    explicit Settings(const QString& profileFolder);

    [[nodiscard]] SchemeChoice scheme() const;
    void setScheme(SchemeChoice choice);
    /// "" (as the system), "en", "zh_CN".
    [[nodiscard]] QString language() const;
    void setLanguage(const QString& language);
    [[nodiscard]] QString lastCluster() const { return m_file->value(QStringLiteral("last/cluster")).toString(); }
    [[nodiscard]] QString lastView() const {
        return m_file->value(QStringLiteral("last/view"), QStringLiteral("overview")).toString();
    }
    void setLast(const QString& cluster, const QString& view);
    [[nodiscard]] QByteArray geometry() const { return m_file->value(QStringLiteral("window/geometry")).toByteArray(); }
    void setGeometry(const QByteArray& geometry) { m_file->setValue(QStringLiteral("window/geometry"), geometry); }

private:
    std::unique_ptr<QSettings> m_file;
};

} // namespace lvsdeck::console
