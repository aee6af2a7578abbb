// SPDX-License-Identifier: GPL-3.0-or-later
// The checks that this host answers itself: programs and files; all others go on to the network's probes. Owned by the monitor;
// control thread.
#pragma once

#include "agent/ports/check_port.hpp"
#include "agent/ports/runtime.hpp"
#include "agent/ports/script_port.hpp"
#include "agent/ports/system_port.hpp"

#include <cstdint>
#include <string_view>

namespace lvsdeck::health {

/// Without one, checks of that kind are Local: this agent cannot make them.
struct HostPorts {
    ScriptPort* scripts = nullptr;
    SystemPort* system = nullptr;
};

/// Exit status 0 passes, 1 fails; with `dynamic` 2..255 pass and set the weight to status - 2. A program that does not start says
/// nothing about the server.
[[nodiscard]] CheckResult judgeScript(const model::ScriptCheck& check, const ScriptResult& result,
                                      model::Milliseconds timeout);
/// The number at the file's begin, 0 when there is none. With weight 0, not 0 fails; otherwise number * weight (turned by reverse)
/// is added to the server's weight, and at -2^31+1 or below it fails.
[[nodiscard]] CheckResult judgeFile(const model::TrackFile& file, std::string_view text);

class HostChecks final : public CheckPort {
public:
    HostChecks(Runtime& runtime, CheckPort& network, HostPorts ports)
        : m_runtime(runtime), m_network(network), m_ports(ports) {}

    [[nodiscard]] std::unique_ptr<RunningCheck> run(CheckRequest request,
                                                    std::function<void(const CheckResult&)> done) override;

private:
    [[nodiscard]] std::unique_ptr<RunningCheck> runScript(const CheckTarget& target, const model::ScriptCheck& check,
                                                          std::function<void(const CheckResult&)> done);
    [[nodiscard]] CheckResult readFile(const model::TrackFile& file, const std::string& name) const;
    [[nodiscard]] std::unique_ptr<RunningCheck> later(CheckResult result, std::function<void(const CheckResult&)> done);

    Runtime& m_runtime;
    CheckPort& m_network;
    HostPorts m_ports;
};

} // namespace lvsdeck::health
