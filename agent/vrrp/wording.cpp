// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/wording.hpp"

namespace lvsdeck::vrrp {

std::string durationText(Duration duration) {
    const auto milliseconds = (duration.count() + 500) / 1000;
    if (milliseconds < 1000)
        return std::to_string(milliseconds) + " ms";
    const auto hundredths = (duration.count() + 5000) / 10000;
    const std::string fraction = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + (fraction.size() < 2 ? ".0" : ".") + fraction + " s";
}

std::string takeoverReason(const State& state, const Settings& settings, Instant at) {
    if (!state.master || !state.lastAdvert)
        return "no advertisement heard for " + durationText(at - state.waitBegan);
    const std::string peer = state.master->toString();
    if (state.masterResigned)
        return "priority-0 advertisement from " + peer;
    if (state.lowerHeard && at - *state.lastAdvert < 2 * state.masterInterval)
        return "our priority " + std::to_string(effectivePriority(state, settings)) + " is higher than " +
               std::to_string(state.lowerPriority) + " of " + peer;
    return "no advertisement from " + peer + " for " + durationText(at - *state.lastAdvert);
}

} // namespace lvsdeck::vrrp
