// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/read_parts.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <ranges>
#include <set>
#include <span>

namespace lvsdeck::formats::piranha {

namespace {

using KeyList = std::span<const std::string_view>;

constexpr std::array<std::string_view, 31> globalKeys{"serial_no",
                                                      "primary",
                                                      "primary_private",
                                                      "primary_shared",
                                                      "backup",
                                                      "backup_private",
                                                      "backup_shared",
                                                      "backup_active",
                                                      "heartbeat",
                                                      "heartbeat_port",
                                                      "keepalive",
                                                      "deadtime",
                                                      "service",
                                                      "network",
                                                      "reservation_conflict_action",
                                                      "nat_router",
                                                      "nat_nmask",
                                                      "debug_level",
                                                      "monitor_links",
                                                      "hard_shutdown",
                                                      "rsh_command",
                                                      "syncdaemon",
                                                      "syncd_iface",
                                                      "syncd_id",
                                                      "tcp_timeout",
                                                      "tcpfin_timeout",
                                                      "udp_timeout",
                                                      "ipvsadm",
                                                      "active_cmd",
                                                      "inactive_cmd",
                                                      "sync"};
constexpr std::array<std::string_view, 20> virtualKeys{
    "active",     "address",   "vip_nmask",    "fwmark",       "protocol",       "port",           "scheduler",
    "persistent", "pmask",     "load_monitor", "timeout",      "reentry",        "quiesce_server", "send",
    "expect",     "use_regex", "send_program", "sorry_server", "client_monitor", "server"};
constexpr std::array<std::string_view, 4> serverKeys{"address", "active", "weight", "port"};

bool holds(KeyList list, std::string_view key) { return std::ranges::find(list, key) != list.end(); }

std::string range(std::uint32_t least, std::uint32_t most) {
    return "between " + std::to_string(least) + " and " + std::to_string(most);
}

std::optional<std::uint16_t> wellKnownPort(std::string_view name) {
    static constexpr std::pair<std::string_view, std::uint16_t> services[] = {
        {"ftp", 21},    {"ssh", 22},    {"telnet", 23}, {"smtp", 25},   {"domain", 53}, {"http", 80},
        {"www", 80},    {"pop3", 110},  {"ntp", 123},   {"imap", 143},  {"imap2", 143}, {"ldap", 389},
        {"https", 443}, {"ldaps", 636}, {"imaps", 993}, {"pop3s", 995}, {"mysql", 3306}};
    const auto* const found = std::ranges::find(services, name, [](const auto& one) { return one.first; });
    return found == std::end(services) ? std::nullopt : std::optional(found->second);
}

bool isInterface(std::string_view text) {
    return !text.empty() && text.size() <= 15 && std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && !std::string_view("\"{}#!\\'/").contains(c);
    });
}

} // namespace

void Values::tellRest(const Entry& entry, std::size_t count) const {
    if (entry.values.size() > count)
        m_report.say(Severity::Warning, entry.line, entry.values[count].column, entry.text(),
                     entry.key + " has " + (count == 1 ? "one value" : "two values") +
                         " only; what stands behind was left out (a text with blanks needs quotation marks)");
}

std::optional<std::uint32_t> Values::number(const Entry& entry, std::uint32_t least, std::uint32_t most) const {
    const std::string_view text = entry.value();
    std::uint32_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    tellRest(entry, 1);
    if (!text.empty() && error == std::errc{} && end == text.data() + text.size() && out >= least && out <= most)
        return out;
    m_report.say(Severity::Error, entry,
                 entry.key + " is a number " + range(least, most) + "; the line was left out, so the default counts");
    return std::nullopt;
}

std::optional<bool> Values::flag(const Entry& entry) const {
    tellRest(entry, 1);
    if (entry.value() == "0" || entry.value() == "1")
        return entry.value() == "1";
    m_report.say(Severity::Error, entry, entry.key + " is 0 or 1; the line was left out, so the default counts");
    return std::nullopt;
}

std::optional<std::uint16_t> Values::port(const Entry& entry) const {
    if (const auto known = wellKnownPort(entry.value())) {
        tellRest(entry, 1);
        return known;
    }
    const auto out = number(entry, 1, 65535);
    return out ? std::optional(static_cast<std::uint16_t>(*out)) : std::nullopt;
}

std::optional<IpAddress> Values::address(const Entry& entry) const {
    const auto out = IpAddress::parse(entry.value());
    if (out && out->isV4() && !out->isUnspecified() && !out->isMulticast())
        return *out;
    m_report.say(Severity::Error, entry,
                 out && !out->isV4() ? "Piranha knows IPv4 only; the address was left out"
                 : out               ? "this cannot be the address of a server or a service; it was left out"
                       : "this is no address in digits, and names are not looked up here; it was left out, write "
                         "the address and import again");
    return std::nullopt;
}

std::optional<std::uint8_t> Values::prefix(const Entry& entry) const {
    tellRest(entry, 1);
    const auto mask = IpAddress::parse(entry.value());
    const std::uint32_t bits = mask && mask->isV4() ? mask->v4HostOrder() : 0;
    const int length = std::countl_one(bits);
    if (length > 0 && std::popcount(bits) == length)
        return static_cast<std::uint8_t>(length);
    m_report.say(Severity::Error, entry,
                 entry.key + " is a mask such as 255.255.255.0; the line was left out, so the whole address counts");
    return std::nullopt;
}

std::optional<model::VirtualAddress> Values::virtualAddress(const Entry& entry) const {
    const auto parsed = address(entry);
    if (!parsed)
        return std::nullopt;
    tellRest(entry, 2);
    model::VirtualAddress out;
    out.address = *parsed;
    if (parsed->isLoopback()) {
        m_report.say(Severity::Error, entry, "an address of the loopback network cannot be virtual; it was left out");
        return std::nullopt;
    }
    const std::string_view label = entry.value(1);
    const std::string_view device = label.substr(0, label.find(':'));
    if (!device.empty() && !isInterface(device)) {
        m_report.say(Severity::Error, entry.line, entry.values[1].column, label,
                     "this is not the name of an interface; it was left out");
        return out;
    }
    out.device = device;
    if (device.size() == label.size()) {
        if (!device.empty())
            m_report.say(Severity::Note, entry,
                         "there is no number behind the interface (such as " + out.device +
                             ":1), so the address has no label; VRRP adds it to the interface all the same");
    } else if (isInterface(label)) {
        out.label = label;
    } else {
        m_report.say(Severity::Warning, entry.line, entry.values[1].column, label,
                     "the label of an address has at most 15 characters; it was left out");
    }
    return out;
}

std::vector<const Entry*> Values::effective(const Block& block) const {
    std::set<std::string_view> seen;
    std::vector<const Entry*> out;
    for (const Entry& entry : block.entries | std::views::reverse)
        if (seen.insert(entry.key).second)
            out.push_back(&entry);
        else
            m_report.say(Severity::Warning, entry,
                         shortened(entry.key, 60) + " stands further below once more, and the last one counts; left out");
    std::ranges::reverse(out);
    return out;
}

void Values::unknown(const Entry& entry, BlockKind where) const {
    const std::string key = shortened(entry.key, 60);
    std::string home;
    if (where != BlockKind::Global && holds(globalKeys, entry.key))
        home = "; it belongs in front of all blocks";
    else if (where != BlockKind::Virtual && holds(virtualKeys, entry.key))
        home = "; it belongs into a virtual";
    else if (where != BlockKind::Server && holds(serverKeys, entry.key))
        home = "; it belongs into a server";
    m_report.say(Severity::Warning, entry,
                 "Piranha does not know “" + key + "” here and refuses the file" + home + "; the line was left out");
}

} // namespace lvsdeck::formats::piranha
