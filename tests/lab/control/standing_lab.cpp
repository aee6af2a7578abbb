// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/control/standing_lab.hpp"

#include "tests/lab/control/attendant.hpp"
#include "tests/lab/control/forwarder.hpp"
#include "tests/lab/support/standard_lab.hpp"
#include "tests/lab/support/world.hpp"

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sys/stat.h>

namespace lvsdeck::lab {
namespace {

std::atomic<bool> signalled = false; // set by a signal handler, which can reach nothing else

std::string randomWord(std::size_t length) {
    static constexpr std::string_view letters = "abcdefghijkmnopqrstuvwxyz23456789";
    std::random_device device;
    std::uniform_int_distribution<std::size_t> pick(0, letters.size() - 1);
    std::string word;
    while (word.size() < length)
        word += letters[pick(device)];
    return word;
}

/// Appears at once and complete under its final name.
void writeWhole(const std::string& path, const std::string& text, mode_t mode) {
    const std::string part = path + ".part";
    std::ofstream(part, std::ios::binary | std::ios::trunc) << text;
    if (::chmod(part.c_str(), mode) != 0 || std::rename(part.c_str(), path.c_str()) != 0)
        throw LabError::fromErrno("write " + path);
}

std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The lab with everything that makes it reachable; destroyed from the outside in.
class StandingLab {
public:
    explicit StandingLab(const StandingOptions& options)
        : m_options(options), m_password(randomWord(16)), m_accounts(standardAccounts(m_password)), m_lab(m_accounts) {
        makeClientKey();
        const std::string key = slurp(std::string(worldFolder) + "/id_ed25519.pub");
        const std::string path = "/run/lab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        for (const HostPlan& plan : standardHosts())
            m_sshds.push_back(
                std::make_unique<Sshd>(m_lab.host(plan.name), m_accounts, key.substr(0, key.find('\n')), path));
        if (!options.agentProgram.empty())
            // The client's agent belongs to no cluster: it only serves probes, from where the clients are.
            for (const auto& [name, director] : {std::pair{"lb1", "lb1"}, std::pair{"lb2", "lb2"}, std::pair{"client", ""}})
                m_agents.emplace(name, std::make_unique<Agent>(m_lab.host(name), options.agentProgram, director));
        for (const auto& sshd : m_sshds)
            sshd->awaitReady();
        for (auto& [name, agent] : m_agents)
            agent->awaitReady();
        for (std::size_t i = 0; i < standardHosts().size(); ++i)
            m_forwarders.push_back(std::make_unique<Forwarder>(options.listenAddress, port(i), m_lab.network().host(),
                                                               standardHosts()[i].managementAddress, std::uint16_t{22}));
    }

    [[nodiscard]] StandardLab& lab() { return m_lab; }

    void describe(const std::string& token) const {
        std::string known;
        boost::json::object hosts;
        const std::string identity = m_options.folder + "/id_ed25519";
        const std::string knownHosts = m_options.folder + "/known_hosts";
        for (std::size_t i = 0; i < standardHosts().size(); ++i) {
            const HostPlan& plan = standardHosts()[i];
            known += "[127.0.0.1]:" + std::to_string(port(i)) + " " + m_sshds[i]->publicHostKey() + "\n";
            hosts[plan.name] = {{"ssh_host", "127.0.0.1"},
                                {"ssh_port", port(i)},
                                {"user", "admin"},
                                {"identity", identity},
                                {"known_hosts", knownHosts},
                                {"service_address", plan.serviceAddress},
                                {"management_address", plan.managementAddress},
                                {"agent", m_agents.contains(plan.name)}};
        }
        const boost::json::object document = {
            {"mode", m_options.mode},
            {"virtual_address", virtualAddress},
            {"directors", {"lb1", "lb2"}},
            {"real_servers", {"rs1", "rs2", "rs3"}},
            {"users", {{"admin", "lvsdeck-admin"}, {"operator", "lvsdeck-operator"}, {"viewer", "lvsdeck"}}},
            {"password_login", {{"user", "admin"}, {"password", m_password}}},
            {"identity", identity},
            {"known_hosts", knownHosts},
            {"hosts", hosts},
            {"control", {{"host", "127.0.0.1"}, {"port", m_options.firstPort}, {"token", token}}}};
        writeWhole(identity, slurp(std::string(worldFolder) + "/id_ed25519"), 0600);
        writeWhole(knownHosts, known, 0644);
        writeWhole(m_options.folder + "/lab.json", boost::json::serialize(document) + "\n", 0600);
    }

    [[nodiscard]] boost::json::value status() {
        boost::json::object hosts;
        for (const HostPlan& plan : standardHosts()) {
            Host& host = m_lab.host(plan.name);
            hosts[plan.name] = {{"addresses", boost::json::value_from(host.addresses())},
                                {"sshd", host.listensOn(22)},
                                {"nginx", host.listensOn(80)},
                                {"agent", host.fileExists("/run/lvsdeck/agent.sock")}};
        }
        return boost::json::object{
            {"mode", m_options.mode}, {"virtual_address_held_by", m_lab.holderOfVirtualAddress()}, {"hosts", hosts}};
    }

private:
    [[nodiscard]] std::uint16_t port(std::size_t host) const {
        return static_cast<std::uint16_t>(m_options.firstPort + 1 + host);
    }

    void makeClientKey() {
        m_lab.network().host().must(
            {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", "/run/lab/id_ed25519"});
        for (const char* file : {"/id_ed25519", "/id_ed25519.pub"})
            writeWhole(worldFolder + std::string(file), m_lab.network().host().readFile(std::string("/run/lab") + file),
                       0600);
    }

    StandingOptions m_options;
    std::string m_password;
    std::vector<Account> m_accounts;
    StandardLab m_lab;
    std::vector<std::unique_ptr<Sshd>> m_sshds;
    std::map<std::string, std::unique_ptr<Agent>> m_agents;
    std::vector<std::unique_ptr<Forwarder>> m_forwarders;
};

} // namespace

void holdLab(const StandingOptions& options) {
    StandingOptions resolved = options;
    resolved.folder = std::filesystem::canonical(options.folder);
    enterWorld();
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        ::signal(number, [](int) { signalled = true; });
    StandingLab standing(resolved);
    const std::string token = randomWord(32);
    Attendant attendant(standing.lab(), token, [&] { return standing.status(); });
    const UniqueFd listener = listenOn(options.listenAddress, options.firstPort);
    standing.describe(token);
    attendant.serve(listener, signalled);
    std::filesystem::remove(resolved.folder + "/lab.json");
}

} // namespace lvsdeck::lab
