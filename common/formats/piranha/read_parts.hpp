// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the reader of lvs.cf. Private to this folder.
#pragma once

#include "common/formats/piranha/syntax.hpp"

#include <optional>

namespace lvsdeck::formats::piranha {

/// The instance that moves the addresses; one is enough, because Piranha moves all of them together.
inline constexpr std::string_view instanceName = "VI_1";
inline constexpr std::uint8_t instanceVrid = 51;
inline constexpr std::uint8_t primaryPriority = 150;
inline constexpr std::uint8_t backupPriority = 100;
inline constexpr std::string_view primaryId = "lb1";
inline constexpr std::string_view backupId = "lb2";

/// The global part, with Piranha's defaults.
struct Globals {
    std::string primary;
    std::string backup;
    bool backupTakesOver = false; ///< backup_active, and heartbeat not switched off
    std::uint32_t keepalive = 6;  ///< seconds
    std::uint32_t deadtime = 18;  ///< seconds
    bool preempt = true;
    model::Forwarding forwarding = model::Forwarding::Nat;
    std::optional<model::VirtualAddress> natRouter;
    const Entry* natRouterEntry = nullptr;
    bool syncDaemon = false;
    std::string syncInterface;
    std::uint8_t syncId = 0;
    model::ConnectionTimeouts timeouts;
};

[[nodiscard]] Globals readGlobals(const Block& root, const Report& report);

/// Services, and the virtual addresses in the order that they come up; each has its own device.
struct Virtuals {
    std::vector<model::VirtualService> services;
    std::vector<model::VirtualAddress> addresses;
};

[[nodiscard]] Virtuals readVirtuals(const Block& root, const Globals& globals, const Report& report);

/// Directors, the VRRP instance and the connection sync.
void settleVrrp(model::Cluster& cluster, const Globals& globals, Virtuals& virtuals, const Block& root,
                const Report& report);

/// Where the other copies differ from `base`.
struct Copy {
    Document document;
    Report report;
};
void tellDifferences(const Copy& base, const Copy& other);

/// The values of entries; what is wrong is said, with what is done instead.
class Values {
public:
    explicit Values(const Report& report) : m_report(report) {}
    [[nodiscard]] std::optional<std::uint32_t> number(const Entry& entry, std::uint32_t least, std::uint32_t most) const;
    [[nodiscard]] std::optional<bool> flag(const Entry& entry) const;
    /// A number, or the name of a well-known service.
    [[nodiscard]] std::optional<std::uint16_t> port(const Entry& entry) const;
    [[nodiscard]] std::optional<IpAddress> address(const Entry& entry) const;
    /// "255.255.255.0" -> 24
    [[nodiscard]] std::optional<std::uint8_t> prefix(const Entry& entry) const;
    /// "IP DEV:N" -> address, device and label; the prefix length is another line's.
    [[nodiscard]] std::optional<model::VirtualAddress> virtualAddress(const Entry& entry) const;
    /// Words behind the `count` that the key has.
    void tellRest(const Entry& entry, std::size_t count) const;
    /// The entries that count, in their order: of a key that comes again it is the last one.
    [[nodiscard]] std::vector<const Entry*> effective(const Block& block) const;
    /// A key that nobody knows, or that belongs elsewhere.
    void unknown(const Entry& entry, BlockKind where) const;

private:
    const Report& m_report;
};

} // namespace lvsdeck::formats::piranha
