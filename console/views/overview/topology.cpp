// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/overview/topology.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

namespace lvsdeck::console {

namespace {

std::string addressOfKey(const std::string& endpoint) {
    const auto colon = endpoint.rfind(':');
    std::string out = colon == std::string::npos ? endpoint : endpoint.substr(0, colon);
    if (out.size() > 2 && out.front() == '[')
        out = out.substr(1, out.size() - 2);
    return out;
}

bool holds(const rpc::VrrpState& vrrp, const std::string& address) {
    return std::any_of(vrrp.addresses.begin(), vrrp.addresses.end(),
                       [&](const std::string& text) { return text.substr(0, text.find('/')) == address; });
}

int badness(ServerState state) {
    switch (state) {
    case ServerState::Down: return 6;
    case ServerState::Draining: return 5;
    case ServerState::Disabled: return 4;
    case ServerState::Foreign: return 3;
    case ServerState::Unchecked: return 2;
    case ServerState::Standby: return 1;
    case ServerState::Up: return 0;
    }
    return 0;
}

TopologyDirector directorOf(const cluster::DirectorSnapshot& snapshot, const cluster::ClusterFacts& facts) {
    TopologyDirector out;
    out.id = snapshot.saved.id;
    out.heard = snapshot.phase == cluster::LinkPhase::Ready && snapshot.state != nullptr;
    out.reason = snapshot.reason ? snapshot.reason->text : std::string();
    out.sameTable = std::find(facts.differing.begin(), facts.differing.end(), out.id) == facts.differing.end();
    if (!snapshot.state)
        return out;
    if (snapshot.state->vrrp && !snapshot.state->vrrp->empty()) {
        const rpc::VrrpState& first = snapshot.state->vrrp->front();
        out.interface = first.interface;
        out.priority = first.priority;
        out.phase = first.phase;
        out.hasPhase = true;
        out.maintenance = first.maintenance.has_value();
    }
    for (const WatchService& service : watchRows(*snapshot.state)) {
        out.cps += service.numbers.cps;
        out.bytesPerSecond += service.numbers.inBytesPerSecond + service.numbers.outBytesPerSecond;
    }
    return out;
}

void addVips(Topology& out, const std::vector<cluster::DirectorSnapshot>& directors, const model::Cluster* document) {
    std::map<std::string, std::size_t> seen;
    const auto vip = [&](const std::string& address, const std::string& name) -> TopologyVip& {
        const auto [place, added] = seen.emplace(address, out.vips.size());
        if (added) {
            TopologyVip entry;
            entry.name = name;
            entry.address = address;
            out.vips.push_back(std::move(entry));
        }
        return out.vips[place->second];
    };
    if (document != nullptr)
        for (const model::VrrpInstance& instance : document->instances)
            for (const model::VirtualAddress& address : instance.addresses)
                vip(address.address.toString(), instance.name);
    for (const cluster::DirectorSnapshot& director : directors) {
        if (!director.state || !director.state->vrrp || director.phase != cluster::LinkPhase::Ready)
            continue;
        for (const rpc::VrrpState& vrrp : *director.state->vrrp)
            for (const std::string& text : vrrp.addresses) {
                TopologyVip& entry = vip(text.substr(0, text.find('/')), vrrp.name);
                entry.doubled = entry.doubled || (!entry.owner.empty() && entry.owner != director.saved.id);
                if (holds(vrrp, entry.address))
                    entry.owner = director.saved.id;
            }
    }
}

void addServers(Topology& out, const std::vector<cluster::DirectorSnapshot>& directors) {
    std::set<std::string> owners;
    for (const TopologyVip& vip : out.vips)
        owners.insert(vip.owner);
    std::map<std::string, std::size_t> seen;
    for (const cluster::DirectorSnapshot& director : directors) {
        if (!director.state)
            continue;
        const bool owner = owners.contains(director.saved.id);
        for (const WatchService& service : watchRows(*director.state)) {
            const std::string address = addressOfKey(service.address);
            const auto vip =
                std::find_if(out.vips.begin(), out.vips.end(), [&](const TopologyVip& v) { return v.address == address; });
            const bool carries = vip == out.vips.end() ? owner : vip->owner == director.saved.id;
            if (carries && vip != out.vips.end()) {
                vip->active += service.numbers.active;
                if (!service.name.empty())
                    vip->name = service.name;
            }
            if (carries)
                out.active += service.numbers.active;
            for (const WatchServer& server : service.servers) {
                const std::string host = addressOfKey(server.key);
                const auto [place, added] = seen.emplace(host, out.servers.size());
                if (added) {
                    TopologyServer entry;
                    entry.address = host;
                    entry.name = server.name;
                    entry.state = server.state;
                    entry.sinceMs = server.sinceMs;
                    out.servers.push_back(std::move(entry));
                }
                TopologyServer& entry = out.servers[place->second];
                if (!carries)
                    continue;
                if (entry.via.empty() || badness(server.state) > badness(entry.state)) {
                    entry.state = server.state;
                    entry.sinceMs = server.sinceMs;
                }
                entry.via = director.saved.id;
                entry.active += server.numbers.active;
            }
        }
    }
}

} // namespace

Topology topologyOf(const std::vector<cluster::DirectorSnapshot>& directors, const model::Cluster* document,
                    const cluster::ClusterFacts& facts) {
    Topology out;
    for (const cluster::DirectorSnapshot& snapshot : directors)
        out.directors.push_back(directorOf(snapshot, facts));
    addVips(out, directors, document);
    addServers(out, directors);
    for (const cluster::DirectorSnapshot& snapshot : directors) {
        if (!snapshot.state || !snapshot.state->vrrp)
            continue;
        for (const rpc::VrrpState& vrrp : *snapshot.state->vrrp) {
            char line[80];
            std::snprintf(line, sizeof line, "VRRP %u · v%u · %.2f s", unsigned{vrrp.vrid}, unsigned{vrrp.version},
                          static_cast<double>(vrrp.advertIntervalMs) / 1000.0);
            if (std::find(out.between.begin(), out.between.end(), line) == out.between.end())
                out.between.emplace_back(line);
        }
    }
    out.serversDown = static_cast<std::size_t>(std::count_if(
        out.servers.begin(), out.servers.end(), [](const TopologyServer& s) { return s.state == ServerState::Down; }));
    out.vipsWithoutOwner = static_cast<std::size_t>(
        std::count_if(out.vips.begin(), out.vips.end(), [](const TopologyVip& v) { return v.owner.empty(); }));
    return out;
}

} // namespace lvsdeck::console
