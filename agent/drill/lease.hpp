// SPDX-License-Identifier: GPL-3.0-or-later
// A drill's fault, held under a lease: when nobody renews it in time (the console, its SSH session or the network died), the
// director restores itself. The lease is not stored: an agent that starts again has no fault to end. Owned by the engine;
// control thread only.
#pragma once

#include "agent/ports/runtime.hpp"
#include "common/base/error.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <optional>
#include <string>

namespace lvsdeck::drill {

inline constexpr std::uint32_t minLeaseS = 5;
inline constexpr std::uint32_t maxLeaseS = 300;

enum class Ending { Asked, RanOut };

class Lease {
public:
    struct Faults {
        std::function<Result<void>(rpc::DrillKind)> begin;
        /// Always possible; called once for each begun fault.
        std::function<void(const rpc::DrillLease&, Ending)> restore;
    };

    Lease(Runtime& runtime, Faults faults) : m_runtime(runtime), m_faults(std::move(faults)) {}

    /// Busy: one is running. InvalidInput: leaseS is not 5..300.
    [[nodiscard]] Result<rpc::DrillLease> begin(const rpc::DrillBeginParams& params, const std::string& by);
    /// NotFound: it is not running (any more). The new end is leaseS from now.
    [[nodiscard]] Result<rpc::DrillLease> renew(const rpc::DrillRenewParams& params);
    [[nodiscard]] Result<void> end(const std::string& id);
    [[nodiscard]] bool isRunning() const { return m_lease.has_value(); }
    /// With the time left of now.
    [[nodiscard]] std::optional<rpc::DrillLease> state() const;

private:
    void arm(std::uint32_t leaseS);
    void restore(Ending ending);

    Runtime& m_runtime;
    Faults m_faults;
    std::optional<rpc::DrillLease> m_lease;
    Instant m_deadline{};
    Timer m_timer;
    std::uint64_t m_count = 0;
};

} // namespace lvsdeck::drill
