// SPDX-License-Identifier: GPL-3.0-or-later
// One state subscription: a full state, then at every beat what changed since the last one that was sent. A beat on which the
// client still has something unsent is left out; the next delta then covers both. Owned by its session; control thread only.
#pragma once

#include "agent/core/engine.hpp"
#include "common/rpc/messages.hpp"

#include <functional>

namespace lvsdeck::api {

class Subscription {
public:
    struct Outlet {
        std::function<bool()> isFree; ///< everything that was sent before has gone out
        std::function<void(const rpc::State&)> send;
    };

    /// The first state comes soon, not from inside the constructor.
    Subscription(core::Engine& engine, std::uint64_t epoch, rpc::SubscribeParams params, Outlet outlet);

private:
    void beat();

    core::Engine& m_engine;
    rpc::SubscribeParams m_params;
    Outlet m_outlet;
    rpc::State m_last; ///< as the client has it
    Timer m_timer;
};

} // namespace lvsdeck::api
