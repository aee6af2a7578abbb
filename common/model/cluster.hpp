// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster: one document for all directors, the same everywhere (see ARCHITECTURE.md). Plain values; any thread.
#pragma once

#include "common/base/error.hpp"
#include "common/model/service.hpp"
#include "common/model/static_entries.hpp"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::model {

struct Director {
    std::string id;      ///< unique, [A-Za-z0-9._-]{1,63}
    std::string address; ///< management address: host name or IP, as SSH reaches it; may be an ssh_config alias
    std::uint16_t sshPort = 22;
    std::string sshUser;       ///< empty: as ssh_config or the local user says
    std::string routerId;      ///< keepalived's router_id; empty: the id
    std::string syncInterface; ///< of the connection sync daemon here; empty: ConnectionSync::interface
    bool operator==(const Director&) const = default;
};
BOOST_DESCRIBE_STRUCT(Director, (), (id, address, sshPort, sshUser, routerId, syncInterface))

/// Mail and FIFO lines on transitions.
struct Notification {
    std::vector<std::string> to;
    std::string from;
    std::string smtpServer;
    std::uint16_t smtpPort = 25;
    std::optional<std::chrono::milliseconds> smtpConnectTimeout;
    std::string heloName;              ///< empty: the host's name
    std::optional<bool> alertVrrp;     ///< unset: no
    std::optional<bool> alertCheckers; ///< unset: yes
    bool noFaultMail = false;          ///< none when an instance enters FAULT
    bool notifyUpAtStart = false;      ///< run notifyUp for servers that are up when the agent starts
    std::string fifo;                  ///< of everything; an absolute path; empty: none
    std::string vrrpFifo;
    std::string checkerFifo;
    bool operator==(const Notification&) const = default;
};
BOOST_DESCRIBE_STRUCT(Notification, (),
                      (to, from, smtpServer, smtpPort, smtpConnectTimeout, heloName, alertVrrp, alertCheckers, noFaultMail,
                       notifyUpAtStart, fifo, vrrpFifo, checkerFifo))

/// The kernel copies connections from the master to the backups (ip_vs sync daemon).
struct ConnectionSync {
    std::string interface;
    std::string instance; ///< whose master sends and whose backups receive; empty: both roles always
    std::uint8_t syncId = 0;
    std::optional<std::uint16_t> maxLength; ///< bytes of a sync message
    std::optional<std::uint16_t> port;      ///< unset: 8848
    std::optional<std::uint8_t> ttl;        ///< unset: 1
    std::optional<IpAddress> group;         ///< multicast; unset: 224.0.0.81
    bool operator==(const ConnectionSync&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConnectionSync, (), (interface, instance, syncId, maxLength, port, ttl, group))

/// Idle timeouts of the kernel's connection table in seconds, 1..2678400; unset: as the kernel has it.
struct ConnectionTimeouts {
    std::optional<std::uint32_t> tcp;
    std::optional<std::uint32_t> tcpFin;
    std::optional<std::uint32_t> udp;
    bool operator==(const ConnectionTimeouts&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConnectionTimeouts, (), (tcp, tcpFin, udp))

/// When somebody else changed one of our entries in the kernel.
enum class ForeignChange { Repair, LeaveAlone };
BOOST_DESCRIBE_ENUM(ForeignChange, Repair, LeaveAlone)

/// When nearly all servers of a director fail at about the same time, its own network is suspected.
enum class MassFailure {
    Alarm, ///< tell, and take them out all the same, as keepalived does
    Hold   ///< tell, and leave them in the table until some of them answer again
};
BOOST_DESCRIBE_ENUM(MassFailure, Alarm, Hold)

/// Text of an imported file that lvsdeck does not manage, kept so that an export writes it again at its place.
struct Passthrough {
    std::string director; ///< empty: for all
    /// "", "global_defs", "vrrp_instance NAME", "virtual_server KEY", "virtual_server KEY/real_server KEY"; inside of an instance
    /// also "…/virtual_ipaddress ADDRESS" (more words of that line), inside of a server "…/check N" and "…/check N/url M".
    std::string place;
    std::string text; ///< whole lines, keepalived syntax, without outer indentation
    bool operator==(const Passthrough&) const = default;
};
BOOST_DESCRIBE_STRUCT(Passthrough, (), (director, place, text))

struct Cluster {
    std::uint32_t schema = 1;
    std::string name;
    std::uint64_t revision = 0; ///< counts up by one with every apply
    std::vector<Director> directors;
    std::vector<VrrpInstance> instances;
    std::vector<SyncGroup> syncGroups;
    std::vector<TrackScript> trackScripts;
    std::vector<TrackFile> trackFiles;
    std::vector<TrackProcess> trackProcesses;
    std::chrono::milliseconds vrrpStartupDelay{0}; ///< after the agent's start nothing is sent or taken so long
    std::vector<TrackGroup> trackGroups;
    std::vector<StaticAddress> staticAddresses; ///< these three are on the host as long as they are configured
    std::vector<StaticRoute> staticRoutes;
    std::vector<StaticRule> staticRules;
    std::vector<ServiceGroup> serviceGroups;
    std::vector<VirtualService> services;
    std::optional<ConnectionSync> connectionSync;
    ConnectionTimeouts timeouts;
    std::map<std::string, std::string> ipvsSysctls; ///< net.ipv4.vs.NAME -> value; the old ones come back with its removal
    ForeignChange foreignChange = ForeignChange::Repair;
    MassFailure massFailure = MassFailure::Alarm;
    ScriptSettings scripts;
    Notification notification;
    std::vector<Passthrough> passthrough;
    bool operator==(const Cluster&) const = default;
};
BOOST_DESCRIBE_STRUCT(Cluster, (),
                      (schema, name, revision, directors, instances, syncGroups, trackScripts, trackFiles, trackProcesses,
                       vrrpStartupDelay, trackGroups, staticAddresses, staticRoutes, staticRules, serviceGroups, services,
                       connectionSync, timeouts, ipvsSysctls, foreignChange, massFailure, scripts, notification,
                       passthrough))

[[nodiscard]] const Director* findDirector(const Cluster& cluster, std::string_view id);
[[nodiscard]] const Member* findMember(const VrrpInstance& instance, std::string_view director);

/// 16 hex digits over the canonical JSON without the revision; equal content, equal hash.
[[nodiscard]] std::string contentHash(const Cluster& cluster);

/// The document as it is stored and exchanged (pretty JSON). parseCluster refuses a newer schema than 1.
[[nodiscard]] std::string clusterText(const Cluster& cluster);
[[nodiscard]] Result<Cluster> parseCluster(std::string_view text);

} // namespace lvsdeck::model
