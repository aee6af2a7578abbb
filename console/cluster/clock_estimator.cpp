// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/clock_estimator.hpp"

#include <algorithm>
#include <cstdlib>

namespace lvsdeck::cluster {

namespace {

constexpr std::size_t kept = 32;
/// Two quartz clocks that nobody disciplines part by at most this much.
constexpr std::int64_t driftPerMillion = 100;

std::int64_t aged(std::int64_t errorUs, std::int64_t atUs, std::int64_t nowUs) {
    return errorUs + std::max<std::int64_t>(0, nowUs - atUs) * driftPerMillion / 1'000'000;
}

} // namespace

void ClockEstimator::add(std::int64_t sentUs, std::int64_t receivedUs, std::int64_t answeredUs, std::int64_t arrivedUs) {
    const std::int64_t away = (arrivedUs - sentUs) - (answeredUs - receivedUs);
    if (arrivedUs < sentUs || answeredUs < receivedUs || away < 0)
        return;
    const std::int64_t offset = ((receivedUs - sentUs) + (answeredUs - arrivedUs)) / 2;
    const Exchange exchange{offset, (away + 1) / 2, arrivedUs};
    // Two true bounds overlap; when they do not, the clock was set.
    if (const auto best = estimate(arrivedUs); best && std::abs(best->offsetUs - offset) > best->errorUs + exchange.errorUs)
        m_exchanges.clear();
    m_exchanges.push_back(exchange);
    if (m_exchanges.size() > kept)
        m_exchanges.pop_front();
}

std::optional<ClockOffset> ClockEstimator::estimate(std::int64_t nowUs) const {
    std::optional<ClockOffset> best;
    for (const Exchange& exchange : m_exchanges) {
        const std::int64_t error = aged(exchange.errorUs, exchange.atUs, nowUs);
        if (!best || error <= best->errorUs)
            best = ClockOffset{exchange.offsetUs, error};
    }
    return best;
}

} // namespace lvsdeck::cluster
