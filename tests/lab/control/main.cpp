// SPDX-License-Identifier: GPL-3.0-or-later
// lvsdeck-lab: builds the standard lab and holds it until told to go down, and carries the commands of "./dev lab" to it. It runs
// where IPVS is: on this machine or in the virtual machine. The command line is for ./dev, not for people.
#include "tests/lab/control/command.hpp"
#include "tests/lab/control/standing_lab.hpp"
#include "tests/lab/control/steady_load.hpp"
#include "tests/lab/control/steady_probe.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

int main(int argc, char** argv) {
    namespace lab = lvsdeck::lab;
    CLI::App app("Builds and holds the lab; './dev lab' is the way to call it.");
    app.require_subcommand(1);
    std::string labFile;

    lab::StandingOptions options;
    CLI::App* serve = app.add_subcommand("serve", "build the lab and hold it");
    serve->add_option("--folder", options.folder, "where lab.json and keys go")->required();
    serve->add_option("--mode", options.mode, "here or vm")->required();
    serve->add_option("--listen", options.listenAddress, "address for the forwarded ports")->required();
    serve->add_option("--first-port", options.firstPort, "first of 1 + the number of hosts consecutive ports")->required();
    serve->add_option("--agent", options.agentProgram, "lvsdeck-agent; without it, no agents");

    CLI::App* exec = app.add_subcommand("exec", "run a program on a host as root");
    std::string host;
    exec->add_option("lab", labFile)->required();
    exec->add_option("host", host)->required();
    exec->prefix_command();
    CLI::App* status = app.add_subcommand("status", "print the state of the lab");
    status->add_option("lab", labFile)->required();
    CLI::App* stop = app.add_subcommand("stop", "end the lab");
    stop->add_option("lab", labFile)->required();
    lab::LoadOptions load;
    CLI::App* loading =
        app.add_subcommand("load", "keep HTTP clients busy from this network until killed; a line of JSON a second");
    loading->add_option("address", load.address)->required();
    loading->add_option("port", load.port)->required();
    loading->add_option("--connections", load.connections);
    loading->add_option("--pause-ms", load.pauseMs, "between an answer and the next request");
    lab::ProbeOptions probe;
    CLI::App* probing = app.add_subcommand("probe", "measure what a client in this network feels; a line of JSON a second");
    probing->add_option("address", probe.address)->required();
    probing->add_option("port", probe.port)->required();
    probing->add_option("--interval-ms", probe.intervalMs, "between the beginnings of two attempts")
        ->check(CLI::Range(1, 10000));
    probing->add_option("--seconds", probe.seconds, "how long, unless SIGTERM ends it first")->check(CLI::Range(1, 86400));
    CLI11_PARSE(app, argc, argv);

    if (exec->parsed()) {
        auto arguments = exec->remaining();
        return lab::executeOn(labFile, host, arguments);
    }
    if (status->parsed())
        return lab::printStatus(labFile);
    if (stop->parsed())
        return lab::stopLab(labFile);
    if (loading->parsed())
        return lab::keepBusy(load);
    if (probing->parsed())
        return lab::measure(probe);
    try {
        lab::holdLab(options);
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "lab: " << problem.what() << '\n';
        return 1;
    }
}
