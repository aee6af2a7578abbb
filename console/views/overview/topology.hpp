// SPDX-License-Identifier: GPL-3.0-or-later
// What the picture of a cluster shows, as values: clients, virtual addresses, directors, real servers and the load between
// them, made from the document and from what the directors say. Pure.
#pragma once

#include "console/cluster/cluster_session.hpp"
#include "console/models/watch_rows.hpp"

#include <string>
#include <vector>

namespace lvsdeck::console {

struct TopologyVip {
    std::string name; ///< of its service or instance
    std::string address;
    std::string owner;    ///< director that holds the address; empty: nobody
    bool doubled = false; ///< more than one holds it
    std::int64_t active = 0;
};

struct TopologyDirector {
    std::string id;
    bool heard = false;
    std::string reason; ///< why it was not heard
    std::string interface;
    int priority = 0; ///< 0: no member of any instance
    rpc::VrrpPhase phase = rpc::VrrpPhase::Initialize;
    bool hasPhase = false;
    bool maintenance = false; ///< taken out of service by somebody
    bool sameTable = false;   ///< holds the revision of the others without a problem
    std::int64_t cps = 0;
    std::int64_t bytesPerSecond = 0; ///< both directions
};

struct TopologyServer {
    std::string name;
    std::string address;
    ServerState state = ServerState::Unchecked; ///< the worst of all services it is in
    std::int64_t sinceMs = 0;
    std::int64_t active = 0;
    std::string via; ///< director that forwards to it
};

struct Topology {
    std::vector<TopologyVip> vips;
    std::vector<TopologyDirector> directors;
    std::vector<TopologyServer> servers;
    std::vector<std::string> between; ///< lines beside the two directors: "VRRP 51 · every 1.00 s"
    std::int64_t active = 0;
    std::size_t serversDown = 0;
    std::size_t vipsWithoutOwner = 0;
};

/// `document` may be null.
[[nodiscard]] Topology topologyOf(const std::vector<cluster::DirectorSnapshot>& directors, const model::Cluster* document,
                                  const cluster::ClusterFacts& facts);

} // namespace lvsdeck::console
