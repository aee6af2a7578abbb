// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/complaints.hpp"

namespace lvsdeck::vrrp {

namespace {
constexpr Duration tellAgain = std::chrono::minutes(5);
constexpr std::size_t mostPairs = 64;
} // namespace

std::optional<std::string> Complaints::note(const std::string& reason, std::string peer, const std::string& text,
                                            Instant now) {
    ++m_counts[reason];
    auto found = m_told.find({reason, peer});
    if (found == m_told.end() && m_told.size() >= mostPairs)
        peer.clear();
    found = m_told.find({reason, peer});
    if (found == m_told.end()) {
        m_told.emplace(std::pair(reason, peer), Told{now, 0});
        return text;
    }
    Told& told = found->second;
    ++told.since;
    if (now - told.at < tellAgain)
        return std::nullopt;
    const std::uint64_t times = std::exchange(told.since, 0);
    told.at = now;
    return text + " (" + std::to_string(times) + " times since it was last said)";
}

} // namespace lvsdeck::vrrp
