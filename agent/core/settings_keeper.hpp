// SPDX-License-Identifier: GPL-3.0-or-later
// Sets the idle timeouts of connections and the sysctls net.ipv4.vs.* that the cluster asks for, and puts the old values back when
// it does not any more. What cannot be set is a problem with a name, never a failure of an apply. Owned by the engine; control
// thread only.
#pragma once

#include "agent/core/kernel_notes.hpp"
#include "agent/ports/ipvs_port.hpp"
#include "agent/ports/network_port.hpp"
#include "common/model/cluster.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lvsdeck::core {

class SettingsKeeper {
public:
    using Report = std::function<void(rpc::EventLevel, const std::string& text)>;
    using Sysctls = std::map<std::string, std::string>;

    SettingsKeeper(IpvsPort& ipvs, NetworkPort& network, KernelNotebook& notebook, Report report)
        : m_ipvs(ipvs), m_network(network), m_notebook(notebook), m_report(std::move(report)) {}

    /// Names with or without "net.ipv4.vs." in front. To be called with every configuration, and again every few seconds: it costs
    /// nothing but a few short reads, and tries again what failed.
    void want(const model::ConnectionTimeouts& timeouts, const Sysctls& sysctls);
    /// What want() would do now, as commands. What the kernel does not have, or cannot be asked, is left out.
    [[nodiscard]] std::vector<rpc::PlannedOperation> preview(const model::ConnectionTimeouts& timeouts,
                                                             const Sysctls& sysctls);
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    void wantTimeouts(const model::ConnectionTimeouts& wanted, std::string& problem);
    void restoreSysctls(const Sysctls& wanted, std::string& problem);
    void wantSysctl(const std::string& name, const std::string& value, std::string& problem);

    IpvsPort& m_ipvs;
    NetworkPort& m_network;
    KernelNotebook& m_notebook;
    Report m_report;
    std::string m_problem;
};

} // namespace lvsdeck::core
