// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/peer_book.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {
constexpr std::size_t mostPeers = 32;
}

void PeerBook::heard(const IpAddress& peer, std::uint8_t priority, std::int64_t wallUs) {
    if (!m_peers.contains(peer) && m_peers.size() >= mostPeers)
        m_peers.erase(std::ranges::min_element(m_peers, {}, [](const auto& known) { return known.second.lastSeenUs; }));
    rpc::VrrpPeer& entry = m_peers[peer];
    entry.address = peer.toString();
    entry.priority = priority;
    entry.lastSeenUs = wallUs;
}

void PeerBook::trouble(const IpAddress& peer, const std::string& code) {
    if (const auto found = m_peers.find(peer); found != m_peers.end())
        ++found->second.trouble[code];
}

std::vector<rpc::VrrpPeer> PeerBook::peers(const std::vector<model::UnicastPeer>& configured) const {
    std::map<IpAddress, rpc::VrrpPeer> all = m_peers;
    for (const model::UnicastPeer& peer : configured)
        all[peer.address].address = peer.address.toString();
    std::vector<rpc::VrrpPeer> out;
    out.reserve(all.size());
    for (auto& [address, peer] : all)
        out.push_back(std::move(peer));
    return out;
}

} // namespace lvsdeck::vrrp
