// SPDX-License-Identifier: GPL-3.0-or-later
// Tells how the VRRP instances of another program (keepalived) stand on this host, without a hand in it: a director whose addresses
// are here is master, unless another router advertises them; what the others send is heard as that program hears it. Sends nothing
// and changes nothing. Owned by the engine; control thread only.
#pragma once

#include "agent/ports/host_port.hpp"
#include "agent/ports/runtime.hpp"
#include "agent/ports/vrrp_port.hpp"
#include "agent/vrrp/memory.hpp"
#include "agent/vrrp/packet.hpp"
#include "agent/vrrp/peer_book.hpp"
#include "common/model/effective.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lvsdeck::vrrp {

class Onlooker {
public:
    struct Observer {
        std::function<void(const std::string& instance, const rpc::Transition&)> transition;
        std::function<void(rpc::EventLevel, const std::string& instance, const std::string& text)> event;
    };
    /// The ports outlive it.
    Onlooker(Runtime& runtime, VrrpPort& port, HostPort& host, Observer observer)
        : m_runtime(runtime), m_port(port), m_host(host), m_observer(std::move(observer)) {}

    /// These instances from now on; one that is unchanged keeps what was seen of it.
    void watch(const model::Effective& own);
    void stop() { m_seen.clear(); }
    /// Looks at links and addresses: when they changed, and every few seconds.
    void look();

    [[nodiscard]] std::vector<rpc::VrrpState> states() const;
    /// Instances whose addresses are here while another router advertises them, with a sentence about it: put here by hand, or two
    /// masters that do not hear each other.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> disputed() const;
    /// How much longer to listen until a silence says that nobody else advertises what is here; 0: it does.
    [[nodiscard]] Duration listensFor() const;
    /// What the other program would leave behind if it ended now, for the router that takes its place: of the age of this moment.
    [[nodiscard]] Memory possessions() const;

private:
    struct Seen {
        model::OwnInstance config;
        std::unique_ptr<VrrpEndpoint> ear; ///< null: it could not be opened, and look() tries again
        std::string problem;               ///< why not
        int linkIndex = 0;                 ///< of the interface that it listens on: a new one of that name is another
        rpc::VrrpPhase phase = rpc::VrrpPhase::Initialize;
        std::vector<Memory::Address> here; ///< of its addresses
        PeerBook peers;
        std::map<std::string, std::uint64_t> rejected;
        std::uint64_t received = 0;
        std::string master; ///< whose advertisement came last
        std::uint8_t masterPriority = 0;
        Duration masterInterval{0};       ///< its own (version 3)
        std::optional<Instant> rivalAt{}; ///< when another router last advertised that it is master
        Instant since{};                  ///< when `ear` was opened
        std::int64_t lastAdvertUs = 0;
        Instant lastTwoMasters{};
        std::deque<rpc::Transition> transitions;
    };
    void listen(Seen& seen);
    void heard(Seen& seen, const ReceivedAdvert& packet);
    void place(Seen& seen, const std::vector<Link>& links);
    [[nodiscard]] bool hasRival(const Seen& seen) const;
    [[nodiscard]] rpc::VrrpState describe(const Seen& seen) const;

    Runtime& m_runtime;
    VrrpPort& m_port;
    HostPort& m_host;
    Observer m_observer;
    std::vector<std::unique_ptr<Seen>> m_seen; ///< their ears name them
    std::set<IpAddress> m_local;               ///< what is sent from one of them is this host's own word
};

} // namespace lvsdeck::vrrp
