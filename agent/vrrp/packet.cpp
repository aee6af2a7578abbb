// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/vrrp/packet.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::vrrp {

namespace {

constexpr std::size_t headerBytes = 8;
constexpr std::size_t authBytes = 8;
constexpr std::uint8_t protocolNumber = 112;
constexpr std::uint8_t authNone = 0;
constexpr std::uint8_t authSimple = 1;

using Bytes = std::vector<std::uint8_t>;

std::size_t addressBytes(Family family) { return family == Family::V4 ? 4 : 16; }

/// Authentication data is there in version 2 on IPv4 even when there is no authentication (RFC 3768
/// section 5.3.6).
std::size_t trailerBytes(std::uint8_t version, Family family) {
    return version == 2 && family == Family::V4 ? authBytes : 0;
}

std::uint32_t sumWords(std::span<const std::uint8_t> bytes, std::uint32_t sum) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        sum += (std::uint32_t{bytes[i]} << 8U) | bytes[i + 1];
    if (bytes.size() % 2 != 0)
        sum += std::uint32_t{bytes.back()} << 8U;
    return sum;
}

/// The Internet checksum; zero over a message that carries a right one.
std::uint16_t checksum(std::span<const std::uint8_t> message, std::uint8_t version, const IpAddress& source,
                       const IpAddress& destination) {
    std::uint32_t sum = sumWords(message, 0);
    // IPv6 has the pseudo header in every version (RFC 8200 section 8.1), IPv4 only in version 3.
    if (version != 2 || !source.isV4()) {
        sum = sumWords(source.bytes(), sum);
        sum = sumWords(destination.bytes(), sum);
        sum += protocolNumber + static_cast<std::uint32_t>(message.size());
    }
    while (sum > 0xffffU)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum & 0xffffU);
}

std::uint16_t intervalField(const Advert& advert) {
    const auto unit = advert.version == 2 ? 1000 : 10;
    return static_cast<std::uint16_t>(advert.interval.count() / unit);
}

Result<void> checkFields(const Advert& advert, const IpAddress& source, const IpAddress& destination) {
    const auto wrong = [](std::string text) { return failure(ErrorCode::InvalidInput, std::move(text)); };
    if (advert.version != 2 && advert.version != 3)
        return wrong("a VRRP version must be 2 or 3");
    if (advert.addresses.size() > 255)
        return wrong("one advertisement holds at most 255 virtual addresses");
    const auto milliseconds = advert.interval.count();
    if (advert.version == 2 && (milliseconds < 1000 || milliseconds > 255000 || milliseconds % 1000 != 0))
        return wrong("a VRRPv2 advertisement interval must be whole seconds, 1 to 255");
    if (advert.version == 3 && (milliseconds < 10 || milliseconds > 40950 || milliseconds % 10 != 0))
        return wrong("a VRRPv3 advertisement interval must be 10 ms to 40.95 s in steps of 10 ms");
    if (advert.password.size() > authBytes)
        return wrong("a VRRP password has at most 8 bytes");
    const Family family = source.family();
    if (destination.family() != family ||
        std::ranges::any_of(advert.addresses, [&](const IpAddress& a) { return a.family() != family; }))
        return wrong("the addresses of one advertisement must be all IPv4 or all IPv6");
    return {};
}

std::unexpected<Rejection> reject(Reject reason, std::string text) {
    return std::unexpected(Rejection{reason, std::move(text)});
}

/// Fields without checks; the caller knows that the length is right.
Advert parseFields(std::span<const std::uint8_t> message, std::uint8_t version, Family family) {
    Advert advert;
    advert.version = version;
    advert.vrid = message[1];
    advert.priority = message[2];
    const unsigned field = version == 2 ? message[5] : (message[4] & 0x0fU) << 8U | message[5];
    advert.interval = std::chrono::milliseconds(field * (version == 2 ? 1000U : 10U));
    const std::size_t width = addressBytes(family);
    for (std::size_t i = 0; i < message[3]; ++i)
        advert.addresses.push_back(IpAddress::fromBytes(family, message.subspan(headerBytes + i * width, width)));
    return advert;
}

std::array<std::uint8_t, authBytes> passwordField(const std::string& password) {
    std::array<std::uint8_t, authBytes> field{};
    std::ranges::copy_n(password.begin(), static_cast<std::ptrdiff_t>(std::min(password.size(), authBytes)), field.begin());
    return field;
}

std::string secondsText(std::chrono::milliseconds interval) {
    return interval.count() % 1000 == 0 ? std::to_string(interval.count() / 1000) + " s"
                                        : std::to_string(interval.count()) + " ms";
}

/// Whether the checksum is right; sets `old` when it is so with the multicast group in the place of our address.
bool checksumIsRight(const ReceivedAdvert& received, std::uint8_t version, const Expected& ours, const IpAddress& group,
                     bool& old) {
    if (checksum(received.message, version, received.source, received.destination) == 0)
        return true;
    old = version == 3 && ours.unicast && received.source.isV4() && ours.oldChecksum != model::OldUnicastChecksum::Never &&
          checksum(received.message, version, received.source, group) == 0;
    return old;
}

std::optional<Rejection> wrongPeer(const ReceivedAdvert& received, const Expected& ours) {
    const auto peer = std::ranges::find(ours.peers, received.source, &model::UnicastPeer::address);
    if (peer == ours.peers.end())
        return Rejection{Reject::UnknownPeer, "it is none of the unicast peers"};
    const std::string ttl = "its TTL is " + std::to_string(received.ttl);
    if (peer->minTtl && received.ttl < *peer->minTtl)
        return Rejection{Reject::Ttl, ttl + ", at least " + std::to_string(*peer->minTtl) + " is expected"};
    if (peer->maxTtl && received.ttl > *peer->maxTtl)
        return Rejection{Reject::Ttl, ttl + ", at most " + std::to_string(*peer->maxTtl) + " is expected"};
    return std::nullopt;
}

} // namespace

IpAddress multicastGroup(Family family) {
    if (family == Family::V4)
        return IpAddress::v4(0xe0000012U);
    std::array<std::uint8_t, 16> bytes{0xff, 0x02};
    bytes[15] = 0x12;
    return IpAddress::fromBytes(Family::V6, bytes);
}

Result<Bytes> encode(const Advert& advert, const IpAddress& source, const IpAddress& destination) {
    if (auto fits = checkFields(advert, source, destination); !fits)
        return std::unexpected(std::move(fits.error()));
    const bool trailer = trailerBytes(advert.version, source.family()) != 0;
    const std::uint16_t interval = intervalField(advert);
    const auto high = static_cast<std::uint8_t>(interval >> 8U);
    const std::uint8_t auth = trailer && !advert.password.empty() ? authSimple : authNone;
    Bytes message{static_cast<std::uint8_t>(unsigned{advert.version} << 4U | 1U),
                  advert.vrid,
                  advert.priority,
                  static_cast<std::uint8_t>(advert.addresses.size()),
                  advert.version == 2 ? auth : high,
                  static_cast<std::uint8_t>(interval & 0xffU),
                  0,
                  0};
    for (const IpAddress& address : advert.addresses)
        message.insert(message.end(), address.bytes().begin(), address.bytes().end());
    if (trailer) {
        const auto field = passwordField(advert.password);
        message.insert(message.end(), field.begin(), field.end());
    }
    const std::uint16_t sum = checksum(message, advert.version, source, destination);
    message[6] = static_cast<std::uint8_t>(sum >> 8U);
    message[7] = static_cast<std::uint8_t>(sum & 0xffU);
    return message;
}

std::uint8_t peekVrid(std::span<const std::uint8_t> message) {
    return message.size() < headerBytes ? std::uint8_t{0} : message[1];
}

std::expected<Advert, Rejection> receive(const ReceivedAdvert& received, const Expected& ours) {
    const std::span<const std::uint8_t> message(received.message);
    const Family family = received.source.family();
    if (message.size() < headerBytes)
        return reject(Reject::Length, "its message has only " + std::to_string(message.size()) + " bytes");
    const IpAddress group = ours.group.value_or(multicastGroup(family));
    if (!ours.unicast && received.ttl != 255)
        return reject(Reject::Ttl, "its TTL is " + std::to_string(received.ttl) + " and not 255, so it was routed here");
    const auto version = static_cast<std::uint8_t>(message[0] >> 4U);
    if (version != ours.version)
        return reject(Reject::Version,
                      "it sends VRRP version " + std::to_string(version) + ", we use " + std::to_string(ours.version));
    if ((message[0] & 0x0fU) != 1)
        return reject(Reject::Type, "its message type is " + std::to_string(message[0] & 0x0fU) + ", not 1");
    const std::size_t trailer = trailerBytes(version, family);
    const std::size_t wanted = headerBytes + message[3] * addressBytes(family) + trailer;
    if (message.size() != wanted)
        return reject(Reject::Length, "its message has " + std::to_string(message.size()) + " bytes, its fields say " +
                                          std::to_string(wanted));
    if (trailer != 0) {
        const std::uint8_t auth = ours.password.empty() ? authNone : authSimple;
        if (message[4] != auth)
            return reject(Reject::Authentication,
                          message[4] == authNone ? "it sends no password, we do"
                          : auth == authNone
                              ? "it uses authentication (type " + std::to_string(message[4]) + "), we use none"
                              : "its authentication type is " + std::to_string(message[4]) + ", not 1");
        if (auth == authSimple && !std::ranges::equal(message.last(authBytes), passwordField(ours.password)))
            return reject(Reject::Password, "its password is not ours");
    }
    Advert advert = parseFields(message, version, family);
    if (version == 2 && advert.interval != ours.interval)
        return reject(Reject::Interval, "its advertisement interval is " + secondsText(advert.interval) + ", ours " +
                                            secondsText(ours.interval));
    // Learning zero would make this director wait no time at all and fight for the addresses in a loop.
    if (version == 3 && advert.interval.count() == 0)
        return reject(Reject::Interval, "its advertisement interval is 0");
    if (!ours.trusted && advert.addresses.size() != ours.addresses.size())
        return reject(Reject::AddressCount, "it has " + std::to_string(advert.addresses.size()) +
                                                " virtual addresses, we have " + std::to_string(ours.addresses.size()));
    if (!checksumIsRight(received, version, ours, group, advert.oldChecksum))
        return reject(Reject::Checksum, "its checksum is wrong");
    if (ours.unicast && received.destination.isMulticast())
        return reject(Reject::Destination,
                      "it is sent to the multicast group " + received.destination.toString() + ", we use unicast");
    if (!ours.unicast && received.destination != group)
        return reject(Reject::Destination,
                      "it was sent to " + received.destination.toString() + ", not to " + group.toString());
    if (!ours.trusted)
        for (const IpAddress& address : ours.addresses)
            if (std::ranges::find(advert.addresses, address) == advert.addresses.end())
                return reject(Reject::AddressList, "its list of virtual addresses lacks " + address.toString());
    if (ours.unicast && ours.checkSource && !ours.trusted)
        if (auto wrong = wrongPeer(received, ours))
            return std::unexpected(std::move(*wrong));
    if (trailer != 0)
        advert.password = ours.password;
    return advert;
}

} // namespace lvsdeck::vrrp
