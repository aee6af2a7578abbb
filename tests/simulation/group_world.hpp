// SPDX-License-Identifier: GPL-3.0-or-later
// Two to five directors with a sync group of two instances each, of IPv4 or IPv6: owners, equal priorities, nopreempt, scripts and
// files that change priorities, maintenance, restarts and wall clocks that step. Everything comes from one seed. Used by one test at a time.
#pragma once

#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_network.hpp"
#include "agent/simulated/simulated_network_config.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_system.hpp"
#include "agent/vrrp/router.hpp"

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace lvsdeck::simulation {

class GroupWorld {
public:
    explicit GroupWorld(std::uint64_t seed);
    ~GroupWorld();

    void run(Duration duration) { m_time.runFor(duration); }
    /// One thing that may befall one of them.
    void anything();
    /// Ends partitions and bad weather.
    void calm();
    /// Lets it come to rest and checks the laws.
    void settleAndCheck();
    [[nodiscard]] Duration simulated() const { return m_time.now() - m_began; }
    [[nodiscard]] std::size_t pick(std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(m_random);
    }
    [[nodiscard]] Duration between(Duration least, Duration most);
    /// Empty while every law held; else the first breach and what went before it.
    [[nodiscard]] const std::string& breach() const { return m_breach; }
    [[nodiscard]] std::uint64_t transitions() const { return m_transitions; }

private:
    struct Node;
    void start(Node& node);
    void configure(Node& node);
    void setMaintenance(Node& node, bool on);
    void checkRest();
    void checkReach();
    void onTransition(Node& node, const std::string& instance, const rpc::Transition& transition);
    /// It stops being master beside another one, which cannot hear it.
    void leavesUnheard(const Node& node, std::size_t instance);
    [[nodiscard]] bool mayServe(const Node& node) const;
    [[nodiscard]] int priorityOf(const Node& node) const;
    void say(const std::string& text);
    void broken(const std::string& law);

    simulated::SimulatedTime m_time;
    Instant m_began = m_time.now();
    std::mt19937_64 m_random;
    simulated::SimulatedSegment m_segment;
    simulated::SimulatedNetwork m_network;
    std::uint8_t m_version = 3;
    bool m_unicast = false;
    bool m_weights = false; ///< of tracked things count inside of the group
    Family m_family = Family::V4;
    std::uint32_t m_downTimerAdverts = 3;
    std::vector<IpAddress> m_virtual; ///< of the instances, one each
    std::vector<std::unique_ptr<Node>> m_nodes;
    bool m_stormy = false;
    std::vector<std::set<const Node*>> m_masters; ///< by instance
    std::vector<std::set<const Node*>> m_unheard; ///< gave way so that nobody could know that they had been master
    std::vector<std::string> m_story;
    std::string m_breach;
    std::uint64_t m_transitions = 0;
};

} // namespace lvsdeck::simulation
