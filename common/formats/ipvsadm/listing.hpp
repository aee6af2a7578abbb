// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of ipvsadm 1.31 from an agent's state, column for column, so that scripts and eyes find what they
// know. Entries that are not in the kernel's table are left out. Pure; any thread.
#pragma once

#include "common/rpc/messages.hpp"

namespace lvsdeck::formats {

enum class IpvsadmView {
    Connections, ///< ipvsadm -Ln
    Stats,       ///< --stats
    Rate,        ///< --rate
    Thresholds,  ///< --thresholds
    Persistent,  ///< --persistent-conn
    Tunnels,     ///< --tun-info
};

struct IpvsadmKernel {
    std::string version = "1.2.1";
    std::uint32_t tableSize = 4096; ///< of the connection table
};

/// `counts` has all rows; a row without counts shows zeros.
[[nodiscard]] std::string ipvsadmListing(const std::vector<rpc::TableService>& table, const rpc::Counts& counts,
                                         IpvsadmView view, const IpvsadmKernel& kernel = {});

/// ipvsadm -Sn: what `ipvsadm -R` reads. Thresholds are not in it, as in ipvsadm's own.
[[nodiscard]] std::string ipvsadmRules(const std::vector<rpc::TableService>& table, const rpc::Counts& counts);

/// The rules that a cluster's services mean on a healthy director: drained servers have weight 0, disabled
/// ones are left out.
[[nodiscard]] std::string ipvsadmRules(const model::Cluster& cluster);

} // namespace lvsdeck::formats
