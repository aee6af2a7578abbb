// SPDX-License-Identifier: GPL-3.0-or-later
// `lvsdeck-agent watch`: the table of a running agent, again and again.
#include "agent/app/client.hpp"
#include "agent/app/commands.hpp"
#include "common/formats/ipvsadm/listing.hpp"

#include <charconv>
#include <fstream>
#include <iostream>
#include <thread>

#include <unistd.h>

namespace lvsdeck::app {

namespace {

using namespace std::chrono_literals;

/// The kernel says of itself what ipvsadm prints: "IP Virtual Server version 1.2.1 (size=4096)".
formats::IpvsadmKernel localKernel() {
    formats::IpvsadmKernel kernel;
    std::ifstream file("/proc/net/ip_vs");
    std::string line;
    std::getline(file, line);
    const auto version = line.find("version ");
    const auto size = line.find("(size=");
    if (version == std::string::npos || size == std::string::npos || version > size)
        return kernel;
    kernel.version = line.substr(version + 8, size - version - 9);
    std::from_chars(line.data() + size + 6, line.data() + line.size(), kernel.tableSize);
    return kernel;
}

Exit report(const Error& error) {
    std::cerr << "lvsdeck-agent: " << error.text << '\n';
    return error.code == ErrorCode::Unavailable ? Exit::Unreachable : Exit::Problem;
}

} // namespace

Exit watch(const std::string& socket, const WatchOptions& options) {
    auto client = Client::connect(socket);
    if (!client)
        return report(client.error());
    const formats::IpvsadmKernel kernel = localKernel();
    const bool clears = !options.once && isatty(STDOUT_FILENO) != 0;
    const rpc::StateGetParams wanted{{rpc::Part::Config, rpc::Part::Vrrp, rpc::Part::Table, rpc::Part::Counts}};
    while (true) {
        auto answer = client->call("state.get", json::toJson(wanted));
        if (!answer)
            return report(answer.error());
        if (clears)
            std::cout << "\x1b[H\x1b[2J";
        if (options.format == "json") {
            std::cout << json::toLine(*answer) << "\n";
        } else {
            const auto state = json::fromJson<rpc::State>(*answer);
            if (!state)
                return report(state.error());
            std::cout << formats::ipvsadmListing(state->table.value_or(std::vector<rpc::TableService>{}),
                                                 state->counts.value_or(rpc::Counts{}), formats::IpvsadmView::Connections,
                                                 kernel);
            if (state->config && !state->config->problem.empty())
                std::cerr << "lvsdeck-agent: " << state->config->problem << '\n';
        }
        std::cout << std::flush;
        if (options.once || !std::cout)
            return Exit::Done;
        std::this_thread::sleep_for(1s);
    }
}

} // namespace lvsdeck::app
