// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/differential/contestant.hpp"

#include "tests/lab/differential/recording.hpp"

#include "common/base/json.hpp"

#include <arpa/inet.h>
#include <array>
#include <bit>
#include <cstdlib>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace lvsdeck::lab {
namespace {

/// "address/prefix dev name" of every address, without those of the loopback.
std::set<std::string> addressesOf(const Host& host) {
    const NetworkOf network(host);
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0)
        throw LabError::fromErrno("getifaddrs");
    const auto bits = [](const sockaddr* mask, int family) {
        const auto* bytes =
            family == AF_INET
                ? reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in*>(mask)->sin_addr)
                : reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr);
        int count = 0;
        for (int i = 0; i < (family == AF_INET ? 4 : 16); ++i)
            count += std::popcount(bytes[i]);
        return count;
    };
    std::set<std::string> out;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        const int family = entry->ifa_addr == nullptr ? AF_UNSPEC : entry->ifa_addr->sa_family;
        if ((family != AF_INET && family != AF_INET6) || entry->ifa_netmask == nullptr ||
            std::string_view(entry->ifa_name) == "lo")
            continue;
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (family == AF_INET)
            ::inet_ntop(family, &reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr, text.data(), text.size());
        else
            ::inet_ntop(family, &reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr, text.data(),
                        text.size());
        // A label stands where the interface's name is asked for.
        const std::string name = entry->ifa_name;
        out.insert(std::string(text.data()) + "/" + std::to_string(bits(entry->ifa_netmask, family)) + " dev " +
                   name.substr(0, name.find(':')));
    }
    ::freeifaddrs(list);
    return out;
}

std::set<std::string> linksOf(const Host& host) {
    const NetworkOf network(host);
    std::set<std::string> out;
    auto* list = ::if_nameindex();
    for (const auto* entry = list; entry != nullptr && entry->if_name != nullptr; ++entry)
        out.insert(entry->if_name);
    if (list != nullptr)
        ::if_freenameindex(list);
    return out;
}

/// One question over the agent's socket: a `lvsdeck-agent call` each would cost more than what is asked.
boost::json::value ask(const Host& host, const std::string& method, const boost::json::value& params) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    const std::string path = host.outsidePath("/run/lvsdeck/agent.sock");
    path.copy(where.sun_path, sizeof where.sun_path - 1);
    const timeval patience{20, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        throw LabError::fromErrno("the agent on " + host.name() + " does not listen");
    const auto request = [](int id, const std::string& name, const boost::json::value& with) {
        return boost::json::serialize(
                   boost::json::object{{"jsonrpc", "2.0"}, {"id", id}, {"method", name}, {"params", with}}) +
               "\n";
    };
    const std::string line = request(0, "hello", {{"protocol", 1}, {"client", "lab"}}) + request(1, method, params);
    for (std::size_t sent = 0; sent < line.size();) {
        const ssize_t wrote = ::send(socket.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (wrote <= 0)
            throw LabError::fromErrno("the agent on " + host.name() + " takes no " + method);
        sent += static_cast<std::size_t>(wrote);
    }
    std::string answer;
    std::array<char, 65536> buffer{};
    // The first line answers the hello.
    std::size_t first = std::string::npos;
    while ((first = answer.find('\n')) == std::string::npos || answer.find('\n', first + 1) == std::string::npos) {
        const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0)
            throw LabError("the agent on " + host.name() + " did not answer " + method + ": " + answer);
        answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    answer = answer.substr(first + 1, answer.find('\n', first + 1) - first - 1);
    const auto reply = boost::json::parse(answer);
    const auto* result = reply.as_object().if_contains("result");
    if (result == nullptr)
        throw LabError("the agent on " + host.name() + " refused " + method + ": " + answer);
    return *result;
}

} // namespace

std::string toText(Kind kind) {
    switch (kind) {
    case Kind::Keepalived: return "keepalived";
    case Kind::Agent: return "agent";
    }
    return {};
}

std::string builtAgent() {
    if (const char* chosen = std::getenv("LVSDECK_AGENT_PROGRAM"); chosen != nullptr)
        return chosen;
    return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../../agent/lvsdeck-agent").lexically_normal();
}

Contestant::Contestant(Kind kind, StandardLab& lab, const std::string& director)
    : m_kind(kind), m_lab(&lab), m_director(director), m_host(&lab.host(director)), m_addresses(addressesOf(*m_host)),
      m_links(linksOf(*m_host)), m_logBegin(m_host->log(toText(kind)).size()) {}

void Contestant::start(const Configuration& configuration) {
    if (m_kind == Kind::Keepalived) {
        if (m_keepalived)
            m_keepalived->start();
        else
            m_keepalived = std::make_unique<Keepalived>(*m_host, configuration.text, m_director);
        return;
    }
    if (m_agent && !m_fresh) {
        m_agent->start();
        awaitAgent();
        return;
    }
    if (!m_agent)
        launch();
    m_fresh = false;
    apply(configuration);
}

void Contestant::launch() {
    if (m_kind == Kind::Keepalived)
        return;
    m_agent = std::make_unique<Agent>(*m_host, builtAgent(), m_director);
    m_fresh = true;
    awaitAgent();
}

void Contestant::awaitAgent() {
    require("the agent on " + m_director + " listens", 20s, [&] {
        if (!m_agent->running())
            throw LabError("the agent on " + m_director + " has ended: " + log());
        try {
            (void)ask(*m_host, "ping", boost::json::object{});
            return true;
        } catch (const LabError&) {
            return false;
        }
    });
}

void Contestant::apply(const Configuration& configuration) {
    const auto imported = importConfiguration(configuration);
    const auto base = ask(*m_host, "config.get", boost::json::object{}).at("revision").to_number<std::uint64_t>();
    (void)ask(*m_host, "config.apply",
              {{"base_revision", base}, {"cluster", json::toJson(imported.cluster)}, {"confirm_within_s", 0}});
}

void Contestant::reload(const Configuration& configuration) {
    if (m_kind == Kind::Keepalived)
        m_keepalived->reload(configuration.text);
    else
        apply(configuration);
}

void Contestant::stop() {
    if (m_kind == Kind::Keepalived)
        m_keepalived->stop();
    else
        (void)ask(*m_host, "agent.stop", {{"resign", true}});
}

void Contestant::kill() {
    if (m_kind == Kind::Keepalived)
        m_keepalived->kill9();
    else
        m_agent->kill9();
}

void Contestant::crash() {
    // In this order: whoever still lives when the cable goes may notice it and say so.
    kill();
    m_lab->network().pull(*m_host, "eth0");
    wipe();
    m_lab->network().plugIn(*m_host, "eth0");
}

void Contestant::wipe() {
    std::string script = "ipvsadm -C; ipvsadm --stop-daemon master; ipvsadm --stop-daemon backup; rm -rf /run/lvsdeck/*\n"
                         "ip rule | grep -v -e '^0:' -e '^3276[67]:' | sed 's/^[0-9]*:/ip rule del/' | sh\n"
                         "ip route show table all | grep -v 'proto kernel' | sed 's/^/ip route del /' | sh\n";
    for (const auto& address : addressesOf(*m_host))
        if (!m_addresses.contains(address))
            script += "ip addr del " + address + "\n";
    for (const auto& link : linksOf(*m_host))
        if (!m_links.contains(link))
            script += "ip link del " + link + "\n";
    (void)m_host->run({"sh"}, script);
}

bool Contestant::isUp() const {
    return m_kind == Kind::Agent || m_host->log("keepalived").find("Startup complete", m_logBegin) != std::string::npos;
}

std::string Contestant::parameters() { return m_keepalived ? settledParameters(m_keepalived->vrrpData()) : std::string(); }

std::string Contestant::log() const {
    std::string text = m_host->log(toText(m_kind)).substr(m_logBegin);
    constexpr std::size_t enough = 4000;
    return text.size() <= enough ? text : "…" + text.substr(text.size() - enough);
}

} // namespace lvsdeck::lab
