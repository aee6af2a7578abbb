// SPDX-License-Identifier: GPL-3.0-or-later
// Everything outside that the engine touches, real or simulated alike. The ports outlive the engine.
#pragma once

#include "agent/ports/check_port.hpp"
#include "agent/ports/classic_port.hpp"
#include "agent/ports/host_port.hpp"
#include "agent/ports/ipvs_port.hpp"
#include "agent/ports/network_port.hpp"
#include "agent/ports/runtime.hpp"
#include "agent/ports/script_port.hpp"
#include "agent/ports/store_port.hpp"
#include "agent/ports/system_port.hpp"
#include "agent/ports/vrrp_port.hpp"

#include <string>

namespace lvsdeck::core {

struct Ports {
    Runtime& runtime;
    IpvsPort& ipvs;
    HostPort& host;
    VrrpPort& vrrp;
    NetworkPort& network;
    ScriptPort& scripts;
    SystemPort& system;
    CheckPort& checks;
    ClassicPort& classic;
    StorePort& persistent; ///< the cluster, its revisions, what we own: survives a power cut
    StorePort& transient;  ///< the VRRP memory, refreshed often: lives until the host reboots (tmpfs)
};

/// Who this agent is.
struct Identity {
    std::string director; ///< from the command line; empty: the stored one
    std::string version;
    std::string bootId;
    bool simulated = false;
};

} // namespace lvsdeck::core
