// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/read_parts.hpp"

#include "common/base/json.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::formats::ldirectord {

namespace {

using model::Forwarding;

/// More servers than this out of address ranges of one file are a slip of the pen.
constexpr std::size_t mostRangeServers = 4096;

/// What a table of the kernel may still be; a file with more would only fill the memory.
constexpr std::size_t mostServices = 50'000;
constexpr std::size_t mostServers = 100'000;

class VirtualReader {
public:
    VirtualReader(Reading& reading, const Block& block)
        : m_reading(reading), m_report(reading.report), m_block(block), m_service(m_out.service) {}

    void read() {
        if (!head())
            return;
        if (m_reading.cluster.services.size() == mostServices)
            return void(refuse("a file has at most " + std::to_string(mostServices) + " services"));
        m_out.check.where = m_block.head;
        reportRepeats(m_block.body, m_report);
        for (const Setting& setting : m_block.body)
            if (!readCommon(m_out, setting, m_report) && !checkWord(setting) && !serviceWord(setting))
                m_report.say(Severity::Error, setting,
                             "ldirectord knows no setting " + quoted(setting.word) +
                                 " of a virtual service; left out: correct it");
        protocol();
        if (!unique())
            return;
        defaults();
        servers();
        settleForwarding();
        sorryServer();
        if (m_out.check.type == "off")
            takeOut();
        m_reading.cluster.services.push_back(std::move(m_service));
    }

private:
    [[nodiscard]] bool isMark() const { return m_service.firewallMark.has_value(); }
    [[nodiscard]] std::uint16_t ownPort() const { return isMark() ? std::uint16_t{0} : m_service.port; }

    bool refuse(const std::string& why) {
        m_report.say(Severity::Error, m_block.head,
                     why + "; the service was left out, with what stands below it (lines: " +
                         std::to_string(m_block.body.size()) + ")");
        return false;
    }

    bool head() {
        std::string_view rest = m_block.head.value;
        const std::string_view word = nextWord(rest);
        const bool six = m_block.head.word == "virtual6";
        if (const auto mark = number(word, 0, 0xFFFFFFFF)) {
            m_service.firewallMark = mark;
            m_service.firewallMarkFamily = six ? Family::V6 : Family::V4;
            return *mark != 0 || refuse("firewall mark 0 means no mark");
        }
        const auto where = endpoint(word);
        if (!where || !where->port || where->first != where->last)
            return refuse(where ? "a virtual service is an address with a port, or a firewall mark" : where.error());
        m_service.address = where->first;
        m_service.port = *where->port;
        if (m_service.address.isV4() == six)
            m_report.say(Severity::Warning, m_block.head,
                         "ldirectord wants virtual6 for IPv6 addresses and virtual for IPv4; read as the address says");
        if (rest = trimmed(rest); !rest.empty() && !rest.starts_with('#'))
            m_report.say(Severity::Warning, m_block.head, "what stands behind the port has no meaning; left out");
        return true;
    }

    bool checkWord(const Setting& setting) {
        CheckWords& check = m_out.check;
        const std::string& word = setting.word;
        if (word == "checktype") {
            checkType(setting);
        } else if (word == "service") {
            check.service = setting.value;
            check.where = setting;
        } else if (word == "checkcommand") {
            check.command = unquoted(setting.value);
        } else if (word == "request" || word == "receive") {
            (word == "request" ? check.request : check.receive) = quotedText(setting);
        } else if (word == "checkport") {
            if (const auto port = number(setting.value, 1, 65535))
                check.port = static_cast<std::uint16_t>(*port);
            else
                m_report.say(Severity::Error, setting,
                             "a check's port lies between 1 and 65535; left out, the server's counts");
        } else if (word == "httpmethod") {
            check.head = setting.value == "HEAD" || setting.value == "head";
            if (check.head || (setting.value != "GET" && setting.value != "get"))
                m_report.say(Severity::Warning, setting, "lvsdeck asks with GET only; read as GET");
        } else if (word == "login" || word == "passwd" || word == "database" || word == "secret" || word == "load") {
            m_report.say(Severity::Note, setting, "no check of lvsdeck logs in; not taken over");
        } else {
            return false;
        }
        return true;
    }

    std::string quotedText(const Setting& setting) {
        const std::size_t first = setting.value.find('"');
        const std::size_t last = setting.value.rfind('"');
        const bool good = first == 0 && last + 1 == setting.value.size() && last > 0;
        if (!good)
            m_report.say(Severity::Warning, setting,
                         "ldirectord wants this text in double quotes and nothing beside it; read all the same");
        return first < last ? setting.value.substr(first + 1, last - first - 1) : setting.value;
    }

    void checkType(const Setting& setting) {
        static constexpr std::array known{"negotiate", "connect", "ping", "external", "external-perl", "on", "off"};
        if (std::ranges::find(known, std::string_view(setting.value)) != known.end()) {
            m_out.check.type = setting.value;
        } else if (number(setting.value, 0, 0xFFFFFFFF)) {
            m_out.check.type = "negotiate";
            m_report.say(Severity::Warning, setting,
                         "ldirectord only connects most of the time and asks the service now and then; lvsdeck asks it each "
                         "time");
        } else {
            m_report.say(Severity::Error, setting,
                         "there is no check type " + quoted(setting.value) +
                             "; negotiate was taken: use negotiate, connect, ping, external, on, off or a number");
        }
    }

    bool serviceWord(const Setting& setting) {
        const std::string& word = setting.word;
        if (word == "real" || word == "real6") {
            if (auto real = readReal(setting, m_report))
                m_out.reals.push_back(std::move(*real));
        } else if (word == "scheduler") {
            m_scheduler = true;
            if (const auto scheduler = json::fromWord<model::Scheduler>(setting.value))
                m_service.scheduler = *scheduler;
            else
                m_report.say(Severity::Error, setting,
                             "the kernel has no scheduler " + quoted(setting.value) + "; " +
                                 json::toWord(m_service.scheduler = model::Scheduler::Wrr) + " was taken: correct it");
        } else if (word == "persistent") {
            m_service.persistenceTimeout = number(setting.value, 1, 2678400);
            if (!m_service.persistenceTimeout)
                m_report.say(Severity::Error, setting,
                             "a persistence timeout lies between 1 and 2678400 seconds; there is no persistence now");
        } else if (word == "netmask") {
            m_netmask = setting;
        } else if (word == "protocol") {
            m_protocol = setting;
        } else if (word == "ops") {
            m_ops = setting;
        } else if (word == "schedflags") {
            if (auto flags = schedulerFlags(unquoted(setting.value)))
                m_service.schedulerFlags = std::move(*flags);
            else
                m_report.say(Severity::Error, setting, flags.error() + "; the service has no flag now");
        } else if (word == "virtualhost") {
            m_service.virtualHost = unquoted(setting.value);
        } else if (word == "servicename") {
            m_service.name = unquoted(setting.value);
        } else if (word == "comment") {
            m_report.say(Severity::Note, setting, "a service has a name but no comment; not taken over");
        } else {
            return false;
        }
        return true;
    }

    void protocol() {
        const bool dns = !isMark() && m_service.port == 53;
        m_service.protocol = dns ? model::Protocol::Udp : model::Protocol::Tcp;
        const std::string& value = m_protocol.value;
        if (value.empty() || (isMark() && value == "fwm"))
            return;
        if (!isMark() && (value == "tcp" || value == "udp"))
            m_service.protocol = value == "udp" ? model::Protocol::Udp : model::Protocol::Tcp;
        else
            m_report.say(Severity::Error, m_protocol,
                         isMark() ? "a service with a firewall mark has the protocol fwm; read so"
                                  : "the protocol of an address and a port is tcp or udp; " +
                                        json::toWord(m_service.protocol) + " was taken: correct it");
    }

    bool unique() {
        const std::string key = serviceKey(m_service);
        m_subject = "service " + key;
        if (m_reading.serviceKeys.insert(key).second) {
            m_reading.lines.emplace(m_subject, m_block.head.line);
            return true;
        }
        return refuse("the service " + key + " stands in line " + std::to_string(m_reading.lines[m_subject]) +
                      " already, and ldirectord refuses the second");
    }

    /// What needs the protocol, and what the global settings say where the service says nothing.
    void defaults() {
        const Globals& globals = m_reading.globals;
        if (!m_scheduler)
            m_service.scheduler = model::Scheduler::Wrr;
        persistenceMask();
        if (!m_ops.value.empty() && yesOrNo(m_ops, m_report).value_or(false)) {
            m_service.onePacket = !isMark() && m_service.protocol == model::Protocol::Udp;
            if (!m_service.onePacket)
                m_report.say(Severity::Warning, m_ops,
                             "ldirectord schedules single packets for udp only; left out, as it does");
        }
        std::optional<std::uint32_t> interval = m_out.checkInterval;
        if (interval && !globals.fork) {
            if (const auto own = std::ranges::find(m_block.body, "checkinterval", &Setting::word); own != m_block.body.end())
                m_report.say(
                    Severity::Warning, *own,
                    "ldirectord takes an interval of a service's own only with fork=yes; the global one was taken, as "
                    "it does");
            interval.reset();
        }
        m_service.delayLoop = std::chrono::seconds(interval.value_or(globals.checkInterval.value_or(10)));
        const auto quiescent = m_out.quiescent ? m_out.quiescent : globals.quiescent;
        m_reading.quiescentUnsaid += quiescent ? 0 : 1;
        m_service.inhibitOnFailure = quiescent.value_or(false);
        fallbackCommand(m_out.fallbackCommand.empty() ? globals.fallbackCommand : m_out.fallbackCommand);
        mail();
    }

    void persistenceMask() {
        if (m_netmask.value.empty())
            return;
        const Family family = familyOf(m_service);
        const auto prefix = netmask(unquoted(m_netmask.value), family);
        if (!prefix)
            m_report.say(Severity::Error, m_netmask,
                         "this is neither a netmask nor a prefix length; each client is persistent on its own now");
        else if (!m_service.persistenceTimeout)
            m_report.say(Severity::Note, m_netmask, "without persistent= the netmask has no effect; left out");
        else if (*prefix < (family == Family::V4 ? 32 : 128))
            m_service.persistencePrefix = prefix;
    }

    /// ldirectord starts it with the state of the fallback, the service and the protocol.
    void fallbackCommand(std::string_view command) {
        std::vector<std::string> words;
        for (std::string_view word = nextWord(command); !word.empty(); word = nextWord(command))
            words.emplace_back(word);
        if (words.empty())
            return;
        const std::string where = isMark() ? ":0" : endpointText(m_service.address, m_service.port);
        const std::string kind = isMark() ? "fwm" : json::toWord(m_service.protocol);
        m_service.quorumDown.command = words;
        m_service.quorumUp.command = words;
        for (const std::string_view word : {std::string_view("start"), std::string_view(where), std::string_view(kind)}) {
            m_service.quorumDown.command.emplace_back(word);
            m_service.quorumUp.command.emplace_back(word == "start" ? "stop" : word);
        }
    }

    void mail() {
        const Globals& globals = m_reading.globals;
        std::vector<std::string>& all = m_reading.cluster.notification.to;
        for (const std::string& one : m_out.mailTo)
            if (std::ranges::find(globals.mailTo, one) == globals.mailTo.end()) {
                m_report.say(Severity::Warning, m_block.head,
                             quoted(one) + " gets mail about this service only; lvsdeck mails all addresses alike");
                if (std::ranges::find(all, one) == all.end() && all.size() < 100)
                    all.push_back(one);
            }
        const bool globally = !globals.mailTo.empty() && globals.mail.value_or(true);
        const bool here =
            m_out.mail.value_or(globals.mail.value_or(true)) && !(globals.mailTo.empty() && m_out.mailTo.empty());
        if (here != globally)
            m_service.smtpAlert = here;
        if (!m_out.smtp.empty() && m_out.smtp != globals.smtp)
            m_report.say(Severity::Warning, m_block.head,
                         "lvsdeck has one mail server for all services; " + quoted(m_out.smtp) + " was not taken over");
    }

    void servers() {
        Checks checks(m_out, m_reading.globals, m_report);
        std::map<std::string, std::size_t> keys;
        for (const Real& real : m_out.reals) {
            if (real.endpoint.first.family() != familyOf(m_service)) {
                m_report.say(Severity::Error, real.where,
                             "a real server is of its service's family, IPv4 or IPv6; this one was left out");
                continue;
            }
            if (real.where.word.ends_with('6') != (familyOf(m_service) == Family::V6))
                m_report.say(Severity::Warning, real.where,
                             "ldirectord wants real6 in a virtual6 and real in a virtual; read as the address says");
            for (const IpAddress& address : addresses(real))
                server(real, address, checks, keys);
        }
        if (!m_service.servers.empty())
            checks.settle(m_service);
    }

    std::vector<IpAddress> addresses(const Real& real) {
        const IpAddress& first = real.endpoint.first;
        const IpAddress& last = real.endpoint.last;
        if (first == last)
            return {first};
        const bool isRange = first.isV4() && last.isV4() && first < last;
        const std::uint64_t count = isRange ? std::uint64_t{last.v4HostOrder()} - first.v4HostOrder() + 1 : 0;
        if (!isRange || count > mostRangeServers - m_reading.rangeServers) {
            m_report.say(Severity::Error, real.where,
                         isRange ? "the ranges of this file have more than " + std::to_string(mostRangeServers) +
                                       " servers with this one; left out, write fewer"
                                 : "a range has two IPv4 addresses, the smaller one first; left out");
            return {};
        }
        m_reading.rangeServers += count;
        std::vector<IpAddress> out;
        out.reserve(count);
        for (std::uint32_t i = 0; i < count; ++i)
            out.push_back(IpAddress::v4(first.v4HostOrder() + i));
        return out;
    }

    void server(const Real& real, const IpAddress& address, Checks& checks, std::map<std::string, std::size_t>& keys) {
        model::RealServer out;
        out.address = address;
        out.weight = real.weight;
        out.lowerThreshold = real.lower;
        out.upperThreshold = real.upper;
        out.forwarding = real.forwarding;
        const std::uint16_t given = real.endpoint.port.value_or(0);
        out.port = serverPort(real, given);
        const std::string key = serverKey(out);
        if (const auto [known, isNew] = keys.emplace(key, m_service.servers.size()); !isNew) {
            const model::RealServer& first = m_service.servers[known->second];
            const bool same = first.weight == out.weight && first.forwarding == out.forwarding;
            return m_report.say(same ? Severity::Warning : Severity::Error, real.where,
                                "the real server " + key + " stands above in this service already" +
                                    (same ? "" : ", with another weight or way") + "; left out: remove one");
        }
        if (++m_reading.servers > mostServers)
            return m_report.say(Severity::Error, real.where,
                                "a file has at most " + std::to_string(mostServers) +
                                    " real servers; this one was left out");
        checks.add(out, real, given);
        m_reading.lines.emplace(m_subject + " / server " + key, real.where.line);
        m_service.servers.push_back(std::move(out));
    }

    /// DR and TUN leave the port as it is; with NAT one has to be known.
    std::uint16_t serverPort(const Real& real, std::uint16_t given) {
        if (real.forwarding == Forwarding::Nat && (given != 0 || isMark()))
            return given;
        if (given == 0 || given == ownPort())
            return ownPort();
        m_report.say(
            isMark() ? Severity::Note : Severity::Warning, real.where,
            "gate and ipip do not change ports, so the server gets packets on " +
                (ownPort() == 0 ? "the port that the client chose" : "the service's port " + std::to_string(ownPort())) +
                "; port " + std::to_string(given) + " is read as that of the checks");
        return ownPort();
    }

    /// The commonest way becomes the service's, so that servers say only what is different.
    void settleForwarding() {
        std::array<std::size_t, 3> votes{};
        for (const model::RealServer& server : m_service.servers)
            ++votes[static_cast<std::size_t>(*server.forwarding)];
        for (const model::RealServer& server : m_service.servers)
            if (votes[static_cast<std::size_t>(*server.forwarding)] == std::ranges::max(votes)) {
                m_service.forwarding = *server.forwarding;
                break;
            }
        for (model::RealServer& server : m_service.servers)
            if (server.forwarding == m_service.forwarding)
                server.forwarding.reset();
    }

    void sorryServer() {
        const bool v4 = familyOf(m_service) == Family::V4;
        const auto& own = v4 ? m_out.fallback : m_out.fallback6;
        if (v4 ? m_out.fallback6.has_value() : m_out.fallback.has_value())
            m_report.say(Severity::Error, m_block.head, "the fallback of this service is of the other family; left out");
        const auto& found = own ? own : v4 ? m_reading.globals.fallback : m_reading.globals.fallback6;
        if (!found)
            return;
        model::SorryServer sorry;
        sorry.address = found->address;
        if (found->forwarding != m_service.forwarding)
            sorry.forwarding = found->forwarding;
        sorry.port = found->port.value_or(ownPort());
        if (found->forwarding != Forwarding::Nat && sorry.port != ownPort()) {
            if (own && !isMark())
                m_report.say(Severity::Warning, m_block.head,
                             "gate and ipip do not change ports, so the fallback gets packets on the service's port " +
                                 std::to_string(ownPort()) + ", and not on " + std::to_string(sorry.port) + "; read so");
            sorry.port = ownPort();
        }
        m_service.sorryServer = sorry;
    }

    /// checktype=off: nobody is in the table, not even the fallback.
    void takeOut() {
        for (model::RealServer& server : m_service.servers)
            server.admin = model::AdminState::Disabled;
        if (m_service.sorryServer)
            m_report.say(Severity::Warning, m_block.head,
                         "with checktype=off ldirectord does not use the fallback either; left out, as it does");
        m_service.sorryServer.reset();
    }

    Reading& m_reading;
    Report& m_report;
    const Block& m_block;
    Virtual m_out;
    model::VirtualService& m_service;
    Setting m_protocol;
    Setting m_netmask;
    Setting m_ops;
    bool m_scheduler = false;
    std::string m_subject;
};

} // namespace

void readVirtual(Reading& reading, const Block& block) { VirtualReader(reading, block).read(); }

} // namespace lvsdeck::formats::ldirectord
