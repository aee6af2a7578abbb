// SPDX-License-Identifier: GPL-3.0-or-later
// The real kernel's IPVS through generic netlink. Every instance has a socket of its own, made at the first
// use and made anew after a failure, in the network namespace of the calling thread. One thread at a time;
// calls are kernel round trips: a change of 20,000 entries or a dump of as many takes some tenths of a
// second, so whoever wants counters of a big table without making VRRP wait uses a second instance on another
// thread.
#pragma once

#include "agent/host/netlink_handles.hpp"
#include "agent/ipvs/quick_adds.hpp"
#include "agent/ports/ipvs_port.hpp"

#include <functional>
#include <span>

namespace lvsdeck::ipvs {

class NetlinkIpvs final : public IpvsPort {
public:
    /// Asking for the family makes the kernel load ip_vs if it can.
    [[nodiscard]] Result<IpvsVersion> version() override;
    [[nodiscard]] Result<Table> read() override;
    /// Reads at once.
    [[nodiscard]] std::optional<Result<Table>> look() override { return read(); }
    [[nodiscard]] Result<TableCounters> counters() override;
    /// Only these, for a look at what QuickCounts cannot see.
    [[nodiscard]] Result<std::vector<ServiceKey>> ipv6Services();
    /// Brings weights and connections of one service's servers up to date, in the list that belongs to `known`. False: it has other
    /// servers by now.
    [[nodiscard]] Result<bool> recount(const ServiceKey& key, const ServiceTraffic& known,
                                       std::vector<Connections>& connections);
    /// What QuickAdds takes goes that way, in the order of the list. Of the rest it sends up to 200 operations at once and waits for one acknowledgement; refusals come back by sequence
    /// number. When answers get lost, that batch is sent once more, one operation at a time, and what is done
    /// already counts as done.
    [[nodiscard]] Result<std::vector<Failed>> apply(const std::vector<Operation>& operations) override;

    [[nodiscard]] Result<Timeouts> timeouts() override;
    [[nodiscard]] Result<void> setTimeouts(const Timeouts& timeouts) override;
    [[nodiscard]] Result<std::vector<SyncDaemon>> syncDaemons() override;
    [[nodiscard]] Result<void> startSync(const SyncDaemon& daemon) override;
    [[nodiscard]] Result<void> stopSync(SyncRole role) override;

private:
    enum class Answered { All, Lost };

    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> ask(netlink::Message request, const std::function<void(nlmsghdr*)>& answer);
    /// The same for a long answer of which hardly anything is read: without a copy of each message.
    [[nodiscard]] Result<void> skim(const netlink::Message& request, const std::function<void(nlmsghdr*)>& answer);
    [[nodiscard]] Result<void>
    readAll(const std::function<void(const struct ReadService&)>& service,
            const std::function<void(const ServiceKey&, const struct ReadDestination&)>& destination);
    /// Sends one command that wants an acknowledgement; the errno, 0 when it is done. EINTR: the kernel gave none, which it does for
    /// what was interrupted (a sync daemon that is stopped before its thread has run). Never waits.
    [[nodiscard]] Result<int> perform(const netlink::Message& message);
    [[nodiscard]] Result<void> applyBatch(std::span<const Operation> operations, std::size_t first,
                                          std::vector<Failed>& failed);
    [[nodiscard]] Result<Answered> sendBatch(std::span<const Operation> operations, std::size_t first,
                                             std::vector<Failed>& failed);
    [[nodiscard]] Result<void> sendSingly(std::span<const Operation> operations, std::size_t first,
                                          std::vector<Failed>& failed);

    QuickAdds m_quick;
    netlink::Socket m_socket;
    int m_family = 0;
    std::uint32_t m_sequence = 1;
    std::vector<char> m_batch;    ///< of sendBatch, kept from one batch to the next
    std::vector<char> m_datagram; ///< of skim
};

} // namespace lvsdeck::ipvs
