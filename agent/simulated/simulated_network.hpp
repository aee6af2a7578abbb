// SPDX-License-Identifier: GPL-3.0-or-later
// One Ethernet segment for advertisements: every host has a VrrpPort on it; the network delays, loses, doubles and parts. Interfaces
// of one name are on one wire; a macvlan is on its base's. Random by its seed alone. Owned by the test or demo, must outlive the ports' endpoints;
// one thread.
#pragma once

#include "agent/ports/vrrp_port.hpp"
#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_runtime.hpp"

#include <map>
#include <random>
#include <set>

namespace lvsdeck::simulated {

struct Weather {
    double loss = 0;        ///< 0..1, each receiver by itself
    double duplication = 0; ///< 0..1
    Duration leastDelay{50};
    Duration mostDelay{500}; ///< messages may overtake each other
};

class SimulatedNetwork {
public:
    /// `segment` (which outlives this, null: unicast reaches nobody) knows who holds an address.
    SimulatedNetwork(SimulatedTime& time, std::uint64_t seed, const SimulatedSegment* segment = nullptr);
    ~SimulatedNetwork();
    SimulatedNetwork(const SimulatedNetwork&) = delete;
    SimulatedNetwork& operator=(const SimulatedNetwork&) = delete;

    /// The host's port; made at the first call.
    [[nodiscard]] VrrpPort& portOf(const std::string& host);
    void setWeather(const Weather& weather) { m_weather = weather; }
    /// Off: nothing goes in or out, also what is on its way.
    void setCable(const std::string& host, bool plugged);
    /// Hosts in different groups do not hear each other; those not named are together in one more. Empty:
    /// whole again.
    void partition(const std::vector<std::vector<std::string>>& groups);
    /// One direction only: what `from` sends does not reach `to`.
    void block(const std::string& from, const std::string& to, bool blocked);
    /// Puts a host's interface on the wire of another name, as a macvlan on its base's. Empty: on its own again.
    void attach(const std::string& host, const std::string& interface, const std::string& wire);
    /// Puts a message on the segment as if `host` (which need not exist) had sent it.
    void inject(const std::string& host, const std::string& interface, const ReceivedAdvert& advert);
    [[nodiscard]] std::uint64_t sent() const { return m_sent; }

private:
    class Port;
    class Endpoint;
    [[nodiscard]] bool connected(const std::string& from, const std::string& to) const;
    [[nodiscard]] bool chance(double probability);
    [[nodiscard]] std::string wireOf(const std::string& host, const std::string& interface) const;
    [[nodiscard]] bool addressed(const Endpoint& to, const IpAddress& destination) const;
    void deliver(const std::string& from, Endpoint& to, const ReceivedAdvert& advert);

    SimulatedTime& m_time;
    const SimulatedSegment* m_segment;
    std::mt19937_64 m_random;
    Weather m_weather;
    std::map<std::string, std::unique_ptr<Port>> m_ports;
    std::vector<Endpoint*> m_endpoints; ///< in the order of opening, for the same run every time
    std::set<std::string> m_unplugged;
    std::map<std::string, std::size_t> m_group;
    std::set<std::pair<std::string, std::string>> m_blocked;
    std::map<std::pair<std::string, std::string>, std::string> m_wires; ///< of interfaces that are not on their own
    std::uint64_t m_sent = 0;
};

} // namespace lvsdeck::simulated
