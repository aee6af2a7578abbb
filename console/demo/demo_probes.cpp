// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/demo/demo_probes.hpp"

#include <random>

namespace lvsdeck::console {

class DemoProbes::Running final : public RunningProbe {
public:
    Running(Runtime& runtime, Reachable reachable, rpc::ProbeRunParams params, std::function<void(rpc::ProbeNews)> news)
        : m_runtime(runtime), m_reachable(std::move(reachable)), m_params(std::move(params)), m_tell(std::move(news)),
          m_end(runtime.now() + std::chrono::seconds(m_params.durationS)) {
        m_news.heldAlive = m_params.held;
        attempt();
        report();
    }

private:
    void attempt() {
        m_attemptTimer = m_runtime.after(std::chrono::milliseconds(m_params.intervalMs), [this] {
            const std::int64_t start = m_runtime.wallUs();
            const bool good = m_reachable(m_params.address, m_params.port);
            // A connection that is sent into the gap is sent again by the client's kernel; it succeeds as soon as somebody answers.
            m_open.push_back(start);
            if (good) {
                for (const std::int64_t begun : m_open) {
                    const std::int64_t duration = start - begun + 250 + static_cast<std::int64_t>(m_random() % 300);
                    const bool inTime = duration < std::int64_t{m_params.timeoutMs} * 1000;
                    m_news.samples.push_back(
                        {begun, inTime ? duration : std::int64_t{m_params.timeoutMs} * 1000,
                         static_cast<std::int64_t>(inTime ? rpc::ProbeResult::Ok : rpc::ProbeResult::Timeout)});
                }
                m_open.clear();
            }
            if (m_runtime.now() < m_end)
                attempt();
        });
    }
    void report() {
        m_reportTimer = m_runtime.after(std::chrono::milliseconds(200), [this] {
            rpc::ProbeNews news = std::exchange(m_news, {});
            m_news.heldAlive = m_params.held;
            news.done = m_runtime.now() >= m_end;
            if (!news.done)
                report();
            m_tell(std::move(news));
        });
    }

    Runtime& m_runtime;
    Reachable m_reachable;
    rpc::ProbeRunParams m_params;
    std::function<void(rpc::ProbeNews)> m_tell;
    Instant m_end;
    rpc::ProbeNews m_news;
    std::vector<std::int64_t> m_open; ///< begun, not answered yet
    std::minstd_rand m_random{7};
    Timer m_attemptTimer;
    Timer m_reportTimer;
};

Result<std::unique_ptr<RunningProbe>> DemoProbes::run(const rpc::ProbeRunParams& params,
                                                      std::function<void(rpc::ProbeNews)> news) {
    return std::make_unique<Running>(m_runtime, m_reachable, params, std::move(news));
}

} // namespace lvsdeck::console
