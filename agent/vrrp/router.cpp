// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/router.hpp"

#include "agent/vrrp/instance.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::vrrp {

namespace {

constexpr Duration reopenPause = std::chrono::seconds(5);

/// Whether the one can become the other without starting anew.
bool sameRouter(const Instance& running, const model::OwnInstance& wanted) {
    const model::OwnInstance& config = running.config();
    return config.instance.name == wanted.instance.name && config.instance.vrid == wanted.instance.vrid &&
           config.instance.version == wanted.instance.version && config.member.interface == wanted.member.interface &&
           !wanted.instance.addresses.empty() && wanted.instance.addresses.front().address.family() == running.family();
}

} // namespace

class Router::Impl {
public:
    Impl(Runtime& runtime, VrrpPort& port, HostPort& host, Observer observer)
        : m_runtime(runtime), m_port(port), m_host(host), m_observer(std::move(observer)) {
        // While several instances start, what memory() says of those still to come is not yet true.
        for (auto* told : {&m_observer.changed, &m_observer.advertised})
            if (*told)
                *told = [this, inner = std::move(*told)] {
                    if (!m_configuring)
                        inner();
                };
        m_host.watch([this, alive = std::weak_ptr<int>(m_alive)] {
            if (!alive.expired() && !m_stopped)
                refreshLinks();
        });
    }

    void configure(std::vector<model::OwnInstance> wanted, const Memory& memory);
    void stop(Stop how);
    void setHold(std::optional<Held> hold);
    void setFailed(std::string reason);

    std::vector<std::unique_ptr<Instance>> m_instances;

private:
    using WireKey = std::pair<std::string, Family>;
    struct Wire {
        std::unique_ptr<VrrpEndpoint> endpoint;
        int linkIndex = 0;
        std::string problem;
    };

    std::unique_ptr<Instance> create(model::OwnInstance config);
    void clearOrphans(const Memory& memory);
    void refreshLinks();
    void refreshWires();
    void refreshWire(const WireKey& key, Wire& wire);
    [[nodiscard]] Result<void> send(const WireKey& key, const IpAddress& source, const IpAddress& destination,
                                    std::span<const std::uint8_t> message);
    void received(const WireKey& key, const ReceivedAdvert& advert);
    void tellLinks(Instance& instance);

    Runtime& m_runtime;
    VrrpPort& m_port;
    HostPort& m_host;
    Observer m_observer;
    std::shared_ptr<int> m_alive = std::make_shared<int>(0);
    std::vector<Link> m_links;
    std::map<WireKey, Wire> m_wires;
    Timer m_reopen;
    std::optional<Held> m_hold;
    std::string m_failed;
    bool m_configuring = false;
    bool m_stopped = false;
};

std::unique_ptr<Instance> Router::Impl::create(model::OwnInstance config) {
    const Family family =
        config.instance.addresses.empty() ? Family::V4 : config.instance.addresses.front().address.family();
    const WireKey key{config.member.interface, family};
    return std::make_unique<Instance>(
        Surroundings{m_runtime, m_host, m_observer,
                     [this, key](const IpAddress& source, const IpAddress& destination,
                                 std::span<const std::uint8_t> message) { return send(key, source, destination, message); }},
        std::move(config));
}

void Router::Impl::configure(std::vector<model::OwnInstance> wanted, const Memory& memory) {
    if (m_stopped)
        return;
    m_configuring = true;
    std::vector<std::unique_ptr<Instance>> before = std::exchange(m_instances, {});
    std::vector<Instance*> fresh;
    std::vector<std::pair<Instance*, model::OwnInstance>> changed;
    for (model::OwnInstance& config : wanted) {
        const auto running = std::ranges::find_if(before, [&](const auto& one) { return one && sameRouter(*one, config); });
        if (running == before.end()) {
            m_instances.push_back(create(std::move(config)));
            fresh.push_back(m_instances.back().get());
            continue;
        }
        m_instances.push_back(std::move(*running));
        if (m_instances.back()->config() != config)
            changed.emplace_back(m_instances.back().get(), std::move(config));
    }
    // Those that go release their addresses before another instance may want them.
    for (const auto& gone : before)
        if (gone)
            gone->dispatch(Stopped{Stop::Resign});
    before.clear();
    for (auto& [instance, config] : changed)
        instance->reconfigure(std::move(config));
    clearOrphans(memory);
    refreshLinks();
    for (Instance* instance : fresh) {
        if (!m_failed.empty())
            instance->dispatch(Failed{m_failed});
        if (m_hold)
            instance->dispatch(*m_hold);
        const auto remembered =
            std::ranges::find(memory.instances, instance->config().instance.name, &Memory::Instance::name);
        instance->start(m_links, remembered == memory.instances.end() ? nullptr : &*remembered);
    }
    m_configuring = false;
    if (m_observer.changed)
        m_observer.changed();
}

void Router::Impl::clearOrphans(const Memory& memory) {
    std::vector<Memory::Address> wanted;
    for (const auto& instance : m_instances)
        std::ranges::move(instance->wantedAddresses(), std::back_inserter(wanted));
    for (const Memory::Instance& remembered : memory.instances) {
        const bool known = std::ranges::any_of(
            m_instances, [&](const auto& one) { return one->config().instance.name == remembered.name; });
        for (const Memory::Address& address : remembered.addresses)
            if (!known && std::ranges::find(wanted, address) == wanted.end())
                if (!m_host.removeAddress(address.device, {address.address, address.prefixLength, {}}) && m_observer.event)
                    m_observer.event(rpc::EventLevel::Warning, remembered.name,
                                     "cannot remove " + address.address.toString() + " from " + address.device +
                                         ", which no instance wants any more: remove it by hand");
    }
}

void Router::Impl::refreshLinks() {
    auto links = m_host.links();
    if (!links) {
        if (m_observer.event)
            m_observer.event(rpc::EventLevel::Error, {}, "cannot read the interfaces: " + links.error().text);
        return;
    }
    m_links = std::move(*links);
    refreshWires();
    for (const auto& instance : m_instances)
        tellLinks(*instance);
}

void Router::Impl::tellLinks(Instance& instance) {
    std::set<IpAddress> virtualAddresses;
    for (const auto& one : m_instances)
        for (const Memory::Address& address : one->wantedAddresses())
            virtualAddresses.insert(address.address);
    const Wire& wire = m_wires[{instance.config().member.interface, instance.family()}];
    instance.linksChanged(m_links, wire.problem, virtualAddresses);
}

void Router::Impl::refreshWires() {
    std::set<WireKey> used;
    for (const auto& instance : m_instances)
        used.insert({instance->config().member.interface, instance->family()});
    std::erase_if(m_wires, [&](const auto& wire) { return !used.contains(wire.first); });
    bool failed = false;
    for (const WireKey& key : used) {
        refreshWire(key, m_wires[key]);
        failed = failed || !m_wires[key].problem.empty();
    }
    if (failed)
        m_reopen = m_runtime.after(reopenPause, [this] { refreshLinks(); });
    else
        m_reopen.cancel();
}

/// A socket stays bound to the interface that it was opened on: one that was deleted and made again, or that
/// was down, is opened afresh, and joins its group again.
void Router::Impl::refreshWire(const WireKey& key, Wire& wire) {
    const auto link = std::ranges::find(m_links, key.first, &Link::name);
    const bool usable = link != m_links.end() && link->up;
    if (!usable || link->index != wire.linkIndex)
        wire.endpoint.reset();
    wire.problem.clear();
    if (!usable || wire.endpoint)
        return;
    auto opened = m_port.open({key.first, key.second, multicastGroup(key.second)},
                              [this, key](const ReceivedAdvert& advert) { received(key, advert); });
    if (opened) {
        wire.endpoint = std::move(*opened);
        wire.linkIndex = link->index;
    } else {
        wire.problem = "cannot listen on interface " + key.first + ": " + opened.error().text;
    }
}

Result<void> Router::Impl::send(const WireKey& key, const IpAddress& source, const IpAddress& destination,
                                std::span<const std::uint8_t> message) {
    const auto wire = m_wires.find(key);
    if (wire == m_wires.end() || !wire->second.endpoint)
        return failure(ErrorCode::Unavailable, "interface " + key.first + " is not usable");
    return wire->second.endpoint->send({source, destination}, message);
}

void Router::Impl::received(const WireKey& key, const ReceivedAdvert& advert) {
    if (m_stopped)
        return;
    const std::uint8_t vrid = peekVrid(advert.message);
    for (const auto& instance : m_instances)
        if (instance->config().instance.vrid == vrid && instance->config().member.interface == key.first &&
            instance->family() == key.second)
            return instance->received(advert);
}

void Router::Impl::setHold(std::optional<Held> hold) {
    m_hold = std::move(hold);
    if (m_stopped)
        return;
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
    for (const auto& instance : m_instances)
        instance->dispatch(Failed{m_failed});
}

void Router::Impl::stop(Stop how) {
    if (std::exchange(m_stopped, true))
        return;
    for (const auto& instance : m_instances)
        instance->dispatch(Stopped{how});
    m_reopen.cancel();
    m_wires.clear();
}

Router::Router(Runtime& runtime, VrrpPort& port, HostPort& host, Observer observer)
    : m_impl(std::make_unique<Impl>(runtime, port, host, std::move(observer))) {}

Router::~Router() = default;

void Router::configure(std::vector<model::OwnInstance> instances, const Memory& memory) {
    m_impl->configure(std::move(instances), memory);
}

void Router::hold(Hold kind, std::string reason) { m_impl->setHold(Held{kind, std::move(reason)}); }

void Router::release() { m_impl->setHold(std::nullopt); }

void Router::setFailed(std::string reason) { m_impl->setFailed(std::move(reason)); }

void Router::stop(Stop how) { m_impl->stop(how); }

std::vector<rpc::VrrpState> Router::states() const {
    std::vector<rpc::VrrpState> out;
    for (const auto& instance : m_impl->m_instances)
        out.push_back(instance->state());
    return out;
}

Memory Router::memory() const {
    Memory out;
    for (const auto& instance : m_impl->m_instances)
        out.instances.push_back(instance->memory());
    return out;
}

bool Router::ownsAddress(const IpAddress& address) const {
    return std::ranges::any_of(m_impl->m_instances, [&](const auto& instance) { return instance->owns(address); });
}

} // namespace lvsdeck::vrrp
