// SPDX-License-Identifier: GPL-3.0-or-later
// What changed between two clusters, as a person reviews it: keyed by names and addresses, not by positions. Pure.
#pragma once

#include "common/model/cluster.hpp"

namespace lvsdeck::model {

enum class ChangeKind { Added, Removed, Changed };
BOOST_DESCRIBE_ENUM(ChangeKind, Added, Removed, Changed)

struct Change {
    ChangeKind kind = ChangeKind::Changed;
    std::string subject; ///< "service tcp 192.0.2.10:80 / server 192.0.2.20:80", "instance VI_1", "director lb2"
    std::string field;   ///< the wire name of the member; empty for Added and Removed
    std::string before;
    std::string after;
    bool operator==(const Change&) const = default;
};
BOOST_DESCRIBE_STRUCT(Change, (), (kind, subject, field, before, after))

/// The revision does not count as a change. Empty exactly when the contents are equal up to order.
[[nodiscard]] std::vector<Change> diff(const Cluster& before, const Cluster& after);

} // namespace lvsdeck::model
