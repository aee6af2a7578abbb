// SPDX-License-Identifier: GPL-3.0-or-later
// A drill's record as a test would like to see one: a crash of lb1, taken over after 3.62 s, and the way back.
#pragma once

#include "console/cluster/drill_record.hpp"

namespace lvsdeck::test {

inline cluster::DrillRecord crashDrill() {
    using namespace cluster;
    constexpr std::int64_t second = 1'000'000;
    DrillRecord record;
    record.id = "d1";
    record.cluster = "web-prod";
    record.kind = rpc::DrillKind::Crash;
    record.by = "admin";
    record.consoleVersion = "0.1.0";
    record.startedUs = 1'700'000'000 * second;
    const auto at = [&](double s) { return record.startedUs + static_cast<std::int64_t>(s * 1e6); };
    record.faultUs = at(6);
    record.leaseEndUs = at(14);
    record.finishedUs = at(22);
    record.oldMaster = "lb1";
    record.newMaster = "lb2";
    record.instances = {"VI_1"};
    record.directors = {{"lb1", "0.1.0", 42, "00ff", 1200, 300}, {"lb2", "0.1.0", 42, "00ff", -800, 400}};
    record.probe = {"client", *IpAddress::parse("192.0.2.8"), 80, "/", 10, 1000, 8};
    record.preflight = {{"in-sync", rpc::Finding::Good, "Both directors hold revision 42", "1 service, 2 real servers"},
                        {"sync-daemon", rpc::Finding::Warning, "Connections are not synchronised", "held ones will break"}};
    record.phases = {{DrillPhase::Preflight, at(0), at(2)},    {DrillPhase::Baseline, at(2), at(6)},
                     {DrillPhase::Takeover, at(6), at(9.62)},  {DrillPhase::SteadyOnBackup, at(9.62), at(14)},
                     {DrillPhase::FailBack, at(14), at(17.6)}, {DrillPhase::SteadyAfter, at(17.6), at(22)}};
    record.roles = {{"lb1", "VI_1", rpc::VrrpPhase::Master, at(0), at(6), ""},
                    {"lb1", "VI_1", rpc::VrrpPhase::Initialize, at(6), at(14), "drill crash"},
                    {"lb1", "VI_1", rpc::VrrpPhase::Backup, at(14), at(17.6), "drill over"},
                    {"lb1", "VI_1", rpc::VrrpPhase::Master, at(17.6), at(22), ""},
                    {"lb2", "VI_1", rpc::VrrpPhase::Backup, at(0), at(9.62), ""},
                    {"lb2", "VI_1", rpc::VrrpPhase::Master, at(9.62), at(17.6), "silence"},
                    {"lb2", "VI_1", rpc::VrrpPhase::Backup, at(17.6), at(22), "higher priority"}};
    record.owners = {{"lb1", "VI_1", at(0), at(6)}, {"lb2", "VI_1", at(9.62), at(17.6)}, {"lb1", "VI_1", at(17.6), at(22)}};
    for (int i = 0; i < 220; ++i) {
        const double s = i / 10.0;
        const bool gap = s >= 6 && s < 9.6;
        record.latency.push_back(
            {at(s), gap ? 0U : 10U, gap ? 10U : 0U, gap ? 0 : 700, gap ? 0 : 1100 + (i % 7) * 90, gap ? 0 : 900});
    }
    record.marks = {{at(9.62), "lb2", "became MASTER: no advertisement from 192.0.2.1 for 3.61 s"}};
    record.metrics.there.detection = Measured{3'610'000, 400};
    record.metrics.there.expectedDetectionUs = 3'613'281;
    record.metrics.there.takeover = Measured{3'620'000, 700};
    record.metrics.there.outage = Measured{3'640'000, 10'000};
    record.metrics.there.attempts = 1100;
    record.metrics.there.failed = 362;
    record.metrics.back = SwitchMetrics{};
    record.metrics.back->outage = Measured{9'000, 10'000};
    record.metrics.held = 8;
    record.metrics.heldBroken = 8;
    record.limits.outageMs = 5000;
    record.verdict = Verdict::Passed;
    return record;
}

} // namespace lvsdeck::test
