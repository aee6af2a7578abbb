// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ipvsadm/reader.hpp"

#include "common/base/json.hpp"
#include "common/formats/findings.hpp"
#include "common/formats/keepalived/lexer.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <map>
#include <optional>

namespace lvsdeck::formats {

namespace {

template <class T> bool number(std::string_view text, T& out, T least, T most) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
        return false;
    out = value;
    return true;
}

struct Endpoint {
    IpAddress address;
    std::optional<std::uint16_t> port;
};

std::optional<Endpoint> endpoint(std::string_view text) {
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos)
            return std::nullopt;
        host = text.substr(1, close - 1);
        port = text.substr(close + 1);
    } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos && text.find(':') == colon) {
        host = text.substr(0, colon);
        port = text.substr(colon);
    }
    const auto address = IpAddress::parse(host);
    Endpoint out;
    if (!address)
        return std::nullopt;
    out.address = *address;
    if (std::uint16_t value = 0; !port.empty()) {
        if (!port.starts_with(':') || !number<std::uint16_t>(port.substr(1), value, 0, 65535))
            return std::nullopt;
        out.port = value;
    }
    return out;
}

/// The long form of every option that a rule may have.
std::string_view longName(std::string_view option) {
    static const std::map<std::string_view, std::string_view> names{
        {"-A", "--add-service"},    {"-a", "--add-server"},  {"-E", "--edit-service"},
        {"-e", "--edit-server"},    {"-t", "--tcp-service"}, {"-u", "--udp-service"},
        {"-f", "--fwmark-service"}, {"-s", "--scheduler"},   {"-p", "--persistent"},
        {"-M", "--netmask"},        {"-o", "--ops"},         {"-b", "--sched-flags"},
        {"-r", "--real-server"},    {"-g", "--gatewaying"},  {"-i", "--ipip"},
        {"-m", "--masquerading"},   {"-w", "--weight"},      {"-x", "--u-threshold"},
        {"-y", "--l-threshold"},    {"-6", "--ipv6"},        {"-C", "--clear"}};
    const auto found = names.find(option);
    return found == names.end() ? option : found->second;
}

/// One line while it is read.
struct Rule {
    std::string command;
    model::VirtualService service;
    model::RealServer server;
    bool hasService = false;
    bool hasServer = false;
    bool serverPort = false;
    std::string problem; ///< the first; empty: none
};

class RuleParser {
public:
    Rule parse(std::vector<std::string_view> words) {
        m_words = std::move(words);
        m_rule.service.scheduler = model::Scheduler::Wlc;
        m_rule.server.forwarding = model::Forwarding::Dr;
        for (m_next = 0; m_next < m_words.size() && m_rule.problem.empty();)
            option(m_words[m_next++]);
        return std::move(m_rule);
    }

private:
    void fail(std::string text) {
        if (m_rule.problem.empty())
            m_rule.problem = std::move(text);
    }

    std::string_view value(std::string_view option) {
        if (m_inline) {
            const std::string_view out = *m_inline;
            m_inline.reset();
            return out;
        }
        if (m_next < m_words.size())
            return m_words[m_next++];
        fail(std::string(option) + " needs a value");
        return {};
    }

    void option(std::string_view word) {
        m_inline.reset();
        if (const std::size_t equals = word.find('='); word.starts_with("--") && equals != std::string_view::npos) {
            m_inline = word.substr(equals + 1);
            word = word.substr(0, equals);
        }
        const std::string_view name = longName(word);
        if (name == "--add-service" || name == "--add-server" || name == "--edit-service" || name == "--edit-server" ||
            name == "--clear")
            m_rule.command = name.substr(2);
        else if (name == "--numeric" || name == "-n")
            return;
        else if (!serviceOption(name) && !serverOption(name))
            fail("the option " + shortened(word, 40) + " is not part of a rule");
    }

    bool serviceOption(std::string_view name) {
        model::VirtualService& service = m_rule.service;
        if (name == "--tcp-service" || name == "--udp-service" || name == "--sctp-service") {
            service.protocol = name == "--tcp-service"   ? model::Protocol::Tcp
                               : name == "--udp-service" ? model::Protocol::Udp
                                                         : model::Protocol::Sctp;
            serviceAddress(value(name));
        } else if (name == "--fwmark-service") {
            mark(value(name));
        } else if (name == "--ipv6") {
            service.firewallMarkFamily = Family::V6;
        } else if (name == "--scheduler") {
            const std::string_view word = value(name);
            const auto scheduler = json::fromWord<model::Scheduler>(word);
            scheduler ? void(service.scheduler = *scheduler) : fail("the kernel has no scheduler " + shortened(word, 20));
        } else if (name == "--persistent") {
            service.persistenceTimeout = 360;
            const bool given = m_inline || (m_next < m_words.size() && !m_words[m_next].starts_with('-'));
            if (given && !number<std::uint32_t>(value(name), *service.persistenceTimeout, 1, 2678400))
                fail("a persistence timeout lies between 1 and 2678400 seconds");
        } else if (name == "--netmask") {
            netmask(value(name));
        } else if (name == "--pe") {
            service.persistenceEngine = value(name);
        } else if (name == "--ops") {
            service.onePacket = true;
        } else if (name == "--sched-flags") {
            flags(value(name));
        } else {
            return false;
        }
        return true;
    }

    void serviceAddress(std::string_view text) {
        const auto parsed = endpoint(text);
        if (!parsed)
            return fail("“" + shortened(text, 60) +
                        "” is not an address and a port in digits; save the rules with ipvsadm -Sn");
        m_rule.service.address = parsed->address;
        m_rule.service.port = parsed->port.value_or(0);
        m_rule.hasService = true;
    }

    void mark(std::string_view text) {
        std::int64_t parsed = 0;
        if (!number<std::int64_t>(text, parsed, -2147483648LL, 4294967295LL) || parsed == 0)
            return fail("a firewall mark is a number other than 0");
        m_rule.service.firewallMark = static_cast<std::uint32_t>(parsed); // marks from 2^31 on are printed negative
        m_rule.hasService = true;
    }

    void netmask(std::string_view text) {
        std::uint8_t prefix = 0;
        if (!number<std::uint8_t>(text, prefix, 1, 128)) {
            const auto mask = IpAddress::parse(text);
            const std::uint32_t bits = mask && mask->isV4() ? mask->v4HostOrder() : 0;
            prefix = static_cast<std::uint8_t>(std::countl_one(bits));
            if (prefix == 0 || std::popcount(bits) != prefix)
                return fail("“" + shortened(text, 40) + "” is not a netmask or a prefix length");
        }
        m_rule.service.persistencePrefix = prefix;
    }

    void flags(std::string_view text) {
        auto& list = m_rule.service.schedulerFlags;
        while (!text.empty()) {
            const std::string_view word = text.substr(0, text.find(','));
            text.remove_prefix(std::min(word.size() + 1, text.size()));
            if (word == "flag-1" || word.ends_with("h-fallback"))
                list.push_back(model::SchedulerFlag::Flag1);
            else if (word == "flag-2" || word.ends_with("h-port"))
                list.push_back(model::SchedulerFlag::Flag2);
            else if (word == "flag-3")
                list.push_back(model::SchedulerFlag::Flag3);
            else
                fail("there is no scheduler flag " + shortened(word, 20));
        }
        std::ranges::sort(list);
        const auto rest = std::ranges::unique(list);
        list.erase(rest.begin(), rest.end());
    }

    bool serverOption(std::string_view name) {
        model::RealServer& server = m_rule.server;
        if (name == "--real-server") {
            const std::string_view text = value(name);
            const auto parsed = endpoint(text);
            if (!parsed) {
                fail("“" + shortened(text, 60) +
                     "” is not an address and a port in digits; save the rules with ipvsadm -Sn");
                return true;
            }
            server.address = parsed->address;
            server.port = parsed->port.value_or(0);
            m_rule.serverPort = parsed->port.has_value();
            m_rule.hasServer = true;
        } else if (name == "--gatewaying" || name == "--masquerading" || name == "--ipip") {
            server.forwarding = name == "--ipip"         ? model::Forwarding::Tun
                                : name == "--gatewaying" ? model::Forwarding::Dr
                                                         : model::Forwarding::Nat;
        } else if (name == "--weight") {
            if (!number<std::int32_t>(value(name), server.weight, 0, 0x7FFFFFFF))
                fail("a weight is a number from 0 on");
        } else if (name == "--u-threshold" || name == "--l-threshold") {
            if (!number<std::uint32_t>(value(name), name == "--u-threshold" ? server.upperThreshold : server.lowerThreshold,
                                       0, 0x7FFFFFFF))
                fail("a threshold is a number from 0 on");
        } else {
            return tunnelOption(name);
        }
        return true;
    }

    bool tunnelOption(std::string_view name) {
        model::Tunnel& tunnel = m_rule.server.tunnel ? *m_rule.server.tunnel : m_rule.server.tunnel.emplace();
        if (name == "--tun-type") {
            const std::string_view word = value(name);
            const auto type = json::fromWord<model::TunnelType>(word);
            type ? void(tunnel.type = *type) : fail("there is no tunnel type " + shortened(word, 20));
        } else if (name == "--tun-port") {
            if (!number<std::uint16_t>(value(name), tunnel.port, 1, 65535))
                fail("a tunnel port lies between 1 and 65535");
        } else if (name == "--tun-nocsum" || name == "--tun-csum" || name == "--tun-remcsum") {
            tunnel.checksum = name == "--tun-nocsum" ? model::TunnelChecksum::None
                              : name == "--tun-csum" ? model::TunnelChecksum::Csum
                                                     : model::TunnelChecksum::Remcsum;
        } else {
            return false;
        }
        return true;
    }

    Rule m_rule;
    std::vector<std::string_view> m_words;
    std::size_t m_next = 0;
    std::optional<std::string_view> m_inline;
};

/// Rules one by one into services.
class Collector {
public:
    Collector(const SourceText& source, Imported& out) : m_source(source), m_out(out), m_findings(out.diagnostics) {}

    void line(std::string_view text, std::uint32_t number) {
        m_text = text;
        m_line = number;
        std::vector<std::string_view> words;
        for (std::size_t i = text.find_first_not_of(blanks); i != std::string_view::npos;
             i = text.find_first_not_of(blanks, i)) {
            const std::size_t end = std::min(text.find_first_of(blanks, i), text.size());
            words.push_back(text.substr(i, end - i));
            i = end;
        }
        if (!words.empty() && (words.front() == "ipvsadm" || words.front().ends_with("/ipvsadm")))
            words.erase(words.begin());
        if (words.empty() || words.front().starts_with('#'))
            return;
        Rule rule = RuleParser().parse(std::move(words));
        if (!rule.problem.empty() || rule.command.empty())
            return say(Severity::Error, (rule.problem.empty() ? std::string("this is not an ipvsadm rule") : rule.problem) +
                                            "; the line was left out");
        if (rule.command == "clear")
            return clear();
        if (!rule.hasService)
            return say(Severity::Error, "the rule names no service (-t, -u, --sctp-service or -f); the line was left out");
        rule.command.ends_with("service") ? service(std::move(rule)) : server(std::move(rule));
    }

    void finish() {
        for (model::VirtualService& service : m_out.cluster.services)
            settleForwarding(service);
        m_findings.finish();
    }

private:
    static constexpr std::string_view blanks = " \t\r\f\v";

    void say(Severity severity, std::string text) {
        m_findings.add({severity, m_source.file, m_line, 0, shortened(m_text, Findings::mostFound), std::move(text)});
    }

    void clear() {
        if (!m_index.empty())
            say(Severity::Warning, "everything above this line is cleared by it, so it was forgotten");
        m_out.cluster.services.clear();
        m_index.clear();
        m_servers.clear();
    }

    void service(Rule rule) {
        if (rule.service.persistencePrefix &&
            *rule.service.persistencePrefix >= (familyOf(rule.service) == Family::V4 ? 32 : 128))
            rule.service.persistencePrefix.reset();
        const std::string key = serviceKey(rule.service);
        const auto known = m_index.find(key);
        if (rule.command == "edit-service" && known != m_index.end()) {
            rule.service.servers = std::move(m_out.cluster.services[known->second].servers);
            m_out.cluster.services[known->second] = std::move(rule.service);
            return;
        }
        if (known != m_index.end() || rule.command == "edit-service")
            return say(Severity::Error, known == m_index.end()
                                            ? "there is no service " + key + " above to edit; the line was left out"
                                            : "the service " + key + " is there already; the line was left out");
        m_index.emplace(key, m_out.cluster.services.size());
        m_out.cluster.services.push_back(std::move(rule.service));
    }

    void server(Rule rule) {
        const auto known = m_index.find(serviceKey(rule.service));
        if (known == m_index.end() || !rule.hasServer)
            return say(Severity::Error, !rule.hasServer ? "the rule names no real server (-r); the line was left out"
                                                        : "there is no service " + serviceKey(rule.service) +
                                                              " above; the line was left out");
        model::VirtualService& owner = m_out.cluster.services[known->second];
        const std::uint16_t servicePort = owner.firewallMark ? std::uint16_t{0} : owner.port;
        if (rule.server.forwarding == model::Forwarding::Tun && !rule.server.tunnel)
            rule.server.tunnel.emplace();
        if (rule.server.forwarding != model::Forwarding::Tun)
            rule.server.tunnel.reset();
        if (rule.server.forwarding != model::Forwarding::Nat && rule.serverPort && rule.server.port != servicePort)
            say(Severity::Warning,
                "DR and TUN do not change ports; read with the service's port " + std::to_string(servicePort));
        if (rule.server.forwarding != model::Forwarding::Nat || !rule.serverPort)
            rule.server.port = servicePort;
        const std::string key = serviceKey(owner) + "/" + serverKey(rule.server);
        const auto [entry, isNew] = m_servers.emplace(key, owner.servers.size());
        if (rule.command == "edit-server" && !isNew)
            owner.servers[entry->second] = std::move(rule.server);
        else if (isNew)
            owner.servers.push_back(std::move(rule.server));
        else
            say(Severity::Error, "the real server " + serverKey(rule.server) + " is there already; the line was left out");
    }

    /// The commonest forwarding becomes the service's, so that only exceptions are written at the servers.
    static void settleForwarding(model::VirtualService& service) {
        if (service.servers.empty())
            return;
        std::map<std::pair<model::Forwarding, std::string>, std::size_t> votes;
        const auto key = [](const model::RealServer& s) {
            return std::pair(*s.forwarding, s.tunnel ? json::toLine(json::toJson(*s.tunnel)) : std::string());
        };
        for (const model::RealServer& server : service.servers)
            ++votes[key(server)];
        const auto best = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; })->first;
        const auto like = std::ranges::find_if(service.servers, [&](const auto& s) { return key(s) == best; });
        service.forwarding = best.first;
        service.tunnel = like->tunnel.value_or(model::Tunnel{});
        for (model::RealServer& server : service.servers)
            if (key(server) == best) {
                server.forwarding.reset();
                server.tunnel.reset();
            }
    }

    const SourceText& m_source;
    Imported& m_out;
    Findings m_findings;
    std::string_view m_text;
    std::uint32_t m_line = 0;
    std::map<std::string, std::size_t> m_index;
    std::map<std::string, std::size_t> m_servers;
};

} // namespace

Imported readIpvsadmRules(const SourceText& source) {
    Imported out;
    if (source.text.size() > maxSourceBytes) {
        out.diagnostics.push_back({Severity::Error,
                                   source.file,
                                   0,
                                   0,
                                   {},
                                   "the file has more than " + std::to_string(maxSourceBytes >> 20U) +
                                       " MiB and was not read; give the right file"});
        return out;
    }
    Collector collector(source, out);
    keepalived::Cleaning cleaning;
    const std::vector<std::string> lines = keepalived::cleanLines(source.text, cleaning);
    if (cleaning.invalidLine != 0 || cleaning.nulLine != 0 || cleaning.blankLine != 0)
        out.diagnostics.push_back(
            {Severity::Warning,
             source.file,
             std::max({cleaning.invalidLine, cleaning.nulLine, cleaning.blankLine}),
             0,
             {},
             "there are bytes that do not belong into a text; NUL was taken out, no-break spaces became "
             "blanks, bytes that are not UTF-8 became U+FFFD"});
    for (std::size_t i = 0; i < lines.size(); ++i)
        collector.line(lines[i], static_cast<std::uint32_t>(i + 1));
    collector.finish();
    return out;
}

} // namespace lvsdeck::formats
