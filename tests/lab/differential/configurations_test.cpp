// SPDX-License-Identifier: GPL-3.0-or-later
// The same file to keepalived and, converted, to the agent: when both are steady, no tool must tell them apart.
#include "tests/lab/differential/arena_test.hpp"

namespace lvsdeck::lab {
namespace {

std::string compareSteadyStates(const Configuration& configuration) {
    Arena& here = arena();
    here.prepare(configuration);
    here.start(configuration, everywhere(configuration, Kind::Keepalived));
    const auto wanted = here.awaitQuiet(configuration, configuration.wait);
    const std::string byKeepalived = here.record(configuration);
    const std::string keepalivedLogs = here.logs(configuration);

    here.prepare(configuration);
    const auto imported = importConfiguration(configuration);
    std::string findings;
    for (const auto& diagnostic : imported.diagnostics)
        if (diagnostic.severity != formats::Severity::Note)
            findings += formats::toText(diagnostic) + "\n";
    here.start(configuration, everywhere(configuration, Kind::Agent));
    // As soon as it looks right it is looked at for a while: what comes later must not change it.
    (void)eventually(configuration.wait + 8s, [&] { return here.glance(configuration) == wanted; }, 100ms);
    (void)throughout(1s, [&] { return here.glance(configuration) == wanted; });
    const std::string byAgent = here.record(configuration);
    if (byAgent == byKeepalived)
        return {};
    return "difference (- keepalived, + agent):\n" + difference(byKeepalived, byAgent) + "\nkeepalived:\n" + byKeepalived +
           "\nagent:\n" + byAgent + "\nreading the file: " + (findings.empty() ? "nothing to say\n" : findings) +
           keepalivedLogs + here.logs(configuration);
}

} // namespace

void registerConfigurations() {
    registerCases(
        "Configuration", "configurations",
        {"classic", "all_schedulers", "tunnels", "fwmark", "ipv6_service", "group_ranges", "sorry_server", "vrrp_v3"},
        compareSteadyStates);
}

} // namespace lvsdeck::lab
