// SPDX-License-Identifier: GPL-3.0-or-later
// What raises or lowers a director's priority, or takes it out: interfaces, scripts, files, processes. Plain values; any thread.
// A weight of 0 means: failing is a fault. Otherwise a positive weight is added while it is good, a negative one while it fails;
// `reverse` exchanges good and failing.
#pragma once

#include "common/model/script.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace lvsdeck::model {

struct TrackedInterface {
    std::string interface;
    std::int32_t weight = 0; ///< -253..253
    bool reverse = false;
    bool operator==(const TrackedInterface&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrackedInterface, (), (interface, weight, reverse))

/// A reference to a TrackScript, TrackFile or TrackProcess by its name.
struct TrackedItem {
    std::string name;
    std::optional<std::int32_t> weight; ///< instead of the item's own
    std::optional<bool> reverse;
    bool operator==(const TrackedItem&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrackedItem, (), (name, weight, reverse))

/// A program that runs again and again; exit status 0 is good.
struct TrackScript {
    std::string name; ///< unique among scripts, no blanks
    Script script;
    std::chrono::milliseconds interval{1000};         ///< >= 1 s
    std::optional<std::chrono::milliseconds> timeout; ///< unset: the interval
    std::int32_t weight = 0;                          ///< -253..253
    bool reverse = false;
    std::uint32_t rise = 1; ///< successes until it is good
    std::uint32_t fall = 1; ///< failures until it is bad
    bool initFail = false;  ///< bad until its first success; otherwise good after its first run
    bool operator==(const TrackScript&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrackScript, (), (name, script, interval, timeout, weight, reverse, rise, fall, initFail))

/// A file that holds one signed number; number * weight is added to the priority. With weight 0: not 0 is a fault.
struct TrackFile {
    std::string name;
    std::string path;
    std::int32_t weight = 1; ///< -254..254
    bool reverse = false;
    std::optional<std::int32_t> initialValue; ///< written when the agent starts and the file does not exist
    bool overwrite = false;                   ///< written also when it exists
    bool operator==(const TrackFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrackFile, (), (name, path, weight, reverse, initialValue, overwrite))

enum class ParameterMatch { None, Exact, Partial, Initial };
BOOST_DESCRIBE_ENUM(ParameterMatch, None, Exact, Partial, Initial)

/// Good while at least `quorum` processes of this name run (and at most quorumMax, when set).
struct TrackProcess {
    std::string name;
    std::vector<std::string> process; ///< the command's name or path, then parameters to match
    ParameterMatch match = ParameterMatch::None;
    std::int32_t weight = 1; ///< -254..254
    bool reverse = false;
    std::uint32_t quorum = 1;
    std::optional<std::uint32_t> quorumMax;
    std::chrono::milliseconds terminateDelay{0}; ///< how long it may be below the quorum
    std::chrono::milliseconds forkDelay{0};      ///< how long it must be there to count as good
    bool fullCommand = false;                    ///< compare the whole command line, not only the program's name
    bool operator==(const TrackProcess&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrackProcess, (),
                      (name, process, match, weight, reverse, quorum, quorumMax, terminateDelay, forkDelay, fullCommand))

/// Everything that one instance or one sync group watches.
struct Tracking {
    std::vector<TrackedInterface> interfaces; ///< the same on every director; those of one director are in its Member
    std::vector<TrackedItem> scripts;
    std::vector<TrackedItem> files;
    std::vector<TrackedItem> processes;
    bool operator==(const Tracking&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tracking, (), (interfaces, scripts, files, processes))

} // namespace lvsdeck::model
