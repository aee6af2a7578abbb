// SPDX-License-Identifier: GPL-3.0-or-later
// lvsdeck-agent: reads the command line and hands over.
#include "agent/app/attach.hpp"
#include "agent/app/commands.hpp"
#include "agent/app/serve.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    using namespace lvsdeck::app;
    CLI::App app{"The lvsdeck agent: IPVS, VRRP and health checks of this director."};
    app.set_version_flag("--version", "lvsdeck-agent " LVSDECK_VERSION);
    app.require_subcommand(1);

    std::string socket = "/run/lvsdeck/agent.sock";
    const auto withSocket = [&](CLI::App* command) {
        command->add_option("--socket", socket, "The agent's socket")->capture_default_str();
        return command;
    };

    ServeOptions serveOptions;
    CLI::App* serveCommand =
        app.add_subcommand("serve", "Run the agent (SIGTERM leaves everything to the next process, SIGINT resigns)");
    serveCommand->add_option("--state-dir", serveOptions.stateDir, "Where the cluster is stored")->capture_default_str();
    serveCommand->add_option("--run-dir", serveOptions.runDir, "For the socket and the VRRP memory; on tmpfs")
        ->capture_default_str();
    serveCommand->add_option("--socket", serveOptions.socket, "Default: agent.sock in the run folder");
    serveCommand->add_flag("--whole-connections", serveOptions.wholeConnections,
                           "TCP checks open a whole connection each time, not only until a server has passed one");
    serveCommand->add_option("--director", serveOptions.director, "Who this host is in the cluster; default: as stored");

    CLI::App* attachCommand = withSocket(app.add_subcommand("attach", "Connect standard input and output to the agent"));

    std::string method;
    std::string params;
    CLI::App* callCommand = withSocket(app.add_subcommand("call", "Call one method and print its result"));
    callCommand->add_option("METHOD", method, "For example state.get")->required();
    callCommand->add_option("PARAMS", params, "A JSON object, or - for standard input");

    WatchOptions watchOptions;
    CLI::App* watchCommand = withSocket(app.add_subcommand("watch", "Show the table as ipvsadm does, once a second"));
    watchCommand->add_flag("--once", watchOptions.once, "Print once and end");
    watchCommand->add_option("--format", watchOptions.format, "ipvsadm or json")
        ->check(CLI::IsMember({"ipvsadm", "json"}))
        ->capture_default_str();

    bool asJson = false;
    CLI::App* doctorCommand = withSocket(app.add_subcommand("doctor", "What is wrong with this host, and the fix"));
    doctorCommand->add_flag("--json", asJson, "For programs");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : static_cast<int>(Exit::Usage);
    }
    try {
        Exit status = Exit::Usage;
        if (*serveCommand)
            status = serve(serveOptions);
        else if (*attachCommand)
            status = attach(socket);
        else if (*callCommand)
            status = call(socket, method, params);
        else if (*watchCommand)
            status = watch(socket, watchOptions);
        else if (*doctorCommand)
            status = doctor(socket, asJson);
        return static_cast<int>(status);
    } catch (const std::exception& exception) {
        std::cerr << "lvsdeck-agent: " << exception.what() << '\n';
        return static_cast<int>(Exit::Problem);
    }
}
