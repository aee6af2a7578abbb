// SPDX-License-Identifier: GPL-3.0-or-later
// A part of messages.hpp: adopt.*, the way from a keepalived to lvsdeck on a director, and back.
#pragma once

#include "common/base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::rpc {

struct AdoptFile {
    std::string path;
    std::string text;
    std::string problem; ///< why it could not be read; empty: it could
};
BOOST_DESCRIBE_STRUCT(AdoptFile, (), (path, text, problem))

/// An include line of one of the files, and which of them it stands for.
struct AdoptInclude {
    std::string pattern;
    std::string from;
    std::vector<std::string> paths;
};
BOOST_DESCRIBE_STRUCT(AdoptInclude, (), (pattern, from, paths))

/// adopt.scan: what is here already. Interfaces and addresses: host.interfaces.
struct AdoptScan {
    bool running = false; ///< a keepalived, in this network
    std::vector<std::int64_t> processes;
    std::vector<std::string> arguments; ///< its command line
    std::string unit;                   ///< of systemd; empty: started by hand
    std::string configId;               ///< its -i, which decides the lines that begin with @
    std::vector<AdoptFile> files;       ///< the main one first; passwords are in them
    std::vector<AdoptInclude> includes;
    std::string problem; ///< why that is not whole
    std::string rules;   ///< the kernel's IPVS table, as `ipvsadm -R` takes it
};
BOOST_DESCRIBE_STRUCT(AdoptScan, (), (running, processes, arguments, unit, configId, files, includes, problem, rules))

/// adopt.observe: this cluster is what keepalived does here. It is stored and shown with the state of keepalived's work; nothing of
/// it is put in force. Conflict: lvsdeck manages this director.
struct AdoptObserveParams {
    std::uint64_t baseRevision = 0;
    std::uint64_t revision = 0; ///< as of config.apply
    json::Value cluster;
    std::optional<std::string> director;
    std::string comment;
};
BOOST_DESCRIBE_STRUCT(AdoptObserveParams, (), (baseRevision, revision, cluster, director, comment))

/// adopt.take: puts the observed cluster in force and ends keepalived, with nothing to be felt on the wire. Unless it is confirmed in
/// time (config.confirm), and with config.revert, keepalived comes back.
struct AdoptTakeParams {
    std::uint32_t confirmWithinS = 60; ///< 5..3600; 0: confirmed at once
};
BOOST_DESCRIBE_STRUCT(AdoptTakeParams, (), (confirmWithinS))

enum class AdoptionPhase {
    Observing, ///< keepalived manages this director
    Taking,    ///< lvsdeck does, until that is confirmed or given back
    Replaced,  ///< lvsdeck does, and keepalived can come back
    Returning, ///< lvsdeck does, until keepalived is ready
};
BOOST_DESCRIBE_ENUM(AdoptionPhase, Observing, Taking, Replaced, Returning)

struct Adoption {
    AdoptionPhase phase = AdoptionPhase::Observing;
    bool running = false; ///< keepalived, when last looked at
    std::string problem;  ///< why it does not go on: "keepalived does not start: …"
    bool operator==(const Adoption&) const = default;
};
BOOST_DESCRIBE_STRUCT(Adoption, (), (phase, running, problem))

} // namespace lvsdeck::rpc
