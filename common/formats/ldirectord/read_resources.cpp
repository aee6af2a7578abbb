// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/read_parts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lvsdeck::formats::ldirectord {

namespace {

struct Word {
    std::string text;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// heartbeat's haresources know two nodes; crm a few more.
constexpr std::size_t mostNodes = 32;

/// One line of the file with those that a backslash joins to it.
using Words = std::vector<Word>;

std::vector<std::string_view> parts(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> out;
    while (out.size() < 16) {
        const std::size_t end = std::min(text.find(separator), text.size());
        out.push_back(text.substr(0, end));
        if (end == text.size())
            break;
        text.remove_prefix(end + separator.size());
    }
    return out;
}

/// What the kernel and every other format take; also a label.
bool isInterface(std::string_view name) {
    return !name.empty() && name.size() <= 15 && std::ranges::all_of(name, [](char c) {
        return c > 0x20 && c < 0x7F && !std::string_view("\"{}#!\\'/").contains(c);
    });
}

class ResourceReader {
public:
    ResourceReader(Resources& out, Report& report) : m_out(out), m_report(report) {}

    void line(std::string_view text, std::uint32_t number) {
        std::string_view rest = text.substr(0, std::min(commentOf(text), text.size()));
        const std::string_view code = trimmed(rest);
        const bool goesOn = code.ends_with('\\');
        if (goesOn)
            rest = text.substr(0, static_cast<std::size_t>(code.data() - text.data()) + code.size() - 1);
        for (std::string_view word = nextWord(rest); !word.empty(); word = nextWord(rest))
            m_words.push_back({std::string(word), number, static_cast<std::uint32_t>(word.data() - text.data() + 1)});
        if (!goesOn)
            finish();
    }

    void finish() {
        static constexpr std::array crmWords{"property", "rsc_defaults", "op_defaults", "location", "colocation",
                                             "order",    "group",        "clone",       "ms"};
        const Words words = std::exchange(m_words, {});
        if (words.empty())
            return;
        m_crm = m_crm || std::ranges::find(crmWords, words.front().text) != crmWords.end();
        if (words.front().text == "node")
            return crmNode(words);
        if (words.front().text == "primitive")
            return crmPrimitive(words);
        // Whatever else crm and pcs write has its own words in front; heartbeat's lines begin with a node.
        if (m_crm)
            return say(Severity::Note, words.front(), "of crm only the nodes and the addresses are read; left out");
        if (!nodeNamed(words.front()))
            return;
        const std::string node = directorId(words.front().text);
        if (words.size() == 1)
            say(Severity::Warning, words.front(), "this node has no resources; only its name was read");
        for (std::size_t i = 1; i < words.size(); ++i)
            resource(words[i], node);
    }

private:
    static std::size_t commentOf(std::string_view text) {
        const std::size_t begin = text.find_first_not_of(" \t");
        return begin != std::string_view::npos && text[begin] == '#' ? begin : text.find(" #");
    }

    void say(Severity severity, const Word& about, std::string text) {
        m_report.say(severity, about.line, about.column, about.text, std::move(text));
    }

    bool nodeNamed(const Word& word) {
        const std::string id = directorId(word.text);
        if (std::ranges::find(m_out.nodes, id) != m_out.nodes.end())
            return true;
        if (m_out.nodes.size() == mostNodes) {
            say(Severity::Error, word, "these are more than 32 nodes; this one and what it holds was left out");
            return false;
        }
        m_out.nodes.push_back(id);
        return true;
    }

    void crmNode(const Words& words) {
        m_crm = true;
        for (std::size_t i = 1; i < words.size(); ++i)
            if (Word word = words[i]; !word.text.ends_with(':') && !word.text.contains('=')) {
                word.text.resize(std::min(word.text.find(':'), word.text.size()));
                (void)nodeNamed(word);
                return;
            }
    }

    void crmPrimitive(const Words& words) {
        m_crm = true;
        const bool isAddress =
            words.size() > 2 && (words[2].text.ends_with(":IPaddr2") || words[2].text.ends_with(":IPaddr") ||
                                 words[2].text.ends_with(":IPv6addr"));
        if (!isAddress)
            return say(Severity::Note, words[words.size() > 1 ? 1 : 0],
                       "of crm only the nodes and the addresses are read; left out");
        std::map<std::string, std::string, std::less<>> values;
        for (const Word& word : words)
            if (const std::size_t equals = word.text.find('='); equals != std::string::npos)
                values.emplace(word.text.substr(0, equals), unquoted(std::string_view(word.text).substr(equals + 1)));
        std::vector<std::string_view> fields{values["ip"].empty() ? values["ipv6addr"] : values["ip"],
                                             values["cidr_netmask"], values["nic"], values["broadcast"]};
        address(words[1], fields, m_out.nodes.empty() ? std::string() : m_out.nodes.front());
    }

    void resource(const Word& word, const std::string& node) {
        const std::vector<std::string_view> fields = parts(word.text, "::");
        const std::string_view script = fields.front();
        const std::string_view argument = fields.size() > 1 ? fields[1] : std::string_view();
        const bool named = script == "IPaddr" || script == "IPaddr2" || script == "IPv6addr";
        if (named && fields.size() > 2) {
            // IPv6 addresses have colons of their own.
            address(word, parts(std::string_view(word.text).substr(script.size() + 2), "/"), node);
        } else if (named) {
            address(word, parts(argument, "/"), node);
        } else if (IpAddress::parse(word.text.substr(0, word.text.find('/')))) {
            address(word, parts(word.text, "/"), node);
        } else if (script == "ldirectord") {
            say(Severity::Note, word, "the services are in that file; give it as well, if it is not among these");
        } else if (script == "LVSSyncDaemonSwap") {
            m_out.sync = true;
            m_out.syncInterface = fields.size() > 2 && isInterface(fields[2]) ? fields[2] : std::string_view();
            if (argument != "master")
                say(Severity::Warning, word, "the sync daemon is read as that of the master, whoever that is");
        } else {
            say(Severity::Warning, word,
                "lvsdeck moves addresses, not programs and disks; left out: keep this resource with another tool, or start "
                "it "
                "with a notify script of the instance");
        }
    }

    /// address/prefix/interface/broadcast, of which the interface may be missing.
    void address(const Word& word, std::vector<std::string_view> fields, const std::string& node) {
        fields.resize(std::max<std::size_t>(fields.size(), 4));
        model::VirtualAddress out;
        const auto parsed = ldirectord::address(fields[0]);
        if (!parsed || parsed->isUnspecified())
            return say(Severity::Error, word,
                       (parsed ? std::string("this is no address that a director can have") : parsed.error()) +
                           "; the virtual address was left out");
        out.address = *parsed;
        if (IpAddress::parse(fields[2]) && fields[3].empty())
            std::swap(fields[2], fields[3]);
        prefix(word, fields[1], out);
        interface(word, fields[2], out);
        if (!fields[3].empty()) {
            if (const auto broadcast = IpAddress::parse(fields[3]); broadcast && broadcast->isV4() && out.address.isV4())
                out.broadcast = broadcast->toString();
            else
                say(Severity::Warning, word, quoted(fields[3]) + " is not a broadcast address; the usual one was taken");
        }
        hold({std::move(out), node, m_report.file() + ":" + std::to_string(word.line)}, word);
    }

    /// "eth0", or "eth0:1" with a label.
    void interface(const Word& word, std::string_view text, model::VirtualAddress& out) {
        const std::string_view device = text.substr(0, text.find(':'));
        if (text.empty())
            return;
        if (!isInterface(device))
            return say(Severity::Error, word, quoted(device) + " is not an interface; left out, look at the member's");
        out.device = device;
        if (device.size() == text.size() || !out.address.isV4())
            return;
        if (isInterface(text))
            out.label = text;
        else
            say(Severity::Warning, word, quoted(text) + " is not a label, which has at most 15 characters; left out");
    }

    /// The nodes' files are usually the same: only what differs is worth a word.
    void hold(HeldAddress held, const Word& word) {
        const auto [position, isNew] = m_out.known.emplace(held.address.address, m_out.addresses.size());
        if (isNew) {
            m_here.insert(held.address.address);
            return m_out.addresses.push_back(std::move(held));
        }
        const HeldAddress& first = m_out.addresses[position->second];
        if (m_here.contains(held.address.address) || first.address != held.address || first.node != held.node)
            say(Severity::Warning, word,
                "this address stands in " + first.place + " already; that one counts, remove the one that is wrong");
    }

    void prefix(const Word& word, std::string_view text, model::VirtualAddress& out) {
        out.prefixLength = out.address.isV4() ? 32 : 128;
        if (const auto given = netmask(text, out.address.family()))
            out.prefixLength = *given;
        else if (!text.empty())
            say(Severity::Error, word,
                quoted(text) + " is not a netmask; " + std::to_string(out.prefixLength) + " was taken: correct it");
        else
            say(Severity::Note, word,
                "heartbeat finds out the netmask from the routes; read with the prefix length " +
                    std::to_string(out.prefixLength) + ", which is enough for a virtual address");
    }

    Resources& m_out;
    Report& m_report;
    Words m_words;
    std::set<IpAddress> m_here; ///< addresses that this file was the first to name
    bool m_crm = false;
};

/// One instance for the addresses of one node and family.
model::VrrpInstance instanceOf(const Resources& resources, const std::string& node, Family family,
                               const std::vector<model::Director>& directors) {
    model::VrrpInstance out;
    std::string interface;
    for (const HeldAddress& held : resources.addresses)
        if (held.node == node && held.address.address.family() == family) {
            out.addresses.push_back(held.address);
            if (interface.empty())
                interface = held.address.device;
        }
    if (interface.empty())
        interface = "eth0";
    for (model::VirtualAddress& address : out.addresses)
        if (address.device == interface)
            address.device.clear();
    for (const model::Director& director : directors) {
        const bool preferred = node.empty() ? out.members.empty() : director.id == node;
        model::Member& member = out.members.emplace_back();
        member.director = director.id;
        member.interface = interface;
        member.priority = preferred ? 150 : 100;
        member.initialState = preferred ? model::InitialState::Master : model::InitialState::Backup;
    }
    return out;
}

} // namespace

void readResources(const SourceText& source, Resources& out, Report& report) {
    ResourceReader reader(out, report);
    const std::vector<std::string> lines = sourceLines(source, report);
    for (std::size_t i = 0; i < lines.size(); ++i)
        reader.line(lines[i], static_cast<std::uint32_t>(i + 1));
    reader.finish();
}

void takeResources(model::Cluster& cluster, const Resources& resources, Report& report) {
    const std::string first = cluster.directors.front().id;
    std::vector<std::string> nodes = resources.nodes;
    nodes.insert(nodes.begin(), std::string()); // addresses of nobody, which crm may have
    for (const std::string& node : nodes)
        for (const Family family : {Family::V4, Family::V6}) {
            model::VrrpInstance instance = instanceOf(resources, node, family, cluster.directors);
            if (instance.addresses.empty())
                continue;
            const std::size_t number = cluster.instances.size();
            instance.name = "VI_" + std::to_string(number + 1);
            instance.vrid = static_cast<std::uint8_t>(51 + number);
            cluster.instances.push_back(std::move(instance));
        }
    if (resources.sync && !cluster.instances.empty()) {
        model::ConnectionSync& sync = cluster.connectionSync.emplace();
        sync.instance = cluster.instances.front().name;
        sync.interface =
            resources.syncInterface.empty() ? cluster.instances.front().members.front().interface : resources.syncInterface;
        report.say(Severity::Note, 0, 0, {},
                   "the connection sync daemon follows the instance " + sync.instance + " on " + sync.interface +
                       "; look whether that is the interface");
    }
    if (cluster.instances.empty())
        return report.say(Severity::Warning, 0, 0, {},
                          "there is no virtual address in this file; no VRRP instance was made");
    report.say(Severity::Warning, 0, 0, {},
               "heartbeat has no virtual router number (VRID); " +
                   (cluster.instances.size() == 1 ? std::string("51 was") : "51 and the next were") +
                   " taken: choose numbers that nobody else uses on these networks");
    report.say(
        Severity::Note, 0, 0, {},
        "whether the preferred node takes the addresses back stands in heartbeat's ha.cf (auto_failback); here it does, "
        "switch preempt off if it shall not");
    if (cluster.directors.size() < 2)
        report.say(
            Severity::Warning, 0, 0, {},
            "only the director " + first +
                " is named; the second must be named too: add it to the cluster and to its VRRP instances, or give its "
                "files as well");
    if (std::ranges::all_of(resources.addresses, [](const HeldAddress& held) { return held.address.device.empty(); }))
        report.say(Severity::Warning, 0, 0, {}, "no address says its interface; eth0 was taken: correct the members");
}

} // namespace lvsdeck::formats::ldirectord
