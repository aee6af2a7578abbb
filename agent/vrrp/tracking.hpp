// SPDX-License-Identifier: GPL-3.0-or-later
// What tracked interfaces, scripts, files and processes make of an instance's priority (keepalived's track_* blocks). Pure; the
// tracker brings the readings, the router asks for the verdict; any thread.
#pragma once

#include "agent/ports/runtime.hpp"
#include "agent/ports/script_port.hpp"
#include "agent/ports/system_port.hpp"
#include "common/model/effective.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lvsdeck::vrrp {

enum class TrackKind { Interface, Script, File, Process };

/// How a tracked thing is now.
struct Reading {
    bool pending = false;   ///< not known yet
    bool ignored = false;   ///< it cannot be looked at, and never could: it counts for nothing (as keepalived)
    bool good = true;       ///< not of files
    std::int64_t value = 0; ///< of a file
    std::string detail;     ///< "exit status 1"
    bool operator==(const Reading&) const = default;
};

/// One line of a track_* block, with what the item itself says where the line does not.
struct TrackUse {
    TrackKind kind = TrackKind::Interface;
    std::string name;
    std::int32_t weight = 0;
    bool reverse = false;
    bool operator==(const TrackUse&) const = default;
};

/// All that an instance watches: its own lines, its member's, its group's, and the interfaces of routes and rules.
[[nodiscard]] std::vector<TrackUse> trackUses(const model::OwnInstance& instance, const model::SyncGroup* group,
                                              const model::Effective& own);

struct Verdict {
    std::int32_t adjustment = 0;
    std::string fault;  ///< of the first that fails with weight 0; empty: none
    bool waits = false; ///< there is a fault, and nothing more of it than that results are not there yet
    std::vector<rpc::VrrpTrack> tracks;
    bool operator==(const Verdict&) const = default;
};

enum class Weights { Count, Ignore };
/// What a thing without a result is: a fault (when its weight is 0), or good: after a restart that went on as master.
enum class Pending { Fault, Good };

/// `Ignore`: inside of a sync group without trackingWeight only weight 0 counts. Pending with another weight
/// than 0 counts for nothing, unless it is taken as good.
[[nodiscard]] Verdict judge(const std::vector<TrackUse>& uses, Weights weights, Pending pending,
                            const std::function<Reading(TrackKind, const std::string&)>& reading);

/// Rise and fall of a script. A script begins pending; its first run decides, unless it is initFail: then it is bad until `rise`
/// successes.
class ScriptRecord {
public:
    explicit ScriptRecord(const model::TrackScript& script);
    /// Returns whether the reading changed.
    bool ended(const ScriptResult& result);
    [[nodiscard]] const Reading& reading() const { return m_reading; }

private:
    std::uint32_t m_rise;
    std::uint32_t m_fall;
    std::uint32_t m_level; ///< 0 .. rise + fall - 1; good from `rise` on
    bool m_ran = false;
    Reading m_reading;
};

/// Number of processes against the quorum, with the delays.
class ProcessRecord {
public:
    explicit ProcessRecord(const model::TrackProcess& process) : m_process(process) { m_reading.pending = true; }
    /// `count` unset: the processes cannot be listed. Returns whether the reading changed.
    bool counted(std::optional<std::size_t> count, Instant now);
    [[nodiscard]] const Reading& reading() const { return m_reading; }
    [[nodiscard]] const model::TrackProcess& process() const { return m_process; }

private:
    model::TrackProcess m_process;
    std::optional<Instant> m_differsSince;
    Reading m_reading;
};

/// Of a track_file's content; nullopt: the file is not there. Content that is no number counts as 0 and says so.
[[nodiscard]] Reading fileReading(const std::optional<std::string>& content);

/// How many of these are what the item asks for.
[[nodiscard]] std::size_t countProcesses(const model::TrackProcess& wanted, const std::vector<Process>& running);

} // namespace lvsdeck::vrrp
