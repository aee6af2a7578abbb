// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/words.hpp"

#include "agent/ipvs/keys.hpp"

namespace lvsdeck::ipvs {

namespace {

/// " -t 192.0.2.10:80", " -f 7 -6"; ipvsadm prints a mark as a signed number and takes it back so.
std::string serviceArgument(const ServiceKey& key) {
    if (key.firewallMark != 0) {
        const auto mark = static_cast<std::int32_t>(key.firewallMark);
        return " -f " + std::to_string(mark) + (key.family == Family::V6 ? " -6" : "");
    }
    std::string text;
    switch (key.protocol) {
    case model::Protocol::Tcp: text = " -t "; break;
    case model::Protocol::Udp: text = " -u "; break;
    case model::Protocol::Sctp: text = " --sctp-service "; break;
    }
    return text + endpointText(key.address, key.port);
}

std::string serviceOptions(const ServiceKey& key, const ServiceSettings& settings) {
    std::string text = " -s " + settings.scheduler;
    if ((settings.flags & serviceFlagPersistent) != 0) {
        text += " -p " + std::to_string(settings.persistenceTimeout);
        if (const std::string mask = maskText(key.family, settings); !mask.empty())
            text += " -M " + mask;
        if (!settings.persistenceEngine.empty())
            text += " --pe " + settings.persistenceEngine;
    }
    if ((settings.flags & serviceFlagOnePacket) != 0)
        text += " -o";
    const std::vector<std::string> words = flagWords(settings);
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? " -b " : ",") + words[i];
    return text;
}

std::string_view checksumOption(const DestinationSettings& settings) {
    if ((settings.tunnelFlags & tunnelFlagChecksum) != 0)
        return " --tun-csum";
    return (settings.tunnelFlags & tunnelFlagRemoteChecksum) != 0 ? " --tun-remcsum" : " --tun-nocsum";
}

std::string tunnelOptions(const DestinationSettings& settings) {
    if (settings.forward != Forward::Tunnel)
        return {};
    if (settings.tunnelType == tunnelGue)
        return " --tun-type gue --tun-port " + std::to_string(settings.tunnelPort) + std::string(checksumOption(settings));
    if (settings.tunnelType == tunnelGre)
        return " --tun-type gre" + std::string(checksumOption(settings));
    return " --tun-type ipip";
}

std::string_view forwardOption(Forward forward) {
    switch (forward) {
    case Forward::Masq: return " -m";
    case Forward::Tunnel: return " -i";
    case Forward::Local:
    case Forward::Route:
    case Forward::Bypass: break;
    }
    return " -g";
}

std::string destinationOptions(const DestinationSettings& settings) {
    return std::string(forwardOption(settings.forward)) + " -w " + std::to_string(settings.weight) + tunnelOptions(settings);
}

std::string thresholdOptions(const DestinationSettings& settings) {
    std::string text;
    if (settings.upperThreshold != 0)
        text += " -x " + std::to_string(settings.upperThreshold);
    if (settings.lowerThreshold != 0)
        text += " -y " + std::to_string(settings.lowerThreshold);
    return text;
}

std::string serviceCommand(std::string_view verb, const Operation& operation) {
    return "ipvsadm " + std::string(verb) + serviceArgument(operation.service) +
           serviceOptions(operation.service, operation.serviceSettings);
}

std::string destinationCommand(std::string_view verb, const Operation& operation) {
    return "ipvsadm " + std::string(verb) + serviceArgument(operation.service) + " -r " + keyText(operation.destination) +
           destinationOptions(operation.destinationSettings) + thresholdOptions(operation.destinationSettings);
}

} // namespace

std::string operationText(const Operation& operation) {
    switch (operation.type) {
    case OperationType::AddService: return serviceCommand("-A", operation);
    case OperationType::SetService: return serviceCommand("-E", operation);
    case OperationType::RemoveService: return "ipvsadm -D" + serviceArgument(operation.service);
    case OperationType::AddDestination: return destinationCommand("-a", operation);
    case OperationType::SetDestination: return destinationCommand("-e", operation);
    case OperationType::RemoveDestination:
        return "ipvsadm -d" + serviceArgument(operation.service) + " -r " + keyText(operation.destination);
    }
    return {};
}

std::string saveText(const Table& table) {
    std::string text;
    for (const auto& [key, service] : table) {
        text += "-A" + serviceArgument(key) + serviceOptions(key, service.settings) + "\n";
        for (const auto& [destination, settings] : service.destinations)
            text += "-a" + serviceArgument(key) + " -r " + keyText(destination) + destinationOptions(settings) + "\n";
    }
    return text;
}

std::string_view protocolWord(const ServiceKey& key) {
    if (key.firewallMark != 0)
        return "FWM";
    switch (key.protocol) {
    case model::Protocol::Tcp: return "TCP";
    case model::Protocol::Udp: return "UDP";
    case model::Protocol::Sctp: return "SCTP";
    }
    return "TCP";
}

std::string addressText(const ServiceKey& key) {
    if (key.firewallMark != 0)
        return std::to_string(key.firewallMark) + (key.family == Family::V6 ? " IPv6" : "");
    return endpointText(key.address, key.port);
}

std::string_view forwardWord(Forward forward) {
    switch (forward) {
    case Forward::Masq: return "Masq";
    case Forward::Local: return "Local";
    case Forward::Tunnel: return "Tunnel";
    case Forward::Route: return "Route";
    case Forward::Bypass: return "Bypass";
    }
    return "Route";
}

std::string tunnelText(const DestinationSettings& settings) {
    if (settings.forward != Forward::Tunnel)
        return {};
    const std::string_view checksum = (settings.tunnelFlags & tunnelFlagChecksum) != 0         ? ":+c"
                                      : (settings.tunnelFlags & tunnelFlagRemoteChecksum) != 0 ? ":r+c"
                                                                                               : ":-c";
    if (settings.tunnelType == tunnelGue)
        return "gue:" + std::to_string(settings.tunnelPort) + std::string(checksum);
    if (settings.tunnelType == tunnelGre)
        return "gre" + std::string(checksum);
    return "ipip";
}

std::vector<std::string> flagWords(const ServiceSettings& settings) {
    const bool named = settings.scheduler == "sh" || settings.scheduler == "mh";
    std::vector<std::string> words;
    if ((settings.flags & serviceFlagSched1) != 0)
        words.push_back(named ? settings.scheduler + "-fallback" : "flag-1");
    if ((settings.flags & serviceFlagSched2) != 0)
        words.push_back(named ? settings.scheduler + "-port" : "flag-2");
    if ((settings.flags & serviceFlagSched3) != 0)
        words.emplace_back("flag-3");
    return words;
}

std::string maskText(Family family, const ServiceSettings& settings) {
    const std::uint32_t whole = family == Family::V4 ? 32 : 128;
    if ((settings.flags & serviceFlagPersistent) == 0 || settings.prefixLength >= whole)
        return {};
    if (family == Family::V6)
        return std::to_string(settings.prefixLength);
    const std::uint32_t bits = settings.prefixLength == 0 ? 0 : ~std::uint32_t{0} << (32 - settings.prefixLength);
    return IpAddress::v4(bits).toString();
}

} // namespace lvsdeck::ipvs
