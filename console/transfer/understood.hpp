// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster as a tree of things a person recognises, flat in memory so that 20,000 servers cost one vector, and where each of them
// stands in the texts it was read from. Values only; any thread.
#pragma once

#include "common/formats/formats.hpp"

#include <cstdint>
#include <vector>

namespace lvsdeck::console {

/// A line of one of the texts of a reading.
struct Place {
    int text = -1;          ///< index; -1: not known
    std::uint32_t line = 0; ///< from 1; 0: the whole text
    [[nodiscard]] bool known() const { return text >= 0; }
    bool operator==(const Place&) const = default;
};

enum class EntryKind : std::uint8_t {
    Root,
    Directors, ///< the headings …
    Instances,
    SyncGroups,
    Services,
    Tracked,
    Statics,
    Notifications,
    KeptTexts,
    Director, ///< … and what stands below them
    Instance,
    Address,
    ExcludedAddress,
    Member,
    SyncGroup,
    Service,
    Server,
    Check,
    SorryServer,
    Script,
    File,
    Process,
    StaticAddress,
    StaticRoute,
    StaticRule,
    Mail,
    Kept,
};

struct Entry {
    EntryKind kind = EntryKind::Root;
    std::uint32_t parent = 0;
    std::uint32_t row = 0;
    std::uint32_t firstChild = 0; ///< children of one entry stand side by side
    std::uint32_t children = 0;
    std::uint32_t a = 0; ///< indices into the cluster: service, server, check …
    std::uint32_t b = 0;
    std::uint32_t c = 0;
    Place place;
};

/// entries[0] is the root.
using Understood = std::vector<Entry>;

class PlaceIndex;
[[nodiscard]] Understood understand(const model::Cluster& cluster, const PlaceIndex& places);

/// What the tree writes: "tcp 192.0.2.10:80", and "wrr, DR, 12 real servers". Translated; any thread.
[[nodiscard]] std::string entryTitle(const model::Cluster& cluster, const Entry& entry);
[[nodiscard]] std::string entryDetail(const model::Cluster& cluster, const Entry& entry);

} // namespace lvsdeck::console
