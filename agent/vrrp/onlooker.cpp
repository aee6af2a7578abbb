// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/onlooker.hpp"

#include "agent/vrrp/instance_plan.hpp"
#include "agent/vrrp/possessions.hpp"
#include "common/base/json.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::vrrp {

namespace {

using rpc::VrrpPhase;

constexpr std::size_t keptTransitions = 20;
constexpr Duration twoMastersQuiet = std::chrono::seconds(60);

std::vector<Memory::Address> onHost(const model::OwnInstance& config, const std::vector<Link>& links) {
    std::vector<Memory::Address> here;
    for (const Memory::Address& wanted : wantedAddresses(config))
        if (const Link* link = findLink(links, wanted.device);
            link != nullptr &&
            std::ranges::find(link->addresses, wanted.address, &InterfaceAddress::address) != link->addresses.end())
            here.push_back(wanted);
    return here;
}

bool holdsAllAdvertised(const model::OwnInstance& config, const std::vector<Memory::Address>& here) {
    return std::ranges::all_of(config.instance.addresses, [&](const model::VirtualAddress& address) {
        return std::ranges::find(here, address.address, &Memory::Address::address) != here.end();
    });
}

std::string rivalText(const std::string& rival, int priority) {
    return "addresses of it are here, and " + rival + " advertises them with priority " + std::to_string(priority);
}

/// Silence after which a backup takes over: who was not heard for that long is no master.
Duration downTime(const model::OwnInstance& config, Duration masterInterval) {
    State state;
    state.masterInterval = masterInterval > Duration(0) ? masterInterval : Duration(config.instance.advertInterval);
    return masterDownTime(state, settingsOf(config));
}

} // namespace

void Onlooker::watch(const model::Effective& own) {
    std::vector<std::unique_ptr<Seen>> before = std::exchange(m_seen, {});
    for (model::OwnInstance& config : prepared(own)) {
        const auto known = std::ranges::find_if(before, [&](const auto& one) { return one && one->config == config; });
        if (known != before.end()) {
            m_seen.push_back(std::move(*known));
            continue;
        }
        m_seen.push_back(std::make_unique<Seen>());
        m_seen.back()->config = std::move(config);
    }
    before.clear();
    look();
}

void Onlooker::look() {
    if (m_seen.empty())
        return;
    const auto links = m_host.links();
    if (!links)
        return; // who cannot look has seen nothing new
    m_local.clear();
    for (const Link& link : *links)
        for (const InterfaceAddress& address : link.addresses)
            m_local.insert(address.address);
    for (const auto& seen : m_seen) {
        const Link* link = findLink(*links, listeningOf(seen->config).interface);
        if (link == nullptr || link->index != seen->linkIndex)
            seen->ear.reset();
        seen->linkIndex = link == nullptr ? 0 : link->index;
        if (!seen->ear && link != nullptr)
            listen(*seen);
        place(*seen, *links);
    }
}

void Onlooker::listen(Seen& seen) {
    auto ear = m_port.open(listeningOf(seen.config), [this, &seen](const ReceivedAdvert& packet) {
        if (peekVrid(packet.message) == seen.config.instance.vrid)
            heard(seen, packet);
    });
    const std::string problem = ear ? std::string() : ear.error().text;
    if (!problem.empty() && problem != seen.problem && m_observer.event)
        m_observer.event(rpc::EventLevel::Warning, seen.config.instance.name,
                         "cannot listen to its advertisements: " + problem);
    seen.problem = problem;
    if (!ear)
        return;
    seen.ear = std::move(*ear);
    seen.since = m_runtime.now();
}

void Onlooker::heard(Seen& seen, const ReceivedAdvert& packet) {
    if (m_local.contains(packet.source))
        return; // keepalived's own, which says nothing of another
    const std::int64_t now = m_runtime.wallUs();
    const std::string from = packet.source.toString();
    const auto advert = receive(packet, expectedOf(seen.config));
    if (!advert) {
        constexpr std::size_t priorityByte = 2;
        seen.peers.heard(packet.source, packet.message.size() > priorityByte ? packet.message[priorityByte] : 0, now);
        const std::string code = json::toWord(advert.error().reason);
        seen.peers.trouble(packet.source, code);
        if (seen.rejected[code]++ == 0 && m_observer.event)
            m_observer.event(rpc::EventLevel::Warning, seen.config.instance.name,
                             from + " sends an advertisement that keepalived here drops: " + advert.error().text);
        return;
    }
    ++seen.received;
    seen.peers.heard(packet.source, advert->priority, now);
    seen.master = from;
    seen.masterPriority = advert->priority;
    seen.lastAdvertUs = now;
    seen.masterInterval = advert->version == 3 ? Duration(advert->interval) : Duration(0);
    const Instant moment = m_runtime.now();
    seen.rivalAt = advert->priority != 0 ? std::optional(moment) : std::nullopt;
    if (seen.phase == VrrpPhase::Master && advert->priority != 0 && m_observer.event &&
        (seen.lastTwoMasters == Instant{} || moment - seen.lastTwoMasters > twoMastersQuiet)) {
        seen.lastTwoMasters = moment;
        m_observer.event(rpc::EventLevel::Warning, seen.config.instance.name,
                         "the addresses are here, and " + from + " advertises them as well, with priority " +
                             std::to_string(advert->priority));
    }
}

bool Onlooker::hasRival(const Seen& seen) const {
    return seen.rivalAt && m_runtime.now() - *seen.rivalAt < downTime(seen.config, seen.masterInterval);
}

void Onlooker::place(Seen& seen, const std::vector<Link>& links) {
    seen.here = onHost(seen.config, links);
    const Link* link = findLink(links, seen.config.member.interface);
    VrrpPhase phase = VrrpPhase::Backup;
    std::string reason;
    if (link == nullptr || !link->up) {
        phase = VrrpPhase::Fault;
        reason = "interface " + seen.config.member.interface + (link == nullptr ? " does not exist" : " is down");
    } else if (!seen.here.empty() && hasRival(seen)) {
        reason = rivalText(seen.master, seen.masterPriority);
    } else if (!seen.here.empty()) {
        phase = VrrpPhase::Master;
        reason = holdsAllAdvertised(seen.config, seen.here)
                     ? "keepalived holds its addresses here"
                     : "keepalived holds " + std::to_string(seen.here.size()) + " of its " +
                           std::to_string(wantedAddresses(seen.config).size()) + " addresses here";
    } else {
        reason = seen.master.empty() ? "its addresses are not on this director"
                                     : "its addresses are not on this director; " + seen.master + " advertises priority " +
                                           std::to_string(seen.masterPriority);
    }
    if (phase == seen.phase)
        return;
    rpc::Transition transition;
    transition.atUs = m_runtime.wallUs();
    transition.from = std::exchange(seen.phase, phase);
    transition.to = phase;
    transition.reason = std::move(reason);
    transition.lastAdvertUs = seen.lastAdvertUs;
    seen.transitions.push_back(transition);
    if (seen.transitions.size() > keptTransitions)
        seen.transitions.pop_front();
    if (m_observer.transition)
        m_observer.transition(seen.config.instance.name, transition);
}

rpc::VrrpState Onlooker::describe(const Seen& seen) const {
    const model::VrrpInstance& instance = seen.config.instance;
    rpc::VrrpState out;
    out.name = instance.name;
    out.vrid = instance.vrid;
    out.version = instance.version;
    out.interface = seen.config.member.interface;
    out.phase = seen.phase;
    if (!seen.transitions.empty()) {
        out.sinceUs = seen.transitions.back().atUs;
        out.reason = seen.transitions.back().reason;
    }
    out.priority = seen.config.member.priority;
    if (seen.phase == VrrpPhase::Backup) {
        out.masterAddress = seen.master;
        out.masterPriority = seen.masterPriority;
    }
    out.lastAdvertUs = seen.lastAdvertUs;
    out.advertIntervalMs = instance.advertInterval.count();
    out.masterDownMs = downTime(seen.config, {}).count() / 1000;
    out.advertsReceived = seen.received;
    out.rejected = seen.rejected;
    for (const Memory::Address& address : seen.here)
        out.addresses.push_back(addressText(address));
    out.transitions.assign(seen.transitions.begin(), seen.transitions.end());
    out.peers = seen.peers.peers(seen.config.member.unicastPeers);
    return out;
}

std::vector<rpc::VrrpState> Onlooker::states() const {
    std::vector<rpc::VrrpState> out;
    out.reserve(m_seen.size());
    for (const auto& seen : m_seen)
        out.push_back(describe(*seen));
    return out;
}

std::vector<std::pair<std::string, std::string>> Onlooker::disputed() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& seen : m_seen)
        if (!seen->here.empty() && hasRival(*seen))
            out.emplace_back(seen->config.instance.name, rivalText(seen->master, seen->masterPriority));
    return out;
}

Duration Onlooker::listensFor() const {
    Duration longest{0};
    for (const auto& seen : m_seen)
        if (!seen->here.empty() && seen->ear)
            longest = std::max(longest, downTime(seen->config, seen->masterInterval) - (m_runtime.now() - seen->since));
    return longest;
}

Memory Onlooker::possessions() const {
    Memory out;
    for (const auto& seen : m_seen) {
        Memory::Instance& one = out.instances.emplace_back();
        one.name = seen->config.instance.name;
        one.master = seen->phase == VrrpPhase::Master && holdsAllAdvertised(seen->config, seen->here);
        one.aliveUs = m_runtime.now().time_since_epoch().count();
        one.addresses = seen->here;
        if (one.master) {
            one.routes = seen->config.instance.routes;
            one.rules = seen->config.instance.rules;
        }
        if (const auto macvlan = macvlanOf(seen->config))
            one.macvlan = macvlan->name;
    }
    return out;
}

} // namespace lvsdeck::vrrp
