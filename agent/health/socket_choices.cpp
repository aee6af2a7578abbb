// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/socket_choices.hpp"

#include "probe/classify.hpp"
#include "probe/http_answer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <system_error>

namespace lvsdeck::health {

SocketAddress socketAddress(const IpAddress& address, std::uint16_t port) {
    SocketAddress out;
    const auto bytes = address.bytes();
    if (address.isV4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
        std::memcpy(&out.storage, &v4, sizeof v4);
        out.length = sizeof v4;
        return out;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.length = sizeof v6;
    return out;
}

std::uint16_t ReservedPort::reserve(const IpAddress& address, std::uint16_t wanted) {
    SocketAddress own = socketAddress(address, wanted);
    m_holder = host::Descriptor(::socket(own.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    if (!m_holder || ::bind(m_holder.get(), own.get(), own.length) != 0 ||
        ::getsockname(m_holder.get(), reinterpret_cast<sockaddr*>(&own.storage), &own.length) != 0)
        return 0;
    // The port stands at the same place for both families.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&own.storage)->sin_port);
}

std::uint16_t ReservedPorts::reserve(const IpAddress& address) {
    // Where the kernel finds one for a connection there are mostly more.
    constexpr int tries = 32;
    for (int i = 0; i < tries; ++i) {
        ReservedPort any;
        const std::uint16_t near = any.reserve(address);
        if (near == 0)
            return 0;
        any = {};
        const auto first = static_cast<std::uint16_t>(near & ~(count - 1U));
        std::uint16_t held = 0;
        while (held < count && m_ports[held].reserve(address, static_cast<std::uint16_t>(first + held)) != 0)
            ++held;
        if (held == count)
            return first;
        m_ports = {};
    }
    return 0;
}

IpAddress localAddress(int descriptor, Family family) {
    SocketAddress own;
    own.length = sizeof own.storage;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own.storage), &own.length) != 0)
        return {};
    const auto* bytes = family == Family::V4
                            ? reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<sockaddr_in&>(own.storage).sin_addr)
                            : reinterpret_cast<sockaddr_in6&>(own.storage).sin6_addr.s6_addr;
    return IpAddress::fromBytes(family, {bytes, family == Family::V4 ? 4U : 16U});
}

int chooseSource(int descriptor, const CheckTarget& target, Family family) {
    if (!target.bindInterface.empty() && ::setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, target.bindInterface.c_str(),
                                                      static_cast<socklen_t>(target.bindInterface.size() + 1)) != 0)
        return errno;
    if (target.firewallMark != 0 &&
        ::setsockopt(descriptor, SOL_SOCKET, SO_MARK, &target.firewallMark, sizeof target.firewallMark) != 0)
        return errno;
    if (!target.bindAddress && !target.bindPort)
        return 0;
    const int on = 1;
    // With a port of its own each check may have to follow its predecessor at once; without one, the port is chosen at connect, per
    // destination, instead of being used up for all of them.
    if (target.bindPort)
        (void)::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    else
        (void)::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const IpAddress any = family == Family::V4 ? IpAddress() : *IpAddress::parse("::");
    const SocketAddress source = socketAddress(target.bindAddress.value_or(any), target.bindPort.value_or(0));
    return ::bind(descriptor, source.get(), source.length) == 0 ? 0 : errno;
}

CheckReason reasonOf(int errnoValue) {
    switch (probe::classify(errnoValue)) {
    case rpc::ProbeResult::Ok: return CheckReason::Ok;
    case rpc::ProbeResult::Refused: return CheckReason::Refused;
    case rpc::ProbeResult::Timeout: return CheckReason::Timeout;
    case rpc::ProbeResult::Reset: return CheckReason::Reset;
    case rpc::ProbeResult::Unreachable: return CheckReason::Unreachable;
    case rpc::ProbeResult::BadAnswer: return CheckReason::BadAnswer;
    case rpc::ProbeResult::Local: return CheckReason::Local;
    }
    return CheckReason::Reset;
}

CheckResult failureOf(int errnoValue) {
    return {.reason = reasonOf(errnoValue), .detail = probe::printable(std::system_category().message(errnoValue), 200)};
}

CheckResult localFailure(std::string_view what, int errnoValue) {
    return {.reason = CheckReason::Local,
            .detail = probe::printable(std::string(what) + ": " + std::system_category().message(errnoValue), 200)};
}

CheckResult timeoutOf(const CheckTarget& target) {
    return {.reason = CheckReason::Timeout, .detail = "no answer within " + std::to_string(target.timeout.count()) + " ms"};
}

} // namespace lvsdeck::health
