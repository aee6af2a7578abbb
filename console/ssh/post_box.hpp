// SPDX-License-Identifier: GPL-3.0-or-later
// How a worker reaches an object of another thread that may be gone by then: work is queued to it as long as it lives.
#pragma once

#include <QMetaObject>
#include <QObject>

#include <functional>
#include <mutex>

namespace lvsdeck::ssh {

/// Shared by the object and its workers. Any thread.
class PostBox {
public:
    explicit PostBox(QObject* target) : m_target(target) {}

    /// `work` runs in the object's thread, in the order of posting; never when the object has called close().
    void post(std::function<void()> work) {
        const std::lock_guard lock(m_mutex);
        if (m_target != nullptr)
            QMetaObject::invokeMethod(m_target, std::move(work), Qt::QueuedConnection);
    }
    /// From the object's destructor at the latest.
    void close() {
        const std::lock_guard lock(m_mutex);
        m_target = nullptr;
    }

private:
    std::mutex m_mutex;
    QObject* m_target;
};

} // namespace lvsdeck::ssh
