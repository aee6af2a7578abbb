// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/wires.hpp"

#include <algorithm>
#include <set>

namespace lvsdeck::vrrp {

bool Wires::makeMacvlans(const std::vector<Macvlan>& wanted, const std::vector<Link>& links) {
    bool made = false;
    m_macvlanProblems.clear();
    for (const Macvlan& one : wanted) {
        if (findLink(links, one.base) == nullptr)
            continue;
        const bool known = std::ranges::find(m_made, one) != m_made.end();
        if (known && findLink(links, one.name) != nullptr)
            continue;
        if (const auto done = m_network.addMacvlan(one.name, one.base, one.mac, one.use); !done) {
            m_macvlanProblems[one.name] = "cannot make the interface " + one.name + ": " + done.error().text;
            continue;
        }
        if (!known)
            m_made.push_back(one);
        made = true;
    }
    return made;
}

void Wires::removeMacvlans(const std::vector<Macvlan>& stillWanted, const std::vector<std::string>& alsoMade) {
    std::set<std::string> gone(alsoMade.begin(), alsoMade.end());
    for (const Macvlan& one : m_made)
        gone.insert(one.name);
    for (const Macvlan& one : stillWanted)
        gone.erase(one.name);
    for (const std::string& name : gone)
        (void)m_network.removeMacvlan(name);
    std::erase_if(m_made, [&](const Macvlan& one) { return gone.contains(one.name); });
}

bool Wires::refresh(const std::vector<Listening>& needed, const std::vector<Link>& links) {
    std::set<Key> keys;
    for (const Listening& one : needed)
        keys.insert(keyOf(one));
    std::erase_if(m_wires, [&](const auto& wire) { return !keys.contains(wire.first); });
    bool good = m_macvlanProblems.empty();
    for (const Key& key : keys) {
        Wire& wire = m_wires[key];
        refreshOne({std::get<0>(key), std::get<1>(key), std::get<2>(key)}, wire, links);
        good = good && wire.problem.empty();
    }
    return good;
}

void Wires::refreshOne(const Listening& listening, Wire& wire, const std::vector<Link>& links) {
    const Link* link = findLink(links, listening.interface);
    const bool usable = link != nullptr && link->up;
    if (!usable || link->index != wire.linkIndex)
        wire.endpoint.reset();
    wire.problem.clear();
    if (!usable || wire.endpoint)
        return;
    auto opened = m_port.open(listening, [this, listening](const ReceivedAdvert& advert) { m_received(listening, advert); });
    if (opened) {
        wire.endpoint = std::move(*opened);
        wire.linkIndex = link->index;
    } else {
        wire.problem = "cannot listen on interface " + listening.interface + ": " + opened.error().text;
    }
}

Result<void> Wires::send(const Listening& from, const Outgoing& where, std::span<const std::uint8_t> message) {
    const auto wire = m_wires.find(keyOf(from));
    if (wire == m_wires.end() || !wire->second.endpoint)
        return failure(ErrorCode::Unavailable, "interface " + from.interface + " is not usable");
    return wire->second.endpoint->send(where, message);
}

std::string Wires::problem(const model::OwnInstance& config) const {
    if (const auto macvlan = macvlanOf(config))
        if (const auto found = m_macvlanProblems.find(macvlan->name); found != m_macvlanProblems.end())
            return found->second;
    for (const Listening& one : {listeningOf(config), sendingOf(config)})
        if (const auto wire = m_wires.find(keyOf(one)); wire != m_wires.end() && !wire->second.problem.empty())
            return wire->second.problem;
    return {};
}

} // namespace lvsdeck::vrrp
