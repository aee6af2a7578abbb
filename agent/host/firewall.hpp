// SPDX-License-Identifier: GPL-3.0-or-later
// The agent's own nftables tables ("ip lvsdeck", "ip6 lvsdeck"): addresses whose packets are dropped, and what must not leave by a
// macvlan with a virtual MAC. One thread; in the network namespace of the thread that first uses it.
#pragma once

#include "common/base/error.hpp"
#include "common/base/ip_address.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

struct nft_ctx;

namespace lvsdeck::host {

struct FirewallWants {
    std::vector<IpAddress> dropped;
    std::map<std::string, std::string> macvlans; ///< name -> base
    bool operator==(const FirewallWants&) const = default;
};

enum class Duplicate { No, Yes };
/// What makes the tables so, in one transaction, whatever was there before. Pure. A group membership report that left by a macvlan
/// would teach the switches that the virtual MAC is here, although another router is the master: with Yes it leaves by the base
/// instead (which needs the kernel's nft_dup), with No not at all.
[[nodiscard]] std::string firewallScript(const FirewallWants& wants, Duplicate duplicate);

class Firewall {
public:
    Firewall();
    ~Firewall();
    Firewall(const Firewall&) = delete;
    Firewall& operator=(const Firewall&) = delete;

    /// Unsupported: this kernel has no nftables.
    [[nodiscard]] Result<void> set(const FirewallWants& wants);

private:
    [[nodiscard]] Result<void> run(const std::string& script);
    std::unique_ptr<nft_ctx, void (*)(nft_ctx*)> m_context;
};

} // namespace lvsdeck::host
