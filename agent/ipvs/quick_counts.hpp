// SPDX-License-Identifier: GPL-3.0-or-later
// Connection counts through the kernel's older interface (getsockopt, linux/ip_vs.h): one call for the list of services and one
// for the servers of each, which the kernel answers with structs instead of text, a quarter of the processor time that
// /proc/net/ip_vs takes. It knows IPv4 only. In the network namespace of the thread that asks first; one thread at a time.
#pragma once

#include "agent/host/descriptor.hpp"
#include "agent/ipvs/quick_entries.hpp"

#include <vector>

namespace lvsdeck::ipvs {

class QuickCounts {
public:
    enum class Told {
        Same,    ///< the connections are as the kernel has them now
        Other,   ///< the table has other IPv4 services by now, or one has other servers
        Nothing, ///< the kernel does not have this interface, or does not let us use it
    };
    /// Brings weights and connections of all services that the interface tells wholly up to date, and compares the others with the
    /// kernel's by their number of servers. `connections` are of no use unless they are the Same.
    [[nodiscard]] Told read(QuickEntries& entries, std::vector<Connections>& connections);

private:
    /// The argument of one call: entries, and right before them in memory the head that says of what.
    template <class Entry> class Room {
    public:
        /// Valid until the next call.
        [[nodiscard]] std::span<Entry> entries(std::size_t count);
        /// An errno, 0 when done. `count`: as given to entries() before.
        template <class Head> [[nodiscard]] int fill(int socket, int option, const Head& head, std::size_t count);

    private:
        std::vector<Entry> m_memory; ///< the first one holds the head, at its end
    };

    [[nodiscard]] Told listServices(QuickEntries& entries);
    [[nodiscard]] Told countServers(QuickEntries::Service& service, std::vector<Connections>& connections);

    host::Descriptor m_socket;
    Room<ip_vs_service_entry> m_services;
    Room<ip_vs_dest_entry> m_servers;
};

} // namespace lvsdeck::ipvs
