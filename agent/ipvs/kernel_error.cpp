// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/kernel_error.hpp"

#include "agent/ipvs/keys.hpp"
#include "agent/ipvs/words.hpp"

#include <cerrno>
#include <cstring>

namespace lvsdeck::ipvs {

namespace {

bool ofService(OperationType type) {
    switch (type) {
    case OperationType::AddService:
    case OperationType::SetService:
    case OperationType::RemoveService: return true;
    case OperationType::AddDestination:
    case OperationType::SetDestination:
    case OperationType::RemoveDestination: break;
    }
    return false;
}

std::string subject(const Operation& operation) {
    std::string text = "service " + keyText(operation.service);
    if (!ofService(operation.type))
        text += ", server " + keyText(operation.destination);
    return text;
}

Error missingModule(const Operation& operation) {
    const ServiceSettings& settings = operation.serviceSettings;
    std::string text = subject(operation) + ": this kernel cannot load the scheduler " + settings.scheduler +
                       ". Try: modprobe ip_vs_" + settings.scheduler;
    if (!settings.persistenceEngine.empty())
        text += " (and modprobe ip_vs_pe_" + settings.persistenceEngine + " for its persistence engine)";
    return {ErrorCode::Unsupported, text, {}};
}

Error invalid(const Operation& operation) {
    std::string hint;
    if (ofService(operation.type))
        hint = "the kernel refuses these settings; check the persistence mask (1 to 128 for IPv6)";
    else if (operation.destinationSettings.forward == Forward::Tunnel &&
             operation.destinationSettings.tunnelType == tunnelGue && operation.destinationSettings.tunnelPort == 0)
        hint = "a GUE tunnel needs a port";
    else if (operation.destination.address.family() != operation.service.family)
        hint = "service and server have different address families, which works only with tunnels and without the "
               "connection sync daemon";
    else
        hint = "the kernel refuses this server; its address must be a unicast address";
    return {ErrorCode::InvalidInput, subject(operation) + ": " + hint, {}};
}

} // namespace

Error operationError(int number, const Operation& operation) {
    switch (number) {
    case EEXIST:
        return {ErrorCode::Conflict, subject(operation) + " is in the IPVS table already; somebody else added it", {}};
    case ESRCH:
        return {ErrorCode::NotFound,
                subject(operation) + ": the service is not in the IPVS table; somebody else removed it",
                {}};
    case ENOENT:
        if (ofService(operation.type))
            return missingModule(operation);
        return {ErrorCode::NotFound, subject(operation) + " is not in the IPVS table; somebody else removed it", {}};
    case ERANGE:
        return {ErrorCode::InvalidInput,
                subject(operation) + ": the weight must not be negative and the lower threshold not above the upper",
                {}};
    case EINVAL: return invalid(operation);
    case EAFNOSUPPORT:
        return {ErrorCode::Unsupported, subject(operation) + ": this kernel's IPVS is built without IPv6", {}};
    case EPERM: return permissionError();
    default: break;
    }
    return {ErrorCode::Io, subject(operation) + ": " + std::strerror(number) + " (" + operationText(operation) + ")", {}};
}

Error syncError(int number, const SyncDaemon& daemon) {
    const std::string what = std::string("connection sync daemon (") +
                             (daemon.role == SyncRole::Master ? "master" : "backup") +
                             (daemon.interface.empty() ? "" : " on " + daemon.interface) + "): ";
    switch (number) {
    case EEXIST: return {ErrorCode::Conflict, what + "one of this role runs already; somebody else started it", {}};
    case ESRCH: return {ErrorCode::NotFound, what + "none of this role runs", {}};
    case ENODEV: return {ErrorCode::NotFound, what + "this host has no such interface", {}};
    case EADDRNOTAVAIL: return {ErrorCode::NotFound, what + "the interface has no address of the group's family", {}};
    case EINVAL:
        return {ErrorCode::InvalidInput,
                what +
                    "the kernel refuses it. The group must be a multicast address, and no server may have another address "
                    "family than its service while connections are synchronised",
                {}};
    case EPERM: return permissionError();
    default: break;
    }
    return {ErrorCode::Io, what + std::strerror(number), {}};
}

Error timeoutsError(int number) {
    if (number == EPERM)
        return permissionError();
    return {number == EINVAL ? ErrorCode::InvalidInput : ErrorCode::Io,
            std::string("the kernel does not take the connection timeouts: ") + std::strerror(number),
            {}};
}

Error noIpvsError() {
    return {ErrorCode::Unsupported,
            "this kernel has no IPVS, or its module is not loaded. Try: modprobe ip_vs (Debian's cloud "
            "kernels have it; containers "
            "need it loaded on their host)",
            {}};
}

Error permissionError() {
    return {ErrorCode::Denied,
            "the kernel allows IPVS only with CAP_NET_ADMIN: run the agent as root or through its systemd unit",
            {}};
}

} // namespace lvsdeck::ipvs
