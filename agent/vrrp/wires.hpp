// SPDX-License-Identifier: GPL-3.0-or-later
// The endpoints that the instances listen and send through, and the macvlans that some of them need. Owned by the router; control
// thread.
#pragma once

#include "agent/ports/network_port.hpp"
#include "agent/ports/vrrp_port.hpp"
#include "agent/vrrp/instance_plan.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace lvsdeck::vrrp {

class Wires {
public:
    using Received = std::function<void(const Listening& where, const ReceivedAdvert& advert)>;
    Wires(VrrpPort& port, NetworkPort& network, Received received)
        : m_port(port), m_network(network), m_received(std::move(received)) {}

    /// Makes the macvlans that are wanted and whose base is there. Returns whether one was made: then the links are to be read again.
    [[nodiscard]] bool makeMacvlans(const std::vector<Macvlan>& wanted, const std::vector<Link>& links);
    /// Removes those that were made and are not wanted any more, and `name`s of a process before.
    void removeMacvlans(const std::vector<Macvlan>& stillWanted, const std::vector<std::string>& alsoMade);
    /// Opens and closes what is needed. A socket stays bound to the interface that it was opened on: one that was deleted and
    /// made again, or that was down, is opened afresh, and joins its group again. Returns false when one cannot be opened.
    [[nodiscard]] bool refresh(const std::vector<Listening>& needed, const std::vector<Link>& links);
    void close() { m_wires.clear(); }
    /// Closes all, and leaves the macvlans to whoever comes next.
    void abandon() {
        m_wires.clear();
        m_made.clear();
        m_macvlanProblems.clear();
    }

    [[nodiscard]] Result<void> send(const Listening& from, const Outgoing& where, std::span<const std::uint8_t> message);
    /// Why the instance cannot listen or send; empty: it can.
    [[nodiscard]] std::string problem(const model::OwnInstance& config) const;

private:
    using Key = std::tuple<std::string, Family, std::optional<IpAddress>>;
    static Key keyOf(const Listening& listening) { return {listening.interface, listening.family, listening.group}; }
    struct Wire {
        std::unique_ptr<VrrpEndpoint> endpoint;
        int linkIndex = 0;
        std::string problem;
    };
    void refreshOne(const Listening& listening, Wire& wire, const std::vector<Link>& links);

    VrrpPort& m_port;
    NetworkPort& m_network;
    Received m_received;
    std::map<Key, Wire> m_wires;
    std::vector<Macvlan> m_made;
    std::map<std::string, std::string> m_macvlanProblems; ///< by name
};

} // namespace lvsdeck::vrrp
