// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/runtime/asio_runtime.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace lvsdeck {

namespace {

/// Cancelling alone is not enough: a handler that is queued already would still run, so it finds its work
/// gone.
class AsioPending final : public Timer::Pending {
public:
    AsioPending(boost::asio::io_context& context, Duration delay, std::function<void()> work)
        : m_timer(context), m_work(std::make_shared<std::function<void()>>(std::move(work))) {
        m_timer.expires_after(std::max(delay, Duration{0}));
        m_timer.async_wait([weak = std::weak_ptr(m_work)](const boost::system::error_code& error) {
            // Held while it runs: the work may destroy its own timer.
            if (const auto shared = weak.lock(); shared && !error)
                (*shared)();
        });
    }

private:
    boost::asio::steady_timer m_timer;
    std::shared_ptr<std::function<void()>> m_work;
};

} // namespace

Instant AsioRuntime::now() const {
    return Instant(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

std::int64_t AsioRuntime::wallUs() const {
    return std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Timer AsioRuntime::after(Duration delay, std::function<void()> work) {
    return Timer(std::make_unique<AsioPending>(m_context, delay, std::move(work)));
}

void AsioRuntime::post(std::function<void()> work) { boost::asio::post(m_context, std::move(work)); }

} // namespace lvsdeck
