// SPDX-License-Identifier: GPL-3.0-or-later
// What an instance has on this host while it is master: addresses, routes and policy rules. Owned by an instance; control thread.
#pragma once

#include "agent/ports/host_port.hpp"
#include "agent/ports/network_port.hpp"
#include "agent/vrrp/memory.hpp"
#include "common/model/effective.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

class Possessions {
public:
    using Tell = std::function<void(rpc::EventLevel, const std::string& text)>;
    Possessions(HostPort& host, NetworkPort& network, Tell tell)
        : m_host(host), m_network(network), m_tell(std::move(tell)) {}

    struct Found {
        bool any = false;
        bool complete = false; ///< every address, as it is wanted
    };
    /// Takes over what of `config` is on the host already, and clears away what only the process before wanted. With `away` an address
    /// that the process before held counts as here: another program is about to put it back.
    Found adopt(const model::OwnInstance& config, const std::vector<Link>& links, const Memory::Instance* before,
                bool away = false);
    /// True when take() will put more on the host than remember() says: until then it says that too, so that it can be written down
    /// first. A process that dies in between must not leave an address that nobody knows of.
    [[nodiscard]] bool intend(const model::OwnInstance& config);
    /// Adds what is missing. An error says which address was refused: the rest is then not tried. A route or rule that is refused
    /// is told, and the next tried, as keepalived does.
    [[nodiscard]] Result<void> take(const model::OwnInstance& config);
    /// Removes what `config` does not have, or has otherwise.
    void keepOnly(const model::OwnInstance& config);
    void release();
    /// Addresses that are on the host no more, forgotten now.
    [[nodiscard]] std::vector<Memory::Address> lost(const std::vector<Link>& links);
    /// The same for routes and rules that are watched, in words.
    [[nodiscard]] std::vector<std::string> lostRouting();

    [[nodiscard]] const std::vector<Memory::Address>& addresses() const { return m_addresses; }
    /// For Memory.
    void remember(Memory::Instance& out) const;

private:
    struct Added {
        Memory::Address address;
        model::VirtualAddress as;
    };
    void removeAddress(const Memory::Address& address);
    void removeRoute(const model::VirtualRoute& route);
    void removeRule(const model::VirtualRule& rule);

    HostPort& m_host;
    NetworkPort& m_network;
    Tell m_tell;
    std::vector<Memory::Address> m_addresses; ///< what we put on the host, or found there and kept
    std::vector<Added> m_added;               ///< those of them that we put there
    Memory::Instance m_intended;
    std::vector<model::VirtualRoute> m_routes;
    std::vector<model::VirtualRule> m_rules;
};

/// "192.0.2.1/24".
[[nodiscard]] std::string addressText(const Memory::Address& address);
/// Advertised and excluded ones, with their devices.
[[nodiscard]] std::vector<Memory::Address> wantedAddresses(const model::OwnInstance& config);

} // namespace lvsdeck::vrrp
