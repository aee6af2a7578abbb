// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/quick_adds.hpp"

#include "agent/ipvs/kernel_numbers.hpp"

#include <algorithm>
#include <cerrno>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace lvsdeck::ipvs {

namespace {

/// As do_ip_vs_set_ctl() of the kernel reads it: the service, and behind it the server.
struct Request {
    ip_vs_service_user service;
    ip_vs_dest_user destination;
};

std::uint32_t netmaskOf(std::uint32_t prefixLength) {
    return prefixLength == 0 ? 0 : htonl(~std::uint32_t{0} << (32U - std::min<std::uint32_t>(prefixLength, 32)));
}

Request requestOf(const Operation& operation) {
    Request request{};
    request.service.protocol = protocolNumber(operation.service.protocol);
    request.service.addr = networkOrder(operation.service.address);
    request.service.port = htons(operation.service.port);
    if (operation.type == OperationType::AddService) {
        const ServiceSettings& settings = operation.serviceSettings;
        settings.scheduler.copy(static_cast<char*>(request.service.sched_name), IP_VS_SCHEDNAME_MAXLEN - 1);
        request.service.flags = settings.flags;
        request.service.timeout = settings.persistenceTimeout;
        request.service.netmask = netmaskOf(settings.prefixLength);
        return request;
    }
    const DestinationSettings& settings = operation.destinationSettings;
    request.destination.addr = networkOrder(operation.destination.address);
    request.destination.port = htons(operation.destination.port);
    request.destination.conn_flags = static_cast<unsigned>(settings.forward);
    request.destination.weight = settings.weight;
    request.destination.u_threshold = settings.upperThreshold;
    request.destination.l_threshold = settings.lowerThreshold;
    return request;
}

} // namespace

bool QuickAdds::takes(const Operation& operation) const {
    // A service by firewall mark has a protocol in this interface, and none in the other.
    if (m_missing || operation.service.firewallMark != 0 || !operation.service.address.isV4())
        return false;
    if (operation.type == OperationType::AddService)
        return operation.serviceSettings.persistenceEngine.empty() &&
               operation.serviceSettings.scheduler.size() < IP_VS_SCHEDNAME_MAXLEN;
    const DestinationSettings& settings = operation.destinationSettings;
    return operation.type == OperationType::AddDestination && operation.destination.address.isV4() &&
           settings.tunnelType == tunnelIpip && settings.tunnelPort == 0 && settings.tunnelFlags == 0;
}

std::optional<int> QuickAdds::add(const Operation& operation) {
    if (!m_socket)
        m_socket = host::Descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!m_socket)
        return errno;
    const Request request = requestOf(operation);
    const bool service = operation.type == OperationType::AddService;
    const int option = service ? IP_VS_SO_SET_ADD : IP_VS_SO_SET_ADDDEST;
    const auto size = static_cast<socklen_t>(service ? sizeof request.service : sizeof request);
    if (::setsockopt(m_socket.get(), IPPROTO_IP, option, &request, size) == 0)
        return 0;
    const int error = errno;
    m_missing = error == ENOPROTOOPT;
    return m_missing ? std::nullopt : std::optional(error);
}

} // namespace lvsdeck::ipvs
