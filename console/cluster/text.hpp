// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences for people, translated, as UTF-8 text. Any thread.
#pragma once

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace lvsdeck::cluster {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(lvsdeck::cluster::Text)
};

[[nodiscard]] inline QString q(const std::string& text) { return QString::fromStdString(text); }

[[nodiscard]] inline QString listed(const std::vector<std::string>& names) {
    QStringList all;
    for (const std::string& name : names)
        all << q(name);
    return all.join(QStringLiteral(", "));
}

} // namespace lvsdeck::cluster
