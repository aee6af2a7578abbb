// SPDX-License-Identifier: GPL-3.0-or-later
// The real Runtime: steady timers and posted work on the control thread's io_context, CLOCK_REALTIME as the
// wall clock. Owned by main(); the io_context must outlive it. All calls on the thread that runs the
// io_context.
#pragma once

#include "agent/ports/runtime.hpp"

#include <boost/asio/io_context.hpp>

namespace lvsdeck {

class AsioRuntime final : public Runtime {
public:
    explicit AsioRuntime(boost::asio::io_context& context) : m_context(context) {}

    [[nodiscard]] Instant now() const override;
    [[nodiscard]] std::int64_t wallUs() const override;
    /// A timer that is destroyed is not called any more, not even when it has expired already.
    [[nodiscard]] Timer after(Duration delay, std::function<void()> work) override;
    void post(std::function<void()> work) override;

private:
    boost::asio::io_context& m_context;
};

} // namespace lvsdeck
