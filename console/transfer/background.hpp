// SPDX-License-Identifier: GPL-3.0-or-later
// Work that is too long for the window thread: runs elsewhere, its result comes back as a value. A newer job, stop(), or the end of
// this object makes the older result vanish. Window thread; the work itself must not touch the window.
#pragma once

#include "console/ssh/post_box.hpp"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>

namespace lvsdeck::console {

/// Set when nobody wants the result any more; the work looks at it between its steps.
using Cancelled = std::shared_ptr<const std::atomic<bool>>;

class Background {
public:
    Background() : m_box(std::make_shared<ssh::PostBox>(&m_target)) {}
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    ~Background() {
        stop();
        m_box->close();
    }

    template <class Value> void run(std::function<Value(const Cancelled&)> work, std::function<void(Value)> done) {
        stop();
        m_cancelled = std::make_shared<std::atomic<bool>>(false);
        m_busy = true;
        auto job = [this, work = std::move(work), done = std::move(done), cancelled = m_cancelled, box = m_box] {
            if (*cancelled)
                return;
            auto value = std::make_shared<Value>(work(cancelled));
            box->post([this, value, done, cancelled] {
                if (*cancelled)
                    return;
                m_busy = false;
                done(std::move(*value));
            });
        };
        QThreadPool::globalInstance()->start(std::move(job));
    }
    void stop() {
        if (m_cancelled)
            *m_cancelled = true;
        m_cancelled.reset();
        m_busy = false;
    }
    [[nodiscard]] bool isBusy() const { return m_busy; }

private:
    QObject m_target;
    std::shared_ptr<ssh::PostBox> m_box;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    bool m_busy = false;
};

} // namespace lvsdeck::console
