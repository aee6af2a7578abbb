// SPDX-License-Identifier: GPL-3.0-or-later
// The VRRP advertisement on the wire, version 2 (RFC 3768) and 3 (RFC 5798), IPv4 and IPv6, as keepalived sends and checks it.
// Pure functions; any thread. Not spoken: the authentication header (protocol 51).
#pragma once

#include "agent/ports/vrrp_port.hpp"
#include "common/base/error.hpp"
#include "common/base/ip_address.hpp"
#include "common/model/vrrp_instance.hpp"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

/// 224.0.0.18 or ff02::12 (RFC 5798 section 5.1.1.2, 5.1.2.2).
[[nodiscard]] IpAddress multicastGroup(Family family);

struct Advert {
    std::uint8_t version = 3;
    std::uint8_t vrid = 0;
    std::uint8_t priority = 0;                ///< 0: resigns; 255: owns the addresses
    std::chrono::milliseconds interval{1000}; ///< v2: whole seconds, at most 255; v3: steps of 10 ms, at most 40950
    std::string password;                     ///< v2 on IPv4 only; empty: no authentication
    std::vector<IpAddress> addresses;         ///< at most 255, all of the family of the packet's source
    bool oldChecksum = false;                 ///< received: with the checksum of keepalived before 1.3.7 (see Expected)
    bool operator==(const Advert&) const = default;
};

/// The message with its checksum; source and destination go into the version 3 checksum (RFC 5798 section 5.2.8): keepalived
/// before 1.3.7 took the multicast group also for unicast. InvalidInput when a field does not fit its limit, or families are mixed.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode(const Advert& advert, const IpAddress& source,
                                                       const IpAddress& destination);

/// Why an advertisement is dropped: it is counted, and the master-down timer goes on.
enum class Reject {
    Length,         ///< shorter or longer than its own fields say
    Ttl,            ///< not 255: it came through a router; unicast: not what the peer's should be
    Version,        ///< 2 for 3, or the other way round
    Authentication, ///< another kind of authentication, or none
    Password,
    Interval,     ///< v2: not ours; v3: zero
    Type,         ///< not an advertisement
    AddressCount, ///< another number of virtual addresses
    Checksum,
    Destination, ///< not the multicast group, or unicast and multicast mixed
    AddressList, ///< the right number, but one of ours is not in it
    UnknownPeer, ///< unicast: the source is no peer of ours, and sources are checked
};
BOOST_DESCRIBE_ENUM(Reject, Length, Ttl, Version, Authentication, Password, Interval, Type, AddressCount, Checksum,
                    Destination, AddressList, UnknownPeer)

struct Rejection {
    Reject reason = Reject::Length;
    std::string text; ///< a sentence part for people: "it sends version 2, we use 3"; never contains a password
};

/// What an accepted advertisement has in common with our own instance.
struct Expected {
    std::uint8_t version = 3;
    std::chrono::milliseconds interval{1000}; ///< compared in v2
    std::string password;
    std::vector<IpAddress> addresses;
    std::optional<IpAddress> group{};        ///< multicast; unset: 224.0.0.18 or ff02::12
    bool unicast = false;                    ///< the group is then only for old checksums
    std::vector<model::UnicastPeer> peers{}; ///< of unicast, with what their TTL must be
    bool checkSource = false;                ///< believe peers only, and look at their TTL
    model::OldUnicastChecksum oldChecksum = model::OldUnicastChecksum::Automatic;
    bool trusted =
        false; ///< skip_check_adv_addr, and it comes from the last accepted master: addresses and source are not checked
};

/// The receiver's checks. As keepalived, except that version and type are looked at before the exact length, which depends on
/// them: the reason for the drop is then the one that helps.
[[nodiscard]] std::expected<Advert, Rejection> receive(const ReceivedAdvert& received, const Expected& ours);

/// The VRID of a message, 0 when it is too short to have one: for finding the instance before the checks.
[[nodiscard]] std::uint8_t peekVrid(std::span<const std::uint8_t> message);

} // namespace lvsdeck::vrrp
