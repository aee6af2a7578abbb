// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/background_counters.hpp"

#include <ctime>
#include <utility>

namespace lvsdeck::app {

namespace {

using namespace std::chrono_literals;

constexpr auto shortWait = 4ms;
constexpr auto longWait = 250ms;
constexpr auto tooOld = 3s;
constexpr auto fullLookEvery = 60s;
constexpr auto ratesEvery = 2s;
constexpr auto keptUnasked = 60s;
constexpr int dumpShare = 20; ///< a dump may take this part of one processor
constexpr int lookShare =
    200; ///< and the looks at a big table, where the kernel writes every line anew each time, this part

/// Whose lines take long enough to be worth waiting for.
bool isBig(const ipvs::ProcTable& table) {
    constexpr std::size_t many = 5000;
    return table.servers >= many;
}

/// Processor time that this thread has used.
std::chrono::nanoseconds used() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

} // namespace

BackgroundCounters::BackgroundCounters(std::string procFile)
    : m_procFile(std::move(procFile)), m_thread([this] { work(); }) {}

BackgroundCounters::~BackgroundCounters() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

Result<ipvs::TableCounters> BackgroundCounters::counters() {
    std::unique_lock lock(m_mutex);
    const auto asked = Clock::now();
    const bool stale = !m_latest || asked - m_readAt > tooOld;
    m_wanted = true;
    m_changed.notify_all();
    m_changed.wait_for(lock, stale ? std::chrono::milliseconds(longWait) : std::chrono::milliseconds(shortWait),
                       [&] { return m_latest && m_readAt >= asked; });
    if (!m_latest)
        return failure(ErrorCode::Timeout, "the kernel takes long to tell its IPVS counters; they come with the next state");
    return *m_latest;
}

std::optional<Result<ipvs::Table>> BackgroundCounters::look() {
    const std::lock_guard lock(m_mutex);
    m_lookWanted = true;
    m_changed.notify_all();
    return std::exchange(m_seen, std::nullopt);
}

Result<std::vector<IpvsPort::Failed>> BackgroundCounters::apply(const std::vector<ipvs::Operation>& operations) {
    const auto count = [this] {
        const std::lock_guard lock(m_mutex);
        ++m_generation;
        m_seen.reset(); // from before
    };
    count();
    auto done = m_kernel.apply(operations);
    count();
    return done;
}

Result<ipvs::TableCounters> BackgroundCounters::readCounters(Reader& reader) {
    if (Clock::now() < reader.nextDump)
        if (auto fresh = reader.counters.refresh())
            return std::move(*fresh);
    const auto before = used();
    auto counters = reader.counters.dump();
    // A table that changes all the time is dumped each time; that is the price of true totals.
    reader.nextDump = Clock::now() + std::max<Clock::duration>(ratesEvery, (used() - before) * dumpShare);
    return counters;
}

std::optional<Result<ipvs::Table>> BackgroundCounters::readTable(Reader& reader, std::uint64_t generation) const {
    const bool unchanged = reader.shape && reader.generation == generation;
    if (unchanged && Clock::now() < reader.nextShape)
        return std::nullopt;
    const auto before = used();
    const auto proc = ipvs::readProcFile(m_procFile, ipvs::ProcTableReader::Wanted::Shape);
    if (proc && isBig(*proc))
        reader.nextShape = Clock::now() + (used() - before) * lookShare;
    if (proc && reader.shape == proc->shape && reader.generation == generation && Clock::now() < reader.nextLook)
        return std::nullopt;
    auto table = reader.kernel.read();
    reader.shape.reset();
    if (table && proc)
        reader.shape = proc->shape;
    reader.generation = generation;
    reader.nextLook = Clock::now() + std::max<Clock::duration>(fullLookEvery, (used() - before) * lookShare);
    return table;
}

void BackgroundCounters::work() {
    Reader reader(m_procFile);
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return m_wanted || m_lookWanted || m_stopping; });
        if (m_stopping)
            return;
        // Nobody is looking: as many as they are, they need not stay. The looks come all the time.
        if (!m_wanted && m_latest && Clock::now() - m_readAt > keptUnasked) {
            m_latest.reset();
            reader.counters.forget();
        }
        if (std::exchange(m_wanted, false)) {
            lock.unlock();
            auto counters = readCounters(reader);
            lock.lock();
            m_latest = std::move(counters);
            m_readAt = Clock::now();
            m_changed.notify_all();
        }
        if (std::exchange(m_lookWanted, false)) {
            const std::uint64_t generation = m_generation;
            lock.unlock();
            auto table = readTable(reader, generation);
            lock.lock();
            if (generation == m_generation && generation % 2 == 0 && table)
                m_seen = std::move(table);
            else if (generation != m_generation)
                reader.shape.reset();
        }
    }
}

} // namespace lvsdeck::app
