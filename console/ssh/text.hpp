// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences for people, translated, as UTF-8 text. Any thread.
#pragma once

#include <QCoreApplication>
#include <QString>

#include <string>

namespace lvsdeck::ssh {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(lvsdeck::ssh::Text)
};

[[nodiscard]] inline QString q(const std::string& text) { return QString::fromStdString(text); }

} // namespace lvsdeck::ssh
