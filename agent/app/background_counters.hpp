// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's IPVS for the engine, with the counters read on a thread and a netlink socket of their own: dumping a table of many
// thousand entries must not make VRRP late. Everything else goes straight to the kernel. Owned by serve(); called on the control
// thread.
#pragma once

#include "agent/ipvs/netlink_ipvs.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace lvsdeck::app {

class BackgroundCounters final : public IpvsPort {
public:
    BackgroundCounters();
    ~BackgroundCounters() override;

    [[nodiscard]] Result<IpvsVersion> version() override { return m_kernel.version(); }
    [[nodiscard]] Result<ipvs::Table> read() override { return m_kernel.read(); }
    [[nodiscard]] Result<std::vector<Failed>> apply(const std::vector<ipvs::Operation>& operations) override {
        return m_kernel.apply(operations);
    }
    /// Asks for new counters and waits for them a few milliseconds; what takes longer is in the next answer, and this one has the
    /// last known. Only when those are older than 3 s (nobody was looking) it waits up to 250 ms.
    [[nodiscard]] Result<ipvs::TableCounters> counters() override;

private:
    using Clock = std::chrono::steady_clock;
    void work();

    ipvs::NetlinkIpvs m_kernel;

    std::mutex m_mutex; ///< for all below
    std::condition_variable m_changed;
    bool m_wanted = false;
    bool m_stopping = false;
    std::optional<Result<ipvs::TableCounters>> m_latest;
    Clock::time_point m_readAt{};
    std::thread m_thread; ///< last: it uses the others
};

} // namespace lvsdeck::app
