// SPDX-License-Identifier: GPL-3.0-or-later
// What one process leaves to the next, and what outlives them all. Plain values; any thread.
#pragma once

#include "common/base/ip_address.hpp"
#include "common/model/routing.hpp"
#include "common/rpc/messages.hpp"

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

/// What the next process needs to take over without a notice on the wire. The owner keeps it in a small file on tmpfs: it writes
/// memory() whenever Observer::advertised or Observer::changed is called, and hands the last one to configure().
struct Memory {
    /// An address that this process put (or kept) on a device, so that a later one can clear away what nobody wants any more.
    struct Address {
        std::string device;
        IpAddress address;
        std::uint8_t prefixLength = 32;
        bool operator==(const Address&) const = default;
        BOOST_DESCRIBE_CLASS(Address, (), (device, address, prefixLength), (), ())
    };
    struct Instance {
        std::string name;
        bool master = false;
        std::int64_t aliveUs =
            0; ///< monotonic clock of this boot: its last advertisement as master. The wall clock may step
        std::vector<Address> addresses; ///< held
        std::vector<model::VirtualRoute> routes;
        std::vector<model::VirtualRule> rules;
        std::string macvlan; ///< made for it; empty: none
        bool operator==(const Instance&) const = default;
        BOOST_DESCRIBE_CLASS(Instance, (), (name, master, aliveUs, addresses, routes, rules, macvlan), (), ())
    };
    std::vector<Instance> instances;
    std::vector<IpAddress> dropped;                ///< given to NetworkPort::dropTraffic
    std::map<std::string, std::string> switches{}; ///< turned on by us (Loans): name -> value of before
    std::string bootId;                            ///< the owner's: it fills it in, and gives an empty Memory after a reboot
    bool operator==(const Memory&) const = default;
};
BOOST_DESCRIBE_STRUCT(Memory, (), (instances, dropped, switches, bootId))

/// What is out of service, by name. The owner keeps it where it survives a reboot.
struct MaintenanceBook {
    std::map<std::string, rpc::Maintenance> instances;
    std::map<std::string, rpc::Maintenance> groups;
    bool operator==(const MaintenanceBook&) const = default;
};
BOOST_DESCRIBE_STRUCT(MaintenanceBook, (), (instances, groups))

/// The last transitions of each instance, by its name: kept over restarts, so that "why" is still there afterwards.
using TransitionBook = std::map<std::string, std::vector<rpc::Transition>>;
inline constexpr std::size_t transitionsInBook = 50;

} // namespace lvsdeck::vrrp
