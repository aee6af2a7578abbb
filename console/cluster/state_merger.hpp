// SPDX-License-Identifier: GPL-3.0-or-later
// Makes whole states out of a subscription's first state and the changes after it. The result is immutable and shared, so
// readers on other threads keep what they hold. Not thread-safe itself: it lives where the lines are decoded.
#pragma once

#include "common/rpc/messages.hpp"

#include <memory>

namespace lvsdeck::cluster {

inline constexpr std::size_t keptEvents = 1000; ///< per director

class StateMerger {
public:
    using Snapshot = std::shared_ptr<const rpc::State>;

    /// The whole state after this one; null when it is dropped: an older epoch, an older sequence number, or a change
    /// without the full state that it builds on.
    Snapshot merge(rpc::State news);

private:
    Snapshot m_current;
};

/// The rows of `delta` replace or join those of `whole`, by row number.
void mergeCounts(rpc::Counts& whole, rpc::Counts delta);

} // namespace lvsdeck::cluster
