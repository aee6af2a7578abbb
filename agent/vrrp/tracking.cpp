// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/tracking.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace lvsdeck::vrrp {

namespace {

constexpr std::int64_t leastChange = -254;
constexpr std::int64_t mostChange = 253;

template <class Item>
void addUses(std::vector<TrackUse>& out, TrackKind kind, const std::vector<model::TrackedItem>& lines,
             const std::vector<Item>& items) {
    for (const model::TrackedItem& line : lines)
        if (const auto item = std::ranges::find(items, line.name, &Item::name); item != items.end())
            out.push_back({kind, line.name, line.weight.value_or(item->weight), line.reverse.value_or(item->reverse)});
}

void addUses(std::vector<TrackUse>& out, const std::vector<model::TrackedInterface>& lines) {
    for (const model::TrackedInterface& line : lines)
        out.push_back({TrackKind::Interface, line.interface, line.weight, line.reverse});
}

std::string kindWord(TrackKind kind) {
    switch (kind) {
    case TrackKind::Interface: return "interface";
    case TrackKind::Script: return "script";
    case TrackKind::File: return "file";
    case TrackKind::Process: return "process";
    }
    return {};
}

/// "script chk_nginx failed (exit status 1)", "interface eth1 is down".
std::string faultText(const TrackUse& use, const Reading& reading) {
    const std::string what = kindWord(use.kind) + " " + use.name;
    const std::string detail = reading.detail.empty() ? "" : " (" + reading.detail + ")";
    if (reading.pending)
        return "waiting for the first result of " + what;
    if (use.kind == TrackKind::File)
        return "the tracked " + what + " says " + std::to_string(reading.value) + detail;
    if (use.reverse)
        return what + " is good, and must not be" + detail;
    if (use.kind == TrackKind::Interface)
        return what + " is down" + detail;
    return use.kind == TrackKind::Script ? what + " failed" + detail : what + " does not run as it should" + detail;
}

/// What one use does; a fault is said in `fault`.
std::int32_t effect(const TrackUse& use, const Reading& reading, bool& fault) {
    if (reading.ignored)
        return 0;
    if (use.kind == TrackKind::File) {
        const std::int64_t value = use.reverse ? -reading.value : reading.value;
        if (use.weight == 0) {
            fault = !reading.pending && value != 0;
            return 0;
        }
        const std::int64_t change = std::clamp(value * use.weight, leastChange, mostChange);
        // As keepalived: so much less than nothing is no priority at all.
        fault = change == leastChange;
        return fault ? 0 : static_cast<std::int32_t>(change);
    }
    if (use.weight == 0) {
        fault = reading.pending || reading.good == use.reverse;
        return 0;
    }
    if (reading.pending || (use.weight > 0) != reading.good)
        return 0;
    // As keepalived: with a weight, reverse turns the sign and not the condition.
    return use.reverse ? -use.weight : use.weight;
}

std::string endText(const ScriptResult& result) {
    std::string text;
    switch (result.end) {
    case ScriptEnd::Exited: text = "exit status " + std::to_string(result.status); break;
    case ScriptEnd::Signalled: text = "ended by signal " + std::to_string(result.status); break;
    case ScriptEnd::TimedOut: text = "took too long"; break;
    case ScriptEnd::NotStarted: text = "cannot be started"; break;
    }
    return result.detail.empty() ? text : text + ": " + result.detail;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string baseName(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool parametersMatch(const model::TrackProcess& wanted, const std::vector<std::string>& arguments) {
    const std::vector<std::string> have(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
    const std::vector<std::string> want(wanted.process.begin() + 1, wanted.process.end());
    const std::size_t common = want.empty() ? 0 : want.size() - 1;
    switch (wanted.match) {
    case model::ParameterMatch::None: return want.empty() || have == want;
    case model::ParameterMatch::Exact: return have == want;
    case model::ParameterMatch::Initial:
        return have.size() >= want.size() && std::equal(want.begin(), want.end(), have.begin());
    case model::ParameterMatch::Partial:
        // The last parameter is the beginning of what is there.
        return have.size() >= want.size() &&
               std::equal(want.begin(), want.begin() + static_cast<std::ptrdiff_t>(common), have.begin()) &&
               (want.empty() || have[common].starts_with(want.back()));
    }
    return false;
}

/// The interfaces of routes, of rules, and of static entries whose track group names the instance: down, they are a fault. The
/// instance's own interface is not among them; what it may do is said elsewhere.
std::vector<std::string> routingDevices(const model::OwnInstance& own, const model::Effective& all) {
    std::vector<std::string> out;
    const auto add = [&](const std::string& device) {
        if (!device.empty() && device != own.member.interface && std::ranges::find(out, device) == out.end())
            out.push_back(device);
    };
    const auto addRule = [&](const model::VirtualRule& rule) {
        add(rule.inputInterface);
        add(rule.outputInterface);
    };
    const auto watched = [&](const auto& entry) {
        const auto group = std::ranges::find(all.trackGroups, entry.trackGroup, &model::TrackGroup::name);
        return group != all.trackGroups.end() &&
               std::ranges::find(group->instances, own.instance.name) != group->instances.end();
    };
    for (const model::VirtualRoute& route : own.instance.routes)
        if (!route.noTrack)
            add(route.device);
    for (const model::VirtualRule& rule : own.instance.rules)
        if (!rule.noTrack)
            addRule(rule);
    for (const model::StaticAddress& entry : all.staticAddresses)
        if (watched(entry))
            add(entry.address.device);
    for (const model::StaticRoute& entry : all.staticRoutes)
        if (watched(entry))
            add(entry.route.device);
    for (const model::StaticRule& entry : all.staticRules)
        if (watched(entry))
            addRule(entry.rule);
    return out;
}

} // namespace

std::vector<TrackUse> trackUses(const model::OwnInstance& instance, const model::SyncGroup* group,
                                const model::Effective& own) {
    std::vector<TrackUse> out;
    const auto add = [&](const model::Tracking& tracking) {
        addUses(out, tracking.interfaces);
        addUses(out, TrackKind::Script, tracking.scripts, own.trackScripts);
        addUses(out, TrackKind::File, tracking.files, own.trackFiles);
        addUses(out, TrackKind::Process, tracking.processes, own.trackProcesses);
    };
    addUses(out, instance.member.trackInterfaces);
    add(instance.instance.tracking);
    if (group != nullptr)
        add(group->tracking);
    for (const std::string& device : routingDevices(instance, own))
        out.push_back({TrackKind::Interface, device, 0, false});
    return out;
}

Verdict judge(const std::vector<TrackUse>& uses, Weights weights, Pending pending,
              const std::function<Reading(TrackKind, const std::string&)>& reading) {
    Verdict out;
    for (const TrackUse& use : uses) {
        Reading now = reading(use.kind, use.name);
        const bool unknown = now.pending;
        if (pending == Pending::Good && unknown) {
            now.pending = false;
            now.good = use.weight != 0 || !use.reverse;
        }
        bool fault = false;
        std::int32_t change = effect(use, now, fault);
        if (weights == Weights::Ignore && use.weight != 0) {
            change = 0;
            fault = false;
        }
        out.adjustment += change;
        if (fault) {
            out.waits = now.pending && (out.fault.empty() || out.waits);
            if (out.fault.empty())
                out.fault = faultText(use, now);
        }
        const bool good = use.kind == TrackKind::File
                              ? !fault
                              : now.ignored || (!now.pending && now.good != (use.weight == 0 && use.reverse));
        out.tracks.push_back({kindWord(use.kind), use.name, good, change, unknown ? "no result yet" : now.detail});
    }
    return out;
}

ScriptRecord::ScriptRecord(const model::TrackScript& script)
    : m_rise(std::max(script.rise, 1U)), m_fall(std::max(script.fall, 1U)), m_level(script.initFail ? 0 : m_rise - 1) {
    m_reading.good = false;
    m_reading.pending = !script.initFail;
    if (script.initFail)
        m_reading.detail = "not yet seen to succeed";
}

bool ScriptRecord::ended(const ScriptResult& result) {
    const Reading before = m_reading;
    m_reading.pending = false;
    m_reading.detail = endText(result);
    m_reading.ignored = result.end == ScriptEnd::NotStarted && (!m_ran || before.ignored);
    if (m_reading.ignored)
        return m_reading != before;
    m_ran = true;
    const std::uint32_t top = m_rise + m_fall - 1;
    if (result.end == ScriptEnd::Exited && result.status == 0)
        m_level = m_level + 1 >= m_rise ? top : m_level + 1;
    else
        m_level = m_level > m_rise ? m_level - 1 : 0;
    m_reading.good = m_level >= m_rise;
    return m_reading != before;
}

bool ProcessRecord::counted(std::optional<std::size_t> count, Instant now) {
    const Reading before = m_reading;
    m_reading.ignored = !count;
    if (!count) {
        m_reading.detail = "the processes cannot be listed";
        m_reading.pending = false;
        return m_reading != before;
    }
    m_reading.detail = std::to_string(*count) + " running, " + std::to_string(m_process.quorum) + " wanted" +
                       (m_process.quorumMax ? ", at most " + std::to_string(*m_process.quorumMax) : "");
    const bool good = *count >= m_process.quorum && (!m_process.quorumMax || *count <= *m_process.quorumMax);
    if (m_reading.pending) {
        m_reading.pending = false;
        m_reading.good = good;
    } else if (good == m_reading.good) {
        m_differsSince.reset();
    } else {
        if (!m_differsSince)
            m_differsSince = now;
        if (now - *m_differsSince >= Duration(good ? m_process.forkDelay : m_process.terminateDelay)) {
            m_differsSince.reset();
            m_reading.good = good;
        }
    }
    return m_reading != before;
}

Reading fileReading(const std::optional<std::string>& content) {
    Reading out;
    if (!content) {
        out.detail = "the file is not there";
        return out;
    }
    std::string_view text = trimmed(*content);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out.value);
    // A multiplier must not overflow what a priority can be anyway.
    constexpr std::int64_t limit = 1'000'000'000;
    out.value = std::clamp(out.value, -limit, limit);
    if (text.empty()) {
        out.detail = "the file is empty";
    } else if (parsed.ec == std::errc::result_out_of_range) {
        out.value = text.starts_with('-') ? -limit : limit;
    } else if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
        out.value = 0;
        out.detail = "the file does not hold a number";
    }
    return out;
}

std::size_t countProcesses(const model::TrackProcess& wanted, const std::vector<Process>& running) {
    if (wanted.process.empty())
        return 0;
    const std::string& command = wanted.process.front();
    return static_cast<std::size_t>(std::ranges::count_if(running, [&](const Process& process) {
        const bool named = wanted.fullCommand ? !process.arguments.empty() && process.arguments.front() == command
                                              : process.name == baseName(command) ||
                                                    (!process.arguments.empty() &&
                                                     baseName(process.arguments.front()) == baseName(command));
        return named && ((wanted.process.size() == 1 && wanted.match != model::ParameterMatch::Exact) ||
                         parametersMatch(wanted, process.arguments));
    }));
}

} // namespace lvsdeck::vrrp
