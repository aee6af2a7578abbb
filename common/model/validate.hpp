// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with a cluster, all at once, in words that an admin understands. Knows LVS, not only types. Pure.
#pragma once

#include "common/model/cluster.hpp"

namespace lvsdeck::model {

enum class Severity {
    Error,   ///< cannot be applied
    Warning, ///< can be applied, probably not what is wanted
    Note,    ///< good to know
};
BOOST_DESCRIBE_ENUM(Severity, Error, Warning, Note)

struct Problem {
    Severity severity = Severity::Error;
    std::string path; ///< "services[0].servers[1].port"
    std::string text; ///< what, and what to do
    bool operator==(const Problem&) const = default;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (severity, path, text))

/// In document order. Never throws, never stops at the first problem.
[[nodiscard]] std::vector<Problem> validate(const Cluster& cluster);
[[nodiscard]] bool hasErrors(const std::vector<Problem>& problems);

} // namespace lvsdeck::model
