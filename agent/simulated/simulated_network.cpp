// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_network.hpp"

#include <algorithm>

namespace lvsdeck::simulated {

class SimulatedNetwork::Endpoint final : public VrrpEndpoint {
public:
    Endpoint(SimulatedNetwork& network, std::string hostName, Listening where,
             std::function<void(const ReceivedAdvert&)> callback)
        : host(std::move(hostName)), listening(std::move(where)),
          received(std::make_shared<std::function<void(const ReceivedAdvert&)>>(std::move(callback))), m_network(network) {
        m_network.m_endpoints.push_back(this);
    }
    ~Endpoint() override { std::erase(m_network.m_endpoints, this); }

    Result<void> send(const Outgoing& where, std::span<const std::uint8_t> message) override {
        if (m_network.m_unplugged.contains(host))
            return failure(ErrorCode::Io, "cannot send on " + listening.interface + ": the network is down");
        m_network.inject(host, listening.interface,
                         {{message.begin(), message.end()}, where.source, where.destination, where.ttl});
        return {};
    }

    const std::string host;
    const Listening listening;
    const std::shared_ptr<std::function<void(const ReceivedAdvert&)>> received;

private:
    SimulatedNetwork& m_network;
};

class SimulatedNetwork::Port final : public VrrpPort {
public:
    Port(SimulatedNetwork& network, std::string host) : m_network(network), m_host(std::move(host)) {}
    Result<std::unique_ptr<VrrpEndpoint>> open(const Listening& listening,
                                               std::function<void(const ReceivedAdvert&)> received) override {
        return std::make_unique<Endpoint>(m_network, m_host, listening, std::move(received));
    }

private:
    SimulatedNetwork& m_network;
    std::string m_host;
};

SimulatedNetwork::SimulatedNetwork(SimulatedTime& time, std::uint64_t seed, const SimulatedSegment* segment)
    : m_time(time), m_segment(segment), m_random(seed) {}

SimulatedNetwork::~SimulatedNetwork() = default;

VrrpPort& SimulatedNetwork::portOf(const std::string& host) {
    auto& port = m_ports[host];
    if (!port)
        port = std::make_unique<Port>(*this, host);
    return *port;
}

void SimulatedNetwork::setCable(const std::string& host, bool plugged) {
    if (plugged)
        m_unplugged.erase(host);
    else
        m_unplugged.insert(host);
}

void SimulatedNetwork::partition(const std::vector<std::vector<std::string>>& groups) {
    m_group.clear();
    for (std::size_t i = 0; i < groups.size(); ++i)
        for (const std::string& host : groups[i])
            m_group[host] = i + 1;
}

void SimulatedNetwork::block(const std::string& from, const std::string& to, bool blocked) {
    if (blocked)
        m_blocked.emplace(from, to);
    else
        m_blocked.erase({from, to});
}

bool SimulatedNetwork::connected(const std::string& from, const std::string& to) const {
    const auto groupOf = [&](const std::string& host) {
        const auto found = m_group.find(host);
        return found == m_group.end() ? std::size_t{0} : found->second;
    };
    return from != to && !m_unplugged.contains(from) && !m_unplugged.contains(to) && groupOf(from) == groupOf(to) &&
           !m_blocked.contains({from, to});
}

bool SimulatedNetwork::chance(double probability) {
    return probability > 0 && std::uniform_real_distribution<double>(0, 1)(m_random) < probability;
}

void SimulatedNetwork::attach(const std::string& host, const std::string& interface, const std::string& wire) {
    if (wire.empty())
        m_wires.erase({host, interface});
    else
        m_wires.insert_or_assign({host, interface}, wire);
}

std::string SimulatedNetwork::wireOf(const std::string& host, const std::string& interface) const {
    const auto found = m_wires.find({host, interface});
    return found == m_wires.end() ? interface : found->second;
}

bool SimulatedNetwork::addressed(const Endpoint& to, const IpAddress& destination) const {
    if (destination.family() != to.listening.family)
        return false;
    if (destination.isMulticast())
        return to.listening.group == destination;
    return m_segment != nullptr && m_segment->reaches(destination) == to.host;
}

void SimulatedNetwork::inject(const std::string& host, const std::string& interface, const ReceivedAdvert& advert) {
    ++m_sent;
    const std::string wire = wireOf(host, interface);
    for (Endpoint* endpoint : m_endpoints) {
        if (wireOf(endpoint->host, endpoint->listening.interface) != wire || !addressed(*endpoint, advert.destination) ||
            !connected(host, endpoint->host) || chance(m_weather.loss))
            continue;
        deliver(host, *endpoint, advert);
        if (chance(m_weather.duplication))
            deliver(host, *endpoint, advert);
    }
}

void SimulatedNetwork::deliver(const std::string& from, Endpoint& to, const ReceivedAdvert& advert) {
    const auto delay =
        std::uniform_int_distribution<Duration::rep>(m_weather.leastDelay.count(), m_weather.mostDelay.count())(m_random);
    m_time.at(m_time.now() + Duration(delay), [this, from, host = to.host, weak = std::weak_ptr(to.received), advert] {
        // A cable pulled meanwhile loses what was under way; so does an endpoint that was closed.
        if (const auto received = weak.lock(); received && connected(from, host))
            (*received)(advert);
    });
}

} // namespace lvsdeck::simulated
