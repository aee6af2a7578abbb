// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/cli_session.hpp"
#include "console/cluster/drill_operation.hpp"
#include "console/cluster/drill_preflight.hpp"
#include "console/report/drill_report.hpp"

#include <QGuiApplication>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <iostream>

namespace lvsdeck::console {

using cluster::DrillOperation;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds preflightLimit{60000};
constexpr milliseconds drillLimit{900000};

volatile std::sig_atomic_t interrupted = 0; // a signal handler has no other place
void onInterrupt(int) { interrupted = 1; }

/// "192.0.2.10:80/index.html", "[2001:db8::1]:80"
Result<cluster::ProbePlan> probeOf(const std::string& text) {
    const auto wrong = [&](const char* why) {
        return failure(ErrorCode::InvalidInput, "--probe “" + text.substr(0, 80) + "”: " + why, "probe");
    };
    cluster::ProbePlan plan;
    std::string rest = text;
    if (const auto slash = rest.find('/'); slash != std::string::npos) {
        plan.httpPath = rest.substr(slash);
        rest.resize(slash);
    }
    const auto colon = rest.rfind(':');
    if (colon == std::string::npos)
        return wrong("the port is missing");
    std::string host = rest.substr(0, colon);
    if (host.size() > 1 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    auto address = IpAddress::parse(host);
    if (!address)
        return wrong("use an IP address");
    plan.address = *address;
    const auto [end, error] = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), plan.port);
    if (error != std::errc{} || end != rest.data() + rest.size() || plan.port == 0)
        return wrong("the port must be 1 to 65535");
    return plan;
}

std::string shown(const std::optional<cluster::Measured>& measured) {
    if (!measured)
        return "not measured";
    char text[64];
    std::snprintf(text, sizeof text, "%.1f ms ± %.1f ms", static_cast<double>(measured->valueUs) / 1e3,
                  static_cast<double>(measured->errorUs) / 1e3);
    return text;
}

void showChange(const char* title, const cluster::SwitchMetrics& change) {
    std::cerr << title << ": client outage " << shown(change.outage) << ", detection " << shown(change.detection)
              << ", takeover " << shown(change.takeover) << ", " << change.failed << " of " << change.attempts
              << " attempts failed, two masters " << shown(change.overlap) << "\n";
}

void showResult(const cluster::DrillRecord& record) {
    if (record.faultUs > 0)
        showChange("takeover", record.metrics.there);
    if (record.metrics.back)
        showChange("fail back", *record.metrics.back);
    if (record.metrics.held > 0)
        std::cerr << "held connections: " << record.metrics.held - record.metrics.heldBroken << " of " << record.metrics.held
                  << " survived\n";
    std::cerr << "drill " << json::toWord(record.verdict) << "\n";
    for (const std::string& reason : record.reasons)
        std::cerr << "  " << reason << "\n";
}

Result<cluster::DrillRequest> requestOf(const DrillOptions& options, const cluster::ClusterSession& session) {
    cluster::DrillRequest request;
    request.kind = options.kind == "crash" ? rpc::DrillKind::Crash : rpc::DrillKind::Graceful;
    request.instance = options.instance;
    request.limits = session.saved().limits;
    if (options.maxOutageMs >= 0)
        request.limits.outageMs = options.maxOutageMs;
    request.leaseS = options.leaseS;
    request.baselineMs = static_cast<std::int64_t>(options.baselineS * 1000.0);
    request.steadyMs = static_cast<std::int64_t>(options.steadyS * 1000.0);
    std::optional<cluster::ProbePlan> plan;
    if (!options.probe.empty()) {
        auto parsed = probeOf(options.probe);
        if (!parsed)
            return std::unexpected(parsed.error());
        plan = std::move(*parsed);
    } else if (session.document().cluster) {
        plan = cluster::chooseProbe(*session.document().cluster, options.instance);
    }
    if (plan) {
        plan->from = session.saved().probeFrom ? session.saved().probeFrom->id : std::string();
        plan->intervalMs = options.intervalMs;
        plan->held = plan->httpPath.empty() ? 0 : options.held;
    }
    request.probe = std::move(plan);
    return request;
}

int report(const cluster::DrillRecord& record, const DrillOptions& options) {
    const cluster::Profile profile = profileOf(options.target);
    if (auto kept = profile.saveDrill(record); !kept)
        complain(kept.error());
    if (!options.report.empty()) {
        auto files = writeDrillReport(record, QString::fromStdString(options.report));
        if (!files)
            complain(files.error());
        else
            std::cerr << "report: " << files->html.toStdString() << "\n";
    }
    if (options.json)
        std::cout << json::toPretty(json::toJson(record));
    showResult(record);
    return statusOf(record.verdict == cluster::Verdict::Passed ? ExitStatus::Done : ExitStatus::DrillFailed);
}

} // namespace

int runDrill(const DrillOptions& options, int& argc, char** argv) {
    // The report is painted; painting needs fonts, but no display.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication app(argc, argv);
    auto saved = clusterOf(options.target, options.probeFrom);
    if (!saved)
        return fail(ExitStatus::Usage, saved.error(), options.json);
    if (!options.yes && !hasTerminal())
        return fail(ExitStatus::Usage,
                    Error{ErrorCode::InvalidInput, "there is no terminal to ask on; say --yes to drill without asking", {}},
                    options.json);
    CliSession session(options.target, std::move(*saved));
    auto ok = session.connect();
    if (ok)
        ok = session.waitDocument();
    if (!ok)
        return fail(ExitStatus::Unreachable, ok.error(), options.json);
    auto request = requestOf(options, session.session());
    if (!request)
        return fail(ExitStatus::Usage, request.error(), options.json);
    const auto drill = session.session().makeDrill(std::move(*request));
    bool looked = false;
    QObject::connect(drill.get(), &DrillOperation::preflightDone, drill.get(), [&] { looked = true; });
    drill->preflight();
    waitUntil([&] { return looked; }, preflightLimit);
    for (const cluster::PreflightItem& item : drill->record().preflight)
        std::cerr << (item.finding == rpc::Finding::Good      ? "ok   "
                      : item.finding == rpc::Finding::Warning ? "warn "
                                                              : "BAD  ")
                  << item.title << ": " << item.detail << "\n";
    if (!drill->canStart()) {
        drill->abort("the pre-flight check found something that speaks against the drill");
        return report(drill->record(), options);
    }
    if (!options.yes &&
        !askYes("Begin? " + drill->record().oldMaster + " gives way to " + drill->record().newMaster + ".")) {
        drill->abort("not begun");
        return statusOf(ExitStatus::Refused);
    }
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    QObject::connect(drill.get(), &DrillOperation::phaseChanged, drill.get(),
                     [&] { std::cerr << "phase: " << json::toWord(drill->phase()) << "\n"; });
    drill->start();
    bool aborting = false;
    waitUntil(
        [&] {
            if (interrupted != 0 && !std::exchange(aborting, true))
                drill->abort("interrupted");
            return drill->done();
        },
        drillLimit);
    if (!drill->done())
        drill->abort("it took too long");
    return report(drill->record(), options);
}

} // namespace lvsdeck::console
