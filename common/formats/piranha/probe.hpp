// SPDX-License-Identifier: GPL-3.0-or-later
// How Piranha's nanny asks a server, and the health check that comes nearest; in both directions. Private to this folder. Pure.
#pragma once

#include "common/formats/diagnostic.hpp"

#include <compare>
#include <string_view>

namespace lvsdeck::formats::piranha {

inline constexpr std::size_t maxProbeText = 255; ///< of send and expect, as Piranha has it
inline constexpr std::size_t maxProgram = 511;

/// Of a virtual: the same for all its servers. Texts without escapes; all empty: opening a connection is enough.
struct Probe {
    std::string send;
    std::string expect; ///< what the answer begins with; "*": any answer
    bool regex = false;
    std::string program; ///< instead of send; %h is the server's address
    std::strong_ordering operator<=>(const Probe&) const = default;
};

struct ReadProbe {
    model::HealthCheck check;
    std::vector<std::string> told; ///< what the check is, then what is lost; empty: it is exactly that
    bool exact = true;
};

/// The check for any server of the virtual; forServer() makes it the one of a server.
[[nodiscard]] ReadProbe readProbe(const Probe& probe, model::Protocol protocol);
[[nodiscard]] model::HealthCheck forServer(const model::HealthCheck& check, const IpAddress& server);

struct WrittenProbe {
    Probe probe;
    std::vector<std::string> losses;
};

/// Whom a check belongs to, and how the virtual is written: with %h where a program's words have the server's address, or not.
struct Asked {
    const model::VirtualService& service;
    const model::RealServer& server;
    model::Protocol protocol = model::Protocol::Tcp;
    bool mask = true;
};
[[nodiscard]] WrittenProbe writeProbe(const model::HealthCheck& check, const Asked& asked);

/// nanny's backslash words \r \n \t \\ \' \" -> the characters; any other backslash stays.
[[nodiscard]] std::string unescaped(std::string_view text);
[[nodiscard]] std::string escaped(std::string_view text);

} // namespace lvsdeck::formats::piranha
