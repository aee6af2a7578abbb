// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/keys.hpp"

namespace lvsdeck::ipvs {

namespace {

std::uint16_t destinationPort(const model::VirtualService& service, model::Forwarding forwarding, std::uint16_t port) {
    if (forwarding == model::Forwarding::Nat)
        return port;
    return service.firewallMark ? std::uint16_t{0} : service.port;
}

} // namespace

ServiceKey keyOf(const model::VirtualService& service) {
    ServiceKey key;
    key.family = familyOf(service);
    if (service.firewallMark) {
        key.firewallMark = *service.firewallMark;
        return key;
    }
    key.protocol = service.protocol;
    key.address = service.address;
    key.port = service.port;
    return key;
}

DestinationKey keyOf(const model::VirtualService& service, const model::RealServer& server) {
    return {server.address, destinationPort(service, forwardingOf(service, server), server.port)};
}

DestinationKey keyOf(const model::VirtualService& service, const model::SorryServer& server) {
    const std::uint16_t port = server.port == 0 && !service.firewallMark ? service.port : server.port;
    return {server.address, destinationPort(service, server.forwarding.value_or(service.forwarding), port)};
}

std::string keyText(const ServiceKey& key) {
    if (key.firewallMark != 0)
        return "fwm " + std::to_string(key.firewallMark) + (key.family == Family::V6 ? " ipv6" : "");
    std::string text;
    switch (key.protocol) {
    case model::Protocol::Tcp: text = "tcp "; break;
    case model::Protocol::Udp: text = "udp "; break;
    case model::Protocol::Sctp: text = "sctp "; break;
    }
    return text + endpointText(key.address, key.port);
}

std::string keyText(const DestinationKey& key) { return endpointText(key.address, key.port); }

} // namespace lvsdeck::ipvs
