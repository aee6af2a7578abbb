// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/random_table.hpp"

#include <array>

namespace lvsdeck::test {

namespace {

using namespace ipvs;

class Dice {
public:
    explicit Dice(std::mt19937& random) : m_random(random) {}
    std::uint32_t below(std::uint32_t limit) { return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(m_random); }
    bool oneIn(std::uint32_t n) { return below(n) == 0; }

private:
    std::mt19937& m_random;
};

IpAddress address(Dice& dice, Family family, std::uint8_t net, std::uint32_t hosts) {
    const std::uint32_t host = dice.below(hosts) + 1;
    if (family == Family::V4)
        return IpAddress::v4((std::uint32_t{10} << 24U) | (std::uint32_t{net} << 16U) | host);
    std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8, 0, net};
    bytes[14] = static_cast<std::uint8_t>(host >> 8U);
    bytes[15] = static_cast<std::uint8_t>(host);
    return IpAddress::fromBytes(Family::V6, bytes);
}

ServiceKey randomKey(Dice& dice) {
    ServiceKey key;
    key.family = dice.oneIn(3) ? Family::V6 : Family::V4;
    if (dice.oneIn(6)) {
        key.firewallMark = dice.oneIn(4) ? 0xfffffff0U - dice.below(8) : dice.below(50) + 1;
        return key;
    }
    constexpr std::array protocols{model::Protocol::Tcp, model::Protocol::Udp, model::Protocol::Sctp};
    key.protocol = protocols[dice.below(3)];
    key.address = address(dice, key.family, 1, 40);
    key.port = static_cast<std::uint16_t>(1 + dice.below(65535));
    return key;
}

ServiceSettings randomService(Dice& dice, const ServiceKey& key) {
    // Those that Debian's 6.1 kernel has; twos is not among them.
    constexpr std::array schedulers{"rr", "wrr", "lc", "wlc", "sh", "mh", "dh", "sed", "nq", "fo", "lblc", "lblcr", "ovf"};
    ServiceSettings settings;
    settings.scheduler = schedulers[dice.below(static_cast<std::uint32_t>(schedulers.size()))];
    const std::uint32_t whole = key.family == Family::V4 ? 32 : 128;
    settings.prefixLength = whole;
    if (dice.oneIn(3)) {
        settings.flags |= serviceFlagPersistent;
        settings.persistenceTimeout = 1 + dice.below(3600);
        if (dice.oneIn(2))
            settings.prefixLength = 1 + dice.below(whole);
    }
    if (key.protocol == model::Protocol::Udp && key.firewallMark == 0 && dice.oneIn(3))
        settings.flags |= serviceFlagOnePacket;
    if (dice.oneIn(4))
        settings.flags |= serviceFlagSched1;
    if (dice.oneIn(5))
        settings.flags |= serviceFlagSched2;
    // ipvsadm 1.31 does not show the third flag of schedulers whose first two have names.
    if (settings.scheduler != "sh" && settings.scheduler != "mh" && dice.oneIn(6))
        settings.flags |= serviceFlagSched3;
    return settings;
}

DestinationSettings randomDestination(Dice& dice, const ServiceKey& key, const DestinationKey& destination) {
    DestinationSettings settings;
    constexpr std::array forwards{Forward::Masq, Forward::Tunnel, Forward::Route};
    settings.forward = destination.address.family() == key.family ? forwards[dice.below(3)] : Forward::Tunnel;
    settings.weight = static_cast<std::int32_t>(dice.below(100));
    if (dice.oneIn(4)) {
        settings.upperThreshold = 1 + dice.below(10'000);
        settings.lowerThreshold = dice.below(settings.upperThreshold + 1);
    }
    if (settings.forward == Forward::Tunnel) {
        settings.tunnelType = static_cast<std::uint8_t>(dice.below(3));
        if (settings.tunnelType == tunnelGue)
            settings.tunnelPort = static_cast<std::uint16_t>(1 + dice.below(65535));
        if (settings.tunnelType == tunnelGue)
            settings.tunnelFlags = static_cast<std::uint16_t>(dice.below(3));
        if (settings.tunnelType == tunnelGre)
            settings.tunnelFlags = static_cast<std::uint16_t>(dice.below(2));
    }
    return settings;
}

void addDestinations(Dice& dice, const ServiceKey& key, Service& service, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        DestinationKey destination;
        const bool other = dice.oneIn(8);
        const Family family = (key.family == Family::V4) != other ? Family::V4 : Family::V6;
        destination.address = address(dice, family, 2, 60);
        destination.port =
            key.firewallMark != 0 && dice.oneIn(2) ? std::uint16_t{0} : static_cast<std::uint16_t>(1 + dice.below(65535));
        service.destinations.insert_or_assign(destination, randomDestination(dice, key, destination));
    }
}

void addService(Dice& dice, Table& table, unsigned servers) {
    const ServiceKey key = randomKey(dice);
    Service service;
    service.settings = randomService(dice, key);
    addDestinations(dice, key, service, dice.below(servers + 1));
    table.insert_or_assign(key, std::move(service));
}

} // namespace

Table randomTable(std::mt19937& random, unsigned services, unsigned servers) {
    Dice dice(random);
    Table table;
    for (std::uint32_t i = dice.below(services + 1); i > 0; --i)
        addService(dice, table, servers);
    return table;
}

Table changedTable(const Table& table, std::mt19937& random) {
    Dice dice(random);
    Table changed;
    for (const auto& [key, service] : table) {
        if (dice.oneIn(5))
            continue;
        Service copy = service;
        if (dice.oneIn(4))
            copy.settings = randomService(dice, key);
        for (auto it = copy.destinations.begin(); it != copy.destinations.end();) {
            if (dice.oneIn(5)) {
                it = copy.destinations.erase(it);
                continue;
            }
            if (dice.oneIn(3))
                it->second = randomDestination(dice, key, it->first);
            ++it;
        }
        addDestinations(dice, key, copy, dice.below(3));
        changed.emplace(key, std::move(copy));
    }
    for (std::uint32_t i = dice.below(3); i > 0; --i)
        addService(dice, changed, 4);
    return changed;
}

std::vector<Operation> addOperations(const Table& table) {
    std::vector<Operation> operations;
    for (const auto& [key, service] : table) {
        operations.push_back({OperationType::AddService, key, service.settings, {}, {}});
        for (const auto& [destination, settings] : service.destinations)
            operations.push_back({OperationType::AddDestination, key, {}, destination, settings});
    }
    return operations;
}

Owned allOf(const Table& table) {
    Owned owned;
    for (const auto& [key, service] : table) {
        owned.services.insert(key);
        for (const auto& destination : service.destinations)
            owned.destinations[key].insert(destination.first);
    }
    return owned;
}

} // namespace lvsdeck::test
