// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/values.hpp"

#include "common/formats/ldirectord/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

namespace lvsdeck::formats::ldirectord {

namespace {

struct KnownService {
    std::string_view word;
    std::uint16_t port;
};

constexpr std::array knownServices{
    KnownService{"ftp", 21},     KnownService{"smtp", 25},    KnownService{"dns", 53},          KnownService{"http", 80},
    KnownService{"pop", 110},    KnownService{"nntp", 119},   KnownService{"imap", 143},        KnownService{"ldap", 389},
    KnownService{"https", 443},  KnownService{"ldaps", 636},  KnownService{"submission", 587},  KnownService{"imaps", 993},
    KnownService{"pops", 995},   KnownService{"sip", 5060},   KnownService{"http_proxy", 3128}, KnownService{"oracle", 1521},
    KnownService{"mysql", 3306}, KnownService{"pgsql", 5432}, KnownService{"radius", 1812},     KnownService{"none", 0},
    KnownService{"simpletcp", 0}};

/// Where /etc/services has another name for it.
constexpr std::array otherNames{KnownService{"domain", 53},    KnownService{"pop3", 110},        KnownService{"imap2", 143},
                                KnownService{"pop3s", 995},    KnownService{"www", 80},          KnownService{"ssh", 22},
                                KnownService{"telnet", 23},    KnownService{"postgresql", 5432}, KnownService{"squid", 3128},
                                KnownService{"http-alt", 8080}};

} // namespace

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t least, std::uint32_t most) {
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
    return whole && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

Value<std::uint16_t> port(std::string_view text) {
    if (const auto digits = number(text, 0, 65535))
        return static_cast<std::uint16_t>(*digits);
    for (const KnownService& known : otherNames)
        if (known.word == text)
            return known.port;
    if (const std::uint16_t known = portOfService(text); known != 0)
        return known;
    return std::unexpected(quoted(text) + " is not a port; write the number, because names are not looked up");
}

Value<IpAddress> address(std::string_view text) {
    if (auto parsed = IpAddress::parse(text))
        return *parsed;
    return std::unexpected(quoted(text) + " is not an address; write it in digits, because names are not looked up");
}

std::optional<model::Forwarding> forwarding(std::string_view word) {
    if (word == "gate")
        return model::Forwarding::Dr;
    if (word == "masq")
        return model::Forwarding::Nat;
    return word == "ipip" ? std::optional(model::Forwarding::Tun) : std::nullopt;
}

std::string_view forwardingWord(model::Forwarding forwarding) {
    switch (forwarding) {
    case model::Forwarding::Nat: return "masq";
    case model::Forwarding::Tun: return "ipip";
    case model::Forwarding::Dr: break;
    }
    return "gate";
}

Value<Endpoint> endpoint(std::string_view text) {
    const auto host = [&text] {
        std::string_view out;
        if (text.starts_with('[')) {
            const std::size_t end = std::min(text.find(']'), text.size());
            out = text.substr(1, end - 1);
            text.remove_prefix(std::min(end + 1, text.size()));
        } else {
            out = text.substr(0, std::min(text.find("->"), text.find(':')));
            text.remove_prefix(out.size());
        }
        return address(out);
    };
    Endpoint out;
    const auto first = host();
    if (!first)
        return std::unexpected(first.error());
    out.first = out.last = *first;
    if (text.starts_with("->")) {
        text.remove_prefix(2);
        const auto last = host();
        if (!last)
            return std::unexpected(last.error());
        out.last = *last;
    }
    if (text.empty())
        return out;
    if (!text.starts_with(':'))
        return std::unexpected(quoted(text) + " behind the address is not a port");
    const auto given = port(text.substr(1));
    if (!given)
        return std::unexpected(given.error());
    out.port = *given;
    return out;
}

std::optional<std::uint8_t> netmask(std::string_view text, Family family) {
    if (const auto prefix = number(text, 1, family == Family::V4 ? 32 : 128))
        return static_cast<std::uint8_t>(*prefix);
    const auto dotted = IpAddress::parse(text);
    if (family == Family::V6 || !dotted || !dotted->isV4())
        return std::nullopt;
    const std::uint32_t bits = dotted->v4HostOrder();
    const int ones = std::countl_one(bits);
    return ones > 0 && std::popcount(bits) == ones ? std::optional(static_cast<std::uint8_t>(ones)) : std::nullopt;
}

Value<std::vector<model::SchedulerFlag>> schedulerFlags(std::string_view text) {
    std::array<bool, 3> set{};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view word = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word == "flag-1" || word == "sh-fallback" || word == "mh-fallback")
            set[0] = true;
        else if (word == "flag-2" || word == "sh-port" || word == "mh-port")
            set[1] = true;
        else if (word == "flag-3")
            set[2] = true;
        else
            return std::unexpected("ipvsadm has no scheduler flag " + quoted(word));
    }
    std::vector<model::SchedulerFlag> out;
    for (std::size_t i = 0; i < set.size(); ++i)
        if (set[i])
            out.push_back(static_cast<model::SchedulerFlag>(i));
    return out;
}

std::string schedulerFlagsText(const model::VirtualService& service) {
    const std::string_view hash = service.scheduler == model::Scheduler::Sh   ? "sh-"
                                  : service.scheduler == model::Scheduler::Mh ? "mh-"
                                                                              : "";
    std::string out;
    for (const model::SchedulerFlag flag : service.schedulerFlags) {
        out += out.empty() ? "" : ",";
        if (hash.empty() || flag == model::SchedulerFlag::Flag3)
            out += "flag-" + std::to_string(static_cast<int>(flag) + 1);
        else
            out.append(hash).append(flag == model::SchedulerFlag::Flag1 ? "fallback" : "port");
    }
    return out;
}

std::string_view serviceOfPort(std::uint16_t port) {
    for (const KnownService& known : knownServices)
        if (known.port == port && port != 0)
            return known.word;
    return "none";
}

std::uint16_t portOfService(std::string_view service) {
    const auto found = std::ranges::find(knownServices, service, &KnownService::word);
    return found == knownServices.end() ? std::uint16_t{0} : found->port;
}

bool isServiceWord(std::string_view word) {
    return std::ranges::find(knownServices, word, &KnownService::word) != knownServices.end();
}

std::string_view unquoted(std::string_view text) {
    return text.size() >= 2 && text.starts_with('"') && text.ends_with('"') ? text.substr(1, text.size() - 2) : text;
}

std::string directorId(std::string_view name) {
    std::string out(name.substr(0, 63));
    std::ranges::replace_if(
        out,
        [](char c) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            return !letter && c != '.' && c != '_' && c != '-';
        },
        '-');
    return out;
}

} // namespace lvsdeck::formats::ldirectord
