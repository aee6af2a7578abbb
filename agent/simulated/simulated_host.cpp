// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_host.hpp"

#include <algorithm>

namespace lvsdeck::simulated {

namespace {
constexpr std::size_t keptAnnouncements = 10'000;
}

std::vector<std::string> SimulatedSegment::holders(const IpAddress& address) const {
    std::vector<std::string> names;
    for (const SimulatedHost* host : m_hosts)
        if (host->holds(address))
            names.push_back(host->name());
    return names;
}

std::optional<std::string> SimulatedSegment::reaches(const IpAddress& address) const {
    if (const auto believed = m_lastAnnouncer.find(address); believed != m_lastAnnouncer.end()) {
        const auto& [host, device] = believed->second;
        if (host->answers(device))
            return host->name();
    }
    const std::vector<std::string> names = holders(address);
    return names.empty() ? std::nullopt : std::optional(names.front());
}

SimulatedHost::SimulatedHost(SimulatedSegment& segment, std::string name, Runtime& runtime, CrashPoint* crash)
    : m_segment(segment), m_name(std::move(name)), m_runtime(runtime), m_crash(crash),
      m_told(std::make_shared<bool>(false)) {
    addLink("lo");
    m_links.back().loopback = true;
    m_links.back().mac = {};
    m_links.back().addresses.push_back({IpAddress::v4(0x7f000001U), 8, {}});
    addLink("eth0");
    m_segment.m_hosts.push_back(this);
}

SimulatedHost::~SimulatedHost() {
    std::erase(m_segment.m_hosts, this);
    std::erase_if(m_segment.m_lastAnnouncer, [this](const auto& entry) { return entry.second.host == this; });
}

Result<std::vector<Link>> SimulatedHost::links() {
    if (!m_readable)
        return failure(ErrorCode::Io, "cannot list the interfaces: no buffer space available");
    return m_links;
}

Link* SimulatedHost::find(const std::string& device) {
    const auto found = std::ranges::find(m_links, device, &Link::name);
    return found == m_links.end() ? nullptr : &*found;
}

Result<Link*> SimulatedHost::changeable(const std::string& device) {
    if (m_crash != nullptr)
        m_crash->step();
    if (!m_permitted)
        return failure(ErrorCode::Denied,
                       "changing addresses needs CAP_NET_ADMIN: run the agent as root or through its systemd unit");
    Link* link = find(device);
    if (link == nullptr)
        return failure(ErrorCode::NotFound, "this host has no interface " + device);
    return link;
}

Result<void> SimulatedHost::addAddress(const std::string& device, const InterfaceAddress& address,
                                       const AddressOptions& options) {
    const auto link = changeable(device);
    if (!link)
        return std::unexpected(link.error());
    auto& addresses = (*link)->addresses;
    const auto same = [&](const InterfaceAddress& other) {
        return other.address == address.address && other.prefixLength == address.prefixLength;
    };
    if (std::ranges::none_of(addresses, same)) {
        addresses.push_back(address);
        m_options.insert_or_assign({device, address.address}, options);
        tellWatcher();
    }
    return {};
}

Result<void> SimulatedHost::removeAddress(const std::string& device, const InterfaceAddress& address) {
    const auto link = changeable(device);
    if (!link)
        return std::unexpected(link.error());
    const auto same = [&](const InterfaceAddress& other) {
        return other.address == address.address && other.prefixLength == address.prefixLength;
    };
    if (std::erase_if((*link)->addresses, same) > 0) {
        m_options.erase({device, address.address});
        tellWatcher();
    }
    return {};
}

Result<void> SimulatedHost::announce(const std::string& device, const IpAddress& address) {
    const auto link = changeable(device);
    if (!link)
        return std::unexpected(link.error());
    if (!(*link)->up)
        return failure(ErrorCode::Io, "cannot announce " + address.toString() + " on " + device + ": the interface is down");
    if (m_powered) {
        m_segment.m_announcements.push_back({m_runtime.now(), m_name, device, address});
        if (m_segment.m_announcements.size() > keptAnnouncements)
            m_segment.m_announcements.pop_front();
        m_segment.m_lastAnnouncer.insert_or_assign(address, SimulatedSegment::Believed{this, device});
    }
    return {};
}

void SimulatedHost::watch(std::function<void()> changed) { m_changed = std::move(changed); }

void SimulatedHost::tellWatcher() {
    if (!m_changed || *m_told)
        return;
    *m_told = true;
    m_runtime.post([this, weak = std::weak_ptr<bool>(m_told)] {
        const auto told = weak.lock();
        if (!told)
            return;
        *told = false;
        if (m_changed)
            m_changed();
    });
}

void SimulatedHost::addLink(const std::string& device) {
    Link link;
    link.name = device;
    link.index = ++m_lastIndex;
    link.up = true;
    // Locally administered; its own on the segment.
    link.mac = {2, 0, 0, 0, static_cast<std::uint8_t>(m_segment.m_hosts.size()), static_cast<std::uint8_t>(link.index)};
    m_links.push_back(std::move(link));
    tellWatcher();
}

void SimulatedHost::addMacvlan(const std::string& device, const std::string& base, const MacAddress& mac) {
    addLink(device);
    m_links.back().mac = mac;
    m_bases.insert_or_assign(device, base);
    if (const Link* below = find(base))
        m_links.back().up = below->up;
}

std::string SimulatedHost::baseOf(const std::string& device) const {
    const auto found = m_bases.find(device);
    return found == m_bases.end() ? std::string() : found->second;
}

void SimulatedHost::removeLink(const std::string& device) {
    m_bases.erase(device);
    const auto above = std::ranges::find(m_bases, device, &std::pair<const std::string, std::string>::second);
    if (above != m_bases.end()) {
        removeLink(std::string(above->first));
        return removeLink(device);
    }
    if (std::erase_if(m_links, [&](const Link& link) { return link.name == device; }) > 0)
        tellWatcher();
}

void SimulatedHost::setLinkUp(const std::string& device, bool up) {
    if (Link* link = find(device); link != nullptr && link->up != up) {
        link->up = up;
        for (const auto& [above, base] : m_bases)
            if (base == device)
                setLinkUp(above, up);
        tellWatcher();
    }
}

void SimulatedHost::configureAddress(const std::string& device, const InterfaceAddress& address) {
    if (Link* link = find(device); link != nullptr) {
        link->addresses.push_back(address);
        tellWatcher();
    }
}

void SimulatedHost::takeAddressAway(const std::string& device, const IpAddress& address) {
    Link* link = find(device);
    if (link != nullptr && std::erase_if(link->addresses, [&](const auto& own) { return own.address == address; }) > 0)
        tellWatcher();
}

AddressOptions SimulatedHost::optionsOf(const std::string& device, const IpAddress& address) const {
    const auto found = m_options.find({device, address});
    return found == m_options.end() ? AddressOptions{} : found->second;
}

bool SimulatedHost::answers(const std::string& device) const {
    return m_powered && std::ranges::any_of(m_links, [&](const Link& link) { return link.name == device && link.up; });
}

bool SimulatedHost::holds(const IpAddress& address) const {
    if (!m_powered)
        return false;
    return std::ranges::any_of(m_links, [&](const Link& link) {
        return link.up && !link.loopback &&
               std::ranges::find(link.addresses, address, &InterfaceAddress::address) != link.addresses.end();
    });
}

} // namespace lvsdeck::simulated
