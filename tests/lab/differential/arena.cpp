// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/differential/arena.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <utility>

namespace lvsdeck::lab {
namespace {

constexpr std::array<const char*, 3> servers = {"rs1", "rs2", "rs3"};

std::vector<std::string> hostsMeantBy(const std::string& word) {
    if (word == "directors")
        return {"lb1", "lb2"};
    if (word == "servers")
        return {servers.begin(), servers.end()};
    return {word};
}

/// "|OLD|NEW|" or with any other separator.
std::string replaced(std::string text, const std::string& rule) {
    const char separator = rule.empty() ? '|' : rule.front();
    const auto middle = rule.find(separator, 1);
    const auto end = rule.find(separator, middle == std::string::npos ? middle : middle + 1);
    const std::string old = middle == std::string::npos ? "" : rule.substr(1, middle - 1);
    const auto at = end == std::string::npos ? std::string::npos : text.find(old);
    if (at == std::string::npos)
        throw LabError("a reload's rule must be |OLD|NEW| with a text that is there, not " + rule);
    return text.replace(at, old.size(), rule.substr(middle + 1, end - middle - 1));
}

} // namespace

Arena::Arena() {
    for (const char* name : servers)
        soiled(name);
}

void Arena::clean(const std::string& server) {
    Host& host = m_lab.host(server);
    (void)host.run(
        {"sh", "-c",
         "rm -rf /run/lab/www; mkdir -p /run/lab/www/checked; echo fine > /run/lab/www/checked/page; tc qdisc del dev eth0 "
         "root 2>/dev/null; ip -6 addr replace fd50::" +
             server.substr(2) + "/64 dev eth0 nodad"});
    m_lab.nginx(server).stop();
    m_lab.nginx(server).start();
    m_lab.nginx(server).awaitReady();
}

void Arena::prepare(const Configuration& configuration) {
    m_contestants.clear();
    m_reloaded.clear();
    for (const char* name : {"lb1", "lb2"})
        if (m_used.contains(name) || std::ranges::find(configuration.directors, name) != configuration.directors.end())
            renew(name);
    m_used = {configuration.directors.begin(), configuration.directors.end()};
    for (const auto& server : std::exchange(m_soiled, {}))
        clean(server);
    for (const auto& preparation : configuration.preparations)
        for (const auto& name : hostsMeantBy(preparation.host)) {
            m_lab.host(name).must({"sh", "-c", preparation.command});
            soiled(name);
        }
}

void Arena::renew(const std::string& director) {
    Host& host = m_lab.renew(director);
    // Duplicate address detection would make every IPv6 address wait for a second.
    for (const char* interface : {"all", "default", "eth0"})
        host.sysctl(std::string("net/ipv6/conf/") + interface + "/accept_dad", "0");
    const std::string number = director.substr(2);
    // A pair of cables' ends that lead nowhere: not every kernel has dummy devices.
    host.ip("link add dummy0 address 02:64:00:00:00:01 type veth peer name dummy1 address 02:64:00:00:00:02\nlink set "
            "dummy1 up\n"
            "link set dummy0 up\naddress add fd50::10" +
            number + "/64 dev eth0 nodad\naddress add 172.16." + number + ".1/24 dev dummy0\n");
    installNotifyScript(host);
    // The fifth column of the table holds the flags; 40 is "tentative".
    require("the IPv6 addresses of " + director + " are in use", 5s, [&] {
        std::ifstream table("/proc/" + std::to_string(host.holder()) + "/net/if_inet6");
        std::string address, index, length, scope, flags, name;
        while (table >> address >> index >> length >> scope >> flags >> name)
            if ((std::stoul(flags, nullptr, 16) & 0x40U) != 0)
                return false;
        return true;
    });
}

void Arena::soiled(const std::string& host) {
    if (host.starts_with("rs"))
        m_soiled.insert(host);
}

void Arena::start(const Configuration& configuration, const std::map<std::string, Kind>& kinds) {
    for (const auto& director : configuration.directors)
        m_contestants[director] = std::make_unique<Contestant>(kinds.at(director), m_lab, director);
    // An agent takes longer to begin than keepalived; nobody is to be alone for that long and become master by it.
    for (const auto& director : configuration.directors)
        m_contestants.at(director)->launch();
    for (const auto& director : configuration.directors)
        m_contestants.at(director)->start(configuration);
}

std::map<std::string, Glance> Arena::glance(const Configuration& configuration) {
    std::map<std::string, Glance> out;
    for (const auto& director : configuration.directors)
        out[director] = glanceAt(m_lab.host(director));
    return out;
}

std::map<std::string, Glance> Arena::awaitQuiet(const Configuration& configuration, Milliseconds atLeast,
                                                Milliseconds quiet) {
    // A machine that is busy takes seconds to start it.
    for (const auto& [director, contestant] : m_contestants)
        (void)eventually(15s, [&, &who = *contestant] { return who.isUp(); }, 50ms);
    const auto begin = Clock::now();
    auto changed = begin;
    auto last = glance(configuration);
    (void)eventually(
        atLeast + 20s,
        [&] {
            auto now = glance(configuration);
            if (now != last)
                changed = Clock::now();
            last = std::move(now);
            return Clock::now() - begin >= atLeast && Clock::now() - changed >= quiet;
        },
        100ms);
    return last;
}

std::string Arena::record(const Configuration& configuration) {
    std::string text;
    // A table that changes while it is read can be told twice or torn.
    for (int attempt = 0; attempt < 4; ++attempt) {
        const auto before = glance(configuration);
        text.clear();
        for (const auto& director : configuration.directors)
            text += "[[" + director + "]]\n" +
                    recordWhole(m_lab.host(director), configuration.directors.size() == 1 ? Notes::All : Notes::Last);
        if (glance(configuration) == before)
            break;
    }
    return text;
}

std::string Arena::parameters(const Configuration& configuration) {
    std::string text;
    for (const auto& director : configuration.directors)
        text += "[[" + director + "]]\n" + on(director).parameters();
    return text;
}

std::string Arena::logs(const Configuration& configuration) const {
    std::string text;
    for (const auto& director : configuration.directors)
        if (m_contestants.contains(director))
            text += "the " + toText(m_contestants.at(director)->kind()) + " on " + director + " said:\n" +
                    m_contestants.at(director)->log() + "\n";
    return text;
}

void Arena::inflict(const FaultLine& fault, const Configuration& configuration) {
    const std::string& what = fault.words.at(0);
    const std::string& whom = fault.words.at(1);
    soiled(whom);
    const std::string third = fault.words.size() > 2 ? fault.words[2] : "";
    if (what == "on")
        for (const auto& host : hostsMeantBy(whom)) {
            m_lab.host(host).must({"sh", "-c", fault.rest});
            soiled(host);
        }
    else if (what == "server" && third == "down")
        m_lab.nginx(whom).stop();
    else if (what == "server" && third == "up")
        m_lab.nginx(whom).start();
    else if (what == "pull")
        m_lab.network().pull(m_lab.host(whom), third);
    else if (what == "plug")
        m_lab.network().plugIn(m_lab.host(whom), third);
    else if (what == "directors")
        m_lab.network().setApart({&m_lab.host("lb1"), &m_lab.host("lb2")}, "eth0", whom == "apart");
    else if (what == "stop")
        on(whom).stop();
    else if (what == "kill")
        on(whom).kill();
    else if (what == "crash")
        on(whom).crash();
    else if (what == "start")
        on(whom).start(configuration);
    else if (what == "reload") {
        Configuration changed = configuration;
        auto& text = m_reloaded.try_emplace(whom, configuration.text).first->second;
        changed.text = text = replaced(text, fault.rest);
        on(whom).reload(changed);
    } else
        throw LabError("no such fault: " + what);
}

std::map<std::string, Kind> everywhere(const Configuration& configuration, Kind kind) {
    std::map<std::string, Kind> kinds;
    for (const auto& director : configuration.directors)
        kinds[director] = kind;
    return kinds;
}

std::map<std::string, KnownDifference> knownDifferences() {
    std::map<std::string, KnownDifference> out;
    std::ifstream file(std::string(LVSDECK_SOURCE_FOLDER) + "/tests/lab/differential/known_differences.txt");
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#'))
            continue;
        std::istringstream words(line);
        std::string which;
        KnownDifference known;
        words >> which >> std::quoted(known.seen);
        std::getline(words >> std::ws, known.reason);
        if (known.seen.empty() || known.reason.empty())
            throw LabError("known_differences.txt: FOLDER/NAME \"WHAT IS SEEN\" REASON, not " + line);
        out.emplace(which, std::move(known));
    }
    return out;
}

} // namespace lvsdeck::lab
