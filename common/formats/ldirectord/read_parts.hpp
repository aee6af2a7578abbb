// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the ldirectord reader: settings of both scopes, virtual services, their checks, heartbeat's resources, and
// how several files become one cluster. Private to this folder.
#pragma once

#include "common/formats/ldirectord/text.hpp"
#include "common/formats/ldirectord/values.hpp"

#include <map>
#include <set>

namespace lvsdeck::formats::ldirectord {

struct Fallback {
    IpAddress address;
    std::optional<std::uint16_t> port; ///< unset: the service's
    model::Forwarding forwarding = model::Forwarding::Dr;
};

/// What may stand globally and in a virtual service; there it counts first.
struct Common {
    std::optional<std::uint32_t> checkTimeout; ///< seconds, as the next two
    std::optional<std::uint32_t> negotiateTimeout;
    std::optional<std::uint32_t> checkInterval;
    std::optional<std::uint32_t> failureCount;
    std::optional<bool> quiescent;
    std::optional<Fallback> fallback;
    std::optional<Fallback> fallback6;
    std::string fallbackCommand;
    std::vector<std::string> mailTo;
    std::optional<bool> mail; ///< emailalertstatus: whether any state is mailed
    std::string smtp;
};

struct Globals : Common {
    bool fork = false;
    std::string mailFrom;
};

/// What decides about the checks of a service.
struct CheckWords {
    std::string type = "negotiate";
    std::string service; ///< empty: by the port
    std::string command = "/bin/true";
    std::string request;
    std::string receive;
    std::optional<std::uint16_t> port;
    bool head = false;
    Setting where; ///< for findings about the checks
};

/// One line "real=…", which may stand for many servers.
struct Real {
    Endpoint endpoint;
    model::Forwarding forwarding = model::Forwarding::Dr;
    std::int32_t weight = 1;
    std::optional<std::string> request; ///< both or none
    std::string receive;
    std::uint32_t lower = 0;
    std::uint32_t upper = 0;
    Setting where;
};

/// A service, and what is still to be worked out when all of its lines are known.
struct Virtual : Common {
    model::VirtualService service;
    CheckWords check;
    std::vector<Real> reals;
};

/// One ldirectord.cf on its way into a cluster.
struct Reading {
    Reading(std::string file, std::string ownDirector, Findings& out)
        : report(std::move(file), out), director(std::move(ownDirector)) {}
    Report report;
    std::string director; ///< as the caller named it; may be empty
    Globals globals;
    model::Cluster cluster; ///< services and notification
    std::set<std::string> serviceKeys;
    std::map<std::string, std::uint32_t> lines; ///< model::diff's subject -> where it begins
    std::size_t servers = 0;
    std::size_t rangeServers = 0;    ///< made of address ranges
    std::size_t quiescentUnsaid = 0; ///< services that nobody says it for
};

/// Whether the word may stand in both scopes; bad values are reported.
[[nodiscard]] bool readCommon(Common& out, const Setting& setting, Report& report);
[[nodiscard]] std::optional<bool> yesOrNo(const Setting& setting, Report& report);
void readGlobals(Reading& reading, const std::vector<Setting>& settings);
void readVirtual(Reading& reading, const Block& block);
/// The lines of a real server; nothing, and told, when it cannot be one.
[[nodiscard]] std::optional<Real> readReal(const Setting& setting, Report& report);
/// Tells when a setting is given twice with different values; ldirectord takes the last.
void reportRepeats(const std::vector<Setting>& settings, Report& report);

/// Finds the kind of check that a service's words mean and tells what of them is lost; then makes it for each server.
class Checks {
public:
    /// `timeouts` in seconds; `virtual` is complete apart from its servers.
    Checks(const Virtual& owner, const Globals& globals, Report& report);
    /// Adds the check to the server. `given` is the port that stands in its line, 0 if none.
    void add(model::RealServer& server, const Real& real, std::uint16_t given);
    /// What the service says for all of them.
    void settle(model::VirtualService& service) const;

private:
    enum class Kind { None, Tcp, Ping, Http, Smtp, Dns, Script };
    void decide();
    void negotiate();
    void lost(std::string text);
    [[nodiscard]] model::HealthCheck http(const Real& real);
    [[nodiscard]] model::HealthCheck dns(const Real& real);
    [[nodiscard]] model::HealthCheck script(const model::RealServer& server, std::uint16_t given) const;

    const Virtual& m_owner;
    Report& m_report;
    Kind m_kind = Kind::None;
    std::string m_service;
    std::uint32_t m_timeout = 5;
    std::uint32_t m_failures = 1;
    bool m_told = false; ///< what a question to a name server loses
    bool m_made = false;
};

/// Nodes and addresses of heartbeat (haresources) or crm.
struct HeldAddress {
    model::VirtualAddress address;
    std::string node;  ///< empty: it is not said who holds it first
    std::string place; ///< file:line
};
struct Resources {
    std::vector<std::string> nodes; ///< in the order that they are named, as ids of directors
    std::vector<HeldAddress> addresses;
    bool sync = false; ///< the connection sync daemon changes its role with the addresses
    std::string syncInterface;
    std::map<IpAddress, std::size_t> known; ///< address -> where it is in `addresses`
};
void readResources(const SourceText& source, Resources& out, Report& report);
/// Directors, VRRP instances and the sync daemon of what was read.
void takeResources(model::Cluster& cluster, const Resources& resources, Report& report);

/// The readings' services and mail as one; where they differ the first counts.
void merge(model::Cluster& cluster, std::vector<Reading>& readings);

} // namespace lvsdeck::formats::ldirectord
