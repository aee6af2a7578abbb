// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/router.hpp"

#include "agent/vrrp/router_impl.hpp"

#include <algorithm>

namespace lvsdeck::vrrp {

Router::Impl::Impl(RouterPorts ports, Observer observer)
    : m_ports(ports), m_observer(std::move(observer)), m_loans(ports.network),
      m_wires(ports.vrrp, ports.network,
              [this](const Listening& where, const ReceivedAdvert& advert) { received(where, advert); }),
      m_tracker({ports.runtime, ports.scripts, ports.system},
                {.changed = [this] { track(); },
                 .event = [this](rpc::EventLevel level, const std::string& text) { tell(level, {}, text); }}) {
    m_writeDown = m_observer.changed;
    // While several instances start, what memory() says of those still to come is not yet true.
    for (auto* told : {&m_observer.changed, &m_observer.advertised})
        if (*told)
            *told = [this, inner = std::move(*told)] {
                if (!m_configuring)
                    inner();
            };
    m_ports.host.watch([this, alive = std::weak_ptr<int>(m_alive)] {
        if (alive.expired() || m_stopped)
            return;
        refreshLinks();
        if (m_observer.hostChanged)
            m_observer.hostChanged();
    });
}

/// Not every host has routes and rules to lose, and a router's table may change all the time.
void Router::Impl::watchRouting(const model::Effective& own) {
    const bool any = !own.staticRoutes.empty() || !own.staticRules.empty() ||
                     std::ranges::any_of(own.instances, [](const model::OwnInstance& one) {
                         return !one.instance.routes.empty() || !one.instance.rules.empty();
                     });
    if (any == m_watchesRouting)
        return;
    m_watchesRouting = any;
    if (!any)
        return m_ports.network.watchRouting({});
    m_ports.network.watchRouting([this, alive = std::weak_ptr<int>(m_alive)] {
        if (alive.expired() || m_stopped)
            return;
        {
            const Batch batch(*this);
            for (const auto& instance : m_instances)
                if (!m_addressesMayGo)
                    instance->routingChanged();
        }
        if (m_observer.hostChanged)
            m_observer.hostChanged();
    });
}

void Router::Impl::tell(rpc::EventLevel level, const std::string& instance, const std::string& text) const {
    if (m_observer.event)
        m_observer.event(level, instance, text);
}

Instance* Router::Impl::find(const std::string& name) const {
    for (const auto& instance : m_instances)
        if (instance->name() == name)
            return instance.get();
    return nullptr;
}

void Router::Impl::stepped() {
    if (m_depth > 0 || m_stopped)
        return;
    const Batch batch(*this);
}

void Router::Impl::settle() {
    if (m_stopped)
        return;
    m_groups.coordinate(m_instances, m_observer.happened);
    dropTraffic();
}

/// Accept mode off (RFC 5798 section 6.1): a master that does not own the addresses forwards to them, and answers nothing itself.
void Router::Impl::dropTraffic() {
    std::vector<IpAddress> wanted;
    for (const auto& instance : m_instances) {
        const model::OwnInstance& config = instance->config();
        if (!config.instance.accept && !isOwner(config) && instance->machine().phase == Phase::Master)
            for (const Memory::Address& address : wantedAddresses(config))
                wanted.push_back(address.address);
    }
    if (wanted == m_dropped)
        return;
    if (const auto done = m_ports.network.dropTraffic(wanted); !done && !wanted.empty())
        tell(rpc::EventLevel::Warning, {}, "accept mode cannot be switched off: " + done.error().text);
    m_dropped = std::move(wanted);
}

void Router::Impl::setHold(std::optional<Held> hold) {
    m_hold = std::move(hold);
    if (m_stopped)
        return;
    const Batch batch(*this);
    for (const auto& instance : m_instances)
        if (m_hold)
            instance->dispatch(*m_hold);
        else
            instance->dispatch(Released{});
}

void Router::Impl::setFailed(std::string reason) {
    if (m_stopped || reason == m_failed)
        return;
    m_failed = std::move(reason);
    const Batch batch(*this);
    for (const auto& instance : m_instances)
        instance->dispatch(Failed{m_failed});
}

void Router::Impl::stop(Stop how) {
    if (m_stopped)
        return;
    ++m_depth; // groups have nothing to say any more
    m_stopped = true;
    for (const auto& instance : m_instances) {
        const bool ran = instance->started();
        instance->dispatch(Stopped{how});
        if (ran && how == Stop::Resign)
            instance->tellHappening(HappeningKind::Stop);
    }
    if (how == Stop::Resign) {
        for (const model::SyncGroup& group : m_groups.all())
            if (m_observer.happened)
                m_observer.happened(groupHappening(group, HappeningKind::Stop));
        if (!m_dropped.empty())
            (void)m_ports.network.dropTraffic({});
        m_dropped.clear();
        m_wires.removeMacvlans({}, {});
        (void)m_loans.want({}, [] {}); // their interfaces may have gone with their settings
    }
    for (Timer* timer : {&m_reopen, &m_startup, &m_expiry})
        timer->cancel();
    m_tracker.stop();
    m_wires.close();
}

void Router::Impl::letAddressesGo(bool on) {
    if (m_stopped || on == m_addressesMayGo)
        return;
    m_addressesMayGo = on;
    if (on)
        return;
    const Batch batch(*this);
    readLinks();
    for (const auto& instance : m_instances)
        instance->putBack(m_links);
}

void Router::Impl::abandon() {
    if (m_stopped)
        return;
    m_addressesMayGo = false;
    for (const auto& instance : m_instances)
        m_earlier[instance->name()].assign(instance->transitions().begin(), instance->transitions().end());
    m_delayed.clear();
    m_uses.clear();
    m_instances.clear();
    m_groups.configure({}, m_instances);
    m_virtualAddresses.clear();
    m_tracker.configure({}, {}, std::chrono::seconds(1));
    watchRouting({});
    if (!m_dropped.empty())
        (void)m_ports.network.dropTraffic({}); // who comes has a filter of his own
    m_dropped.clear();
    m_loans.forget();
    m_wires.abandon();
    for (Timer* timer : {&m_reopen, &m_startup, &m_expiry})
        timer->cancel();
    if (m_observer.changed)
        m_observer.changed();
}

Memory Router::Impl::memory() const {
    Memory out;
    if (m_inherited != nullptr) {
        out = *m_inherited;
        out.switches = m_loans.before();
        return out;
    }
    for (const auto& instance : m_instances)
        out.instances.push_back(instance->memory());
    out.dropped = m_dropped;
    out.switches = m_loans.before();
    return out;
}

Router::Router(RouterPorts ports, Observer observer) : m_impl(std::make_unique<Impl>(ports, std::move(observer))) {}

Router::~Router() = default;

void Router::configure(const model::Effective& own, const Memory& memory) { m_impl->configure(own, memory); }

void Router::hold(Hold kind, std::string reason) { m_impl->setHold(Held{kind, std::move(reason)}); }

void Router::release() { m_impl->setHold(std::nullopt); }

void Router::setFailed(std::string reason) { m_impl->setFailed(std::move(reason)); }

void Router::letAddressesGo(bool on) { m_impl->letAddressesGo(on); }

void Router::abandon() { m_impl->abandon(); }

void Router::stop(Stop how) { m_impl->stop(how); }

void Router::restoreMaintenance(MaintenanceBook book) { m_impl->restore(std::move(book)); }

Result<void> Router::setInstanceMaintenance(const std::string& instance, std::optional<rpc::Maintenance> maintenance) {
    return m_impl->setMaintenance(instance, {}, std::move(maintenance));
}

Result<void> Router::setGroupMaintenance(const std::string& group, std::optional<rpc::Maintenance> maintenance) {
    return m_impl->setMaintenance({}, group, std::move(maintenance));
}

const MaintenanceBook& Router::maintenance() const { return m_impl->m_maintenance; }

std::vector<rpc::VrrpState> Router::states() const {
    std::vector<rpc::VrrpState> out;
    for (const auto& instance : m_impl->m_instances)
        out.push_back(instance->state());
    return out;
}

Result<std::vector<rpc::Transition>> Router::transitions(const std::string& instance) const {
    const Instance* found = m_impl->find(instance);
    if (found == nullptr)
        return failure(ErrorCode::NotFound, "this director has no VRRP instance “" + instance + "”", "instance");
    return std::vector(found->transitions().begin(), found->transitions().end());
}

void Router::restoreTransitions(TransitionBook book) { m_impl->m_earlier = std::move(book); }

TransitionBook Router::transitionBook() const {
    // An instance that is not here at the moment may come back with the next configuration.
    TransitionBook out = m_impl->m_earlier;
    for (const auto& instance : m_impl->m_instances) {
        const auto& all = instance->transitions();
        const std::size_t count = std::min(all.size(), transitionsInBook);
        if (count > 0)
            out[instance->name()].assign(all.end() - static_cast<std::ptrdiff_t>(count), all.end());
    }
    return out;
}

Memory Router::memory() const { return m_impl->memory(); }

bool Router::ownsAddress(const IpAddress& address) const {
    return std::ranges::any_of(m_impl->m_instances, [&](const auto& instance) { return instance->owns(address); });
}

} // namespace lvsdeck::vrrp
