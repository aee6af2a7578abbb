// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/cli.hpp"

#include "console/app/cli_options.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#ifndef LVSDECK_VERSION
#define LVSDECK_VERSION "0"
#endif

namespace lvsdeck::console {

namespace {

const char* const formats = "cluster, keepalived, ldirectord, piranha, ipvsadm";

void addTarget(CLI::App& command, CliTarget& target, const std::string& profile) {
    command.add_option("--director", target.directors,
                       "[ID=]USER@HOST[:PORT], as often as there are directors, instead of a saved cluster");
    command.add_option("--identity", target.identity, "private key for all of them");
    command.add_option("--known-hosts", target.knownHosts, "the only file of known host keys");
    command.add_option("--remote-command", target.remoteCommand, "what to run there instead of “lvsdeck-agent attach”");
    command.add_option("--profile", target.profile, "folder of saved clusters")->default_str(profile);
}

/// Everything that was parsed lives as long as the command that uses it.
struct Parsed {
    WindowOptions window;
    ConvertOptions convert;
    CheckOptions check;
    ApplyOptions apply;
    ExportOptions out;
    WatchOptions watch;
    DrillOptions drill;
    AdoptOptions adopt;
    SetupOptions setup;
    std::vector<std::string> positional;
};

constexpr const char* haresourcesHelp = "ldirectord: only heartbeat's file with the virtual addresses; a folder gets both";
constexpr const char* maskHelp = "write ******** for VRRP passwords, as for showing the files to others";

void addConvert(CLI::App& app, Parsed& parsed) {
    CLI::App* convert = app.add_subcommand("convert", "Translate configuration files");
    convert->add_option("--from", parsed.convert.from, formats)->required();
    convert->add_option("--to", parsed.convert.to, formats)->required();
    convert->add_option("--director", parsed.convert.director, "whose file to write; without it all of them");
    convert->add_option("--target", parsed.convert.target, "keepalived's version: 1.2, 2.0, 2.2 or 2.3");
    convert->add_flag("--one-file", parsed.convert.oneFile,
                      "keepalived: one file for all directors, with conditions for its --config-id");
    convert->add_flag("--haresources", parsed.convert.haresources, haresourcesHelp);
    convert->add_flag("--mask-passwords", parsed.convert.maskPasswords, maskHelp);
    convert->add_option("--output", parsed.convert.output, "folder, file, or - for standard output");
    convert->add_flag("--json", parsed.convert.json, "diagnostics as JSON");
    convert->add_option("files", parsed.convert.files, "the files; - for standard input")->required();
    CLI::App* check = app.add_subcommand("check", "Say what is wrong with configuration files");
    check->add_option("--from", parsed.check.from, formats);
    check->add_flag("--json", parsed.check.json, "problems as JSON");
    check->add_option("files", parsed.check.files, "the files; - for standard input")->required();
}

void addRemote(CLI::App& app, Parsed& parsed) {
    const std::string profile = parsed.window.profileDir;
    CLI::App* apply = app.add_subcommand("apply", "Apply a document to all directors, as one transaction");
    addTarget(*apply, parsed.apply.target, profile);
    apply->add_option("arguments", parsed.positional, "[CLUSTER] FILE")->required()->expected(1, 2);
    apply
        ->add_option("--confirm-within", parsed.apply.confirmWithinS,
                     "seconds until the directors go back by themselves; 0: no going back")
        ->check([](const std::string& text) {
            const bool digits =
                !text.empty() && text.size() <= 4 && text.find_first_not_of("0123456789") == std::string::npos;
            const int value = digits ? std::stoi(text) : -1;
            return value == 0 || (value >= 5 && value <= 3600) ? std::string() : std::string("use 0, or 5 to 3600 seconds");
        });
    apply->add_flag("--yes", parsed.apply.yes, "apply and confirm without asking");
    apply->add_flag("--json", parsed.apply.json, "the result as JSON");

    CLI::App* out = app.add_subcommand("export", "Write the directors' document as configuration files");
    addTarget(*out, parsed.out.target, profile);
    out->add_option("cluster", parsed.out.target.cluster, "a saved cluster");
    out->add_option("--to", parsed.out.to, formats);
    out->add_option("--target", parsed.out.version, "keepalived's version: 1.2, 2.0, 2.2 or 2.3");
    out->add_flag("--haresources", parsed.out.haresources, haresourcesHelp);
    out->add_flag("--mask-passwords", parsed.out.maskPasswords, maskHelp);
    out->add_option("--output", parsed.out.output, "folder, or - for standard output");
    out->add_flag("--json", parsed.out.json, "what was written as JSON");

    CLI::App* adopt = app.add_subcommand("adopt", "From keepalived to lvsdeck on running directors, and back");
    addTarget(*adopt, parsed.adopt.target, profile);
    adopt->add_option("cluster", parsed.adopt.target.cluster, "a saved cluster");
    adopt
        ->add_option(
            "--step", parsed.adopt.step,
            "observe: read what keepalived does, and look on; take: take its place; back: give it back; without it: "
            "say how the directors stand")
        ->check(CLI::IsMember({"observe", "take", "back"}));
    adopt->add_flag("--yes", parsed.adopt.yes, "go without asking");
    adopt->add_flag("--anyway", parsed.adopt.anyway, "back: go also where something speaks against it");
    adopt->add_flag("--json", parsed.adopt.json, "the result as JSON");

    CLI::App* watch = app.add_subcommand("watch", "Show the tables of all directors");
    addTarget(*watch, parsed.watch.target, profile);
    watch->add_option("cluster", parsed.watch.target.cluster, "a saved cluster");
    watch->add_flag("--once", parsed.watch.once, "once, then end");
    watch->add_option("--interval", parsed.watch.intervalS, "seconds")->check(CLI::Range(0.1, 60.0));
    watch->add_option("--format", parsed.watch.format, "ipvsadm or json")->check(CLI::IsMember({"ipvsadm", "json"}));

    CLI::App* drill = app.add_subcommand("drill", "Run a failover drill");
    addTarget(*drill, parsed.drill.target, profile);
    drill->add_option("cluster", parsed.drill.target.cluster, "a saved cluster");
    drill->add_option("--kind", parsed.drill.kind, "graceful or crash")
        ->required()
        ->check(CLI::IsMember({"graceful", "crash"}));
    drill->add_option("--probe-from", parsed.drill.probeFrom,
                      "[ID=]USER@HOST[:PORT] of a host outside the pair; without it this computer");
    drill->add_option("--probe", parsed.drill.probe, "ADDRESS:PORT[/PATH] instead of the first TCP service");
    drill->add_option("--instance", parsed.drill.instance, "the VRRP instance whose master gives way");
    drill->add_option("--report", parsed.drill.report, "folder for HTML, PDF and JSON");
    drill->add_option("--lease", parsed.drill.leaseS, "seconds after which the fault ends by itself")
        ->check(CLI::Range(5, 300));
    drill->add_option("--probe-interval", parsed.drill.intervalMs, "milliseconds")->check(CLI::Range(2, 10000));
    drill->add_option("--held", parsed.drill.held, "connections held open (HTTP only)")->check(CLI::Range(0, 256));
    drill->add_option("--baseline", parsed.drill.baselineS, "seconds of measuring before the fault")
        ->check(CLI::Range(0.5, 120.0));
    drill->add_option("--steady", parsed.drill.steadyS, "seconds without a failure that count as steady")
        ->check(CLI::Range(0.5, 120.0));
    drill->add_option("--max-outage", parsed.drill.maxOutageMs, "milliseconds; a longer client outage fails the drill")
        ->check(CLI::Range(0, 600000));
    drill->add_flag("--yes", parsed.drill.yes, "begin without asking");
    drill->add_flag("--json", parsed.drill.json, "the record as JSON");
}

void addSetupServer(CLI::App& app, Parsed& parsed) {
    CLI::App* setup = app.add_subcommand("setup-server", "Write what a real server behind DR or TUN needs, and its undo");
    addTarget(*setup, parsed.setup.target, parsed.window.profileDir);
    setup->add_option("cluster", parsed.setup.target.cluster, "a file (- for standard input) or a saved cluster");
    setup->add_option("--from", parsed.setup.from, "what the file is: " + std::string(formats));
    setup->add_option("--server", parsed.setup.server, "the real server's address; without it, what each one needs");
    setup->add_option("--flavour", parsed.setup.flavour,
                      "script, networkd, networkmanager, netplan, ifcfg or windows: what looks after its network");
    setup->add_flag("--undo", parsed.setup.undo, "the text that takes it away again");
    setup->add_option("--output", parsed.setup.output, "folder for all of it, or - for standard output");
    setup->add_flag("--json", parsed.setup.json, "as JSON");
}

/// CLUSTER FILE, or FILE alone with --director.
bool settleApply(ApplyOptions& apply, std::vector<std::string> positional) {
    const bool named = apply.target.directors.empty();
    if (positional.size() != (named ? 2U : 1U)) {
        std::cerr << (named ? "lvsdeck apply: name a saved cluster and a file, or give --director\n"
                            : "lvsdeck apply: with --director comes only the file\n");
        return false;
    }
    apply.file = positional.back();
    if (named)
        apply.target.cluster = positional.front();
    return true;
}

bool settleTarget(const char* command, const CliTarget& target) {
    if (target.cluster.empty() == target.directors.empty()) {
        std::cerr << "lvsdeck " << command
                  << ": name a saved cluster, or give --director [ID=]USER@HOST[:PORT] for each director, not both\n";
        return false;
    }
    return true;
}

} // namespace

CommandLine parseCommandLine(int argc, const char* const* argv) {
    CommandLine line;
    const auto parsed = std::make_shared<Parsed>();
    CLI::App app{"lvsdeck: Linux Virtual Server clusters, in a window and on the command line", "lvsdeck"};
    app.set_version_flag("--version", std::string("lvsdeck " LVSDECK_VERSION));
    app.set_help_all_flag("--help-all", "Help of all subcommands");
    app.require_subcommand(0, 1);
    app.add_option("--cluster", parsed->window.cluster, "open this saved cluster");
    app.add_option("--view", parsed->window.view, "show this view first");
    app.add_flag("--readonly", parsed->window.readonly, "offer nothing that changes anything");
    app.add_option("--profile", parsed->window.profileDir, "folder of settings and saved clusters");
    app.add_flag("--demo", parsed->window.demo, "a simulated cluster in this process");
    addConvert(app, *parsed);
    addRemote(app, *parsed);
    addSetupServer(app, *parsed);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error, std::cout, std::cerr);
        line.exitStatus = status == 0 ? statusOf(ExitStatus::Done) : statusOf(ExitStatus::Usage);
        return line;
    }
    line.window = parsed->window;
    for (CliTarget* target : {&parsed->apply.target, &parsed->out.target, &parsed->watch.target, &parsed->drill.target,
                              &parsed->setup.target, &parsed->adopt.target})
        if (target->profile.empty())
            target->profile = parsed->window.profileDir;
    bool ok = true;
    if (app.got_subcommand("convert")) {
        line.run = [parsed](int&, char**) { return runConvert(parsed->convert); };
    } else if (app.got_subcommand("check")) {
        line.run = [parsed](int&, char**) { return runCheck(parsed->check); };
    } else if (app.got_subcommand("apply")) {
        ok = settleApply(parsed->apply, parsed->positional);
        line.run = [parsed](int& count, char** values) { return runApply(parsed->apply, count, values); };
    } else if (app.got_subcommand("export")) {
        ok = settleTarget("export", parsed->out.target);
        line.run = [parsed](int& count, char** values) { return runExport(parsed->out, count, values); };
    } else if (app.got_subcommand("watch")) {
        ok = settleTarget("watch", parsed->watch.target);
        line.run = [parsed](int& count, char** values) { return runWatch(parsed->watch, count, values); };
    } else if (app.got_subcommand("adopt")) {
        ok = settleTarget("adopt", parsed->adopt.target);
        line.run = [parsed](int& count, char** values) { return runAdopt(parsed->adopt, count, values); };
    } else if (app.got_subcommand("drill")) {
        ok = settleTarget("drill", parsed->drill.target);
        line.run = [parsed](int& count, char** values) { return runDrill(parsed->drill, count, values); };
    } else if (app.got_subcommand("setup-server")) {
        ok = settleTarget("setup-server", parsed->setup.target);
        line.run = [parsed](int& count, char** values) { return runSetupServer(parsed->setup, count, values); };
    }
    if (!ok)
        line.exitStatus = statusOf(ExitStatus::Usage);
    return line;
}

} // namespace lvsdeck::console
