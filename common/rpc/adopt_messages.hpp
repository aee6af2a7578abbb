// SPDX-License-Identifier: GPL-3.0-or-later
// A part of messages.hpp: adopt.*, the way from a keepalived to lvsdeck on a director, and back.
#pragma once

#include "common/base/json.hpp"
#include "common/rpc/config_messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::rpc {

struct AdoptFile {
    std::string path;
    std::string text;
    std::string problem; ///< why it could not be read; empty: it could
    std::string hash;    ///< of text and problem
};
BOOST_DESCRIBE_STRUCT(AdoptFile, (), (path, text, problem, hash))

/// A file as somebody knew it when he read it.
struct AdoptKnownFile {
    std::string path;
    std::string hash;
    bool operator==(const AdoptKnownFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(AdoptKnownFile, (), (path, hash))

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
    std::string problem;   ///< why that is not whole
    std::string elsewhere; ///< why this keepalived can be looked on at, and not taken over: it runs in a container
    std::string rules;     ///< the kernel's IPVS table, as `ipvsadm -R` takes it
};
BOOST_DESCRIBE_STRUCT(AdoptScan, (),
                      (running, processes, arguments, unit, configId, files, includes, problem, elsewhere, rules))

/// adopt.observe: this cluster is what keepalived does here. It is stored and shown with the state of keepalived's work; nothing of
/// it is put in force. Conflict: lvsdeck manages this director, or its files are others than those that the cluster was read from.
struct AdoptObserveParams {
    std::uint64_t baseRevision = 0;
    std::uint64_t revision = 0; ///< as of config.apply
    json::Document cluster;
    std::optional<std::string> director;
    std::string comment;
    std::vector<AdoptKnownFile> files; ///< that the cluster was read from, as adopt.scan had them; empty: as they are now
};
BOOST_DESCRIBE_STRUCT(AdoptObserveParams, (), (baseRevision, revision, cluster, director, comment, files))

/// adopt.take: puts the observed cluster in force and ends keepalived, with nothing to be felt on the wire. Unless it is confirmed in
/// time (config.confirm), and with config.revert, keepalived comes back.
struct AdoptTakeParams {
    std::uint32_t confirmWithinS = 60; ///< 5..3600; 0: confirmed at once
};
BOOST_DESCRIBE_STRUCT(AdoptTakeParams, (), (confirmWithinS))

/// adopt.back: starts keepalived, and falls silent when it is ready. Conflict when adopt.check has concerns and it was not said to go
/// anyway.
struct AdoptBackParams {
    bool anyway = false;
};
BOOST_DESCRIBE_STRUCT(AdoptBackParams, (), (anyway))

enum class AdoptConcernKind {
    FileChanged,   ///< since it was read
    FileGone,      ///< it is not read any more
    FileNew,       ///< it was not read before
    ConfigId,      ///< another -i, which decides the lines that begin with @
    FilesUnknown,  ///< it is not known what was read
    Configuration, ///< lvsdeck's is not (any more) the one that was read from the files
    TableFlush,    ///< keepalived empties the IPVS table when it starts (lvs_flush)
    Elsewhere,     ///< keepalived runs in a container: who ends it cannot bring it back
    Unit,          ///< another unit than keepalived.service
    Disputed,      ///< its addresses are here, and another router advertises them
};
BOOST_DESCRIBE_ENUM(AdoptConcernKind, FileChanged, FileGone, FileNew, ConfigId, FilesUnknown, Configuration, TableFlush,
                    Elsewhere, Unit, Disputed)

struct AdoptConcern {
    AdoptConcernKind kind = AdoptConcernKind::FilesUnknown;
    bool blocks = false; ///< the take-over is refused because of it
    std::string
        subject;      ///< the file ("/etc/keepalived/keepalived.conf", with ":7" where it is a line), the instance, the unit
    std::string text; ///< what it is and what to do about it
    bool operator==(const AdoptConcern&) const = default;
};
BOOST_DESCRIBE_STRUCT(AdoptConcern, (), (kind, blocks, subject, text))

/// adopt.check: what speaks against the next step, the take-over or the way back. Changes nothing.
struct AdoptCheck {
    bool back = false; ///< the next step is adopt.back
    std::vector<AdoptConcern> concerns;
    std::vector<PlannedOperation> operations; ///< back: what will be otherwise than now, as far as it is known
};
BOOST_DESCRIBE_STRUCT(AdoptCheck, (), (back, concerns, operations))

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
