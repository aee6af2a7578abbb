// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/ownership.hpp"

#include "common/base/json.hpp"

namespace lvsdeck::core {

namespace {

const std::string documentName = "owned.json";
constexpr std::size_t maxBytes = 16U << 20U;

struct OwnedDestination {
    IpAddress address;
    std::uint16_t port = 0;
};
BOOST_DESCRIBE_STRUCT(OwnedDestination, (), (address, port))

struct OwnedService {
    std::uint32_t firewallMark = 0;
    Family family = Family::V4;
    model::Protocol protocol = model::Protocol::Tcp;
    IpAddress address;
    std::uint16_t port = 0;
    bool whole = true; ///< the service itself, not only destinations in it
    std::vector<OwnedDestination> destinations;
};
BOOST_DESCRIBE_STRUCT(OwnedService, (), (firewallMark, family, protocol, address, port, whole, destinations))

ipvs::ServiceKey keyOf(const OwnedService& service) {
    return {service.firewallMark, service.family, service.protocol, service.address, service.port};
}

std::vector<OwnedService> toDocument(const ipvs::Owned& owned) {
    std::map<ipvs::ServiceKey, OwnedService> services;
    const auto at = [&](const ipvs::ServiceKey& key) -> OwnedService& {
        const auto [found, isNew] = services.try_emplace(key);
        if (isNew)
            found->second = {key.firewallMark, key.family, key.protocol, key.address, key.port, false, {}};
        return found->second;
    };
    for (const ipvs::ServiceKey& key : owned.services)
        at(key).whole = true;
    for (const auto& [key, destinations] : owned.destinations)
        for (const ipvs::DestinationKey& destination : destinations)
            at(key).destinations.push_back({destination.address, destination.port});
    std::vector<OwnedService> document;
    document.reserve(services.size());
    for (auto& entry : services)
        document.push_back(std::move(entry.second));
    return document;
}

} // namespace

Result<void> Ownership::load() {
    auto text = m_store.read(documentName);
    if (!text)
        return std::unexpected(text.error());
    if (!*text)
        return {};
    auto value = json::parse(**text, maxBytes);
    auto document = value ? json::fromJson<std::vector<OwnedService>>(*value)
                          : Result<std::vector<OwnedService>>(std::unexpected(value.error()));
    if (!document)
        return failure(ErrorCode::Io,
                       "the stored document " + documentName + " is damaged (" + document.error().text +
                           "); entries of an older configuration now count as foreign, remove them with ipvsadm",
                       documentName);
    ipvs::Owned owned;
    for (const OwnedService& service : *document) {
        if (service.whole)
            owned.services.insert(keyOf(service));
        for (const OwnedDestination& destination : service.destinations)
            owned.destinations[keyOf(service)].insert({destination.address, destination.port});
    }
    m_owned = std::make_shared<const ipvs::Owned>(std::move(owned));
    return {};
}

Result<void> Ownership::include(const SharedOwned& more) {
    if (more == m_owned || ipvs::includes(*m_owned, *more))
        return {};
    ipvs::Owned all = *m_owned;
    ipvs::merge(all, *more);
    if (auto saved = save(all); !saved)
        return saved;
    m_owned = std::make_shared<const ipvs::Owned>(std::move(all));
    return {};
}

void Ownership::reduceTo(const SharedOwned& owned) {
    const bool same = owned == m_owned || *owned == *m_owned;
    m_owned = owned;
    if (!same)
        (void)save(*m_owned);
}

Result<void> Ownership::save(const ipvs::Owned& owned) {
    return m_store.write(documentName, json::lineOf(toDocument(owned)) + "\n");
}

} // namespace lvsdeck::core
