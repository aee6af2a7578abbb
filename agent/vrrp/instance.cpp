// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/instance.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {
constexpr std::size_t shownTransitions = 20;
} // namespace

Instance::Instance(Surroundings surroundings, model::OwnInstance config)
    : m_around(std::move(surroundings)), m_config(std::move(config)), m_settings(settingsOf(m_config)),
      m_possessions(m_around.host, m_around.network,
                    [this](rpc::EventLevel level, const std::string& text) { tell(level, text); }),
      m_announcer(m_around.runtime, m_around.host, [this](const Memory::Address& address, const std::string& why) {
          complain("announce", {},
                   "cannot announce " + addressText(address) + " on " + address.device + ": " + why +
                       "; neighbours may go on sending to the old master");
      }) {
    m_state.masterInterval = m_settings.advertInterval;
}

Adopted Instance::adopt(const std::vector<Link>& links, const Memory::Instance* before, bool addressesMayGo) {
    const std::int64_t age = before == nullptr ? -1 : m_around.runtime.now().time_since_epoch().count() - before->aliveUs;
    const bool fresh = before != nullptr && before->master && age >= 0 && age <= masterDownTime(m_state, m_settings).count();
    const Possessions::Found found = m_possessions.adopt(m_config, links, before, fresh && addressesMayGo);
    if (!found.any)
        return Adopted::None;
    if (!fresh || !found.complete)
        return Adopted::Stale;
    m_aliveUs = before->aliveUs;
    return Adopted::Fresh;
}

void Instance::start(Adopted adopted, bool addressesMayGo) {
    m_wentOn = adopted == Adopted::Fresh;
    dispatch(Started{adopted});
    // What the last process did not get done, or had no time to remember.
    if (m_state.phase == Phase::Master && adopted == Adopted::Fresh && !addressesMayGo &&
        (!m_config.instance.routes.empty() || !m_config.instance.rules.empty()))
        run(AddAddresses{});
    changed();
}

void Instance::reconfigure(model::OwnInstance config, const LinkView& view) {
    Settings next = settingsOf(config);
    next.source = m_settings.source;
    next.grouped = m_settings.grouped;
    m_config = std::move(config);
    m_settings = next;
    (void)linkProblem(m_config, view.links, view.virtualAddresses, m_settings.source);
    const std::vector<Memory::Address> held = m_possessions.addresses();
    m_possessions.keepOnly(m_config);
    if (m_state.phase == Phase::Master) {
        run(AddAddresses{});
        std::vector<Memory::Address> fresh;
        std::ranges::copy_if(m_possessions.addresses(), std::back_inserter(fresh),
                             [&](const Memory::Address& one) { return std::ranges::find(held, one) == held.end(); });
        m_announcer.announce(fresh, 1, m_config.instance.garp);
    }
    dispatch(Reconfigured{});
    changed();
}

void Instance::setGroup(const std::string& group) {
    m_group = group;
    m_settings.grouped = !group.empty();
    if (group.empty() && !m_state.groupProblem.empty())
        dispatch(GroupTrouble{});
    if (group.empty() && m_state.wantsMaster)
        dispatch(Reconfigured{});
}

void Instance::linksChanged(const LinkView& view) {
    std::string problem = linkProblem(m_config, view.links, view.virtualAddresses, m_settings.source);
    if (problem.empty())
        problem = view.wireProblem;
    if (problem != m_state.linkProblem)
        dispatch(LinkChanged{std::move(problem)});
    if (!m_state.linkProblem.empty() || view.addressesMayGo)
        return;
    for (const Memory::Address& address : m_possessions.lost(view.links))
        dispatch(AddressLost{addressText(address) + " from " + address.device});
}

void Instance::putBack(const std::vector<Link>& links) {
    const bool routing = !m_config.instance.routes.empty() || !m_config.instance.rules.empty();
    if (m_state.phase == Phase::Master && (!m_possessions.lost(links).empty() || routing)) // adding what is there is nothing
        run(AddAddresses{});
}

void Instance::routingChanged() {
    if (m_state.phase != Phase::Master || !m_state.linkProblem.empty())
        return;
    for (const std::string& what : m_possessions.lostRouting())
        dispatch(AddressLost{what});
}

void Instance::tracked(Verdict verdict) {
    const bool differs = verdict != m_verdict;
    if (!verdict.fault.empty())
        m_wentOn = false;
    m_verdict = std::move(verdict);
    if (m_verdict.adjustment != m_state.adjustment || m_verdict.fault != m_state.trackFault)
        dispatch(Tracked{m_verdict.adjustment, m_verdict.fault});
    tellFaultAtLast();
    if (differs)
        changed();
}

void Instance::setMaintenance(std::optional<rpc::Maintenance> maintenance) {
    if (maintenance == m_maintenance)
        return;
    m_maintenance = std::move(maintenance);
    std::string reason;
    if (m_maintenance)
        reason = "maintenance" + (m_maintenance->reason.empty() ? "" : ": " + m_maintenance->reason);
    dispatch(MaintenanceSet{std::move(reason)});
    changed();
}

void Instance::received(const ReceivedAdvert& received) {
    // Deaf as a dead director would be: not even a count may change.
    if (m_state.hold == Hold::Silent || !m_state.running)
        return;
    const std::int64_t wallUs = m_around.runtime.wallUs();
    const std::string peer = received.source.toString();
    Expected ours = expectedOf(m_config);
    ours.trusted = m_config.instance.skipCheckAddresses && m_state.master == received.source;
    m_peers.heard(received.source, received.message.size() > 2 ? received.message[2] : std::uint8_t{0}, wallUs);
    const auto advert = receive(received, ours);
    if (!advert) {
        const Reject reason = advert.error().reason;
        // Another number of addresses is another list of addresses to whoever looks for the cause.
        m_peers.trouble(received.source, json::toWord(reason == Reject::AddressCount ? Reject::AddressList : reason));
        complain(json::toWord(reason), peer,
                 "advertisements from " + peer + " are ignored: " + advert.error().text +
                     "; unless both agree, both become master");
        return;
    }
    const bool known = std::ranges::find(ours.peers, received.source, &model::UnicastPeer::address) != ours.peers.end();
    if (advert->oldChecksum && known)
        m_oldChecksum.insert(received.source);
    if (ours.unicast && !known) {
        m_peers.trouble(received.source, json::toWord(Reject::UnknownPeer));
        complain(json::toWord(Reject::UnknownPeer), peer,
                 peer + " speaks for this virtual router and is none of the unicast peers; it is believed, since "
                        "the sources of advertisements are not checked");
    }
    ++m_received;
    m_lastAdvertUs = wallUs;
    dispatch(AdvertReceived{received.source, advert->priority, advert->interval});
}

void Instance::dispatch(decltype(Event::what) what) {
    m_queue.push_back({m_around.runtime.now(), std::move(what)});
    if (m_busy)
        return;
    m_busy = true;
    while (!m_queue.empty()) {
        const Event event = std::move(m_queue.front());
        m_queue.pop_front();
        process(event);
    }
    m_busy = false;
    m_around.stepped();
}

void Instance::process(const Event& event) {
    const std::string hold = m_state.holdReason;
    const std::uint8_t priority = effectivePriority(m_state, m_settings);
    Step next = step(m_state, event, m_settings);
    m_state = std::move(next.state);
    for (const Action& action : next.actions)
        std::visit([this](const auto& one) { run(one); }, action);
    if (m_open)
        closeTransition();
    else if (hold != m_state.holdReason)
        changed();
    tellFaultAtLast();
    if (effectivePriority(m_state, m_settings) == priority || !m_state.running)
        return;
    if (m_state.phase == Phase::Master)
        tellHappening(HappeningKind::MasterPriority);
    if (m_state.phase == Phase::Backup)
        tellHappening(HappeningKind::BackupPriority);
}

bool Instance::ownWaits() const { return m_verdict.waits && ownProblemOf(m_state) == m_verdict.fault; }

bool Instance::onlyWaits() const {
    return ownProblemOf(m_state).empty() ? !m_state.groupProblem.empty() && m_state.groupWaits : ownWaits();
}

void Instance::tellFaultAtLast() {
    if (!m_untoldFault || m_state.phase != Phase::Fault || onlyWaits())
        return;
    m_untoldFault = false;
    // As keepalived: of a member that its group held back from the start nobody is told, when the one that failed is told of.
    if (!ownProblemOf(m_state).empty())
        tellHappening(HappeningKind::Fault);
}

void Instance::tellHappening(HappeningKind kind) const {
    if (m_around.observer.happened)
        m_around.observer.happened({kind, HappeningSubject::Instance, name(), effectivePriority(m_state, m_settings),
                                    m_config.instance.notify, m_config.instance.smtpAlert});
}

rpc::VrrpState Instance::state() const {
    rpc::VrrpState out;
    out.name = name();
    out.vrid = m_config.instance.vrid;
    out.version = m_config.instance.version;
    out.interface = m_config.member.interface;
    out.phase = m_state.phase;
    // The last one may be an earlier process's, while this one has not begun.
    if (!m_transitions.empty() && m_transitions.back().to == m_state.phase) {
        out.sinceUs = m_transitions.back().atUs;
        out.reason = m_state.phase == Phase::Fault ? problemOf(m_state) : m_transitions.back().reason;
    }
    out.priority = effectivePriority(m_state, m_settings);
    out.hold = m_state.holdReason;
    if (m_state.phase == Phase::Backup && m_state.master) {
        out.masterAddress = m_state.master->toString();
        out.masterPriority = m_state.masterPriority;
    }
    out.lastAdvertUs = m_lastAdvertUs;
    out.advertIntervalMs = m_config.instance.advertInterval.count();
    out.masterDownMs = masterDownTime(m_state, m_settings).count() / 1000;
    out.advertsSent = m_sent;
    out.advertsReceived = m_received;
    out.rejected = m_complaints.counts();
    for (const Memory::Address& address : m_possessions.addresses())
        out.addresses.push_back(addressText(address));
    const std::size_t shown = std::min(m_transitions.size(), shownTransitions);
    out.transitions.assign(m_transitions.end() - static_cast<std::ptrdiff_t>(shown), m_transitions.end());
    out.group = m_group;
    out.maintenance = m_maintenance;
    out.peers = m_peers.peers(m_config.member.unicastPeers);
    out.tracks = m_verdict.tracks;
    return out;
}

Memory::Instance Instance::memory() const {
    Memory::Instance out;
    out.name = name();
    out.master = m_state.phase == Phase::Master;
    out.aliveUs = m_aliveUs;
    m_possessions.remember(out);
    if (const auto macvlan = macvlanOf(m_config))
        out.macvlan = macvlan->name;
    return out;
}

bool Instance::owns(const IpAddress& address) const {
    const auto& held = m_possessions.addresses();
    return m_state.phase == Phase::Master && std::ranges::find(held, address, &Memory::Address::address) != held.end();
}

} // namespace lvsdeck::vrrp
