// SPDX-License-Identifier: GPL-3.0-or-later
// The IPVS table that the cluster wants right now: configuration, what the operator switched at run time, and
// what the health checks found, put together with keepalived's rules. Pure; any thread.
//
// A server that is down leaves the table, or with inhibit_on_failure stays with weight 0. A server without a
// verdict counts as up, unless it has checks and `alpha`. Drained means weight 0, disabled means absent. A
// service has its quorum while the alive weight reaches it: it is lost below quorum - hysteresis (or at 0)
// and comes back at quorum + hysteresis. Without quorum a sorry server takes over with weight 1 and the alive
// servers leave (or go to weight 0 with inhibit_on_failure); servers that the operator drained stay with
// weight 0, because that promises them their old connections. As in keepalived a quorum above the total
// configured weight is lowered to it, and the hysteresis below the quorum.
#pragma once

#include "agent/ipvs/table.hpp"
#include "common/rpc/messages.hpp"

#include <boost/container/flat_set.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lvsdeck::ipvs {

/// What is known of one server besides its configuration. A server without a view is unchecked and as
/// configured.
struct ServerView {
    rpc::ServerHealth health = rpc::ServerHealth::Unchecked;
    std::optional<bool>
        inService; ///< the health monitor's word on an unchecked server; unset: in, unless alpha keeps it out
    std::optional<model::AdminState> admin; ///< set at run time, instead of the configured one
    std::optional<std::int32_t> weight;     ///< set at run time; negative counts as 0
    bool operator==(const ServerView&) const = default;
};

/// model::serviceKey -> model::serverKey -> view.
using ServerViews = std::map<std::string, std::map<std::string, ServerView, std::less<>>, std::less<>>;

/// Hysteresis needs to know on which side a service was: model::serviceKey -> has its quorum. Kept by the
/// caller from one call to the next (a copy for a preview); keys of services that are gone are dropped.
struct QuorumMemory {
    std::map<std::string, bool, std::less<>> up;
    bool operator==(const QuorumMemory&) const = default;
};

struct QuorumChange {
    std::string service; ///< model::serviceKey
    bool up = false;
    std::uint64_t aliveWeight = 0;
    std::uint64_t threshold = 0; ///< which it reached (up) or fell below (down)
    bool sorryServer = false;    ///< there is one, that now takes over or leaves
    bool operator==(const QuorumChange&) const = default;
};

struct Desired {
    Table table;
    std::vector<QuorumChange>
        changes; ///< since the memory was last written; a service seen first reports only a lost quorum
};

/// Services with equal keys count once: the first; so do equal entries of groups. All entries of a service with a group share its
/// servers' states and one quorum. An entry for all ports (0) is persistent, with 360 s unless the service says otherwise.
[[nodiscard]] Desired desiredTable(const std::vector<model::VirtualService>& services,
                                   const std::vector<model::ServiceGroup>& groups, const ServerViews& views,
                                   QuorumMemory& memory);

/// The keys that these services can ever put into the table (see agent/ipvs/reconcile.hpp).
struct Owned {
    std::set<ServiceKey> services;
    /// Of services that may be somebody else's too. No set is empty.
    std::map<ServiceKey, boost::container::flat_set<DestinationKey>> destinations;
    [[nodiscard]] bool has(const ServiceKey& service, const DestinationKey& destination) const {
        const auto found = destinations.find(service);
        return found != destinations.end() && found->second.contains(destination);
    }
    bool operator==(const Owned&) const = default;
};
[[nodiscard]] Owned ownedKeys(const std::vector<model::VirtualService>& services,
                              const std::vector<model::ServiceGroup>& groups);
/// Adds the keys of `more` to `owned`.
void merge(Owned& owned, const Owned& more);
/// Whether it has all keys of `part`.
[[nodiscard]] bool includes(const Owned& owned, const Owned& part);

} // namespace lvsdeck::ipvs
