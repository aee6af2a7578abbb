// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/translations.hpp"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>

// A static library's resources are linked only when somebody asks for them, from outside any namespace.
static void loadTranslationFiles() { Q_INIT_RESOURCE(i18n); }

namespace lvsdeck::console {

void Translations::load(const QString& language) {
    loadTranslationFiles();
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    QApplication::removeTranslator(&m_own);
    QApplication::removeTranslator(&m_qt);
    QLocale::setDefault(locale);
    // English has a file too: it holds the plural forms.
    const QString wanted = locale.language() == QLocale::Chinese ? QStringLiteral("zh_CN") : QStringLiteral("en");
    if (m_own.load(QStringLiteral(":/i18n/lvsdeck_%1.qm").arg(wanted)))
        QApplication::installTranslator(&m_own);
    if (m_qt.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(&m_qt);
}

} // namespace lvsdeck::console
