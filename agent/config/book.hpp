// SPDX-License-Identifier: GPL-3.0-or-later
// The stored cluster as a pure state machine: what is in force, what waits for a confirmation, the history, and what was set
// on single servers apart from the configuration. Every transition answers the next book and the documents to write, in order.
//
// Why a kill at any moment leaves the old or the new revision, never a mixture: each transition has exactly one decisive
// document, replaced atomically by the store. For confirm() that is `current`, which carries cluster, director id and history
// together; what is written before it (revisions/N) means nothing until then, what is removed after it (pending) is recognised
// as left over. An apply writes only `pending`, and `pending` found at a start is never put in force: a process that died
// before the confirmation died perhaps because of that very configuration, and nobody said that it was good. Pure; any thread.
#pragma once

#include "common/model/effective.hpp"
#include "common/model/validate.hpp"
#include "common/rpc/messages.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::config {

inline constexpr std::size_t keptRevisions = 50;

/// A cluster with the story of how it came here. `cluster` is the text as it was given: members that this version does not
/// know are kept.
struct StoredCluster {
    std::uint64_t revision = 0;
    std::string hash;
    std::int64_t atMs = 0;
    std::string by;
    std::string comment;
    std::string director; ///< who this host is in it
    json::Document cluster;
    bool observed = false; ///< keepalived does this here, and lvsdeck looks on
};
BOOST_DESCRIBE_STRUCT(StoredCluster, (), (revision, hash, atMs, by, comment, director, cluster, observed))

/// By the model's keys.
struct ServerName {
    std::string service;
    std::string server;
    bool operator==(const ServerName&) const = default;
};
BOOST_DESCRIBE_STRUCT(ServerName, (), (service, server))

struct PendingCluster {
    std::uint64_t baseRevision = 0;
    std::uint32_t confirmWithinS = 0;
    StoredCluster candidate;
    std::vector<ServerName> dead; ///< known when the candidate came: after a rollback they are, also for another process
};
BOOST_DESCRIBE_STRUCT(PendingCluster, (), (baseRevision, confirmWithinS, candidate, dead))

/// What server.set changed; unset members are as configured.
struct Override {
    std::string service;
    std::string server;
    std::optional<model::AdminState> admin;
    std::optional<std::int32_t> weight;
    bool operator==(const Override&) const = default;
};
BOOST_DESCRIBE_STRUCT(Override, (), (service, server, admin, weight))

struct Book {
    std::optional<StoredCluster> current; ///< its cluster may be left to the store (ClusterStore::forgetText)
    std::optional<PendingCluster> pending;
    std::vector<rpc::Revision> history; ///< oldest first, at most keptRevisions, the last one is `current`
    std::vector<Override> overrides;

    /// 0: nothing was ever confirmed.
    [[nodiscard]] std::uint64_t revision() const { return current ? current->revision : 0; }
    /// Pending, else current, else null.
    [[nodiscard]] const StoredCluster* inForce() const;
};

/// A document to replace, or to remove when it has no text.
struct Write {
    std::string name;
    std::optional<std::string> text;
};

struct Step {
    Book book;                 ///< how the book reads once the decisive writes are done
    std::vector<Write> writes; ///< in this order
    std::size_t decisive = 0;  ///< that many must succeed; the others only clean up
};

/// What a cluster means for this host, and everything that is wrong with it. `own` is unset when it cannot be applied here.
struct Understood {
    model::Cluster cluster; ///< its services are in `own`, when that is set
    std::shared_ptr<const model::Effective> own;
    std::vector<model::Problem> problems;
    std::string hash;
};
/// Never fails: a document that is no cluster gives one problem with the path of the member.
[[nodiscard]] Understood understand(const json::Value& document, const std::string& director);

/// Without those of servers that this cluster does not have: they mean nothing, and kept they would surprise whoever adds such a
/// server next year. All of them when the cluster is not understood.
[[nodiscard]] std::vector<Override> stillMeant(const std::vector<Override>& overrides, const StoredCluster& stored);

struct Proposal {
    std::uint64_t baseRevision = 0;
    std::uint64_t revision = 0; ///< 0: base + 1
    std::uint32_t confirmWithinS = 0;
    StoredCluster candidate; ///< revision is filled in
    std::vector<ServerName> dead{};
};

/// Conflict: an apply is pending, or the base is not the revision in force (the text names both). InvalidInput: the new number
/// is not above the base. TooLarge: the document would not be read again.
[[nodiscard]] Result<Step> propose(const Book& book, Proposal proposal);
/// Conflict when nothing, or another revision, waits. Overrides of servers that the new cluster does not have are dropped.
[[nodiscard]] Result<Step> confirm(const Book& book, std::uint64_t revision, std::int64_t atMs);
/// Ends the wait on the old revision; without a pending apply nothing changes. No write is decisive: a pending document that
/// could not be removed is not put in force by the next start either.
[[nodiscard]] Step rollBack(const Book& book);
/// An override without admin state and weight removes the one that is there.
[[nodiscard]] Step setOverride(const Book& book, const Override& wanted);

} // namespace lvsdeck::config
