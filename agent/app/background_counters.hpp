// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's IPVS for the engine, with everything that reads the whole table on a thread and a netlink socket of their own:
// dumping a table of many thousand entries must not make VRRP late. Changes go straight to the kernel. Owned by serve(); called on
// the control thread.
//
// Reading is cheap: weights and connections are brought up to date at every question (CountersReader), totals and rates by a dump
// only as often as a twentieth of one processor allows (the kernel itself counts rates every two seconds). The periodic look dumps only when
// /proc shows another table than before, or once a minute for what /proc does not show; it does either no more often than a
// two-hundredth of one processor allows, which is every time but for tables of many thousand servers.
#pragma once

#include "agent/ipvs/counters_reader.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace lvsdeck::app {

class BackgroundCounters final : public IpvsPort {
public:
    explicit BackgroundCounters(std::string procFile = ipvs::procFile);
    ~BackgroundCounters() override;

    [[nodiscard]] Result<IpvsVersion> version() override { return m_kernel.version(); }
    [[nodiscard]] Result<ipvs::Table> read() override { return m_kernel.read(); }
    /// Asks for the next reading, and answers the one before.
    [[nodiscard]] std::optional<Result<ipvs::Table>> look() override;
    [[nodiscard]] Result<std::vector<Failed>> apply(const std::vector<ipvs::Operation>& operations) override;
    /// Asks for new counters and waits for them a few milliseconds; what takes longer is in the next answer, and this one has the
    /// last known. Only when those are older than 3 s (nobody was looking) it waits up to 250 ms.
    [[nodiscard]] Result<ipvs::TableCounters> counters() override;

    [[nodiscard]] Result<ipvs::Timeouts> timeouts() override { return m_kernel.timeouts(); }
    [[nodiscard]] Result<void> setTimeouts(const ipvs::Timeouts& timeouts) override {
        return m_kernel.setTimeouts(timeouts);
    }
    [[nodiscard]] Result<std::vector<ipvs::SyncDaemon>> syncDaemons() override { return m_kernel.syncDaemons(); }
    [[nodiscard]] Result<void> startSync(const ipvs::SyncDaemon& daemon) override { return m_kernel.startSync(daemon); }
    [[nodiscard]] Result<void> stopSync(ipvs::SyncRole role) override { return m_kernel.stopSync(role); }

private:
    using Clock = std::chrono::steady_clock;

    /// What the thread alone knows.
    struct Reader {
        explicit Reader(const std::string& procFile) : counters(kernel, procFile) {}
        ipvs::NetlinkIpvs kernel;
        ipvs::CountersReader counters;
        Clock::time_point nextDump{};
        std::optional<std::uint64_t> shape; ///< of the table that look() last gave out
        std::uint64_t generation = 0;       ///< at that time
        Clock::time_point nextShape{};      ///< looked at no sooner, unless we changed the table ourselves
        Clock::time_point nextLook{};
    };
    void work();
    [[nodiscard]] static Result<ipvs::TableCounters> readCounters(Reader& reader);
    [[nodiscard]] std::optional<Result<ipvs::Table>> readTable(Reader& reader, std::uint64_t generation) const;

    std::string m_procFile;
    ipvs::NetlinkIpvs m_kernel;

    std::mutex m_mutex; ///< for all below
    std::condition_variable m_changed;
    bool m_wanted = false;
    bool m_lookWanted = false;
    bool m_stopping = false;
    std::optional<Result<ipvs::TableCounters>> m_latest;
    Clock::time_point m_readAt{};
    std::optional<Result<ipvs::Table>> m_seen;
    std::uint64_t m_generation = 0; ///< counts our own changes, at their begin and at their end: odd while one runs
    std::thread m_thread;           ///< last: it uses the others
};

} // namespace lvsdeck::app
