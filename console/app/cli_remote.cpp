// SPDX-License-Identifier: GPL-3.0-or-later
// apply, export and watch.
#include "common/formats/ipvsadm/listing.hpp"
#include "console/app/cli_files.hpp"
#include "console/app/cli_session.hpp"
#include "console/cluster/apply_operation.hpp"

#include <QCoreApplication>
#include <QTimer>

#include <csignal>
#include <iostream>

#include <unistd.h>

namespace lvsdeck::console {

using cluster::ApplyOperation;
using cluster::ApplyOutcome;
using cluster::ApplyStage;
using std::chrono::milliseconds;

namespace {

ExitStatus statusFor(const Error& error) {
    return error.code == ErrorCode::InvalidInput || error.code == ErrorCode::NotFound ? ExitStatus::Usage
                                                                                      : ExitStatus::Unreachable;
}

void showReview(const ApplyOperation& apply) {
    for (const cluster::DirectorApply& director : apply.directors()) {
        std::cerr << director.director << (director.master ? " (master)" : "") << ": revision " << director.revision
                  << " -> " << apply.revision() << "\n";
        for (const model::Problem& problem : director.problems)
            std::cerr << "  " << json::toWord(problem.severity) << ": " << problem.path << ": " << problem.text << "\n";
        for (const rpc::PlannedOperation& operation : director.operations)
            std::cerr << "  "
                      << (operation.kind == rpc::OperationKind::Add      ? "+ "
                          : operation.kind == rpc::OperationKind::Remove ? "- "
                                                                         : "~ ")
                      << operation.text << "\n";
        if (director.operations.empty())
            std::cerr << "  nothing changes\n";
    }
}

const char* wordOf(ApplyOutcome outcome) {
    switch (outcome) {
    case ApplyOutcome::Confirmed: return "confirmed";
    case ApplyOutcome::Refused: return "refused";
    case ApplyOutcome::Cancelled: return "cancelled";
    case ApplyOutcome::RolledBack: return "rolled-back";
    case ApplyOutcome::Differing: return "differing";
    }
    return "?";
}

json::Value resultOf(const ApplyOperation& apply) {
    json::Object out;
    out["ok"] = apply.outcome() == ApplyOutcome::Confirmed;
    out["outcome"] = apply.outcome() ? wordOf(*apply.outcome()) : "problems";
    out["revision"] = apply.revision();
    if (apply.error()) {
        out["error"] = apply.error()->text;
        out["code"] = std::string(toWord(apply.error()->code));
    }
    json::Array directors;
    for (const cluster::DirectorApply& director : apply.directors()) {
        json::Object one;
        one["director"] = director.director;
        one["problems"] = json::toJson(director.problems);
        one["operations"] = json::toJson(director.operations);
        directors.emplace_back(std::move(one));
    }
    out["directors"] = std::move(directors);
    return out;
}

int endApply(const ApplyOperation& apply, bool asJson, ExitStatus status) {
    if (asJson)
        std::cout << json::toPretty(resultOf(apply));
    if (apply.error())
        complain(*apply.error());
    else if (status == ExitStatus::Done)
        std::cerr << "revision " << apply.revision() << " is in force on all directors\n";
    return statusOf(status);
}

ExitStatus statusAfter(const ApplyOperation& apply) {
    if (apply.outcome() == ApplyOutcome::Confirmed)
        return ExitStatus::Done;
    const bool unreachable = apply.outcome() == ApplyOutcome::Refused && apply.error() &&
                             (apply.error()->code == ErrorCode::Unavailable || apply.error()->code == ErrorCode::Timeout ||
                              apply.error()->code == ErrorCode::Denied);
    return unreachable ? ExitStatus::Unreachable : ExitStatus::Refused;
}

} // namespace

int runApply(const ApplyOptions& options, int& argc, char** argv) {
    const QCoreApplication app(argc, argv);
    auto imported = importFiles({options.file}, {});
    if (!imported)
        return fail(ExitStatus::Problems, imported.error(), options.json);
    print(imported->diagnostics);
    for (const formats::Diagnostic& diagnostic : imported->diagnostics)
        if (diagnostic.severity == model::Severity::Error)
            return fail(ExitStatus::Problems,
                        Error{ErrorCode::InvalidInput, options.file + " has errors; nothing was applied", diagnostic.file},
                        options.json);
    auto saved = clusterOf(options.target);
    if (!saved)
        return fail(ExitStatus::Usage, saved.error(), options.json);
    if (!options.yes && !hasTerminal())
        return fail(ExitStatus::Usage,
                    Error{ErrorCode::InvalidInput,
                          "there is no terminal to ask on; say --yes to apply and confirm without asking",
                          {}},
                    options.json);
    CliSession session(options.target, std::move(*saved));
    if (auto ok = session.connect(); !ok)
        return fail(ExitStatus::Unreachable, ok.error(), options.json);

    cluster::ApplyRequest request;
    request.cluster = std::move(imported->cluster);
    // A document that says which revision it was made from is held to it; one without is applied over what is there.
    request.baseRevision = request.cluster.revision > 0 ? request.cluster.revision : session.session().facts().revision;
    request.confirmWithinS = options.confirmWithinS;
    request.comment = "lvsdeck apply " + options.file;
    const auto apply = session.session().makeApply(std::move(request));
    apply->start();
    const auto done = [&] { return apply->stage() == ApplyStage::Done; };
    waitUntil([&] { return done() || apply->stage() == ApplyStage::Review; }, milliseconds(60000));
    if (done())
        return endApply(*apply, options.json, statusAfter(*apply));
    showReview(*apply);
    if (!apply->canProceed())
        return endApply(*apply, options.json, ExitStatus::Problems);
    if (!options.yes && !askYes("Apply this to all directors?")) {
        apply->cancel();
        return endApply(*apply, options.json, ExitStatus::Refused);
    }
    apply->proceed();
    waitUntil([&] { return done() || apply->stage() == ApplyStage::Waiting; }, milliseconds(300000));
    if (apply->stage() == ApplyStage::Waiting) {
        if (options.yes ||
            askYes("Applied. Keep it? It goes back by itself in " + std::to_string(apply->secondsLeft()) + " s."))
            apply->confirm();
        else
            apply->revert();
        waitUntil(done, milliseconds(static_cast<std::int64_t>(options.confirmWithinS) * 1000 + 120000));
    }
    return endApply(*apply, options.json, statusAfter(*apply));
}

int runExport(const ExportOptions& options, int& argc, char** argv) {
    const QCoreApplication app(argc, argv);
    if (auto known = formats::formatFromWord(options.to); !known)
        return fail(ExitStatus::Usage, known.error(), options.json);
    auto saved = clusterOf(options.target);
    if (!saved)
        return fail(ExitStatus::Usage, saved.error(), options.json);
    CliSession session(options.target, std::move(*saved));
    auto ok = session.connect();
    if (ok)
        ok = session.waitDocument();
    if (!ok)
        return fail(ExitStatus::Unreachable, ok.error(), options.json);
    const auto& document = session.session().document();
    if (!document.cluster)
        return fail(
            ExitStatus::Refused,
            Error{ErrorCode::NotFound, "nothing was ever applied to these directors, so there is nothing to export", {}},
            options.json);
    auto written =
        exportFiles(*document.cluster,
                    {options.to, {}, options.version, options.output, false, options.haresources, options.maskPasswords});
    if (!written)
        return fail(ExitStatus::Problems, written.error(), options.json);
    json::Array files;
    for (const WrittenFile& file : *written) {
        print(file.diagnostics);
        files.emplace_back(file.path);
        if (!options.json && file.path != "-")
            std::cerr << "wrote " << file.path << "\n";
    }
    if (options.json && options.output != "-") {
        json::Object out;
        out["ok"] = true;
        out["revision"] = document.revision;
        out["files"] = std::move(files);
        std::cout << json::toPretty(out);
    }
    return statusOf(ExitStatus::Done);
}

namespace {

volatile std::sig_atomic_t interrupted = 0; // a signal handler has no other place
void onInterrupt(int) { interrupted = 1; }

void showOnce(const cluster::ClusterSession& session, const WatchOptions& options) {
    if (options.format == "json") {
        json::Object out;
        json::Array directors;
        for (const auto& director : session.directors()) {
            json::Object one;
            one["director"] = director.saved.id;
            one["state"] = director.state ? json::toJson(*director.state) : json::Value(nullptr);
            directors.emplace_back(std::move(one));
        }
        out["cluster"] = session.facts().name;
        out["directors"] = std::move(directors);
        std::cout << json::toLine(out) << std::endl;
        return;
    }
    if (!options.once && ::isatty(STDOUT_FILENO) == 1)
        std::cout << "\x1b[H\x1b[2J";
    for (const auto& director : session.directors()) {
        std::string roles;
        for (const auto& instance : session.facts().instances)
            for (const std::string& master : instance.masters)
                if (master == director.saved.id)
                    roles += (roles.empty() ? "" : ", ") + instance.name;
        std::cout << "# " << director.saved.id << (roles.empty() ? "" : ": master of " + roles) << "\n";
        if (director.state && director.state->table && director.state->counts)
            std::cout << formats::ipvsadmListing(*director.state->table, *director.state->counts,
                                                 formats::IpvsadmView::Connections);
        else
            std::cout << "no table from this director\n";
    }
    std::cout << std::flush;
}

} // namespace

int runWatch(const WatchOptions& options, int& argc, char** argv) {
    const QCoreApplication app(argc, argv);
    auto saved = clusterOf(options.target);
    if (!saved)
        return fail(ExitStatus::Usage, saved.error(), options.format == "json");
    const auto intervalMs = static_cast<std::uint32_t>(options.intervalS * 1000.0);
    CliSession session(options.target, std::move(*saved), intervalMs);
    if (auto ok = session.connect(); !ok)
        return fail(statusFor(ok.error()) == ExitStatus::Usage ? ExitStatus::Unreachable : statusFor(ok.error()), ok.error(),
                    options.format == "json");
    showOnce(session.session(), options);
    if (options.once)
        return statusOf(ExitStatus::Done);
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    std::optional<Error> lost;
    while (interrupted == 0 && !lost && std::cout) {
        waitUntil([&] { return interrupted != 0; }, milliseconds(intervalMs));
        for (const auto& director : session.session().directors())
            if (director.phase == cluster::LinkPhase::Failed)
                lost = Error{ErrorCode::Unavailable,
                             director.saved.id + ": " + (director.reason ? director.reason->text : "lost"),
                             {}};
        if (!lost && interrupted == 0)
            showOnce(session.session(), options);
    }
    return lost ? fail(ExitStatus::Unreachable, *lost, false) : statusOf(ExitStatus::Done);
}

} // namespace lvsdeck::console
