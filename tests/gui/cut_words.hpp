// SPDX-License-Identifier: GPL-3.0-or-later
// What a person would see as cut off.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QStringList>

namespace lvsdeck::console {

/// Labels and buttons whose words do not fit into them.
inline QStringList cutWords(QWidget& window) {
    QStringList out;
    for (const QPushButton* button : window.findChildren<QPushButton*>())
        if (button->isVisible() && button->width() < button->sizeHint().width())
            out << button->objectName() + QStringLiteral(": ") + button->text();
    for (const QLabel* label : window.findChildren<QLabel*>()) {
        if (!label->isVisible() || label->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored || label->text().isEmpty())
            continue;
        if (label->wordWrap() ? label->height() < label->heightForWidth(label->width())
                              : label->width() < label->sizeHint().width())
            out << label->objectName() + QStringLiteral(": ") + label->text();
    }
    return out;
}

} // namespace lvsdeck::console
