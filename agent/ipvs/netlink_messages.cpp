// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/netlink_messages.hpp"

#include "agent/ipvs/kernel_numbers.hpp"
#include "agent/ipvs/netlink_attributes.hpp"

#include <arpa/inet.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <string_view>

namespace lvsdeck::ipvs {

namespace {

std::uint16_t familyNumber(Family family) { return family == Family::V4 ? AF_INET : AF_INET6; }

/// Writes one message into a buffer that is big enough for every message of ours. libnl takes and clears memory for each message
/// and moves its end for each attribute, which for a table of 20,000 servers is more work than the kernel's own.
class Writer {
public:
    Writer(int family, std::uint32_t sequence, int command, int flags) {
        nlmsghdr header{};
        header.nlmsg_type = static_cast<std::uint16_t>(family);
        header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
        header.nlmsg_seq = sequence;
        append(&header, sizeof header);
        genlmsghdr generic{};
        generic.cmd = static_cast<std::uint8_t>(command);
        generic.version = IPVS_GENL_VERSION;
        append(&generic, sizeof generic);
    }
    template <class T> void put(int type, const T& value) { put(type, &value, sizeof value); }
    void put(int type, std::string_view text) {
        // With its terminating zero, which the kernel's policies ask for.
        const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + text.size() + 1), static_cast<std::uint16_t>(type)};
        append(&header, sizeof header);
        append(text.data(), text.size());
        append("", 1);
        pad();
    }
    void putAddress(int type, const IpAddress& address) {
        std::array<std::uint8_t, 16> bytes{};
        std::ranges::copy(address.bytes(), bytes.begin());
        put(type, bytes);
    }
    /// Answers the place that close() wants.
    [[nodiscard]] std::size_t open(int type) {
        const std::size_t at = m_size;
        const nlattr header{0, static_cast<std::uint16_t>(type)};
        append(&header, sizeof header);
        return at;
    }
    void close(std::size_t at) {
        const auto length = static_cast<std::uint16_t>(m_size - at);
        std::memcpy(m_bytes.data() + at, &length, sizeof length);
    }
    [[nodiscard]] std::span<const char> finish() {
        const auto length = static_cast<std::uint32_t>(m_size);
        std::memcpy(m_bytes.data(), &length, sizeof length);
        return std::span(m_bytes).first(m_size);
    }

private:
    void put(int type, const void* data, std::size_t size) {
        const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + size), static_cast<std::uint16_t>(type)};
        append(&header, sizeof header);
        append(data, size);
        pad();
    }
    void append(const void* data, std::size_t size) {
        if (size > m_bytes.size() - m_size)
            throw std::bad_alloc();
        std::memcpy(m_bytes.data() + m_size, data, size);
        m_size += size;
    }
    void pad() {
        constexpr std::array<char, NLA_ALIGNTO> zeros{};
        append(zeros.data(), NLA_ALIGN(m_size) - m_size);
    }

    alignas(nlmsghdr) std::array<char, messageBytes> m_bytes;
    std::size_t m_size = 0;
};

void putKey(Writer& message, const ServiceKey& key) {
    message.put(IPVS_SVC_ATTR_AF, familyNumber(key.family));
    if (key.firewallMark != 0) {
        message.put(IPVS_SVC_ATTR_FWMARK, key.firewallMark);
        return;
    }
    message.put(IPVS_SVC_ATTR_PROTOCOL, protocolNumber(key.protocol));
    message.putAddress(IPVS_SVC_ATTR_ADDR, key.address);
    message.put(IPVS_SVC_ATTR_PORT, htons(key.port));
}

void putSettings(Writer& message, Family family, const ServiceSettings& settings) {
    message.put(IPVS_SVC_ATTR_SCHED_NAME, std::string_view(settings.scheduler));
    if (!settings.persistenceEngine.empty())
        message.put(IPVS_SVC_ATTR_PE_NAME, std::string_view(settings.persistenceEngine));
    message.put(IPVS_SVC_ATTR_FLAGS, ip_vs_flags{settings.flags, ~std::uint32_t{0}});
    message.put(IPVS_SVC_ATTR_TIMEOUT, settings.persistenceTimeout);
    std::uint32_t mask = settings.prefixLength;
    if (family == Family::V4)
        mask = settings.prefixLength == 0 ? 0 : htonl(~std::uint32_t{0} << (32U - std::min(32U, settings.prefixLength)));
    message.put(IPVS_SVC_ATTR_NETMASK, mask);
}

void putDestination(Writer& message, const Operation& operation, bool withSettings) {
    const std::size_t nest = message.open(IPVS_CMD_ATTR_DEST);
    message.putAddress(IPVS_DEST_ATTR_ADDR, operation.destination.address);
    message.put(IPVS_DEST_ATTR_PORT, htons(operation.destination.port));
    message.put(IPVS_DEST_ATTR_ADDR_FAMILY, familyNumber(operation.destination.address.family()));
    if (withSettings) {
        const DestinationSettings& settings = operation.destinationSettings;
        message.put(IPVS_DEST_ATTR_FWD_METHOD, static_cast<std::uint32_t>(settings.forward));
        message.put(IPVS_DEST_ATTR_WEIGHT, settings.weight);
        message.put(IPVS_DEST_ATTR_U_THRESH, settings.upperThreshold);
        message.put(IPVS_DEST_ATTR_L_THRESH, settings.lowerThreshold);
        if (settings.forward == Forward::Tunnel) {
            message.put(IPVS_DEST_ATTR_TUN_TYPE, settings.tunnelType);
            message.put(IPVS_DEST_ATTR_TUN_PORT, htons(settings.tunnelPort));
            message.put(IPVS_DEST_ATTR_TUN_FLAGS, settings.tunnelFlags);
        }
    }
    message.close(nest);
}

struct Shape {
    int command;
    bool settings;
    bool destination;
};

Shape shapeOf(OperationType type) {
    switch (type) {
    case OperationType::AddService: return {IPVS_CMD_NEW_SERVICE, true, false};
    case OperationType::SetService: return {IPVS_CMD_SET_SERVICE, true, false};
    case OperationType::RemoveService: return {IPVS_CMD_DEL_SERVICE, false, false};
    case OperationType::AddDestination: return {IPVS_CMD_NEW_DEST, true, true};
    case OperationType::SetDestination: return {IPVS_CMD_SET_DEST, true, true};
    case OperationType::RemoveDestination: return {IPVS_CMD_DEL_DEST, false, true};
    }
    return {IPVS_CMD_UNSPEC, false, false};
}

std::optional<Family> familyOf(std::optional<std::uint16_t> number) {
    if (number == AF_INET)
        return Family::V4;
    if (number == AF_INET6)
        return Family::V6;
    return std::nullopt;
}

netlink::Message converted(std::vector<char>& bytes) {
    netlink::Message message(nlmsg_convert(static_cast<nlmsghdr*>(static_cast<void*>(bytes.data()))));
    if (!message)
        throw std::bad_alloc();
    return message;
}

/// STATS64 has all as 64 bits; the older STATS only the bytes.
void readTraffic(Traffic& traffic, nlattr* stats64, nlattr* stats) {
    Attributes<IPVS_STATS_ATTR_MAX> all;
    const bool wide = all.parseNest(stats64);
    if (!wide && !all.parseNest(stats))
        return;
    const auto number = [&](int type) -> std::uint64_t {
        if (wide || type == IPVS_STATS_ATTR_INBYTES || type == IPVS_STATS_ATTR_OUTBYTES)
            return all.template get<std::uint64_t>(type).value_or(0);
        return all.template get<std::uint32_t>(type).value_or(0);
    };
    traffic.conns = number(IPVS_STATS_ATTR_CONNS);
    traffic.inPackets = number(IPVS_STATS_ATTR_INPKTS);
    traffic.outPackets = number(IPVS_STATS_ATTR_OUTPKTS);
    traffic.inBytes = number(IPVS_STATS_ATTR_INBYTES);
    traffic.outBytes = number(IPVS_STATS_ATTR_OUTBYTES);
    traffic.cps = number(IPVS_STATS_ATTR_CPS);
    traffic.inPps = number(IPVS_STATS_ATTR_INPPS);
    traffic.outPps = number(IPVS_STATS_ATTR_OUTPPS);
    traffic.inBps = number(IPVS_STATS_ATTR_INBPS);
    traffic.outBps = number(IPVS_STATS_ATTR_OUTBPS);
}

} // namespace

void appendOperation(std::vector<char>& bytes, int family, std::uint32_t sequence, const Operation& operation,
                     Acknowledge acknowledge) {
    const Shape shape = shapeOf(operation.type);
    Writer message(family, sequence, shape.command, acknowledge == Acknowledge::Always ? NLM_F_ACK : 0);
    const std::size_t nest = message.open(IPVS_CMD_ATTR_SERVICE);
    putKey(message, operation.service);
    if (shape.settings && !shape.destination)
        putSettings(message, operation.service.family, operation.serviceSettings);
    message.close(nest);
    if (shape.destination)
        putDestination(message, operation, shape.settings);
    // Every attribute ends on the alignment, and so does the whole.
    const std::span<const char> whole = message.finish();
    bytes.insert(bytes.end(), whole.begin(), whole.end());
}

netlink::Message operationMessage(int family, std::uint32_t sequence, const Operation& operation, Acknowledge acknowledge) {
    std::vector<char> bytes;
    bytes.reserve(messageBytes);
    appendOperation(bytes, family, sequence, operation, acknowledge);
    return converted(bytes);
}

netlink::Message versionRequest(int family) { return newMessage(family, NL_AUTO_SEQ, IPVS_CMD_GET_INFO, 0); }

netlink::Message servicesRequest(int family) { return newMessage(family, NL_AUTO_SEQ, IPVS_CMD_GET_SERVICE, NLM_F_DUMP); }

netlink::Message destinationsRequest(int family, const ServiceKey& service) {
    Writer message(family, NL_AUTO_SEQ, IPVS_CMD_GET_DEST, NLM_F_DUMP);
    const std::size_t nest = message.open(IPVS_CMD_ATTR_SERVICE);
    putKey(message, service);
    message.close(nest);
    const std::span<const char> whole = message.finish();
    std::vector<char> bytes(whole.begin(), whole.end());
    return converted(bytes);
}

std::optional<ReadService> readService(nlmsghdr* message) {
    Attributes<IPVS_CMD_ATTR_MAX> top;
    Attributes<IPVS_SVC_ATTR_MAX> service;
    if (!top.parseTop(message) || !service.parseNest(top.at(IPVS_CMD_ATTR_SERVICE)))
        return std::nullopt;
    const auto family = familyOf(service.get<std::uint16_t>(IPVS_SVC_ATTR_AF));
    if (!family)
        return std::nullopt;
    ReadService read;
    read.key.family = *family;
    if (const auto mark = service.get<std::uint32_t>(IPVS_SVC_ATTR_FWMARK)) {
        read.key.firewallMark = *mark;
    } else {
        const auto protocol = protocolOf(service.get<std::uint16_t>(IPVS_SVC_ATTR_PROTOCOL));
        const auto address = service.address(IPVS_SVC_ATTR_ADDR, *family);
        const auto port = service.get<std::uint16_t>(IPVS_SVC_ATTR_PORT);
        if (!protocol || !address || !port)
            return std::nullopt;
        read.key.protocol = *protocol;
        read.key.address = *address;
        read.key.port = ntohs(*port);
    }
    read.settings.scheduler = service.text(IPVS_SVC_ATTR_SCHED_NAME);
    read.settings.persistenceEngine = service.text(IPVS_SVC_ATTR_PE_NAME);
    read.settings.flags = service.get<ip_vs_flags>(IPVS_SVC_ATTR_FLAGS).value_or(ip_vs_flags{}).flags &
                          ~static_cast<std::uint32_t>(IP_VS_SVC_F_HASHED);
    read.settings.persistenceTimeout = service.get<std::uint32_t>(IPVS_SVC_ATTR_TIMEOUT).value_or(0);
    const std::uint32_t mask = service.get<std::uint32_t>(IPVS_SVC_ATTR_NETMASK).value_or(0);
    read.settings.prefixLength = *family == Family::V4 ? static_cast<std::uint32_t>(std::popcount(mask)) : mask;
    readTraffic(read.total, service.at(IPVS_SVC_ATTR_STATS64), service.at(IPVS_SVC_ATTR_STATS));
    return read;
}

std::optional<Family> readServiceFamily(nlmsghdr* message) {
    if (genlmsg_valid_hdr(message, 0) == 0)
        return std::nullopt;
    nlattr* service = nlmsg_find_attr(message, GENL_HDRLEN, IPVS_CMD_ATTR_SERVICE);
    if (service == nullptr)
        return std::nullopt;
    const nlattr* family = nla_find(static_cast<const nlattr*>(nla_data(service)), nla_len(service), IPVS_SVC_ATTR_AF);
    if (family == nullptr || nla_len(family) < static_cast<int>(sizeof(std::uint16_t)))
        return std::nullopt;
    std::uint16_t number = 0;
    std::memcpy(&number, nla_data(family), sizeof number);
    return familyOf(number);
}

std::optional<ReadDestination> readDestination(nlmsghdr* message, Family serviceFamily) {
    Attributes<IPVS_CMD_ATTR_MAX> top;
    Attributes<IPVS_DEST_ATTR_MAX> destination;
    if (!top.parseTop(message) || !destination.parseNest(top.at(IPVS_CMD_ATTR_DEST)))
        return std::nullopt;
    const Family family = familyOf(destination.get<std::uint16_t>(IPVS_DEST_ATTR_ADDR_FAMILY)).value_or(serviceFamily);
    const auto address = destination.address(IPVS_DEST_ATTR_ADDR, family);
    const auto port = destination.get<std::uint16_t>(IPVS_DEST_ATTR_PORT);
    if (!address || !port)
        return std::nullopt;
    ReadDestination read;
    read.key = {*address, ntohs(*port)};
    DestinationSettings& settings = read.settings;
    settings.forward =
        static_cast<Forward>(destination.get<std::uint32_t>(IPVS_DEST_ATTR_FWD_METHOD).value_or(0) & IP_VS_CONN_F_FWD_MASK);
    settings.weight = destination.get<std::int32_t>(IPVS_DEST_ATTR_WEIGHT).value_or(0);
    settings.upperThreshold = destination.get<std::uint32_t>(IPVS_DEST_ATTR_U_THRESH).value_or(0);
    settings.lowerThreshold = destination.get<std::uint32_t>(IPVS_DEST_ATTR_L_THRESH).value_or(0);
    settings.tunnelType = destination.get<std::uint8_t>(IPVS_DEST_ATTR_TUN_TYPE).value_or(0);
    settings.tunnelPort = ntohs(destination.get<std::uint16_t>(IPVS_DEST_ATTR_TUN_PORT).value_or(0));
    settings.tunnelFlags = destination.get<std::uint16_t>(IPVS_DEST_ATTR_TUN_FLAGS).value_or(0);
    read.connections.weight = settings.weight;
    read.connections.active = destination.get<std::uint32_t>(IPVS_DEST_ATTR_ACTIVE_CONNS).value_or(0);
    read.connections.inactive = destination.get<std::uint32_t>(IPVS_DEST_ATTR_INACT_CONNS).value_or(0);
    read.connections.persistent = destination.get<std::uint32_t>(IPVS_DEST_ATTR_PERSIST_CONNS).value_or(0);
    readTraffic(read.traffic, destination.at(IPVS_DEST_ATTR_STATS64), destination.at(IPVS_DEST_ATTR_STATS));
    return read;
}

std::optional<IpvsVersion> readVersion(nlmsghdr* message) {
    Attributes<IPVS_INFO_ATTR_MAX> top;
    if (!top.parseTop(message))
        return std::nullopt;
    const auto version = top.get<std::uint32_t>(IPVS_INFO_ATTR_VERSION);
    if (!version)
        return std::nullopt;
    const std::string text = std::to_string((*version >> 16U) & 0xffU) + "." + std::to_string((*version >> 8U) & 0xffU) +
                             "." + std::to_string(*version & 0xffU);
    return IpvsVersion{text, top.get<std::uint32_t>(IPVS_INFO_ATTR_CONN_TAB_SIZE).value_or(0)};
}

} // namespace lvsdeck::ipvs
