// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster: one document for all directors, the same everywhere (see ARCHITECTURE.md). Plain values; any thread.
#pragma once

#include "common/base/error.hpp"
#include "common/model/service.hpp"
#include "common/model/vrrp_instance.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::model {

struct Director {
    std::string id;      ///< unique, [A-Za-z0-9._-]{1,63}
    std::string address; ///< management address: host name or IP, as SSH reaches it; may be an ssh_config alias
    std::uint16_t sshPort = 22;
    std::string sshUser;  ///< empty: as ssh_config or the local user says
    std::string routerId; ///< keepalived's router_id; empty: the id
    bool operator==(const Director&) const = default;
};
BOOST_DESCRIBE_STRUCT(Director, (), (id, address, sshPort, sshUser, routerId))

/// Mail on transitions: kept and exported; the agent of this version does not send mail itself.
struct Notification {
    std::vector<std::string> to;
    std::string from;
    std::string smtpServer;
    std::uint16_t smtpPort = 25;
    std::optional<std::chrono::milliseconds> smtpConnectTimeout;
    bool operator==(const Notification&) const = default;
};
BOOST_DESCRIBE_STRUCT(Notification, (), (to, from, smtpServer, smtpPort, smtpConnectTimeout))

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
    std::vector<VirtualService> services;
    Notification notification;
    std::vector<Passthrough> passthrough;
    bool operator==(const Cluster&) const = default;
};
BOOST_DESCRIBE_STRUCT(Cluster, (), (schema, name, revision, directors, instances, services, notification, passthrough))

[[nodiscard]] const Director* findDirector(const Cluster& cluster, std::string_view id);
[[nodiscard]] const Member* findMember(const VrrpInstance& instance, std::string_view director);

/// 16 hex digits over the canonical JSON without the revision; equal content, equal hash.
[[nodiscard]] std::string contentHash(const Cluster& cluster);

/// The document as it is stored and exchanged (pretty JSON). parseCluster refuses a newer schema than 1.
[[nodiscard]] std::string clusterText(const Cluster& cluster);
[[nodiscard]] Result<Cluster> parseCluster(std::string_view text);

} // namespace lvsdeck::model
