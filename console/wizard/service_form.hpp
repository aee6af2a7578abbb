// SPDX-License-Identifier: GPL-3.0-or-later
// The answers of the new service wizard, what is wrong with them, and the cluster that they make. No widgets; sentences are
// translated. Any thread.
#pragma once

#include "common/model/cluster.hpp"
#include "common/model/validate.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::console {

enum class WizardStep { VirtualIp, Service, Forwarding, Servers, Checks, Review };
inline constexpr int wizardSteps = 6;

/// Where a problem is shown: beside this field, on this step.
enum class Field {
    None,
    Address,
    Interface,
    Vrid,
    Priority,
    Interval,
    Password,
    Instance,
    Name,
    Port,
    Scheduler,
    Persistence,
    Forwarding,
    Tunnel,
    Servers,
    Weight,
    CheckPath,
    CheckPort,
    CheckTimes,
    Quorum,
};

struct FieldProblem {
    WizardStep step = WizardStep::VirtualIp;
    Field field = Field::None;
    model::Severity severity = model::Severity::Error;
    std::string text;
};

enum class CheckKind { None, Tcp, Http, Https };

/// A new VRRP instance; used when `useInstance` is empty.
struct InstanceForm {
    std::string name = "VI_1";
    int version = 3;
    int vrid = 51;
    std::int64_t intervalMs = 1000;
    std::string password;
    bool preempt = true;
    std::vector<model::Member> members; ///< one for each director
};

struct ServiceForm {
    std::string useInstance; ///< name of an existing one; empty: `instance` is made
    InstanceForm instance;
    std::string address; ///< as typed; a prefix length may follow a slash
    std::string name;
    model::Protocol protocol = model::Protocol::Tcp;
    int port = 80;
    int persistence = 0; ///< seconds; 0: off
    model::Forwarding forwarding = model::Forwarding::Dr;
    model::TunnelType tunnel = model::TunnelType::Ipip;
    int tunnelPort = 6080;
    model::Scheduler scheduler = model::Scheduler::Wlc;
    std::string servers; ///< as pasted; see parseServers
    int defaultWeight = 1;
    CheckKind check = CheckKind::Tcp;
    std::string checkPath = "/";
    std::string checkHost;
    int checkPort = 0; ///< 0: the server's
    int delayLoopS = 6;
    int connectTimeoutS = 5;
    int retry = 3;
    int delayBeforeRetryS = 3;
    bool inhibitOnFailure = false;
};

struct ParsedServers {
    std::vector<model::RealServer> servers;
    std::vector<std::string> problems; ///< "line 3: …"
};

/// One server a line: ADDRESS[:PORT] [WEIGHT] [NAME], also ADDRESS-LAST for a run of addresses; '#' begins a comment; commas and
/// semicolons separate as line ends do. At most 4,096 servers.
[[nodiscard]] ParsedServers parseServers(const std::string& text, std::uint16_t port, int weight);

/// Priorities 100, 99, 98 … in the order of the directors, the first free VRID from 51, the interface of the others.
[[nodiscard]] ServiceForm startForm(const model::Cluster& base);
/// The base with this service (and instance, and address) added; fields that cannot be read are left at their defaults.
[[nodiscard]] model::Cluster withService(const model::Cluster& base, const ServiceForm& form);
/// The service that withService() adds.
[[nodiscard]] model::VirtualService serviceOf(const ServiceForm& form);
/// What cannot be read, and what model::validate says of the new parts.
[[nodiscard]] std::vector<FieldProblem> problemsOf(const model::Cluster& base, const ServiceForm& form);
/// Seconds after which a dead server is out, at most: interval, tries and pauses.
[[nodiscard]] int detectionSeconds(const ServiceForm& form);

} // namespace lvsdeck::console
