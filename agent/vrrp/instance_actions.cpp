// SPDX-License-Identifier: GPL-3.0-or-later
// What the state machine wants done.
#include "agent/vrrp/instance.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {

constexpr std::size_t keptTransitions = 200;

const char* disputeCode(Dispute dispute) {
    switch (dispute) {
    case Dispute::TwoMasters: return "two-masters";
    case Dispute::Tie: return "priority-tie";
    case Dispute::SameAddress: return "same-address";
    }
    return "";
}

const char* disputeAdvice(Dispute dispute) {
    switch (dispute) {
    case Dispute::TwoMasters: return "; look for lost packets, a firewall, or different settings on the other router";
    case Dispute::Tie: return "; the higher address becomes master: give the routers different priorities";
    case Dispute::SameAddress: return "; give the routers different addresses and priorities";
    }
    return "";
}

HappeningKind happeningOf(Phase phase) {
    switch (phase) {
    case Phase::Master: return HappeningKind::Master;
    case Phase::Fault: return HappeningKind::Fault;
    case Phase::Initialize:
    case Phase::Backup: return HappeningKind::Backup;
    }
    return HappeningKind::Backup;
}

} // namespace

void Instance::run(const SendAdvert& action) {
    bool sent = false;
    if (isUnicast(m_config))
        for (const model::UnicastPeer& peer : m_config.member.unicastPeers)
            sent = sendTo(peer.address, action.priority) || sent;
    else
        sent = sendTo(groupOf(m_config), action.priority);
    if (!sent)
        return;
    ++m_sent;
    if (action.priority == 0)
        return;
    m_aliveUs = m_around.runtime.now().time_since_epoch().count();
    if (m_around.observer.advertised)
        m_around.observer.advertised();
}

bool Instance::sendTo(const IpAddress& destination, std::uint8_t priority) {
    const model::VrrpInstance& instance = m_config.instance;
    const Advert advert{instance.version,        instance.vrid,     priority,
                        instance.advertInterval, instance.password, advertisedAddresses(m_config)};
    const bool unicast = isUnicast(m_config);
    const bool old =
        unicast && instance.version == 3 && destination.isV4() &&
        (instance.oldUnicastChecksum == model::OldUnicastChecksum::Always ||
         (instance.oldUnicastChecksum == model::OldUnicastChecksum::Automatic && m_oldChecksum.contains(destination)));
    const auto message = encode(advert, m_settings.source, old ? groupOf(m_config) : destination);
    const Outgoing where{m_settings.source, destination, unicast ? instance.unicastTtl : std::uint8_t{255}};
    const auto sent = message ? m_around.send(sendingOf(m_config), where, *message) : std::unexpected(message.error());
    // A goodbye through an interface that is gone is no news.
    if (!sent && m_state.linkProblem.empty())
        complain("send", unicast ? destination.toString() : std::string{},
                 "cannot send advertisements on " + m_config.member.interface +
                     (unicast ? " to " + destination.toString() : "") + ": " + sent.error().text);
    return sent.has_value();
}

void Instance::run(const SetTimer& action) {
    m_timers[static_cast<std::size_t>(action.id)] =
        m_around.runtime.after(action.after, [this, id = action.id] { dispatch(TimerFired{id}); });
}

void Instance::run(const CancelTimer& action) { m_timers[static_cast<std::size_t>(action.id)].cancel(); }

void Instance::run(const AddAddresses&) {
    if (m_possessions.intend(m_config))
        changed();
    if (const auto taken = m_possessions.take(m_config); !taken) {
        dispatch(AddressRefused{taken.error().text});
        return;
    }
    if (m_open)
        m_open->addressesUs = m_around.runtime.wallUs();
}

void Instance::run(const RemoveAddresses&) {
    m_announcer.cancel();
    m_possessions.release();
    if (m_open)
        m_open->addressesUs = m_around.runtime.wallUs();
}

void Instance::run(const Announce& action) {
    if (m_open && m_open->addressesUs == 0)
        return;
    m_announcer.announce(m_possessions.addresses(), action.repeat, m_config.instance.garp);
    if (m_open && m_open->garpUs == 0)
        m_open->garpUs = m_around.runtime.wallUs();
}

void Instance::run(const Transition& action) {
    m_open = rpc::Transition{};
    m_open->atUs = m_around.runtime.wallUs();
    m_open->from = action.from;
    m_open->to = action.to;
    m_open->reason = action.reason;
    m_open->lastAdvertUs = m_lastAdvertUs;
    if (action.to == Phase::Master)
        m_lastAdvertUs = 0;
}

void Instance::run(const Contested& action) {
    const std::string peer = action.source.toString();
    m_peers.trouble(action.source, disputeCode(action.dispute));
    complain(disputeCode(action.dispute), peer, peer + ": " + action.text + disputeAdvice(action.dispute));
}

void Instance::run(const LowerHeard&) { tellHappening(HappeningKind::MasterReceivesLower); }

void Instance::run(const TellGroup&) { m_contested = true; }

void Instance::closeTransition() {
    const rpc::Transition done = *std::exchange(m_open, std::nullopt);
    m_transitions.push_back(done);
    if (m_transitions.size() > keptTransitions)
        m_transitions.pop_front();
    if (m_around.observer.transition)
        m_around.observer.transition(name(), done);
    // As keepalived: that a script has not run yet is no fault to tell anybody of, unless it then fails.
    m_untoldFault = done.from == Phase::Initialize && done.to == Phase::Fault && onlyWaits();
    // Of a stop the router tells; a drill's crash must look like one.
    if (done.to != Phase::Initialize && !m_untoldFault)
        tellHappening(happeningOf(done.to));
    changed();
}

void Instance::complain(const std::string& reason, const std::string& peer, const std::string& text) {
    if (const auto told = m_complaints.note(reason, peer, text, m_around.runtime.now()))
        tell(rpc::EventLevel::Warning, *told);
}

void Instance::tell(rpc::EventLevel level, const std::string& text) const {
    if (m_around.observer.event)
        m_around.observer.event(level, name(), text);
}

void Instance::changed() const {
    if (m_around.observer.changed)
        m_around.observer.changed();
}

} // namespace lvsdeck::vrrp
