// SPDX-License-Identifier: GPL-3.0-or-later
// All VRRP instances of this director: gives the pure state machine (machine.hpp) its sockets, timers,
// addresses and gratuitous ARP, and tells the owner what happened. Owned by the agent's core; control thread
// only.
#pragma once

#include "agent/ports/host_port.hpp"
#include "agent/ports/runtime.hpp"
#include "agent/ports/vrrp_port.hpp"
#include "agent/vrrp/hold.hpp"
#include "common/model/effective.hpp"
#include "common/rpc/messages.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

/// What the next process needs to take over without a notice on the wire. The owner keeps it in a small file
/// on tmpfs: it writes memory() whenever Observer::advertised or Observer::changed is called, and hands the
/// last one to configure().
struct Memory {
    /// An address that this process put (or kept) on a device, so that a later one can clear away what nobody
    /// wants any more.
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
        std::int64_t aliveUs = 0;       ///< wall clock of the last advertisement that it sent as master
        std::vector<Address> addresses; ///< held
        bool operator==(const Instance&) const = default;
        BOOST_DESCRIBE_CLASS(Instance, (), (name, master, aliveUs, addresses), (), ())
    };
    std::vector<Instance> instances;
    std::string bootId; ///< the owner's: it fills it in, and gives an empty Memory after a reboot
    bool operator==(const Memory&) const = default;
};
BOOST_DESCRIBE_STRUCT(Memory, (), (instances, bootId))

class Router {
public:
    /// Every function may be empty. None is called from inside the constructor; all come on the control
    /// thread, and may call the router's const functions.
    struct Observer {
        /// After a change of role, when its addresses and its first gratuitous ARP are done.
        std::function<void(const std::string& instance, const rpc::Transition&)> transition;
        std::function<void(rpc::EventLevel, const std::string& instance, const std::string& text)> event;
        std::function<void()> changed;    ///< states() or memory() differ; not called for plain counters
        std::function<void()> advertised; ///< an advertisement was sent as master: memory() is younger
    };

    /// Subscribes to host.watch(). The ports must outlive the router. Destruction does what Stop::Leave does.
    Router(Runtime& runtime, VrrpPort& port, HostPort& host, Observer observer);
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    ~Router();

    /// Makes `instances` the whole configuration. What is unchanged is not disturbed; a changed list of
    /// addresses is brought about without leaving MASTER; a changed interface, VRID, version or family is a
    /// new instance; what is gone resigns. `memory` serves only instances that are new in this process, and
    /// to clear addresses that no instance has any more.
    void configure(std::vector<model::OwnInstance> instances, const Memory& memory);
    /// All instances, also those configured later, until release(). A second hold replaces the first.
    /// `reason` is for people.
    void hold(Hold kind, std::string reason);
    void release();
    /// This director must not be master, for the reason given ("the IPVS table cannot be programmed: …"): all
    /// instances go to FAULT. Empty: healthy again.
    void setFailed(std::string reason);
    /// The last call: afterwards nothing is sent and nothing is changed.
    void stop(Stop how);

    /// In the order of the configuration.
    [[nodiscard]] std::vector<rpc::VrrpState> states() const;
    [[nodiscard]] Memory memory() const;
    /// Whether an instance of ours is master of this address.
    [[nodiscard]] bool ownsAddress(const IpAddress& address) const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lvsdeck::vrrp
