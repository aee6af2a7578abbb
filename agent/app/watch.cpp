// SPDX-License-Identifier: GPL-3.0-or-later
// `lvsdeck-agent watch`: the table of a running agent, again and again.
#include "agent/app/client.hpp"
#include "agent/app/commands.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace lvsdeck::app {

namespace {

using namespace std::chrono_literals;

/// The numbers of a row by their column's name.
class Row {
public:
    Row(const rpc::Counts& counts, std::uint32_t row) : m_counts(counts) {
        const auto found = std::ranges::find_if(counts.rows, [row](const auto& r) { return !r.empty() && r.front() == row; });
        m_row = found == counts.rows.end() ? nullptr : &*found;
    }
    [[nodiscard]] std::int64_t operator[](std::string_view column) const {
        const auto place = static_cast<std::size_t>(std::ranges::find(m_counts.columns, column) - m_counts.columns.begin());
        return m_row && place < m_row->size() ? (*m_row)[place] : 0;
    }

private:
    const rpc::Counts& m_counts;
    const std::vector<std::int64_t>* m_row;
};

std::string serviceLine(const rpc::TableService& service) {
    std::string text = service.protocol + "  " + service.address + " " + service.scheduler;
    for (std::size_t i = 0; i < service.flags.size(); ++i)
        text += (i == 0 ? " (" : ",") + service.flags[i];
    if (!service.flags.empty())
        text += ")";
    if (service.persistence != 0) {
        text += " persistent " + std::to_string(service.persistence);
        if (!service.mask.empty())
            text += " mask " + service.mask;
        if (!service.persistenceEngine.empty())
            text += " pe " + service.persistenceEngine;
    }
    return text + (service.onePacket ? " ops" : "");
}

/// In ipvsadm -Ln's columns; what is configured but absent from the kernel is not in it, as it is not in ipvsadm's.
std::string listing(const rpc::State& state, const std::string& version) {
    std::ostringstream out;
    out << "IP Virtual Server version " << version << "\n"
        << "Prot LocalAddress:Port Scheduler Flags\n"
        << "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n";
    if (!state.table || !state.counts)
        return out.str();
    for (const rpc::TableService& service : *state.table) {
        if (!service.present)
            continue;
        out << serviceLine(service) << "\n";
        for (const rpc::TableServer& server : service.servers) {
            if (!server.present)
                continue;
            const Row row(*state.counts, server.row);
            out << "  -> " << std::left << std::setw(28) << server.key << " " << std::setw(7) << server.forward << " "
                << std::setw(6) << row["weight"] << " " << std::setw(10) << row["active"] << " " << std::setw(10)
                << row["inactive"] << "\n";
        }
    }
    return out.str();
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
            std::cout << listing(*state, "1.2.1");
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
