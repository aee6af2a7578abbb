// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/scenarios/cluster_lab.hpp"

#include "common/base/json.hpp"
#include "common/formats/formats.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sys/socket.h>
#include <sys/un.h>

namespace lvsdeck::lab {

model::Cluster classicCluster(int vrrpVersion, Milliseconds advertInterval) {
    const auto address = [](const char* text) { return IpAddress::parse(text).value(); };
    model::Cluster cluster;
    cluster.name = "classic";
    model::VrrpInstance instance;
    instance.name = "VI_1";
    instance.version = static_cast<std::uint8_t>(vrrpVersion);
    instance.vrid = 51;
    instance.advertInterval = advertInterval;
    if (vrrpVersion == 2)
        instance.password = "1111";
    model::VirtualAddress virtualIp;
    virtualIp.address = address(virtualAddress);
    instance.addresses.push_back(virtualIp);
    for (const auto& [id, management, priority] :
         {std::tuple{"lb1", "10.77.0.101", std::uint8_t{100}}, std::tuple{"lb2", "10.77.0.102", std::uint8_t{99}}}) {
        model::Director director;
        director.id = id;
        director.address = management;
        cluster.directors.push_back(director);
        model::Member member;
        member.director = id;
        member.interface = "eth0";
        member.priority = priority;
        member.initialState = priority == 100 ? model::InitialState::Master : model::InitialState::Backup;
        instance.members.push_back(member);
    }
    cluster.instances.push_back(instance);

    model::VirtualService service;
    service.name = "web";
    service.address = address(virtualAddress);
    service.port = 80;
    service.scheduler = model::Scheduler::Wrr;
    service.forwarding = model::Forwarding::Dr;
    service.persistenceTimeout = 60;
    service.delayLoop = 6s;
    for (const char* server : {"192.168.50.9", "192.168.50.10"}) {
        model::RealServer real;
        real.address = address(server);
        real.port = 80;
        real.weight = 3;
        model::TcpCheck check;
        check.connectTimeout = 10s;
        check.retry = 3;
        check.delayBeforeRetry = 3s;
        check.connectPort = std::uint16_t{80};
        real.checks.emplace_back(check);
        service.servers.push_back(real);
    }
    cluster.services.push_back(service);
    return cluster;
}

std::string exportedConfiguration(const model::Cluster& cluster, const std::string& director) {
    formats::WriteOptions options;
    options.director = director;
    const auto exported = formats::writeAny(formats::Format::Keepalived, cluster, options);
    if (!exported)
        throw LabError("the export for " + director + " failed: " + exported.error().text);
    return exported->text;
}

model::Cluster importedCluster(const std::vector<formats::SourceText>& sources) {
    auto imported = formats::readAny(formats::Format::Keepalived, sources);
    if (!imported)
        throw LabError("the configurations were not understood: " + imported.error().text);
    for (model::Director& director : imported->cluster.directors)
        director.address = director.id;
    return std::move(imported->cluster);
}

std::string agentProgram() {
    if (const char* chosen = std::getenv("LVSDECK_AGENT_PROGRAM"); chosen != nullptr)
        return chosen;
    return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../../agent/lvsdeck-agent").lexically_normal();
}

void ClusterLab::SetUp() {
    if (std::filesystem::exists(agentProgram()))
        return;
#ifdef LVSDECK_LAB_NEEDS_AGENT
    FAIL() << "there is no " << agentProgram();
#endif
    GTEST_SKIP() << "there is no " << agentProgram() << ": this configuration does not build the agent";
}

Agent& ClusterLab::startAgent(const std::string& director) {
    auto& slot = m_agents[director];
    slot = std::make_unique<Agent>(lab.host(director), agentProgram(), director);
    slot->awaitReady();
    return *slot;
}

Agent::Answer ClusterLab::apply(const std::string& director, const model::Cluster& cluster, std::uint64_t base,
                                unsigned confirmWithinS) {
    return agent(director).call(
        "config.apply", {{"base_revision", base}, {"cluster", json::toJson(cluster)}, {"confirm_within_s", confirmWithinS}});
}

UniqueFd ClusterLab::connectTo(const std::string& host) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    // A unix socket's path reaches into the host over the root of its holder.
    const std::string path = lab.host(host).outsidePath("/run/lvsdeck/agent.sock");
    path.copy(where.sun_path, sizeof where.sun_path - 1);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        throw LabError::fromErrno("connect to " + path);
    const timeval patience{10, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return socket;
}

std::uint64_t ClusterLab::revision(const std::string& director) {
    return agent(director).must("config.get").at("revision").to_number<std::uint64_t>();
}

void ClusterLab::startBothAgents(const model::Cluster& cluster) {
    for (const char* director : {"lb2", "lb1"}) {
        startAgent(director);
        const Agent::Answer answer = apply(director, cluster, 0);
        if (!answer.ok())
            throw LabError(std::string(director) + " refused the cluster: " + answer.text);
    }
    awaitMaster("lb1");
    for (const char* director : {"lb1", "lb2"})
        awaitServers(director, {"192.168.50.9:80", "192.168.50.10:80"});
}

void ClusterLab::awaitMaster(const std::string& director, Milliseconds limit) {
    require(director + " alone holds the virtual address", limit, [&] { return lab.holderOfVirtualAddress() == director; });
}

void ClusterLab::awaitServers(const std::string& director, const std::vector<std::string>& servers, Milliseconds limit) {
    require("the table of " + director + " has its servers", limit, [&] {
        const std::string rules = lab.host(director).ipvsRules();
        return std::ranges::all_of(servers,
                                   [&](const auto& server) { return rules.find("-r " + server) != std::string::npos; });
    });
}

void ClusterLab::expectUnnoticed(const ClientProbe& client, LoadGenerator& load, std::size_t held, Clock::time_point begin,
                                 const std::string& what) {
    EXPECT_EQ(client.failures(begin), 0U) << what;
    EXPECT_EQ(load.awaitFreshAnswers(15s), held) << what;
    EXPECT_EQ(load.summary().alive, held) << what;
    EXPECT_EQ(lab.holderOfVirtualAddress(), "lb1") << what;
    EXPECT_LE(wire.longestDualMaster(begin, 1s), 0ms) << what;
    std::cout << what << ": " << client.attempts(begin).size() << " connections, " << client.failures(begin)
              << " failed; longest without one " << client.outage(begin).count() << " ms; " << load.summary().alive << " of "
              << held << " held ones alive\n";
}

} // namespace lvsdeck::lab
