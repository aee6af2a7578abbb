// SPDX-License-Identifier: GPL-3.0-or-later
// Turning the event loop until something is true, with a limit that only a broken test reaches.
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

namespace lvsdeck::test {

template <class Condition> [[nodiscard]] bool eventually(Condition condition, int limitMs = 20000) {
    QElapsedTimer elapsed;
    elapsed.start();
    QTimer beat;
    beat.start(20);
    while (!condition()) {
        if (elapsed.elapsed() > limitMs)
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

} // namespace lvsdeck::test
