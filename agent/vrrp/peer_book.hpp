// SPDX-License-Identifier: GPL-3.0-or-later
// The routers that an instance hears on its VRID, and what is wrong with what they say. Owned by an instance; control thread.
#pragma once

#include "common/base/ip_address.hpp"
#include "common/model/vrrp_instance.hpp"
#include "common/rpc/messages.hpp"

#include <map>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

class PeerBook {
public:
    /// Of an accepted advertisement or of a refused one. At most 32 are kept: the one not heard for longest gives way.
    void heard(const IpAddress& peer, std::uint8_t priority, std::int64_t wallUs);
    /// Counts for a peer that was heard; others are nobody's.
    void trouble(const IpAddress& peer, const std::string& code);
    /// In the order of their addresses; `configured` are there even when never heard.
    [[nodiscard]] std::vector<rpc::VrrpPeer> peers(const std::vector<model::UnicastPeer>& configured) const;

private:
    std::map<IpAddress, rpc::VrrpPeer> m_peers;
};

} // namespace lvsdeck::vrrp
