// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/drill/lease.hpp"

#include <algorithm>

namespace lvsdeck::drill {

namespace {

Result<void> checkTime(std::uint32_t leaseS) {
    if (leaseS < minLeaseS || leaseS > maxLeaseS)
        return failure(ErrorCode::InvalidInput,
                       "a lease lasts " + std::to_string(minLeaseS) + " to " + std::to_string(maxLeaseS) + " seconds, not " +
                           std::to_string(leaseS),
                       "lease_s");
    return {};
}

std::unexpected<Error> notRunning(const std::string& id) {
    return failure(ErrorCode::NotFound,
                   "the drill " + id + " is not running; its lease ran out, or it was ended, and the director is restored",
                   "id");
}

} // namespace

Result<rpc::DrillLease> Lease::begin(const rpc::DrillBeginParams& params, const std::string& by) {
    if (auto fine = checkTime(params.leaseS); !fine)
        return std::unexpected(fine.error());
    if (m_lease)
        return failure(ErrorCode::Busy, "the drill " + m_lease->id + " by " + m_lease->by +
                                            " is running on this director; end it, or wait until its lease runs out");
    if (auto begun = m_faults.begin(params.kind); !begun)
        return std::unexpected(begun.error());
    const std::int64_t now = m_runtime.wallUs();
    m_lease =
        rpc::DrillLease{"drill-" + std::to_string(now / 1000) + "-" + std::to_string(++m_count), params.kind, now, 0, by};
    arm(params.leaseS);
    return *state();
}

Result<rpc::DrillLease> Lease::renew(const rpc::DrillRenewParams& params) {
    if (auto fine = checkTime(params.leaseS); !fine)
        return std::unexpected(fine.error());
    if (!m_lease || m_lease->id != params.id)
        return notRunning(params.id);
    arm(params.leaseS);
    return *state();
}

Result<void> Lease::end(const std::string& id) {
    if (!m_lease || m_lease->id != id)
        return notRunning(id);
    restore(Ending::Asked);
    return {};
}

std::optional<rpc::DrillLease> Lease::state() const {
    auto lease = m_lease;
    if (lease)
        lease->leaseLeftMs = std::max<std::int64_t>(
            0, std::chrono::duration_cast<std::chrono::milliseconds>(m_deadline - m_runtime.now()).count());
    return lease;
}

void Lease::arm(std::uint32_t leaseS) {
    m_deadline = m_runtime.now() + std::chrono::seconds(leaseS);
    m_timer = m_runtime.after(std::chrono::seconds(leaseS), [this] { restore(Ending::RanOut); });
}

void Lease::restore(Ending ending) {
    const rpc::DrillLease ended = *m_lease;
    m_lease.reset();
    m_timer.cancel();
    m_faults.restore(ended, ending);
}

} // namespace lvsdeck::drill
