// SPDX-License-Identifier: GPL-3.0-or-later
// What an instance does with the advertisements of others (RFC 5798 sections 6.4.2 and 6.4.3).
#include "agent/vrrp/stepper.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {
constexpr Duration contestPause = std::chrono::seconds(1);
}

void Stepper::on(const AdvertReceived& event) {
    if (!s.running)
        return;
    switch (s.phase) {
    case Phase::Initialize:
    case Phase::Fault: return;
    case Phase::Backup: return receiveAsBackup(event);
    case Phase::Master: return receiveAsMaster(event);
    }
}

void Stepper::remember(const AdvertReceived& advert) {
    s.lastAdvert = m_at;
    s.master = advert.source;
    s.masterPriority = advert.priority;
    s.masterResigned = advert.priority == 0;
}

bool Stepper::obeys(std::uint8_t priority) const {
    if (heldBack(s) || priority >= effectivePriority(s, c) || !mayPreempt())
        return true;
    return preemptDelay().count() > 0 && (!s.preemptFrom || m_at < *s.preemptFrom);
}

void Stepper::receiveAsBackup(const AdvertReceived& advert) {
    remember(advert);
    if (advert.priority == 0)
        return wait(skewTime(s, c));
    if (advert.priority == effectivePriority(s, c))
        act(Contested{Dispute::Tie, advert.source, "it is master with our priority " + std::to_string(advert.priority)});
    if (std::exchange(s.holdsAddresses, false))
        act(RemoveAddresses{});
    if (!obeys(advert.priority)) {
        s.lowerHeard = advert.source;
        s.lowerPriority = advert.priority;
        return;
    }
    s.lowerHeard.reset();
    if (c.version == 3)
        s.masterInterval = advert.interval;
    if (advert.priority >= effectivePriority(s, c))
        s.preemptFrom.reset();
    else if (!s.preemptFrom && preemptDelay().count() > 0 && !heldBack(s))
        s.preemptFrom = m_at + preemptDelay();
    waitFully();
}

void Stepper::receiveAsMaster(const AdvertReceived& advert) {
    if (advert.priority == 0) {
        advertise();
        return announceAgain();
    }
    // Two routers cannot both own the addresses: the file of one of them is wrong, and an ordinary election must decide.
    if (advert.priority == ownerPriority && effectivePriority(s, c) == ownerPriority && advert.source != c.source)
        s.demotedOwner = true;
    const std::uint8_t ours = effectivePriority(s, c);
    const std::string peer = advert.source.toString();
    if (advert.priority > ours)
        return yieldTo(advert, "higher priority " + std::to_string(advert.priority) + " from " + peer);
    if (advert.priority == ours) {
        if (advert.source == c.source) {
            act(Contested{Dispute::SameAddress, advert.source,
                          "two masters: another router uses our priority and our address"});
            return;
        }
        act(Contested{Dispute::Tie, advert.source,
                      "two masters: it is master with our priority " + std::to_string(ours) + " too"});
        if (advert.source > c.source)
            return yieldTo(advert, "equal priority " + std::to_string(ours) + " and higher address " + peer);
    }
    contest(advert);
}

void Stepper::yieldTo(const AdvertReceived& advert, std::string reason) {
    if (c.lastWord) // see the header
        act(SendAdvert{effectivePriority(s, c)});
    stepDown(Phase::Backup, std::move(reason), false);
    remember(advert);
    if (c.version == 3)
        s.masterInterval = advert.interval;
    waitFully();
}

bool Stepper::justBecameMaster() const { return m_at - s.masterSince <= c.advertInterval; }

void Stepper::contest(const AdvertReceived& advert) {
    if (!c.lowerPriorityNoAdvert)
        advertise();
    announceAgain();
    if (c.grouped)
        act(TellGroup{});
    // The first one may have been on its way when we took over. Later there will be but one after a split: a right peer yields.
    if (!justBecameMaster())
        act(LowerHeard{advert.source, advert.priority});
    if (++s.contested >= 2 || !justBecameMaster())
        act(Contested{Dispute::TwoMasters, advert.source,
                      "two masters: it also calls itself master, with priority " + std::to_string(advert.priority)});
}

void Stepper::announceAgain() {
    const std::uint32_t repeat = c.garp.lowerPriorityRepeat.value_or(std::max(c.garp.repeat, 1U));
    const Duration delay = c.garp.lowerPriorityDelay.value_or(c.garp.delay);
    if (repeat == 0)
        return;
    if (s.contestBurst && m_at - *s.contestBurst < contestPause)
        // Ours of a moment ago may have gone to one side of a split only.
        return announceOnceMore(*s.contestBurst + contestPause - m_at, repeat);
    s.contestBurst = m_at;
    act(Announce{repeat});
    if (delay.count() > 0)
        announceOnceMore(delay, repeat);
}

void Stepper::announceOnceMore(Duration after, std::uint32_t repeat) {
    s.secondBurst = repeat;
    act(SetTimer{TimerId::GarpSecond, after});
}

} // namespace lvsdeck::vrrp
