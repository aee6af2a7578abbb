// SPDX-License-Identifier: GPL-3.0-or-later
// Lets servers that leave a service drain first: with drainLimit they stay in the kernel with weight 0 until they have no
// connections any more or the limit has passed. A server leaves when the configuration has it no longer, or when an operator
// disables it; one that is dead does not drain. Deadlines are kept in the store, so that a restart neither forgets nor prolongs
// them. Owned by the engine; control thread only.
#pragma once

#include "agent/ipvs/desired.hpp"
#include "agent/ports/ipvs_port.hpp"
#include "agent/ports/runtime.hpp"
#include "agent/ports/store_port.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lvsdeck::core {

/// A server of the kernel's table that should go slowly.
struct Leaving {
    ipvs::ServiceKey service;
    ipvs::DestinationKey server;
    model::Milliseconds limit{0};
};

/// What is in `actual` and ours, but in `desired` no more, of services with a drainLimit. Pure.
[[nodiscard]] std::vector<Leaving> leaving(const std::vector<model::VirtualService>& services,
                                           const std::vector<model::ServiceGroup>& groups, const ipvs::ServerViews& views,
                                           const ipvs::Table& desired, const ipvs::Table& actual, const ipvs::Owned& owned);

class Drainer {
public:
    struct Observer {
        std::function<void()> changed; ///< the table must be built anew; called from a timer
        std::function<void(rpc::EventLevel, const std::string& subject, const std::string& text)> event;
    };

    Drainer(Runtime& runtime, IpvsPort& ipvs, StorePort& store, Observer observer)
        : m_runtime(runtime), m_ipvs(ipvs), m_store(store), m_observer(std::move(observer)) {}

    void load();
    /// Adds to `desired`, with weight 0, what drains, and its keys to `owned`. Who is in `desired` anyway, or gone from the kernel,
    /// is forgotten.
    void hold(const std::vector<Leaving>& all, const ipvs::Table& actual, ipvs::Table& desired, ipvs::Owned& owned);
    /// The same for a preview: nothing is remembered.
    void preview(const std::vector<Leaving>& all, const ipvs::Table& actual, ipvs::Table& desired) const;
    /// Another program goes on with the table: what drains is its business.
    void abandon();
    [[nodiscard]] bool isDraining(const ipvs::ServiceKey& service, const ipvs::DestinationKey& server) const;

private:
    using Key = std::pair<ipvs::ServiceKey, ipvs::DestinationKey>;
    struct Entry {
        Instant until;     ///< of the steady clock: a wall clock that steps moves no deadline of a running agent
        bool over = false; ///< goes with the next table
    };

    void save() const;
    void lookAgain();
    void beat();
    /// Ends what is empty or too late; true when something ended.
    [[nodiscard]] bool end();

    Runtime& m_runtime;
    IpvsPort& m_ipvs;
    StorePort& m_store;
    Observer m_observer;
    std::map<Key, Entry> m_entries;
    std::map<std::string, std::int64_t> m_stored; ///< deadlines of the last process, by text
    Timer m_timer;
};

} // namespace lvsdeck::core
