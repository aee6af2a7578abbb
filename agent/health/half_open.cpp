// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/half_open.hpp"

#include "agent/health/packet_filters.hpp"
#include "agent/health/socket_choices.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <system_error>

namespace lvsdeck::health {

using namespace std::chrono_literals;
using host::Descriptor;

namespace {

/// When a connection's first SYN would be sent again (RFC 6298 section 2).
constexpr auto patience = 1s;
/// As many times in a row may a SYN stay unanswered of a server that then takes the whole connection. Then it seems that something
/// between lets only those through, and as many checks connect before it is tried again.
constexpr int silences = 2;
constexpr int rest = 30;
/// As many answers, at most, between two whole connections.
constexpr unsigned mostAnswers = 32;
/// Reading goes on elsewhere after so many batches: who floods us must not keep the checks from starting.
constexpr int batches = 64;
constexpr std::size_t mostSources = 64;
constexpr std::size_t batch = 64;
constexpr std::uint16_t segmentSize = 1220; // fits everywhere; nothing is ever sent
constexpr int bufferBytes = 4 << 20;

} // namespace

/// One of our addresses, with the socket that sends from it and hears what comes back to it.
class HalfOpen::Source {
public:
    Source(boost::asio::io_context& io, const IpAddress& own) : address(own), ready(io) {}

    /// False: this process may not, or the address is not ours.
    [[nodiscard]] bool open() {
        const std::uint16_t reserved = m_ports.reserve(address);
        Descriptor raw(::socket(address.isV4() ? AF_INET : AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
        if (!raw || reserved == 0)
            return false;
        firstPort = reserved;
        const SocketAddress from = socketAddress(address, 0);
        // It hears from its first moment on; what came before the filter was there is read and not known.
        if (!attachFilter(raw.get(), synReplyFilter(address.family(), firstPort)) ||
            ::bind(raw.get(), from.get(), from.length) != 0)
            return false;
        // A ready IPv4 header costs the kernel less than making one; and IPVS does not look for a service at the server's address.
        const int on = 1;
        if (address.isV4() && ::setsockopt(raw.get(), IPPROTO_IP, IP_HDRINCL, &on, sizeof on) != 0)
            return false;
        if (address.isV4())
            (void)::setsockopt(raw.get(), IPPROTO_IP, IP_NODEFRAG, &on, sizeof on);
        // Many are answered before they are read.
        (void)::setsockopt(raw.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bufferBytes, sizeof bufferBytes);
        (void)::setsockopt(raw.get(), SOL_SOCKET, SO_SNDBUFFORCE, &bufferBytes, sizeof bufferBytes);
        boost::system::error_code refused;
        descriptor = raw.get();
        ready.assign(raw.release(), refused);
        return !refused;
    }

    struct Outgoing {
        Ipv4Header header{}; ///< not of IPv6
        TcpSegment segment;
        SocketAddress to;
        std::uint32_t sequence = 0;
    };

    IpAddress address;
    std::uint16_t firstPort = 0;
    boost::asio::posix::stream_descriptor ready;
    int descriptor = -1; ///< of `ready`
    std::vector<Outgoing> outgoing;

private:
    ReservedPorts m_ports;
};

HalfOpen::HalfOpen(boost::asio::io_context& io, Take finished, Take handOver)
    : m_io(io), m_timer(io), m_finished(std::move(finished)), m_handOver(std::move(handOver)) {}

HalfOpen::~HalfOpen() = default;

bool HalfOpen::suits(const CheckTarget& target) {
    return target.bindInterface.empty() && target.firewallMark == 0 && !target.bindPort && target.timeout >= 2 * patience;
}

CheckMemo HalfOpen::remember(const IpAddress& source, CheckMemo before, bool silent) {
    if (source.isUnspecified())
        return {};
    const auto known = std::ranges::find_if(m_sources, [&](const auto& candidate) { return candidate->address == source; });
    auto way = static_cast<std::uint16_t>(known - m_sources.begin() + 1);
    if (known == m_sources.end()) {
        if (m_sources.size() == mostSources)
            return {};
        auto opened = std::make_unique<Source>(m_io, source);
        if (!opened->open())
            return {};
        listen(*m_sources.emplace_back(std::move(opened)));
    }
    // At first anywhere on the way to the next whole connection: ten thousand first checks within one interval are not to meet again.
    CheckMemo memo{.way = way, .answered = static_cast<std::uint8_t>(before.way == 0 ? random() % mostAnswers : 0)};
    if (way == before.way) {
        const int inARow = before.silent + (silent || before.silent >= silences ? 1 : 0);
        memo.silent = static_cast<std::uint8_t>(inARow == silences + rest ? 0 : inARow);
    }
    return memo;
}

std::uint32_t HalfOpen::freshSequence() {
    if (m_waiting * 2 >= m_slots.size())
        grow();
    for (;;)
        if (const std::uint32_t sequence = random(); slotOf(sequence) == nullptr)
            return sequence;
}

std::uint32_t HalfOpen::random() {
    if (m_randomLeft == 0) {
        // Nobody outside is to guess what an answer looks like. So few bytes come whole or not at all.
        static_assert(sizeof m_random <= 256);
        if (::getrandom(m_random.data(), sizeof m_random, 0) < 0)
            throw std::system_error(errno, std::system_category(), "getrandom");
        m_randomLeft = m_random.size();
    }
    return m_random[--m_randomLeft];
}

void HalfOpen::grow() {
    constexpr std::size_t fewest = 128;
    std::vector<std::shared_ptr<Job>> before(std::max(fewest, m_slots.size() * 2));
    before.swap(m_slots);
    // Those that differed in fewer bits differ in more.
    for (auto& job : before)
        if (job != nullptr)
            slotOf(*job->sequence) = std::move(job);
}

bool HalfOpen::waits(std::uint32_t sequence) {
    if (m_slots.empty())
        return false;
    const std::shared_ptr<Job>& job = slotOf(sequence);
    return job != nullptr && job->sequence == sequence;
}

std::shared_ptr<Job> HalfOpen::take(std::uint32_t sequence) {
    if (!waits(sequence))
        return nullptr;
    std::shared_ptr<Job> job = std::move(slotOf(sequence));
    slotOf(sequence) = nullptr;
    job->sequence.reset();
    --m_waiting;
    return job;
}

bool HalfOpen::begin(const std::shared_ptr<Job>& job) {
    const CheckMemo& memo = job->request.memo;
    if (memo.way == 0 || memo.way > m_sources.size() || memo.silent >= silences || memo.answered >= mostAnswers)
        return false;
    Source& source = *m_sources[memo.way - 1U];
    const CheckedServer& who = job->request.who;
    if (source.address.family() != who.address.family())
        return false;
    const std::uint32_t sequence = freshSequence();
    // Port 0: what a raw socket's address has there is a protocol.
    // Another port each time, as connections have: another path through a network that spreads them, and no quarrel between two checks
    // of one server at the same moment.
    const auto port = static_cast<std::uint16_t>(source.firstPort + random() % ReservedPorts::count);
    const TcpFlow flow{source.address, port, who.address, who.port};
    Source::Outgoing& one = source.outgoing.emplace_back();
    one.segment = tcpSegment(flow, TcpFlag::Syn, sequence, segmentSize);
    if (who.address.isV4())
        one.header = ipv4Header(flow, one.segment.size);
    one.to = socketAddress(who.address, 0);
    one.sequence = sequence;
    slotOf(sequence) = job;
    job->sequence = sequence;
    ++m_waiting;
    return true;
}

void HalfOpen::flush() {
    for (const auto& source : m_sources)
        if (!source->outgoing.empty())
            send(*source);
    watch();
}

void HalfOpen::send(Source& source) {
    const auto when = Clock::now() + patience;
    std::vector<Source::Outgoing> outgoing;
    outgoing.swap(source.outgoing);
    for (std::size_t at = 0; at < outgoing.size();) {
        std::array<mmsghdr, batch> messages{};
        std::array<std::array<iovec, 2>, batch> pieces{};
        const std::size_t count = std::min(batch, outgoing.size() - at);
        for (std::size_t i = 0; i < count; ++i) {
            Source::Outgoing& one = outgoing[at + i];
            pieces[i] = {{{one.header.data(), source.address.isV4() ? one.header.size() : 0},
                          {one.segment.bytes.data(), one.segment.size}}};
            messages[i].msg_hdr.msg_name = &one.to.storage;
            messages[i].msg_hdr.msg_namelen = one.to.length;
            messages[i].msg_hdr.msg_iov = pieces[i].data();
            messages[i].msg_hdr.msg_iovlen = pieces[i].size();
        }
        const int sent = ::sendmmsg(source.descriptor, messages.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
        for (int i = 0; i < sent; ++i)
            m_due.push_back({.when = when, .sequence = outgoing[at + static_cast<std::size_t>(i)].sequence});
        at += static_cast<std::size_t>(std::max(sent, 0));
        if (sent <= 0) // it is the first that the kernel does not take
            if (const auto refused = take(outgoing[at++].sequence))
                m_handOver(refused);
        // On a link without delay the answers are here already.
        collect(source);
    }
    outgoing.clear();
    if (source.outgoing.empty())
        source.outgoing.swap(outgoing); // for its memory
}

void HalfOpen::listen(Source& source) {
    source.ready.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                            [this, &source](const boost::system::error_code& error) {
                                if (error)
                                    return;
                                collect(source);
                                listen(source);
                            });
}

void HalfOpen::collect(const Source& source) {
    constexpr std::size_t most = 128; // the longest IPv4 header and the longest TCP header
    const bool v4 = source.address.isV4();
    std::array<std::array<std::uint8_t, most>, batch> buffers;
    std::array<sockaddr_in6, batch> senders;
    std::array<iovec, batch> pieces;
    std::array<mmsghdr, batch> messages{};
    for (std::size_t i = 0; i < batch; ++i) {
        pieces[i] = {buffers[i].data(), most};
        messages[i].msg_hdr.msg_iov = &pieces[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &senders[i];
    }
    for (int round = 0; round < batches; ++round) {
        for (auto& message : messages)
            message.msg_hdr.msg_namelen = sizeof(sockaddr_in6);
        const int count = ::recvmmsg(source.descriptor, messages.data(), batch, MSG_DONTWAIT, nullptr);
        const auto now = Clock::now();
        for (int n = 0; n < count; ++n) {
            const auto i = static_cast<std::size_t>(n);
            const ByteView packet = ByteView(buffers[i]).first(std::min<std::size_t>(messages[i].msg_len, most));
            const auto reply = readSynReply(v4 ? behindIpv4Header(packet) : packet);
            if (!reply)
                continue;
            const auto* sender =
                v4 ? reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<sockaddr_in&>(senders[i]).sin_addr)
                   : senders[i].sin6_addr.s6_addr;
            answered(source, IpAddress::fromBytes(source.address.family(), {sender, v4 ? 4U : 16U}), *reply, now);
        }
        if (count < static_cast<int>(batch))
            return;
    }
}

void HalfOpen::answered(const Source& source, const IpAddress& from, const SynReply& reply, Clock::time_point when) {
    const std::uint32_t sequence = reply.acknowledged - 1;
    if (!waits(sequence) || (reply.destinationPort & ~(ReservedPorts::count - 1U)) != source.firstPort)
        return;
    const CheckedServer& who = slotOf(sequence)->request.who;
    if (who.address != from || who.port != reply.sourcePort)
        return;
    const std::shared_ptr<Job> job = take(sequence);
    if (reply.answer == SynAnswer::Refused) {
        if (!job->handedOver)
            handOver(job);
        return;
    }
    CheckMemo memo = job->request.memo;
    memo.silent = static_cast<std::uint8_t>(job->handedOver ? memo.silent + 1 : 0);
    ++memo.answered;
    job->result = {.reason = CheckReason::Ok, .detail = "SYN answered", .memo = memo};
    job->ended = when;
    m_finished(job);
}

void HalfOpen::handOver(const std::shared_ptr<Job>& job) {
    job->handedOver = true;
    m_handOver(job);
}

void HalfOpen::abandon(Job& job) {
    if (job.sequence)
        (void)take(*job.sequence);
}

void HalfOpen::watch() {
    while (!m_due.empty() && !waits(m_due.front().sequence))
        m_due.pop_front();
    if (m_watching || m_due.empty())
        return;
    m_watching = true;
    m_timer.expires_at(m_due.front().when);
    m_timer.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            expire();
    });
}

void HalfOpen::expire() {
    m_watching = false;
    // Answers that lie ready came in time, however late we are.
    for (const auto& source : m_sources)
        collect(*source);
    const auto now = Clock::now();
    while (!m_due.empty() && m_due.front().when <= now) {
        const std::uint32_t sequence = m_due.front().sequence;
        m_due.pop_front();
        // It stays here: an answer that comes while the connection waits for one is one, too.
        if (waits(sequence)) {
            const std::shared_ptr<Job> job = slotOf(sequence);
            handOver(job);
        }
    }
    watch();
}

} // namespace lvsdeck::health
