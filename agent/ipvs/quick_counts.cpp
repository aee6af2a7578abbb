// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/quick_counts.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <limits>

namespace lvsdeck::ipvs {

namespace {

// The kernel does not say how many entries it has filled in, one after the other. What it never writes there tells.
constexpr unsigned untouchedCount = std::numeric_limits<unsigned>::max();
constexpr int untouchedWeight = -1;

} // namespace

template <class Entry> std::span<Entry> QuickCounts::Room<Entry>::entries(std::size_t count) {
    if (m_memory.size() <= count)
        m_memory.resize(count + 1);
    return std::span(m_memory).subspan(1, count);
}

template <class Entry>
template <class Head>
int QuickCounts::Room<Entry>::fill(int socket, int option, const Head& head, std::size_t count) {
    static_assert(sizeof(Head) <= sizeof(Entry));
    char* begin = static_cast<char*>(static_cast<void*>(m_memory.data() + 1)) - sizeof head;
    std::memcpy(begin, &head, sizeof head);
    // The kernel wants exactly this size, or complains in its log.
    auto size = static_cast<socklen_t>(sizeof head + count * sizeof(Entry));
    return ::getsockopt(socket, IPPROTO_IP, option, begin, &size) == 0 ? 0 : errno;
}

QuickCounts::Told QuickCounts::listServices(QuickEntries& entries) {
    const std::size_t known = entries.services().size();
    const auto listed = m_services.entries(known + 1); // room for one that is new
    listed.back().num_dests = untouchedCount;
    if (known > 0)
        listed[known - 1].num_dests = untouchedCount;
    auto head = ip_vs_get_services();
    head.num_services = static_cast<unsigned>(listed.size());
    if (m_services.fill(m_socket.get(), IP_VS_SO_GET_SERVICES, head, listed.size()) != 0)
        return Told::Nothing;
    const bool asMany =
        listed.back().num_dests == untouchedCount && (known == 0 || listed[known - 1].num_dests != untouchedCount);
    return asMany && entries.areSame(listed.first(known)) ? Told::Same : Told::Other;
}

QuickCounts::Told QuickCounts::countServers(QuickEntries::Service& service, std::vector<Connections>& connections) {
    const auto listed = m_servers.entries(service.servers.size());
    listed.back().weight = untouchedWeight;
    auto head = ip_vs_get_dests();
    head.protocol = service.name.protocol;
    head.addr = service.name.address;
    head.port = service.name.port;
    head.fwmark = service.name.firewallMark;
    head.num_dests = static_cast<unsigned>(listed.size());
    const int error = m_servers.fill(m_socket.get(), IP_VS_SO_GET_DESTS, head, listed.size());
    if (error != 0)
        return error == ESRCH ? Told::Other : Told::Nothing;
    const bool asMany = listed.back().weight != untouchedWeight;
    return asMany && QuickEntries::take(service, listed, connections) ? Told::Same : Told::Other;
}

QuickCounts::Told QuickCounts::read(QuickEntries& entries, std::vector<Connections>& connections) {
    if (!m_socket)
        m_socket = host::Descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!m_socket)
        return Told::Nothing;
    if (const Told told = listServices(entries); told != Told::Same)
        return told;
    for (QuickEntries::Service& service : entries.services())
        if (!service.servers.empty())
            if (const Told told = countServers(service, connections); told != Told::Same)
                return told;
    return Told::Same;
}

} // namespace lvsdeck::ipvs
