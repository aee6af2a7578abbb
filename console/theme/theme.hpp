// SPDX-License-Identifier: GPL-3.0-or-later
// Dresses the application: style, palette and style sheet from the tokens, light or dark, at run time. Follows the desktop's
// preference (the settings portal where there is one, else the palette the program was started with) unless the person
// chose. Owned by runWindow(); window thread only.
#pragma once

#include "console/theme/tokens.hpp"

#include <QApplication>
#include <QObject>

class QDBusVariant;

namespace lvsdeck::console {

enum class SchemeChoice { System, Light, Dark };

class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(QApplication& application, QObject* parent = nullptr);
    void choose(SchemeChoice choice);
    [[nodiscard]] SchemeChoice choice() const { return m_choice; }
    [[nodiscard]] Scheme scheme() const;

signals:
    void changed();

private slots:
    void portalChanged(const QString& space, const QString& key, const QDBusVariant& value);

private:
    void askPortal();
    void setSystemScheme(Scheme scheme);
    void apply();

    QApplication& m_application;
    SchemeChoice m_choice = SchemeChoice::System;
    Scheme m_system = Scheme::Light;
};

/// The style sheet for these tokens; see style_sheet.cpp for the properties that widgets set ("role", "primary").
[[nodiscard]] QString styleSheet(const Tokens& tokens);

} // namespace lvsdeck::console
