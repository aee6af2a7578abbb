// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/netlink_ipvs.hpp"

#include "agent/ipvs/kernel_error.hpp"
#include "agent/ipvs/netlink_messages.hpp"

#include <linux/ip_vs.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

namespace lvsdeck::ipvs {

namespace {

// If all of a batch are refused, their answers must fit into the smallest receive buffer that we may get
// (without CAP_NET_ADMIN in the first user namespace: twice net.core.rmem_max, 416 KiB by default, at about 1
// KiB an answer).
constexpr std::size_t batchOperations = 200;
constexpr int receiveBytes = 4 << 20;
constexpr int sendBytes = 256 << 10;
// The kernel makes the parts of a dump no longer than 32 KiB, whatever there is room for.
constexpr std::size_t longestDatagram = 64 << 10;

Error netlinkError(int number) {
    const int positive = number < 0 ? -number : number;
    if (positive == NLE_PERM || positive == NLE_NOACCESS)
        return permissionError();
    return {ErrorCode::Io, std::string("the kernel's IPVS interface does not answer: ") + nl_geterror(number), {}};
}

void tune(int descriptor) {
    const auto set = [descriptor](int level, int option, const auto& value) {
        return ::setsockopt(descriptor, level, option, &value, sizeof value) == 0;
    };
    constexpr int on = 1;
    if (!set(SOL_SOCKET, SO_RCVBUFFORCE, receiveBytes))
        set(SOL_SOCKET, SO_RCVBUF, receiveBytes);
    if (!set(SOL_SOCKET, SO_SNDBUFFORCE, sendBytes))
        set(SOL_SOCKET, SO_SNDBUF, sendBytes);
    // Refusals without a copy of the request; a kernel that does not know it sends longer ones.
    set(SOL_NETLINK, NETLINK_CAP_ACK, on);
    set(SOL_SOCKET, SO_RCVTIMEO, timeval{10, 0});
}

int forward(nl_msg* message, void* argument) {
    (*static_cast<const std::function<void(nlmsghdr*)>*>(argument))(nlmsg_hdr(message));
    return NL_OK;
}

/// Sequence number -> errno (0: acknowledged), out of one datagram.
void readAnswers(std::span<char> datagram, std::map<std::uint32_t, int>& answers) {
    int left = static_cast<int>(datagram.size());
    auto* header = static_cast<nlmsghdr*>(static_cast<void*>(datagram.data()));
    for (; nlmsg_ok(header, left) != 0; header = nlmsg_next(header, &left)) {
        if (header->nlmsg_type != NLMSG_ERROR || nlmsg_datalen(header) < static_cast<int>(sizeof(int)))
            continue;
        int error = 0;
        std::memcpy(&error, nlmsg_data(header), sizeof error);
        answers[header->nlmsg_seq] = -error;
    }
}

bool doneAlready(int number, OperationType type) {
    switch (type) {
    case OperationType::AddService:
    case OperationType::AddDestination: return number == EEXIST;
    case OperationType::RemoveService: return number == ESRCH;
    case OperationType::RemoveDestination: return number == ENOENT;
    case OperationType::SetService:
    case OperationType::SetDestination: break;
    }
    return false;
}

} // namespace

Result<void> NetlinkIpvs::open() {
    if (!m_socket) {
        netlink::Socket socket(nl_socket_alloc());
        if (!socket)
            return failure(ErrorCode::Io, "not enough memory for a netlink socket");
        nl_socket_disable_seq_check(socket.get());
        nl_socket_disable_auto_ack(socket.get());
        if (const int result = genl_connect(socket.get()); result < 0)
            return failure(ErrorCode::Io, std::string("cannot open a netlink socket: ") + nl_geterror(result));
        tune(nl_socket_get_fd(socket.get()));
        m_socket = std::move(socket);
    }
    // Every time: the number changes when the module is unloaded and loaded again.
    m_family = genl_ctrl_resolve(m_socket.get(), IPVS_GENL_NAME);
    if (m_family < 0) {
        m_socket.reset();
        return std::unexpected(m_family == -NLE_PERM ? permissionError() : noIpvsError());
    }
    return {};
}

Result<void> NetlinkIpvs::ask(netlink::Message request, const std::function<void(nlmsghdr*)>& answer) {
    int result = nl_send_auto(m_socket.get(), request.get());
    if (result >= 0) {
        nl_cb* callbacks = nl_cb_alloc(NL_CB_DEFAULT);
        nl_cb_set(callbacks, NL_CB_VALID, NL_CB_CUSTOM, forward, const_cast<std::function<void(nlmsghdr*)>*>(&answer));
        nl_cb_set(callbacks, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, [](nl_msg*, void*) -> int { return NL_OK; }, nullptr);
        result = nl_recvmsgs(m_socket.get(), callbacks);
        nl_cb_put(callbacks);
    }
    if (result >= 0)
        return {};
    m_socket.reset();
    return std::unexpected(netlinkError(result));
}

Result<IpvsVersion> NetlinkIpvs::version() {
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    std::optional<IpvsVersion> version;
    const auto asked = ask(versionRequest(m_family), [&](nlmsghdr* answer) { version = readVersion(answer); });
    if (!asked)
        return std::unexpected(asked.error());
    if (!version)
        return failure(ErrorCode::Io, "the kernel did not tell its IPVS version");
    return *version;
}

Result<void> NetlinkIpvs::readAll(const std::function<void(const ReadService&)>& service,
                                  const std::function<void(const ServiceKey&, const ReadDestination&)>& destination) {
    if (const auto opened = open(); !opened)
        return opened;
    std::vector<ServiceKey> keys;
    auto asked = ask(servicesRequest(m_family), [&](nlmsghdr* answer) {
        if (const auto read = readService(answer)) {
            keys.push_back(read->key);
            service(*read);
        }
    });
    for (const ServiceKey& key : keys) {
        if (!asked)
            break;
        asked = ask(destinationsRequest(m_family, key), [&](nlmsghdr* answer) {
            if (const auto read = readDestination(answer, key.family))
                destination(key, *read);
        });
    }
    return asked;
}

Result<Table> NetlinkIpvs::read() {
    Table table;
    std::map<ServiceKey, Destinations::sequence_type> servers; // sorted at once: the kernel tells the newest first
    const auto done = readAll(
        [&](const ReadService& read) { table[read.key].settings = read.settings; },
        [&](const ServiceKey& key, const ReadDestination& read) { servers[key].emplace_back(read.key, read.settings); });
    if (!done)
        return std::unexpected(done.error());
    for (auto& [key, destinations] : servers) {
        destinations.shrink_to_fit();
        table[key].destinations.adopt_sequence(std::move(destinations));
    }
    return table;
}

Result<TableCounters> NetlinkIpvs::counters() {
    CountersBuilder table;
    const auto done = readAll([&](const ReadService& read) { table.add(read.key, read.total); },
                              [&](const ServiceKey& key, const ReadDestination& read) {
                                  table.add(key, read.key, read.traffic, read.connections);
                              });
    if (!done)
        return std::unexpected(done.error());
    return table.finish();
}

Result<void> NetlinkIpvs::skim(const netlink::Message& request, const std::function<void(nlmsghdr*)>& answer) {
    m_datagram.resize(longestDatagram);
    int result = nl_send_auto(m_socket.get(), request.get());
    for (bool ended = false; result >= 0 && !ended;) {
        const ssize_t size = ::recv(nl_socket_get_fd(m_socket.get()), m_datagram.data(), m_datagram.size(), 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0) {
            result = -NLE_AGAIN;
            break;
        }
        int left = static_cast<int>(size);
        auto* header = static_cast<nlmsghdr*>(static_cast<void*>(m_datagram.data()));
        for (; nlmsg_ok(header, left) != 0 && !ended; header = nlmsg_next(header, &left)) {
            if (header->nlmsg_type == NLMSG_ERROR)
                result = -NLE_FAILURE;
            ended = header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR;
            if (!ended)
                answer(header);
        }
    }
    if (result >= 0)
        return {};
    m_socket.reset();
    return std::unexpected(netlinkError(result));
}

Result<std::vector<ServiceKey>> NetlinkIpvs::ipv6Services() {
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    std::vector<ServiceKey> keys;
    const auto asked = skim(servicesRequest(m_family), [&](nlmsghdr* answer) {
        if (readServiceFamily(answer) != Family::V6)
            return;
        if (const auto read = readService(answer))
            keys.push_back(read->key);
    });
    if (!asked)
        return std::unexpected(asked.error());
    return keys;
}

Result<bool> NetlinkIpvs::recount(const ServiceKey& key, const ServiceTraffic& known,
                                  std::vector<Connections>& connections) {
    // One of many, mostly: the number of the family is not asked for again.
    if (!m_socket)
        if (const auto opened = open(); !opened)
            return std::unexpected(opened.error());
    std::size_t seen = 0;
    bool same = true;
    const auto asked = ask(destinationsRequest(m_family, key), [&](nlmsghdr* answer) {
        const auto read = readDestination(answer, key.family);
        if (!read)
            return;
        const auto server = known.destinations.find(read->key);
        same = same && server != known.destinations.end();
        if (same)
            connections[server->second.place] = read->connections;
        ++seen;
    });
    if (!asked)
        return std::unexpected(asked.error());
    return same && seen == known.destinations.size();
}

Result<std::vector<IpvsPort::Failed>> NetlinkIpvs::apply(const std::vector<Operation>& operations) {
    std::vector<Failed> failed;
    if (operations.empty())
        return failed;
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    const std::span all(operations);
    for (std::size_t at = 0; at < all.size();) {
        if (m_quick.takes(all[at])) {
            const auto error = m_quick.add(all[at]);
            if (!error)
                continue; // it takes nothing any more
            if (*error == EPERM)
                return std::unexpected(permissionError());
            if (*error != 0)
                failed.push_back({at, operationError(*error, all[at])});
            ++at;
            continue;
        }
        std::size_t end = at + 1;
        while (end < all.size() && end - at < batchOperations && !m_quick.takes(all[end]))
            ++end;
        if (const auto sent = applyBatch(all.subspan(at, end - at), at, failed); !sent)
            return std::unexpected(sent.error());
        at = end;
    }
    m_batch = {};
    return failed;
}

Result<void> NetlinkIpvs::applyBatch(std::span<const Operation> operations, std::size_t first, std::vector<Failed>& failed) {
    const auto answered = sendBatch(operations, first, failed);
    if (!answered)
        return std::unexpected(answered.error());
    return *answered == Answered::All ? Result<void>{} : sendSingly(operations, first, failed);
}

Result<NetlinkIpvs::Answered> NetlinkIpvs::sendBatch(std::span<const Operation> operations, std::size_t first,
                                                     std::vector<Failed>& failed) {
    const std::uint32_t sequence = m_sequence;
    m_sequence += static_cast<std::uint32_t>(operations.size());
    const std::uint32_t last = m_sequence - 1;
    m_batch.clear();
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const std::uint32_t number = sequence + static_cast<std::uint32_t>(i);
        appendOperation(m_batch, m_family, number, operations[i],
                        number == last ? Acknowledge::Always : Acknowledge::OnError);
    }
    if (const int result = nl_sendto(m_socket.get(), m_batch.data(), m_batch.size()); result < 0) {
        m_socket.reset();
        return std::unexpected(netlinkError(result));
    }
    std::map<std::uint32_t, int> answers;
    alignas(nlmsghdr) std::array<char, 32 << 10> datagram; // filled by the kernel, batch after batch
    while (!answers.contains(last)) {
        const ssize_t size = ::recv(nl_socket_get_fd(m_socket.get()), datagram.data(), datagram.size(), 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return Answered::Lost;
        readAnswers(std::span(datagram).first(static_cast<std::size_t>(size)), answers);
    }
    for (const auto& [number, error] : answers) {
        const std::uint32_t index = number - sequence;
        if (error == 0 || index >= operations.size())
            continue;
        if (error == EPERM)
            return std::unexpected(permissionError());
        failed.push_back({first + index, operationError(error, operations[index])});
    }
    return Answered::All;
}

Result<void> NetlinkIpvs::sendSingly(std::span<const Operation> operations, std::size_t first, std::vector<Failed>& failed) {
    m_socket.reset(); // With it go the answers that may still be queued.
    if (const auto opened = open(); !opened)
        return opened;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const auto error = perform(operationMessage(m_family, m_sequence++, operations[i], Acknowledge::Always));
        if (!error)
            return std::unexpected(error.error());
        if (*error != 0 && !doneAlready(*error, operations[i].type))
            failed.push_back({first + i, operationError(*error, operations[i])});
    }
    return {};
}

Result<int> NetlinkIpvs::perform(const netlink::Message& message) {
    nlmsghdr* header = nlmsg_hdr(message.get());
    int result = nl_sendto(m_socket.get(), header, header->nlmsg_len);
    std::map<std::uint32_t, int> answers;
    alignas(nlmsghdr) std::array<char, 4096> datagram{};
    while (result >= 0 && !answers.contains(header->nlmsg_seq)) {
        // The kernel has answered by the time that sending returns. It says nothing only to what was interrupted.
        const ssize_t size = ::recv(nl_socket_get_fd(m_socket.get()), datagram.data(), datagram.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return EINTR;
        if (size <= 0)
            result = -NLE_AGAIN;
        else
            readAnswers(std::span(datagram).first(static_cast<std::size_t>(size)), answers);
    }
    if (result < 0) {
        m_socket.reset();
        return std::unexpected(netlinkError(result));
    }
    const int error = answers.at(header->nlmsg_seq);
    if (error == EPERM)
        return std::unexpected(permissionError());
    return error;
}

} // namespace lvsdeck::ipvs
