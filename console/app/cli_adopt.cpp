// SPDX-License-Identifier: GPL-3.0-or-later
// adopt: from keepalived to lvsdeck, and back.
#include "console/app/cli_files.hpp"
#include "console/app/cli_session.hpp"
#include "console/cluster/adopt_concerns.hpp"
#include "console/cluster/adopt_operation.hpp"

#include <QCoreApplication>

#include <iostream>

namespace lvsdeck::console {

using cluster::AdoptGoal;
using cluster::AdoptOperation;
using cluster::AdoptStage;
using cluster::DirectorAdopt;
using std::chrono::milliseconds;

namespace {

const char* wordOf(DirectorAdopt::Step step) {
    switch (step) {
    case DirectorAdopt::Step::Waiting: return "waiting";
    case DirectorAdopt::Step::Working: return "working";
    case DirectorAdopt::Step::Settling: return "settling";
    case DirectorAdopt::Step::Confirming: return "confirming";
    case DirectorAdopt::Step::GoingBack: return "going-back";
    case DirectorAdopt::Step::Done: return "done";
    case DirectorAdopt::Step::TakenBack: return "taken-back";
    case DirectorAdopt::Step::Failed: return "failed";
    }
    return "?";
}

std::string standing(const cluster::DirectorSnapshot& director) {
    if (!director.state || !director.state->config)
        return "unknown";
    const rpc::ConfigState& config = *director.state->config;
    if (config.adoption)
        return json::toWord(config.adoption->phase) +
               (config.adoption->problem.empty() ? "" : " (" + config.adoption->problem + ")");
    return config.revision == 0 ? "nothing applied" : "managed by lvsdeck";
}

int showStanding(CliSession& session, bool asJson) {
    json::Array list;
    for (const auto& director : session.session().directors()) {
        if (!asJson)
            std::cout << director.saved.id << ": " << standing(director) << "\n";
        json::Object one;
        one["director"] = director.saved.id;
        one["stands"] = standing(director);
        list.emplace_back(std::move(one));
    }
    if (asJson)
        std::cout << json::toPretty(list);
    return statusOf(ExitStatus::Done);
}

void review(const AdoptOperation& adopt) {
    if (adopt.imported())
        print(adopt.imported()->diagnostics);
    for (const DirectorAdopt& director : adopt.directors()) {
        std::cerr << director.director << (director.master ? " (master)" : "") << ": ";
        switch (adopt.goal()) {
        case AdoptGoal::Observe: std::cerr << director.file << " is read; nothing is changed\n"; break;
        case AdoptGoal::Take:
            std::cerr << "keepalived is ended and lvsdeck takes its place; it goes back unless all is well\n";
            break;
        case AdoptGoal::Back: std::cerr << "keepalived is started and lvsdeck only looks on\n"; break;
        }
        for (const rpc::AdoptConcern& concern : director.concerns)
            std::cerr << "  ! " << cluster::concernText(concern, adopt.goal() == AdoptGoal::Back).toStdString() << "\n";
        if (adopt.goal() == AdoptGoal::Back)
            for (const rpc::PlannedOperation& operation : director.operations)
                std::cerr << "    " << operation.text << "\n";
    }
}

int end(const AdoptOperation& adopt, bool asJson, ExitStatus status) {
    if (asJson) {
        json::Object out;
        out["ok"] = status == ExitStatus::Done;
        if (adopt.error())
            out["error"] = adopt.error()->text;
        json::Array list;
        for (const DirectorAdopt& director : adopt.directors()) {
            json::Object one;
            one["director"] = director.director;
            one["step"] = wordOf(director.step);
            if (director.error)
                one["error"] = director.error->text;
            if (!director.concerns.empty())
                one["concerns"] = json::toJson(director.concerns);
            list.emplace_back(std::move(one));
        }
        out["directors"] = std::move(list);
        std::cout << json::toPretty(out);
    }
    if (adopt.error())
        complain(*adopt.error());
    return statusOf(status);
}

} // namespace

int runAdopt(const AdoptOptions& options, int& argc, char** argv) {
    const QCoreApplication app(argc, argv);
    auto saved = clusterOf(options.target);
    if (!saved) {
        complain(saved.error());
        return statusOf(ExitStatus::Usage);
    }
    const bool shows = options.step.empty();
    if (!shows && !options.yes && !hasTerminal()) {
        complain(Error{ErrorCode::InvalidInput, "there is no terminal to ask on; say --yes to go without asking", {}});
        return statusOf(ExitStatus::Usage);
    }
    CliSession session(options.target, std::move(*saved), 500);
    if (auto ok = session.connect(); !ok) {
        complain(ok.error());
        return statusOf(ExitStatus::Unreachable);
    }
    if (shows)
        return showStanding(session, options.json);
    const AdoptGoal goal = options.step == "observe" ? AdoptGoal::Observe
                           : options.step == "take"  ? AdoptGoal::Take
                                                     : AdoptGoal::Back;
    AdoptOperation adopt(session.session(), goal);
    std::string told;
    bool begun = false;
    QObject::connect(&adopt, &AdoptOperation::changed, [&] {
        std::string now;
        for (const DirectorAdopt& director : adopt.directors())
            now += (now.empty() ? "" : ", ") + director.director + " " + wordOf(director.step);
        if (begun && now != told)
            std::cerr << now << "\n";
        told = now;
    });
    adopt.start();
    const auto done = [&] { return adopt.stage() == AdoptStage::Done; };
    waitUntil([&] { return done() || adopt.stage() == AdoptStage::Review; }, milliseconds(60000));
    if (done())
        return end(adopt, options.json, adopt.error() ? ExitStatus::Refused : ExitStatus::Done);
    review(adopt);
    if (adopt.imported() &&
        std::ranges::any_of(adopt.imported()->diagnostics,
                            [](const formats::Diagnostic& d) { return d.severity == model::Severity::Error; }) &&
        !options.yes && !askYes("Some of it was not understood. Look on with what was?")) {
        adopt.cancel();
        return end(adopt, options.json, ExitStatus::Refused);
    }
    const bool speaks = goal == AdoptGoal::Back && adopt.hasConcerns() && !options.anyway;
    if (speaks && options.yes) {
        complain(Error{
            ErrorCode::Conflict, "something speaks against giving back (above); say --anyway to do it all the same", {}});
        adopt.cancel();
        return end(adopt, options.json, ExitStatus::Refused);
    }
    if (!options.yes && !askYes(speaks ? "Give back anyway?" : "Go on?")) {
        adopt.cancel();
        return end(adopt, options.json, ExitStatus::Refused);
    }
    begun = true;
    adopt.proceed();
    constexpr milliseconds longest{30 * 60 * 1000};
    waitUntil(done, longest);
    return end(adopt, options.json, done() && !adopt.error() ? ExitStatus::Done : ExitStatus::Refused);
}

} // namespace lvsdeck::console
