// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the Watch table as values, made from one director's state. Pure; any thread.
#pragma once

#include "common/rpc/messages.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lvsdeck::console {

/// The numbers of one row, as the kernel gives them; rates are bytes and packets a second.
struct Numbers {
    std::int64_t weight = 0;
    std::int64_t active = 0;
    std::int64_t inactive = 0;
    std::int64_t cps = 0;
    std::int64_t inBytesPerSecond = 0;
    std::int64_t outBytesPerSecond = 0;
    bool operator==(const Numbers&) const = default;
};

/// Active connections of the last minute, one value a second, oldest first; shorter in the first minute.
class Trend {
public:
    static constexpr std::size_t length = 60;
    void add(std::int64_t value);
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::int64_t at(std::size_t i) const { return m_values[(m_start + i) % length]; }

private:
    std::array<std::int64_t, length> m_values{};
    std::size_t m_start = 0;
    std::size_t m_size = 0;
};

enum class ServerState { Unchecked, Up, Down, Draining, Disabled, Foreign, Standby };

struct WatchServer {
    std::string key;
    std::string name;
    std::string forward; ///< Masq, Local, Tunnel, Route
    ServerState state = ServerState::Unchecked;
    std::int64_t sinceMs = 0; ///< of the state, CLOCK_REALTIME of the director; 0: unknown
    bool present = true;
    std::int64_t configuredWeight = 0;
    Numbers numbers;
    Trend trend;
};

struct WatchService {
    std::string key;
    std::string name;
    std::string protocol;
    std::string address;
    std::string scheduler;
    std::string flags; ///< "persistent 60", "ops", "mh-port" … as ipvsadm prints them
    bool present = true;
    bool foreign = false;
    bool quorum = true;
    std::vector<WatchServer> servers;
    Numbers numbers; ///< sums of the servers, rates of the service
    Trend trend;

    [[nodiscard]] std::size_t serversUp() const;
};

/// In the director's order (ipvsadm's). Without table or counts the list is empty.
[[nodiscard]] std::vector<WatchService> watchRows(const rpc::State& state);

[[nodiscard]] ServerState serverState(const rpc::TableServer& server);

/// These services with all their servers as `ipvsadm -ln` prints them (layout of ipvsadm 1.31).
[[nodiscard]] std::string ipvsadmText(const std::vector<WatchService>& services);

} // namespace lvsdeck::console
