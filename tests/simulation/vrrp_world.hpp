// SPDX-License-Identifier: GPL-3.0-or-later
// Two to five directors on a simulated segment, what may befall them, and the laws that must hold. Everything
// comes from one seed. Used by one test at a time.
#pragma once

#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_network.hpp"
#include "agent/simulated/simulated_network_config.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_system.hpp"
#include "agent/vrrp/router.hpp"

#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace lvsdeck::simulation {

/// How a world is built; by default from the seed.
struct Plan {
    std::uint64_t seed = 1;
    std::size_t nodes = 0;
    std::uint8_t version = 0;
    std::chrono::milliseconds interval{0};
    std::optional<bool> preempt;
    std::vector<std::uint8_t> priorities;
};

class World {
public:
    explicit World(Plan plan);
    ~World();

    // --- time
    void run(Duration duration);
    /// Lets it come to rest, then checks the laws of rest; `quiet` more without a single transition.
    void settleAndCheck(Duration quiet);
    [[nodiscard]] Duration simulated() const { return m_time.now() - m_began; }

    // --- what befalls the directors
    void kill(std::size_t node);     ///< the process only: addresses stay
    void powerCut(std::size_t node); ///< addresses and memory are lost
    void start(std::size_t node);
    void stop(std::size_t node, vrrp::Stop how);
    void hold(std::size_t node, vrrp::Hold kind);
    void release(std::size_t node);
    void setLink(std::size_t node, bool up);
    void setFailed(std::size_t node, bool failed);
    void takeAddressAway(std::size_t node);
    void stepWallClock(std::size_t node, Duration offset);
    void changeAddresses();
    void changePriority(std::size_t node);
    void strangerSpeaks();
    void storm(); ///< loss, delay, duplication, perhaps a partition; the laws of the whole network rest
    void calm();
    void mend(); ///< about half of what is wrong
    /// Any one of the above, except storm and calm.
    void anything();

    // --- what is seen
    [[nodiscard]] std::size_t size() const { return m_nodes.size(); }
    [[nodiscard]] bool eligible(std::size_t node) const;
    [[nodiscard]] std::vector<std::size_t> masters() const { return {m_masters.begin(), m_masters.end()}; }
    [[nodiscard]] std::optional<std::size_t> master() const;
    [[nodiscard]] rpc::VrrpState state(std::size_t node) const;
    [[nodiscard]] Duration masterDown() const; ///< the longest of all nodes
    /// So long a master may be silent after an advertisement without a backup's doubt, and once more an interval.
    [[nodiscard]] Duration silence() const { return (m_instance.downTimerAdverts - 1) * interval(); }
    [[nodiscard]] Duration skew(std::size_t node) const;
    [[nodiscard]] Duration interval() const;
    [[nodiscard]] Duration worstDelay() const;
    /// Two masters at once, the network being whole: not longer than this.
    [[nodiscard]] Duration dualBound() const { return interval() + 2 * worstDelay(); }
    [[nodiscard]] std::uint64_t transitions() const { return m_transitions; }
    [[nodiscard]] Duration longestDual() const { return m_longestDual; }
    [[nodiscard]] std::vector<std::string> holders() const;
    [[nodiscard]] std::size_t pick(std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(m_random);
    }
    [[nodiscard]] Duration between(Duration least, Duration most);
    /// Empty while every law held; else the first breach and what went before it.
    [[nodiscard]] const std::string& breach() const { return m_breach; }

private:
    struct Node;
    void onTransition(Node& node, const rpc::Transition& transition);
    void masterGone(std::size_t node);
    /// It stops being master beside another one, which cannot hear it.
    void leavesUnheard(std::size_t node);
    void mastersChanged();
    void checkRest();
    void checkReach();
    void say(std::string text);
    void broken(const std::string& law);
    [[nodiscard]] bool chance(double probability) { return std::bernoulli_distribution(probability)(m_random); }
    [[nodiscard]] model::OwnInstance configOf(const Node& node) const;
    [[nodiscard]] model::Effective effectiveOf(const Node& node) const;

    simulated::SimulatedTime m_time;
    Instant m_began = m_time.now();
    std::mt19937_64 m_random;
    simulated::SimulatedNetwork m_network;
    simulated::SimulatedSegment m_segment;
    model::VrrpInstance m_instance;
    std::vector<std::unique_ptr<Node>> m_nodes;
    std::set<std::size_t> m_masters;
    std::optional<Instant> m_dualSince;
    std::set<std::size_t> m_unheard; ///< gave way so that nobody could know that they had been master
    bool m_whole = true;
    bool m_stormy = false;
    Duration m_longestDual{0};
    std::uint64_t m_transitions = 0;
    std::vector<std::string> m_story;
    std::string m_breach;
};

} // namespace lvsdeck::simulation
