// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps static addresses, routes and rules on the host as long as they are configured, whoever is master (keepalived's static_*).
// What somebody else removes is put back, unless it is not tracked. What was there before us is not ours: it stays when the
// configuration loses it. Owned by the engine; control thread only.
#pragma once

#include "agent/core/kernel_notes.hpp"
#include "agent/ports/host_port.hpp"
#include "agent/ports/network_port.hpp"
#include "agent/ports/runtime.hpp"
#include "common/model/effective.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <string>

namespace lvsdeck::core {

/// In the order of the configuration; rules have their priorities.
[[nodiscard]] KeptStatics wantedStatics(const model::Effective& own);

class StaticKeeper {
public:
    using Report = std::function<void(rpc::EventLevel, const std::string& text)>;

    StaticKeeper(Runtime& runtime, HostPort& host, NetworkPort& network, KernelNotebook& notebook, Report report)
        : m_runtime(runtime), m_host(host), m_network(network), m_notebook(notebook), m_report(std::move(report)) {}

    /// Removes what is ours and not wanted any more (rules, routes, addresses), then adds what is missing in the opposite order.
    /// What cannot be done is problem(), and tried again by the next look() or retry().
    void want(KeptStatics wanted);
    /// What went with a VRRP instance a moment ago and is a static entry now comes again, which is nobody's fault.
    void again();
    /// After news of the host. Against somebody who removes things as fast as they come it waits for retry().
    void look();
    /// To be called every few seconds; costs nothing when all is well. What fails again and again is tried less and less, at last once
    /// in a minute; news of the host do not wait for that.
    void retry();
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    void arrange();
    void removeOthers(std::string& problem);
    void addMissing(std::string& problem);

    Runtime& m_runtime;
    HostPort& m_host;
    NetworkPort& m_network;
    KernelNotebook& m_notebook;
    Report m_report;
    KeptStatics m_wanted;
    Instant m_restored{};
    bool m_everRestored = false;
    bool m_expected = false; ///< that something of ours is missing
    bool m_again = false;    ///< retry() has something to do
    Duration m_pause = std::chrono::seconds(2);
    Instant m_tryAgain{};
    std::string m_problem;
};

} // namespace lvsdeck::core
