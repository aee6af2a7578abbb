// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"
#include "common/model/groups.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::formats::keepalived {

namespace {

using model::GroupEntry;

/// The address whose last octet, or last 16 bits, are `number`.
IpAddress withTail(const IpAddress& address, std::uint32_t number) {
    std::array<std::uint8_t, 16> bytes{};
    const auto old = address.bytes();
    std::ranges::copy(old, bytes.begin());
    bytes[old.size() - 1] = static_cast<std::uint8_t>(number & 0xFFU);
    if (!address.isV4())
        bytes[old.size() - 2] = static_cast<std::uint8_t>(number >> 8U);
    return IpAddress::fromBytes(address.family(), std::span(bytes).first(old.size()));
}

/// The last address of the network, unless host bits are set, which keepalived refuses.
std::optional<IpAddress> endOfNetwork(const IpAddress& address, unsigned prefix) {
    std::array<std::uint8_t, 16> bytes{};
    const auto old = address.bytes();
    std::ranges::copy(old, bytes.begin());
    for (std::size_t bit = prefix; bit < old.size() * 8; ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
        if ((bytes[bit / 8] & mask) != 0)
            return std::nullopt;
        bytes[bit / 8] |= mask;
    }
    return IpAddress::fromBytes(address.family(), std::span(bytes).first(old.size()));
}

std::optional<std::uint32_t> hextet(std::string_view text) {
    if (text.empty() || text.size() > 4)
        return std::nullopt;
    const auto address = IpAddress::parse("::" + std::string(text));
    if (!address)
        return std::nullopt;
    const auto bytes = address->bytes();
    return static_cast<std::uint32_t>(bytes[14] * 256 + bytes[15]);
}

/// ADDRESS, ADDRESS-NUMBER, ADDRESS-ADDRESS or ADDRESS/LENGTH.
bool range(std::string_view text, GroupEntry& entry) {
    const std::size_t mark = std::min(text.find_first_of("-/"), text.size());
    const auto first = addressValue(text.substr(0, mark));
    if (!first)
        return false;
    entry.address = *first;
    if (mark == text.size())
        return true;
    const std::string_view rest = text.substr(mark + 1);
    std::optional<IpAddress> last;
    if (text[mark] == '/') {
        if (const auto prefix = wholeNumber(rest, 0, first->isV4() ? 32 : 128))
            last = endOfNetwork(*first, static_cast<unsigned>(*prefix));
    } else if (const auto address = addressValue(rest)) {
        last = address;
    } else if (const auto octet = wholeNumber(rest, 0, 255); octet && first->isV4()) {
        last = withTail(*first, static_cast<std::uint32_t>(*octet));
    } else if (const auto tail = hextet(rest); tail && !first->isV4()) {
        last = withTail(*first, *tail);
    }
    if (!last || last->family() != first->family() || *last < *first)
        return false;
    if (*last != *first)
        entry.lastAddress = last;
    return true;
}

class GroupReader : public BlockReader {
public:
    explicit GroupReader(Reading& reading) : BlockReader(reading, Block::ServiceGroup) {}

    /// `familyMissing`: there is a firewall mark without a family.
    model::ServiceGroup read(const Node& node, bool& familyMissing) {
        model::ServiceGroup group;
        group.name = node.word(1);
        for (const Node& line : node.children) {
            GroupEntry entry;
            bool family = true;
            if (line.kind != Line::Kind::Plain || line.block) {
                keepUnread(line);
            } else if (line.word(0) == "fwmark" ? mark(line, entry, family) : addresses(line, entry)) {
                familyMissing = familyMissing || !family;
                group.entries.push_back(entry);
            } else {
                say(Severity::Warning, line,
                    "this is not an address, a range of addresses or fwmark and a number, with a port behind it if "
                    "wanted; keepalived would skip it too. It is kept, not managed: correct it and import again");
                keep(line);
            }
        }
        keepComments(node);
        return group;
    }

private:
    static bool mark(const Node& line, GroupEntry& entry, bool& family) {
        const std::string_view word = line.word(2);
        family = line.words.size() > 2;
        entry.firewallMarkFamily = word == "inet6" ? Family::V6 : Family::V4;
        return line.words.size() <= 3 && (!family || word == "inet" || word == "inet6") &&
               assign(entry.firewallMark, wholeNumber(line.word(1), 1, 0xFFFFFFFFU));
    }

    static bool addresses(const Node& line, GroupEntry& entry) {
        return line.words.size() <= 2 && range(line.word(0), entry) &&
               (line.words.size() == 1 || assign(entry.port, wholeNumber(line.word(1), 0, 65535)));
    }
};

} // namespace

namespace {

/// Of the last group.
GroupFacts factsOf(const std::vector<model::ServiceGroup>& groups) {
    GroupFacts out;
    out.position = groups.size() - 1;
    const std::vector<GroupEntry>& entries = groups.back().entries;
    if (entries.empty())
        return out;
    const auto marked = std::ranges::count_if(entries, [](const GroupEntry& e) { return e.firewallMark.has_value(); });
    out.marks = marked > 0;
    out.onlyMarks = static_cast<std::size_t>(marked) == entries.size();
    out.allPorts = std::ranges::any_of(entries, [](const GroupEntry& e) { return !e.firewallMark && e.port == 0; });
    const std::uint16_t port = entries.front().port;
    out.port = !out.marks && std::ranges::all_of(entries, [&](const GroupEntry& e) { return e.port == port; }) ? port : 0;
    out.family = familyOf(entries.front());
    return out;
}

} // namespace

bool readServiceGroup(Reading& reading, const Node& node) {
    const std::string name(node.word(1));
    if (name.empty() || node.words.size() > 2 || reading.groups.contains(name)) {
        reading.say(Severity::Error, node,
                    (name.empty() || node.words.size() > 2 ? std::string("a virtual_server_group has one word as its name")
                                                           : "the group " + name + " is in this file twice") +
                        "; the block is kept, not managed: correct it and import again");
        return false;
    }
    GroupReader reader(reading);
    bool familyMissing = false;
    reading.cluster.serviceGroups.push_back(reader.read(node, familyMissing));
    if (familyMissing)
        reading.openGroups.insert(name);
    reading.groups.emplace(name, factsOf(reading.cluster.serviceGroups));
    reading.places.emplace("group " + name, node.place);
    for (Kept& kept : reader.takeKept())
        reading.cluster.passthrough.push_back({{}, "virtual_server_group " + name + kept.place, std::move(kept.text)});
    return true;
}

void settleGroupFamily(Reading& reading, const std::string& name, Family hint) {
    const auto known = reading.groups.find(name);
    if (known == reading.groups.end() || reading.openGroups.erase(name) == 0)
        return;
    auto* group = &reading.cluster.serviceGroups[known->second.position];
    for (const GroupEntry& entry : group->entries)
        if (!entry.firewallMark || entry.firewallMarkFamily == Family::V6)
            hint = familyOf(entry);
    for (GroupEntry& entry : group->entries)
        if (entry.firewallMark)
            entry.firewallMarkFamily = hint;
    if (!group->entries.empty())
        known->second.family = familyOf(group->entries.front());
}

} // namespace lvsdeck::formats::keepalived
