// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/differential/recording.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <vector>

namespace lvsdeck::lab {
namespace {

std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> linesOf(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

/// Without what runs or is chance: numbers of interfaces, lifetimes. Who made a route is not what it does, so "proto" goes.
std::string settled(std::string line) {
    static const std::regex lifetime("(valid_lft|preferred_lft) [0-9]+sec"), proto(" proto [^ ]+"),
        expires(" expires [0-9]+sec"), blanks("[ \\\\\t]+");
    line = std::regex_replace(line, lifetime, "$1 running");
    line = std::regex_replace(line, proto, "");
    line = std::regex_replace(line, expires, "");
    line = std::regex_replace(line, blanks, " ");
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

/// What `ip -o -d` says about addresses, links, routes and rules in one breath, sorted apart. One process for all of it, because
/// starting a program is what costs on an emulated processor.
std::string networkText(Host& host) {
    const std::string said = host.must({"ip", "-o", "-d", "-batch", "-"},
                                       "addr show\nlink show type macvlan\nroute show table all\nrule show\n") +
                             "\n" + host.must({"ip", "-6", "-o", "-d", "-batch", "-"}, "rule show\nroute show table all\n");
    static const std::regex isAddress("^[0-9]+: [^ ]+ +inet6? .*"), isLink("^[0-9]+: [^ ]+: <.*"),
        isRule("^[0-9]+:[ \t]+(not )?from .*"),
        macvlan("^[0-9]+: ([^:]*): <([^>]*)>.* link/ether ([0-9a-f:]*).* macvlan mode ([a-z]*).*");
    std::vector<std::string> addresses, links, routes, rules;
    for (const auto& line : linesOf(said)) {
        std::smatch found;
        if (line.empty())
            continue;
        if (std::regex_match(line, isAddress))
            addresses.push_back(settled(line.substr(line.find(' ') + 1)));
        else if (std::regex_match(line, isLink)) {
            if (std::regex_match(line, found, macvlan))
                links.push_back(found[1].str() + " " + found[2].str() + " " + found[3].str() + " " + found[4].str());
        } else if (std::regex_match(line, isRule))
            rules.push_back(settled(line));
        else
            routes.push_back(settled(line));
    }
    std::string text;
    for (auto [title, list] : {std::pair{"addresses", &addresses}, std::pair{"links", &links}, std::pair{"routes", &routes},
                               std::pair{"rules", &rules}}) {
        std::ranges::sort(*list);
        list->erase(std::ranges::unique(*list).begin(), list->end());
        text += std::string("[") + title + "]\n";
        for (const auto& line : *list)
            text += line + "\n";
    }
    const NetworkOf network(host);
    for (const auto& link : links) {
        const std::string name = link.substr(0, link.find('@'));
        for (const char* key : {"arp_ignore", "arp_filter", "rp_filter", "accept_local"})
            text += "[sysctl] " + name + " " + key + " " + slurp("/proc/sys/net/ipv4/conf/" + name + "/" + key);
    }
    return text;
}

std::string tableText(Host& host) {
    if (!std::ifstream("/proc/" + std::to_string(host.holder()) + "/net/ip_vs"))
        return "this kernel has no IPVS\n";
    std::string text = "[services]\n" + host.must({"ipvsadm", "-Sn"}) + "[thresholds]\n";
    for (const auto& line : linesOf(host.must({"ipvsadm", "-ln", "--thresholds"}))) {
        std::istringstream words(line);
        std::string arrow, server, upper, lower;
        if (words >> arrow >> server >> upper >> lower && arrow == "->" && upper + lower != "00" && upper != "Uthreshold")
            text += server + " " + upper + " " + lower + "\n";
    }
    return text + "[daemon]\n" + host.must({"ipvsadm", "-l", "--daemon"}) + host.must({"ipvsadm", "-l", "--timeout"});
}

/// The order in which scripts that were started together come to run is chance.
std::string sortedNotes(const Host& host) {
    auto notes = linesOf(slurp(host.outsidePath(notifyLog)));
    std::ranges::sort(notes);
    std::string text;
    for (const auto& note : notes)
        text += note + "\n";
    return text;
}

} // namespace

std::string recordWhole(Host& host, Notes notes) {
    const std::string all = tableText(host) + networkText(host) + "[notify]\n";
    return all + (notes == Notes::All ? sortedNotes(host) : glanceAt(host).states);
}

Glance glanceAt(const Host& host) {
    Glance glance;
    int title = 3;
    for (const auto& line : linesOf(slurp("/proc/" + std::to_string(host.holder()) + "/net/ip_vs"))) {
        if (title-- > 0)
            continue;
        // "  -> address forward weight active inactive"
        std::istringstream words(line);
        std::string arrow, address, forward, weight;
        if (line.starts_with("  ->") && words >> arrow >> address >> forward >> weight)
            glance.table += "  " + address + " " + forward + " " + weight + "\n";
        else
            glance.table += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    for (const auto& address : host.addresses())
        glance.addresses += address + "\n";
    std::map<std::string, std::string> last;
    for (const auto& note : linesOf(slurp(host.outsidePath(notifyLog)))) {
        std::istringstream words(note);
        std::string kind, name, rest;
        words >> kind >> name;
        std::getline(words, rest);
        // Which of two masters hears the other first is chance, and only one of them may.
        if (rest.starts_with(" MASTER_RX_LOWER_PRI"))
            continue;
        if (kind == "INSTANCE" || kind == "GROUP")
            last[kind + " " + name] = rest;
        else
            last[note] = "";
    }
    for (const auto& [who, state] : last)
        glance.states += who + state + "\n";
    return glance;
}

std::string settledParameters(const std::string& data) {
    static const std::regex running(
        "^ *(GARP next time|Last transition|Read timeout|Master down timer|Master router|Master priority|fd_in|Router ID|"
        "Last status|State|Status|Number of|Wantstate|Child pid|Pid|Num .*(procs|processes)|"
        "Read fd|Last |Next |Current |Have|Preempt delay timer|Config-id|Master advert|Unknown).*"),
        inherited(
            "^ (Gratuitous |Num adverts|VRRP (notify|IPv4 mcast|IPv6 mcast|default protocol|check|skip|strict)|Send advert|"
            "Default (smtp_alert|interface)|Checkers log all).*"),
        byItself(" (proto 18|weight 1)(?= |$)"), number("(ifindex|if_index|index|fd|pid)( =|:)? [0-9]+"),
        part("^-+< (.*) >-+$");
    std::string text;
    bool wanted = true;
    for (auto line : linesOf(data)) {
        std::smatch title;
        if (std::regex_match(line, title, part)) // sockets and interfaces follow from the rest, and their order is chance
            wanted = title[1] != "VRRP Sockpool" && title[1] != "Interfaces" && !title[1].str().contains("Process");
        // Said or not, these are what keepalived does by itself.
        line = std::regex_replace(line, byItself, "");
        // What an instance has from the globals stands at the instance; an export writes it there.
        if (wanted && !std::regex_match(line, running) && !std::regex_match(line, inherited))
            text += std::regex_replace(line, number, "$1") + "\n";
    }
    return text;
}

void installNotifyScript(Host& host) {
    host.writeFile(notifyScript, std::string("#!/bin/sh\necho \"$*\" >> ") + notifyLog + "\n", 0755);
}

std::string difference(const std::string& first, const std::string& second) {
    const auto a = linesOf(first);
    const auto b = linesOf(second);
    // Longest common subsequence; the texts have some hundred lines at most.
    std::vector<std::vector<unsigned>> common(a.size() + 1, std::vector<unsigned>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    std::string out;
    std::size_t i = 0, j = 0;
    while (i < a.size() || j < b.size()) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            // A section's title says where a difference stands; other equal lines only make it longer.
            out += a[i].starts_with("[") ? "  " + a[i] + "\n" : "";
            ++i, ++j;
        } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1]))
            out += "- " + a[i++] + "\n";
        else
            out += "+ " + b[j++] + "\n";
    }
    return out;
}

} // namespace lvsdeck::lab
