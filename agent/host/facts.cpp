// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/facts.hpp"

#include <linux/capability.h>
#include <sys/utsname.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace lvsdeck::host {

namespace {

namespace fs = std::filesystem;

std::string firstLine(const fs::path& path) {
    std::string line;
    std::ifstream file(path);
    std::getline(file, line);
    return line;
}

/// "…/ip_vs_wrr.ko.xz: …" -> "wrr"
std::optional<std::string> schedulerIn(std::string_view line) {
    line = line.substr(0, line.find(':'));
    line.remove_prefix(std::min(line.size(), line.rfind('/') == std::string_view::npos ? 0 : line.rfind('/') + 1));
    constexpr std::string_view prefix = "ip_vs_";
    if (!line.starts_with(prefix))
        return std::nullopt;
    line.remove_prefix(prefix.size());
    return std::string(line.substr(0, line.find('.')));
}

std::optional<std::set<std::string>> findSchedulers(const std::string& root) {
    std::set<std::string> names;
    bool known = false;
    std::error_code error;
    for (fs::directory_iterator it(root + "/sys/module", error), end; !error && it != end; it.increment(error))
        if (auto name = schedulerIn(it->path().filename().string()))
            names.insert(std::move(*name));
    utsname kernel{};
    uname(&kernel);
    for (const char* file : {"modules.dep", "modules.builtin"}) {
        std::ifstream list(root + "/lib/modules/" + &kernel.release[0] + "/" + file);
        known = known || list.good();
        for (std::string line; std::getline(list, line);)
            if (auto name = schedulerIn(line))
                names.insert(std::move(*name));
    }
    if (!known)
        return std::nullopt;
    return names;
}

std::vector<Process> findKeepalived(const std::string& root) {
    std::vector<Process> found;
    std::error_code error;
    const fs::path own = fs::read_symlink(root + "/proc/self/ns/net", error);
    for (fs::directory_iterator it(root + "/proc", error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        int id = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), id).ptr != name.data() + name.size() || id <= 0)
            continue;
        if (firstLine(it->path() / "comm") != "keepalived")
            continue;
        std::error_code hidden;
        const fs::path network = fs::read_symlink(it->path() / "ns/net", hidden);
        found.push_back({id, hidden || network == own});
    }
    return found;
}

bool hasCapability(const std::string& root, int capability) {
    std::ifstream status(root + "/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with("CapEff:"))
            continue;
        const std::size_t digits = line.find_first_not_of("\t ", 7);
        if (digits == std::string::npos)
            return false;
        std::uint64_t set = 0;
        std::from_chars(line.data() + digits, line.data() + line.size(), set, 16);
        return ((set >> static_cast<unsigned>(capability)) & 1U) != 0;
    }
    return false;
}

void readSysctl(const std::string& root, const std::string& name, std::map<std::string, std::string>& sysctls) {
    std::string path = name;
    std::ranges::replace(path, '.', '/');
    if (std::string value = firstLine(root + "/proc/sys/" + path); !value.empty())
        sysctls.emplace(name, std::move(value));
}

} // namespace

HostFacts gatherFacts(IpvsPort& ipvs, HostPort& host, const std::string& root) {
    HostFacts facts;
    if (auto version = ipvs.version())
        facts.ipvs = *version;
    else
        facts.ipvsError = version.error();
    facts.schedulers = findSchedulers(root);
    facts.netAdmin = hasCapability(root, CAP_NET_ADMIN);
    facts.netRaw = hasCapability(root, CAP_NET_RAW);
    facts.keepalived = findKeepalived(root);
    for (const char* name : {"net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding", "net.ipv4.conf.all.rp_filter",
                             "net.ipv4.vs.expire_nodest_conn", "net.ipv4.vs.expire_quiescent_template"})
        readSysctl(root, name, facts.sysctls);
    if (auto links = host.links()) {
        // An interface's name may hold a dot (eth0.100), so its file is named here and not through
        // readSysctl.
        for (const Link& link : *links)
            if (std::string value = firstLine(root + "/proc/sys/net/ipv4/conf/" + link.name + "/rp_filter"); !value.empty())
                facts.sysctls.emplace("net.ipv4.conf." + link.name + ".rp_filter", std::move(value));
        facts.links = std::move(*links);
    } else {
        facts.linksError = links.error();
    }
    return facts;
}

} // namespace lvsdeck::host
