// SPDX-License-Identifier: GPL-3.0-or-later
// A part of messages.hpp: config.*, the revisions of the cluster on their way into force.
#pragma once

#include "common/base/json.hpp"
#include "common/model/validate.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::rpc {

struct PendingApply {
    std::uint64_t revision = 0;
    std::uint64_t baseRevision = 0;
    std::int64_t confirmLeftMs = 0;
    std::string by;
    bool operator==(const PendingApply&) const = default;
};
BOOST_DESCRIBE_STRUCT(PendingApply, (), (revision, baseRevision, confirmLeftMs, by))

/// config.get {revision?}: the document in force (pending or current), exactly as it was given.
struct ConfigGetParams {
    std::optional<std::uint64_t> revision;
};
BOOST_DESCRIBE_STRUCT(ConfigGetParams, (), (revision))

struct ConfigDocument {
    std::uint64_t revision = 0; ///< 0: nothing was ever applied; then `cluster` is null
    std::string hash;           ///< model::contentHash
    std::string director;
    json::Document cluster;
    std::optional<PendingApply> pending;
};
BOOST_DESCRIBE_STRUCT(ConfigDocument, (), (revision, hash, director, cluster, pending))

enum class OperationKind { Add, Remove, Change };
BOOST_DESCRIBE_ENUM(OperationKind, Add, Remove, Change)

/// One thing that would be (or was) done on this director, as the command that an admin would type for it.
struct PlannedOperation {
    OperationKind kind = OperationKind::Add;
    std::string area; ///< "ipvs", "vrrp", "network", "settings" (sync daemons, timeouts, sysctls), "health"
    std::string text; ///< "ipvsadm -A -t 192.0.2.10:80 -s wrr", "vrrp instance VI_1: VRID 51, priority 100 on eth0"
    std::uint64_t connections = 0; ///< established connections that it touches now
    bool operator==(const PlannedOperation&) const = default;
};
BOOST_DESCRIBE_STRUCT(PlannedOperation, (), (kind, area, text, connections))

/// config.check {cluster}
struct ConfigCheckParams {
    json::Document cluster;
    std::optional<std::string> director; ///< who this host is in the candidate, when it has no id yet
};
BOOST_DESCRIBE_STRUCT(ConfigCheckParams, (), (cluster, director))

struct ConfigCheck {
    std::vector<model::Problem> problems;
    std::vector<PlannedOperation> operations;
    std::uint64_t revision = 0; ///< in force now: the base for an apply
    std::string hash;           ///< of the candidate
};
BOOST_DESCRIBE_STRUCT(ConfigCheck, (), (problems, operations, revision, hash))

/// config.apply. Conflict when baseRevision is not the one in force, or an unconfirmed apply is pending.
struct ConfigApplyParams {
    std::uint64_t baseRevision = 0;
    std::uint64_t revision = 0; ///< the number the new one gets, the same on every director; 0: base + 1
    json::Document cluster;
    std::uint32_t confirmWithinS = 60;   ///< 5..3600; 0: confirmed at once
    std::optional<std::string> director; ///< sets this host's id, when it has none yet
    std::string comment;
};
BOOST_DESCRIBE_STRUCT(ConfigApplyParams, (), (baseRevision, revision, cluster, confirmWithinS, director, comment))

struct ConfigApplied {
    std::uint64_t revision = 0;
    std::string hash;
    std::vector<PlannedOperation> operations;
    std::int64_t confirmLeftMs = 0; ///< 0: no confirmation needed
};
BOOST_DESCRIBE_STRUCT(ConfigApplied, (), (revision, hash, operations, confirmLeftMs))

struct ConfigConfirmParams {
    std::uint64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(ConfigConfirmParams, (), (revision))

/// config.revert: no revision ends a pending apply now; a revision applies that stored one again as a new revision.
struct ConfigRevertParams {
    std::optional<std::uint64_t> revision;
    std::uint32_t confirmWithinS = 60;
};
BOOST_DESCRIBE_STRUCT(ConfigRevertParams, (), (revision, confirmWithinS))

struct Revision {
    std::uint64_t revision = 0;
    std::string hash;
    std::int64_t atMs = 0;
    std::string by;
    std::string comment;
    bool operator==(const Revision&) const = default;
};
BOOST_DESCRIBE_STRUCT(Revision, (), (revision, hash, atMs, by, comment))

} // namespace lvsdeck::rpc
