// SPDX-License-Identifier: GPL-3.0-or-later
// The same file to keepalived and, converted, to the agent: when both are steady, no tool must tell them apart.
#include "tests/lab/differential/arena_test.hpp"

namespace lvsdeck::lab {
namespace {

/// What keepalived made of a file.
struct Original {
    std::map<std::string, Glance> glance;
    std::string recording;
    std::string parameters;
    std::string logs;
};

Original runByKeepalived(const Configuration& configuration) {
    Arena& here = arena();
    here.prepare(configuration);
    here.start(configuration, everywhere(configuration, Kind::Keepalived));
    Original out;
    out.glance = here.awaitQuiet(configuration, configuration.wait);
    out.recording = here.record(configuration);
    out.parameters = here.parameters(configuration);
    out.logs = here.logs(configuration);
    return out;
}

/// The original runs once for both comparisons, where both are in one program.
const Original& originalOf(const Configuration& configuration) {
    static std::map<std::string, Original> known;
    const auto found = known.find(configuration.name);
    return found != known.end() ? found->second
                                : known.emplace(configuration.name, runByKeepalived(configuration)).first->second;
}

std::string compareSteadyStates(const Configuration& configuration) {
    Arena& here = arena();
    const auto& [wanted, byKeepalived, parameters, keepalivedLogs] = originalOf(configuration);

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

std::string compareExport(const Configuration& configuration) {
    const Original& original = originalOf(configuration);
    const Configuration ours = exported(configuration);
    const Original again = runByKeepalived(ours);
    if (again.recording == original.recording && again.parameters == original.parameters)
        return {};
    return "difference (- the original, + our export):\n" + difference(original.recording, again.recording) +
           difference(original.parameters, again.parameters) + "\nthe export:\n" + ours.text + "\nthe original:\n" +
           original.logs + again.logs;
}

} // namespace

void registerConfigurations() {
    registerCases("Export", "configurations",
                  {"classic", "tunnels", "group_ranges", "sorry_server", "vrrp_v3", "tracking", "routes_and_rules"},
                  compareExport);
    registerCases(
        "Configuration", "configurations",
        {"classic", "all_schedulers", "tunnels", "fwmark", "ipv6_service", "group_ranges", "sorry_server", "vrrp_v3"},
        compareSteadyStates);
}

} // namespace lvsdeck::lab
