// SPDX-License-Identifier: GPL-3.0-or-later
// The language of the window: English is in the source, Simplified Chinese is compiled in. Changing it takes effect for windows
// that are made afterwards. Window thread.
#pragma once

#include <QStringList>
#include <QTranslator>

class QApplication;

namespace lvsdeck::console {

class Translations {
public:
    explicit Translations(QApplication& application) : m_application(application) {}
    /// "" follows the system's language.
    void load(const QString& language);

private:
    QApplication& m_application;
    QTranslator m_own;
    QTranslator m_qt;
};

} // namespace lvsdeck::console
