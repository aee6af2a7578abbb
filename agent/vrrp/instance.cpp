// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/instance.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {

constexpr std::size_t keptTransitions = 20;

const Link* findLink(const std::vector<Link>& links, const std::string& name) {
    const auto found = std::ranges::find(links, name, &Link::name);
    return found == links.end() ? nullptr : &*found;
}

const InterfaceAddress* findAddress(const std::vector<Link>& links, const Memory::Address& wanted) {
    const Link* link = findLink(links, wanted.device);
    if (link == nullptr)
        return nullptr;
    const auto found = std::ranges::find(link->addresses, wanted.address, &InterfaceAddress::address);
    return found == link->addresses.end() ? nullptr : &*found;
}

std::string text(const Memory::Address& address) {
    return address.address.toString() + "/" + std::to_string(address.prefixLength);
}

std::vector<IpAddress> advertised(const model::OwnInstance& config) {
    std::vector<IpAddress> addresses;
    for (const model::VirtualAddress& address : config.instance.addresses)
        addresses.push_back(address.address);
    return addresses;
}

} // namespace

Settings settingsOf(const model::OwnInstance& config) {
    Settings settings;
    settings.version = config.instance.version;
    settings.priority = config.member.priority;
    settings.advertInterval = config.instance.advertInterval;
    settings.preempt = config.instance.preempt;
    settings.preemptDelay = config.instance.preemptDelay;
    settings.downTimerAdverts = config.instance.downTimerAdverts;
    settings.initialState = config.member.initialState;
    settings.garp = config.instance.garp;
    return settings;
}

Instance::Instance(Surroundings surroundings, model::OwnInstance config)
    : m_around(std::move(surroundings)), m_config(std::move(config)),
      m_family(m_config.instance.addresses.empty() ? Family::V4 : m_config.instance.addresses.front().address.family()),
      m_settings(settingsOf(m_config)) {
    m_state.masterInterval = m_settings.advertInterval;
}

std::vector<Memory::Address> Instance::wantedAddresses() const {
    std::vector<Memory::Address> wanted;
    for (const auto* list : {&m_config.instance.addresses, &m_config.instance.excludedAddresses})
        for (const model::VirtualAddress& address : *list)
            wanted.push_back({address.device.empty() ? m_config.member.interface : address.device, address.address,
                              address.prefixLength});
    return wanted;
}

AddressOptions Instance::optionsOf(const Memory::Address& wanted) const {
    for (const auto* list : {&m_config.instance.addresses, &m_config.instance.excludedAddresses})
        for (const model::VirtualAddress& address : *list)
            if (address.address == wanted.address)
                return {address.broadcast,         address.scope,         address.peer,
                        address.preferredLifetime, address.home,          address.noDad,
                        address.managedTemporary,  address.noPrefixRoute, address.autojoin};
    return {};
}

std::string Instance::labelOf(const Memory::Address& wanted) const {
    for (const auto* list : {&m_config.instance.addresses, &m_config.instance.excludedAddresses})
        for (const model::VirtualAddress& address : *list)
            if (address.address == wanted.address)
                return address.label;
    return {};
}

void Instance::start(const std::vector<Link>& links, const Memory::Instance* before) {
    dispatch(Started{adopt(links, before)});
    changed();
}

Adopted Instance::adopt(const std::vector<Link>& links, const Memory::Instance* before) {
    const auto wanted = wantedAddresses();
    bool complete = !wanted.empty();
    for (const Memory::Address& address : wanted) {
        const InterfaceAddress* found = findAddress(links, address);
        complete = complete && found != nullptr && found->prefixLength == address.prefixLength;
        if (found != nullptr)
            m_held.push_back({address.device, address.address, found->prefixLength});
    }
    if (before != nullptr)
        for (const Memory::Address& address : before->addresses)
            if (std::ranges::find(wanted, address) == wanted.end() && std::ranges::find(m_held, address) == m_held.end())
                removeAddress(address);
    if (m_held.empty())
        return Adopted::None;
    const std::int64_t age = before == nullptr ? -1 : m_around.runtime.wallUs() - before->aliveUs;
    const bool fresh = before != nullptr && before->master && age >= 0 && age <= masterDownTime(m_state, m_settings).count();
    if (fresh && complete)
        m_aliveUs = before->aliveUs;
    return fresh && complete ? Adopted::Fresh : Adopted::Stale;
}

void Instance::reconfigure(model::OwnInstance config) {
    const IpAddress source = m_settings.source;
    m_config = std::move(config);
    m_settings = settingsOf(m_config);
    m_settings.source = source;
    const auto wanted = wantedAddresses();
    const std::vector<Memory::Address> held = m_held;
    for (const Memory::Address& address : held)
        if (std::ranges::find(wanted, address) == wanted.end())
            removeAddress(address);
    if (m_state.phase == Phase::Master) {
        run(AddAddresses{});
        for (const Memory::Address& address : m_held)
            if (std::ranges::find(held, address) == held.end())
                announce(address);
    }
    dispatch(Reconfigured{});
    changed();
}

std::string Instance::linkProblem(const std::vector<Link>& links, const std::set<IpAddress>& virtualAddresses) {
    const std::string& name = m_config.member.interface;
    std::set<std::string> devices{name};
    for (const Memory::Address& address : wantedAddresses())
        devices.insert(address.device);
    for (const std::string& device : devices) {
        const Link* link = findLink(links, device);
        if (link == nullptr)
            return "interface " + device + " does not exist";
        if (!link->up)
            return "interface " + device + " is down";
    }
    const Link& link = *findLink(links, name);
    if (const auto& source = m_config.member.sourceAddress) {
        m_settings.source = *source;
        return std::ranges::find(link.addresses, *source, &InterfaceAddress::address) != link.addresses.end()
                   ? std::string{}
                   : "the source address " + source->toString() + " is not on interface " + name;
    }
    for (const bool virtualToo : {false, true})
        for (const InterfaceAddress& own : link.addresses)
            // Only an owner's virtual address is its real one (RFC 5798 section 1.6).
            if (own.address.family() == m_family &&
                (virtualToo ? m_settings.priority == 255 : !virtualAddresses.contains(own.address))) {
                m_settings.source = own.address;
                return {};
            }
    return "interface " + name + " has no " + (m_family == Family::V4 ? "IPv4" : "IPv6") + " address of its own";
}

void Instance::linksChanged(const std::vector<Link>& links, const std::string& wireProblem,
                            const std::set<IpAddress>& virtualAddresses) {
    std::string problem = linkProblem(links, virtualAddresses);
    if (problem.empty())
        problem = wireProblem;
    if (problem != m_state.linkProblem)
        dispatch(LinkChanged{std::move(problem)});
    if (m_state.linkProblem.empty())
        findLostAddress(links);
}

void Instance::findLostAddress(const std::vector<Link>& links) {
    for (const Memory::Address& address : std::vector(m_held))
        if (findAddress(links, address) == nullptr) {
            std::erase(m_held, address);
            dispatch(AddressLost{text(address) + " from " + address.device});
        }
}

void Instance::received(const ReceivedAdvert& received) {
    // Deaf as a dead director would be: not even a count may change.
    if (m_state.hold == Hold::Silent)
        return;
    const Expected ours{m_config.instance.version, m_config.instance.advertInterval, m_config.instance.password,
                        advertised(m_config)};
    const auto advert = receive(received, ours);
    if (!advert) {
        complain(json::toWord(advert.error().reason), received.source.toString(),
                 "advertisements from " + received.source.toString() + " are ignored: " + advert.error().text +
                     "; unless both agree, both become master");
        return;
    }
    ++m_received;
    m_lastAdvertUs = m_around.runtime.wallUs();
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
}

void Instance::process(const Event& event) {
    const std::string hold = m_state.holdReason;
    Step next = step(m_state, event, m_settings);
    m_state = std::move(next.state);
    for (const Action& action : next.actions)
        std::visit([this](const auto& one) { run(one); }, action);
    if (m_open)
        closeTransition();
    else if (hold != m_state.holdReason)
        changed();
}

void Instance::run(const SendAdvert& action) {
    const model::VrrpInstance& instance = m_config.instance;
    const Advert advert{instance.version,        instance.vrid,     action.priority,
                        instance.advertInterval, instance.password, advertised(m_config)};
    const IpAddress group = multicastGroup(m_family);
    const auto message = encode(advert, m_settings.source, group);
    const auto sent = message ? m_around.send(m_settings.source, group, *message) : std::unexpected(message.error());
    if (!sent) {
        // A goodbye through an interface that is gone is no news.
        if (m_state.linkProblem.empty())
            complain("send", {}, "cannot send advertisements on " + m_config.member.interface + ": " + sent.error().text);
        return;
    }
    ++m_sent;
    if (action.priority != 0) {
        m_aliveUs = m_around.runtime.wallUs();
        if (m_around.observer.advertised)
            m_around.observer.advertised();
    }
}

void Instance::run(const SetTimer& action) {
    m_timers[static_cast<std::size_t>(action.id)] =
        m_around.runtime.after(action.after, [this, id = action.id] { dispatch(TimerFired{id}); });
}

void Instance::run(const CancelTimer& action) { m_timers[static_cast<std::size_t>(action.id)].cancel(); }

void Instance::run(const AddAddresses&) {
    const auto wanted = wantedAddresses();
    for (const Memory::Address& address : std::vector(m_held))
        if (std::ranges::find(wanted, address) == wanted.end())
            removeAddress(address);
    for (const Memory::Address& address : wanted) {
        const auto added = m_around.host.addAddress(
            address.device, {address.address, address.prefixLength, labelOf(address)}, optionsOf(address));
        if (!added) {
            dispatch(AddressRefused{"cannot add " + text(address) + " to " + address.device + ": " + added.error().text});
            return;
        }
        if (std::ranges::find(m_held, address) == m_held.end())
            m_held.push_back(address);
    }
    if (m_open)
        m_open->addressesUs = m_around.runtime.wallUs();
}

void Instance::run(const RemoveAddresses&) {
    for (const Memory::Address& address : std::vector(m_held))
        removeAddress(address);
    if (m_open)
        m_open->addressesUs = m_around.runtime.wallUs();
}

void Instance::removeAddress(const Memory::Address& address) {
    const InterfaceAddress what{address.address, address.prefixLength, {}};
    auto removed = m_around.host.removeAddress(address.device, what);
    // A request that failed with its socket succeeds over a fresh one; an address must not stay for such a reason.
    if (!removed && removed.error().code != ErrorCode::NotFound)
        removed = m_around.host.removeAddress(address.device, what);
    std::erase(m_held, address);
    if (!removed && removed.error().code != ErrorCode::NotFound)
        tell(rpc::EventLevel::Error, "cannot remove " + text(address) + " from " + address.device + ": " +
                                         removed.error().text + "; two directors may now answer for it: remove it by hand");
}

void Instance::run(const Announce& action) {
    if (m_open && m_open->addressesUs == 0)
        return;
    for (std::uint32_t i = 0; i < action.repeat; ++i)
        for (const Memory::Address& address : m_held)
            announce(address);
    if (m_open && m_open->garpUs == 0)
        m_open->garpUs = m_around.runtime.wallUs();
}

void Instance::announce(const Memory::Address& address) {
    const auto sent = m_around.host.announce(address.device, address.address);
    if (!sent)
        complain("announce", {},
                 "cannot announce " + text(address) + " on " + address.device + ": " + sent.error().text +
                     "; neighbours may go on sending to the old master");
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
    complain(action.tie ? "tie" : "two-masters", action.source.toString(),
             "two masters: " + action.source.toString() + ": " + action.text +
                 (action.tie ? "; give the routers different addresses and priorities"
                             : "; look for lost packets, a firewall, or different settings on the other router"));
}

void Instance::closeTransition() {
    const rpc::Transition done = *std::exchange(m_open, std::nullopt);
    m_transitions.push_back(done);
    if (m_transitions.size() > keptTransitions)
        m_transitions.pop_front();
    if (m_around.observer.transition)
        m_around.observer.transition(m_config.instance.name, done);
    changed();
}

void Instance::complain(const std::string& reason, const std::string& peer, const std::string& text) {
    if (const auto told = m_complaints.note(reason, peer, text, m_around.runtime.now()))
        tell(rpc::EventLevel::Warning, *told);
}

void Instance::tell(rpc::EventLevel level, const std::string& text) const {
    if (m_around.observer.event)
        m_around.observer.event(level, m_config.instance.name, text);
}

void Instance::changed() const {
    if (m_around.observer.changed)
        m_around.observer.changed();
}

rpc::VrrpState Instance::state() const {
    rpc::VrrpState out;
    out.name = m_config.instance.name;
    out.vrid = m_config.instance.vrid;
    out.version = m_config.instance.version;
    out.interface = m_config.member.interface;
    out.phase = m_state.phase;
    if (!m_transitions.empty()) {
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
    for (const Memory::Address& address : m_held)
        out.addresses.push_back(text(address));
    out.transitions.assign(m_transitions.begin(), m_transitions.end());
    return out;
}

Memory::Instance Instance::memory() const {
    return {m_config.instance.name, m_state.phase == Phase::Master, m_aliveUs, m_held};
}

bool Instance::owns(const IpAddress& address) const {
    return m_state.phase == Phase::Master && std::ranges::find(m_held, address, &Memory::Address::address) != m_held.end();
}

} // namespace lvsdeck::vrrp
