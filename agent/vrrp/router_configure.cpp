// SPDX-License-Identifier: GPL-3.0-or-later
// How a configuration comes into force, and how the router follows the host: links, wires, tracking.
#include "agent/vrrp/router_impl.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

namespace {

constexpr Duration reopenPause = std::chrono::seconds(5);

/// Whether the one can become the other without starting anew.
bool sameRouter(const Instance& running, const model::OwnInstance& wanted) {
    const model::OwnInstance& config = running.config();
    return config.instance.name == wanted.instance.name && config.instance.vrid == wanted.instance.vrid &&
           config.instance.version == wanted.instance.version && config.member.interface == wanted.member.interface &&
           !wanted.instance.addresses.empty() && familyOf(wanted) == familyOf(config);
}

std::vector<Macvlan> macvlansOf(const std::vector<model::OwnInstance>& configs) {
    std::vector<Macvlan> out;
    for (const model::OwnInstance& config : configs)
        if (auto macvlan = macvlanOf(config))
            out.push_back(std::move(*macvlan));
    return out;
}

bool isEmpty(const Memory& memory) { return memory.instances.empty() && memory.dropped.empty() && memory.switches.empty(); }

} // namespace

std::unique_ptr<Instance> Router::Impl::create(model::OwnInstance config) {
    auto instance = std::make_unique<Instance>(
        Surroundings{m_ports.runtime, m_ports.host, m_ports.network, m_observer,
                     [this](const Listening& from, const Outgoing& where, std::span<const std::uint8_t> message) {
                         return m_wires.send(from, where, message);
                     },
                     [this] { stepped(); }},
        std::move(config));
    if (const auto earlier = m_earlier.extract(instance->name()))
        instance->remember(earlier.mapped());
    return instance;
}

std::vector<model::OwnInstance> Router::Impl::configs() const {
    std::vector<model::OwnInstance> out;
    out.reserve(m_instances.size());
    for (const auto& instance : m_instances)
        out.push_back(instance->config());
    return out;
}

void Router::Impl::configure(const model::Effective& own, const Memory& memory) {
    if (m_stopped)
        return;
    m_configuring = true;
    m_inherited = isEmpty(memory) ? nullptr : &memory;
    if (!m_startAt)
        m_startAt = m_ports.runtime.now() + Duration(own.vrrpStartupDelay);
    {
        const Batch batch(*this);
        const std::vector<model::OwnInstance> wanted = prepared(own);
        std::vector<std::unique_ptr<Instance>> before = std::exchange(m_instances, {});
        std::vector<Instance*> fresh;
        std::vector<std::pair<Instance*, model::OwnInstance>> changed;
        for (const model::OwnInstance& config : wanted) {
            const auto running =
                std::ranges::find_if(before, [&](const auto& one) { return one && sameRouter(*one, config); });
            if (running == before.end()) {
                m_instances.push_back(create(config));
                fresh.push_back(m_instances.back().get());
                continue;
            }
            m_instances.push_back(std::move(*running));
            if (m_instances.back()->config() != config)
                changed.emplace_back(m_instances.back().get(), config);
        }
        // Those that go release their addresses before another instance may want them.
        for (const auto& gone : before)
            if (gone) {
                m_delayed.erase(gone.get());
                const bool wasInFault = gone->machine().phase == Phase::Fault;
                gone->dispatch(Stopped{Stop::Resign});
                const bool deleted = std::ranges::find(wanted, gone->name(),
                                                       [](const auto& one) { return one.instance.name; }) == wanted.end();
                // Who has no script for DELETED is told of a FAULT, and was already if it was in one.
                if (!deleted || !wasInFault || !gone->config().instance.notify.deleted.empty())
                    gone->tellHappening(deleted ? HappeningKind::Deleted : HappeningKind::Stop);
            }
        before.clear();
        m_groups.configure(own.syncGroups, m_instances); // of a group that is gone nobody is told, as by keepalived
        m_virtualAddresses.clear();
        for (const model::OwnInstance& config : wanted)
            for (const Memory::Address& address : wantedAddresses(config))
                m_virtualAddresses.insert(address.address);
        readLinks();
        keepDropping(memory);
        m_loans.adopt(memory.switches);
        openWires(wanted);
        // From here on memory() is the whole truth, unless a process before us has left more: addresses that a running master gets are
        // written down before they are on the host.
        m_configuring = m_inherited != nullptr;
        for (auto& [instance, config] : changed) {
            const LinkView view = viewFor(config);
            instance->reconfigure(std::move(config), view);
        }
        // Before orphans go: one may be wanted as a static entry now, and is put back by who hears that it went.
        watchRouting(own);
        clearOrphans(memory);
        configureTracking(own);
        refreshLinks();
        expireMaintenance();
        begin(fresh, memory);
    }
    m_configuring = false;
    m_inherited = nullptr;
    if (m_observer.changed)
        m_observer.changed();
}

/// In a group either all go on as master or none: half a group must not be master for a moment.
void Router::Impl::begin(const std::vector<Instance*>& fresh, const Memory& memory) {
    std::map<Instance*, Adopted> adopted;
    for (Instance* instance : fresh) {
        const auto remembered = std::ranges::find(memory.instances, instance->name(), &Memory::Instance::name);
        adopted[instance] =
            instance->adopt(m_links, remembered == memory.instances.end() ? nullptr : &*remembered, m_addressesMayGo);
    }
    for (auto& [instance, how] : adopted) {
        const model::SyncGroup* group = m_groups.groupOf(instance->name());
        if (group == nullptr || how != Adopted::Fresh)
            continue;
        for (const std::string& name : group->instances) {
            Instance* other = find(name);
            const auto found = adopted.find(other);
            const bool goesOn = other == nullptr || (found == adopted.end() ? other->machine().phase == Phase::Master
                                                                            : found->second == Adopted::Fresh);
            if (!goesOn)
                how = Adopted::Stale;
        }
    }
    // A second look, since one that was lowered lowers the others of its group.
    for (auto& [instance, how] : adopted)
        if (const model::SyncGroup* group = m_groups.groupOf(instance->name()); group != nullptr && how == Adopted::Fresh)
            if (std::ranges::any_of(adopted, [&](const auto& other) {
                    return m_groups.groupOf(other.first->name()) == group && other.second != Adopted::Fresh;
                }))
                how = Adopted::Stale;
    const Duration delay = *m_startAt - m_ports.runtime.now();
    std::vector<std::pair<Instance*, Adopted>> starting;
    for (Instance* instance : fresh) {
        if (!m_failed.empty())
            instance->dispatch(Failed{m_failed});
        if (m_hold)
            instance->dispatch(*m_hold);
        // A restart is no boot: what goes on must not wait.
        if (delay.count() > 0 && adopted[instance] != Adopted::Fresh) {
            trackOne(*instance);
            m_delayed[instance] = adopted[instance];
        } else {
            starting.emplace_back(instance, adopted[instance]);
        }
    }
    start(starting);
    if (!m_delayed.empty() && delay.count() > 0)
        m_startup = m_ports.runtime.after(delay, [this] { startDelayed(); });
}

void Router::Impl::startDelayed() {
    const Batch batch(*this);
    const auto delayed = std::exchange(m_delayed, {});
    std::vector<std::pair<Instance*, Adopted>> starting;
    for (const auto& instance : m_instances)
        if (const auto found = delayed.find(instance.get()); found != delayed.end())
            starting.emplace_back(found->first, found->second);
    start(starting);
}

void Router::Impl::start(const std::vector<std::pair<Instance*, Adopted>>& starting) {
    for (const auto& [instance, adopted] : starting)
        if (adopted != Adopted::Fresh) // which does not wait for its scripts
            trackOne(*instance);
    m_groups.foresee(m_instances, starting);
    for (const auto& [instance, adopted] : starting) {
        instance->start(adopted, m_addressesMayGo);
        trackOne(*instance);
    }
}

void Router::Impl::clearOrphans(const Memory& memory) {
    std::vector<Memory::Address> wanted;
    for (const auto& instance : m_instances)
        std::ranges::move(wantedAddresses(instance->config()), std::back_inserter(wanted));
    std::vector<std::string> macvlans;
    for (const Memory::Instance& remembered : memory.instances) {
        if (!remembered.macvlan.empty())
            macvlans.push_back(remembered.macvlan);
        if (find(remembered.name) != nullptr)
            continue;
        for (const Memory::Address& address : remembered.addresses)
            if (std::ranges::find(wanted, address) == wanted.end())
                if (!m_ports.host.removeAddress(address.device, {address.address, address.prefixLength, {}}))
                    tell(rpc::EventLevel::Warning, remembered.name,
                         "cannot remove " + address.address.toString() + " from " + address.device +
                             ", which no instance wants any more: remove it by hand");
        for (const model::VirtualRule& rule : remembered.rules)
            (void)m_ports.network.removeRule(rule);
        for (const model::VirtualRoute& route : remembered.routes)
            (void)m_ports.network.removeRoute(route);
    }
    m_wires.removeMacvlans(macvlansOf(configs()), macvlans);
}

/// The filter of the process before is ours now. It is set once more, and before the wires may set theirs for a virtual MAC: all
/// filters are one table, and what is not known to this process would be taken away with the next change.
void Router::Impl::keepDropping(const Memory& memory) {
    if (memory.dropped.empty() || !m_dropped.empty())
        return;
    m_dropped = memory.dropped;
    if (const auto done = m_ports.network.dropTraffic(m_dropped); !done)
        tell(rpc::EventLevel::Warning, {}, "accept mode cannot be switched off: " + done.error().text);
}

void Router::Impl::readLinks() {
    auto links = m_ports.host.links();
    if (links)
        m_links = std::move(*links);
    else
        tell(rpc::EventLevel::Error, {}, "cannot read the interfaces: " + links.error().text);
}

void Router::Impl::borrow(const std::vector<model::OwnInstance>& configs) {
    const auto before = m_loans.before();
    const auto done = m_loans.want(neededSwitches(configs), [this] {
        if (m_writeDown)
            m_writeDown();
    });
    std::string problem = done ? std::string{} : done.error().text;
    if (!problem.empty() && problem != m_loanProblem)
        tell(rpc::EventLevel::Warning, {}, "cannot prepare an interface: " + problem);
    m_loanProblem = std::move(problem);
    if (m_loans.before() != before && m_observer.changed)
        m_observer.changed();
}

void Router::Impl::openWires(const std::vector<model::OwnInstance>& wanted) {
    borrow(wanted);
    if (m_wires.makeMacvlans(macvlansOf(wanted), m_links))
        readLinks();
    std::vector<Listening> needed;
    for (const model::OwnInstance& config : wanted) {
        needed.push_back(listeningOf(config));
        needed.push_back(sendingOf(config));
    }
    if (m_wires.refresh(needed, m_links))
        m_reopen.cancel();
    else
        m_reopen = m_ports.runtime.after(reopenPause, [this] { refreshLinks(); });
}

LinkView Router::Impl::viewFor(const model::OwnInstance& config) const {
    return {m_links, m_virtualAddresses, m_wires.problem(config), m_addressesMayGo};
}

void Router::Impl::refreshLinks() {
    const Batch batch(*this);
    readLinks();
    openWires(configs());
    for (const auto& instance : m_instances)
        instance->linksChanged(viewFor(instance->config()));
    track();
}

void Router::Impl::received(const Listening& where, const ReceivedAdvert& advert) {
    if (m_stopped)
        return;
    const std::uint8_t vrid = peekVrid(advert.message);
    for (const auto& instance : m_instances)
        if (instance->config().instance.vrid == vrid && listeningOf(instance->config()) == where)
            return instance->received(advert);
}

void Router::Impl::configureTracking(const model::Effective& own) {
    m_uses.clear();
    std::set<TrackKey> used;
    Duration shortest = std::chrono::seconds(1);
    for (const auto& instance : m_instances) {
        auto uses = trackUses(instance->config(), m_groups.groupOf(instance->name()), own);
        for (const TrackUse& use : uses)
            if (use.kind != TrackKind::Interface) {
                used.emplace(use.kind, use.name);
                shortest = std::min<Duration>(shortest, instance->config().instance.advertInterval);
            }
        m_uses[instance->name()] = std::move(uses);
    }
    m_tracker.configure(own, used, shortest);
}

Reading Router::Impl::reading(TrackKind kind, const std::string& name) const {
    if (kind != TrackKind::Interface)
        return m_tracker.reading(kind, name);
    Reading out;
    const Link* link = findLink(m_links, name);
    out.good = link != nullptr && link->up;
    if (link == nullptr)
        out.detail = "it does not exist";
    return out;
}

void Router::Impl::track() {
    if (m_stopped)
        return;
    const Batch batch(*this);
    for (const auto& instance : m_instances)
        if (instance->started()) // others are looked at when they start
            trackOne(*instance);
}

void Router::Impl::trackOne(Instance& instance) {
    const auto uses = m_uses.find(instance.name());
    if (uses == m_uses.end())
        return;
    const model::SyncGroup* group = m_groups.groupOf(instance.name());
    // An owner's priority is fixed (RFC 5798 section 6.1); what must not fail still must not.
    const bool ignored = (group != nullptr && !group->trackingWeight) || isOwner(instance.config());
    instance.tracked(judge(uses->second, ignored ? Weights::Ignore : Weights::Count,
                           instance.wentOn() ? Pending::Good : Pending::Fault,
                           [this](TrackKind kind, const std::string& name) { return reading(kind, name); }));
}

} // namespace lvsdeck::vrrp
