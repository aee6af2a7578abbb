// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/vrrp_world.hpp"

#include "agent/vrrp/machine.hpp"
#include "agent/vrrp/packet.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace lvsdeck::simulation {

using namespace std::chrono_literals;
using simulated::SimulatedHost;
using simulated::SimulatedRuntime;

namespace {
const std::string device = "eth0";
constexpr std::size_t toldLines = 60;
} // namespace

struct World::Node {
    Node(World& world, std::size_t number, const std::string& name)
        : index(number), runtime(world.m_time), host(world.m_segment, name, runtime), networkConfig(host, &world.m_network),
          scripts(runtime), system(runtime) {}

    std::size_t index;
    SimulatedRuntime runtime;
    SimulatedHost host;
    simulated::SimulatedNetworkConfig networkConfig;
    simulated::SimulatedScripts scripts;
    simulated::SimulatedSystem system;
    std::uint8_t priority = 100;
    bool preempt = true;
    std::chrono::milliseconds preemptDelay{0};
    bool linkUp = true;
    bool failed = false;
    bool held = false;
    bool deaf = false; ///< held silently
    vrrp::Memory memory;
    Timer staleCheck;
    std::unique_ptr<vrrp::Router> router; ///< none: the process is not running
};

World::World(Plan plan) : m_random(plan.seed), m_network(m_time, plan.seed ^ 0x9e3779b97f4a7c15ULL, &m_segment) {
    m_instance.name = "VI_1";
    m_instance.vrid = 51;
    m_instance.version = plan.version != 0 ? plan.version : static_cast<std::uint8_t>(chance(0.5) ? 2 : 3);
    const std::vector<std::chrono::milliseconds> intervals{100ms, 250ms, 1000ms, 1000ms};
    m_instance.advertInterval = plan.interval.count() != 0 ? plan.interval
                                : m_instance.version == 2  ? std::chrono::milliseconds(1000)
                                                           : intervals[pick(intervals.size())];
    if (m_instance.version == 2 && chance(0.5))
        m_instance.password = "1111";
    m_instance.addresses.push_back({*IpAddress::parse("192.168.50.8"), 32, {}, {}});
    m_instance.downTimerAdverts = chance(0.5) ? 3 : 2 + static_cast<std::uint32_t>(pick(4));
    calm();
    const std::size_t count = plan.nodes != 0 ? plan.nodes : 2 + pick(4);
    const bool allPreempt = plan.preempt.value_or(chance(0.7));
    for (std::size_t i = 0; i < count; ++i) {
        m_nodes.push_back(std::make_unique<Node>(*this, i, "lb" + std::to_string(i + 1)));
        Node& node = *m_nodes.back();
        node.host.configureAddress(device, {IpAddress::v4(0xc0a83265U + static_cast<std::uint32_t>(i)), 24, {}});
        node.priority = i < plan.priorities.size() ? plan.priorities[i] : static_cast<std::uint8_t>(1 + pick(254));
        if (plan.priorities.empty() && i == 0 && chance(0.1))
            node.priority = 255;
        if (plan.priorities.empty() && i > 0 && chance(0.15))
            node.priority = std::min<std::uint8_t>(m_nodes.front()->priority, 254);
        node.preempt = allPreempt || (!plan.preempt && chance(0.5));
        if (node.preempt && !plan.preempt && chance(0.1))
            node.preemptDelay = std::chrono::milliseconds(1000 * (1 + pick(20)));
    }
    for (std::size_t i = 0; i < count; ++i)
        start(i);
}

World::~World() {
    for (auto& node : m_nodes)
        node->router.reset();
}

model::OwnInstance World::configOf(const Node& node) const {
    model::OwnInstance config;
    config.instance = m_instance;
    config.instance.preempt = node.preempt;
    config.instance.preemptDelay = node.preemptDelay;
    config.member.director = node.host.name();
    config.member.interface = device;
    config.member.priority = node.priority;
    return config;
}

model::Effective World::effectiveOf(const Node& node) const {
    model::Effective own;
    own.instances.push_back(configOf(node));
    return own;
}

Duration World::between(Duration least, Duration most) {
    return Duration(std::uniform_int_distribution<Duration::rep>(least.count(), most.count())(m_random));
}

void World::run(Duration duration) {
    m_time.runFor(duration);
    if (m_whole && m_dualSince && m_time.now() - *m_dualSince > dualBound())
        broken("two masters for longer than " + std::to_string(dualBound().count()) + " us, and still");
    m_segment.clearAnnouncements();
}

Duration World::interval() const { return m_instance.advertInterval; }
Duration World::worstDelay() const { return 500us; }

Duration World::skew(std::size_t node) const {
    vrrp::State state;
    state.masterInterval = interval();
    return vrrp::skewTime(state, [&] {
        vrrp::Settings settings;
        settings.version = m_instance.version;
        settings.priority = m_nodes[node]->priority;
        return settings;
    }());
}

Duration World::masterDown() const {
    Duration longest{0};
    for (const auto& node : m_nodes)
        longest = std::max(longest, m_instance.downTimerAdverts * interval() + skew(node->index));
    return longest;
}

bool World::eligible(std::size_t index) const {
    const Node& node = *m_nodes[index];
    return node.router && node.linkUp && !node.held && !node.failed;
}

std::optional<std::size_t> World::master() const {
    return m_masters.size() == 1 ? std::optional(*m_masters.begin()) : std::nullopt;
}

rpc::VrrpState World::state(std::size_t node) const { return m_nodes[node]->router->states().at(0); }

std::vector<std::string> World::holders() const { return m_segment.holders(m_instance.addresses.front().address); }

// --- what is watched at every moment

void World::onTransition(Node& node, const rpc::Transition& transition) {
    ++m_transitions;
    say(node.host.name() + ": " + json::toWord(transition.from) + " -> " + json::toWord(transition.to) + ": " +
        transition.reason);
    const bool master = transition.to == rpc::VrrpPhase::Master;
    for (const model::VirtualAddress& address : m_instance.addresses)
        if (node.linkUp && !m_breach.size() && node.host.holds(address.address) != master &&
            transition.from != rpc::VrrpPhase::Initialize)
            broken(node.host.name() + (master ? " is master without " : " is not master and keeps ") +
                   address.address.toString());
    if (!master && (m_stormy || !node.linkUp || node.deaf))
        leavesUnheard(node.index);
    if (master) {
        m_masters.insert(node.index);
        m_unheard.erase(node.index);
    } else {
        m_masters.erase(node.index);
    }
    mastersChanged();
}

void World::leavesUnheard(std::size_t node) {
    if (m_masters.contains(node) && m_masters.size() > 1)
        m_unheard.insert(node);
}

void World::masterGone(std::size_t node) {
    leavesUnheard(node);
    m_masters.erase(node);
    mastersChanged();
}

void World::mastersChanged() {
    if (m_masters.size() >= 2) {
        if (!m_dualSince)
            m_dualSince = m_time.now();
        return;
    }
    if (!m_dualSince)
        return;
    const Duration dual = m_time.now() - *std::exchange(m_dualSince, std::nullopt);
    if (!m_whole)
        return;
    m_longestDual = std::max(m_longestDual, dual);
    if (dual > dualBound())
        broken("two masters for " + std::to_string(dual.count()) + " us, allowed are " +
               std::to_string(dualBound().count()));
}

// --- what must hold at rest

void World::settleAndCheck(Duration quiet) {
    // Everybody's timer may have to run out once; a preempt_delay first lets the other be master, and then
    // the timer runs.
    Duration longestDelay{0};
    for (const auto& node : m_nodes)
        longestDelay = std::max<Duration>(longestDelay, node->preemptDelay);
    Duration bound = masterDown() + interval() + 2 * worstDelay();
    if (longestDelay.count() > 0)
        bound += longestDelay + masterDown() + interval();
    run(bound);
    checkRest();
    const std::uint64_t before = m_transitions;
    run(quiet);
    if (m_transitions != before)
        broken("a transition although nothing happened");
    checkRest();
    checkReach();
}

void World::checkRest() {
    std::uint8_t highest = 0;
    std::size_t able = 0;
    bool allPreempt = true;
    for (const auto& node : m_nodes)
        if (eligible(node->index)) {
            ++able;
            highest = std::max(highest, node->priority);
            allPreempt = allPreempt && (node->preempt || node->priority == 255);
        }
    if (m_masters.size() != std::min<std::size_t>(able, 1))
        return broken(std::to_string(m_masters.size()) + " masters at rest, " + std::to_string(able) + " could be");
    for (const std::size_t master : m_masters) {
        if (!eligible(master))
            broken(m_nodes[master]->host.name() + " is master and must not be");
        if (allPreempt && m_nodes[master]->priority != highest)
            broken(m_nodes[master]->host.name() + " is master with priority " + std::to_string(m_nodes[master]->priority) +
                   ", another has " + std::to_string(highest));
    }
    for (const model::VirtualAddress& address : m_instance.addresses) {
        for (const auto& node : m_nodes)
            if (node->router && node->linkUp && node->host.holds(address.address) != m_masters.contains(node->index))
                broken(node->host.name() + (m_masters.contains(node->index) ? " lacks " : " keeps ") +
                       address.address.toString() + " at rest");
    }
}

void World::checkReach() {
    const auto one = master();
    if (!one)
        return;
    for (const model::VirtualAddress& address : m_instance.addresses) {
        const auto believed = m_segment.reaches(address.address);
        const auto node = std::ranges::find_if(m_nodes, [&](const auto& other) { return other->host.name() == believed; });
        // Asked again, since the last to announce is off the wire, a host without a process may answer first.
        const bool orphan = node != m_nodes.end() && !(*node)->router && (*node)->host.holds(address.address) &&
                            std::ranges::any_of(m_nodes, [](const auto& other) { return !other->linkUp; });
        if (node == m_nodes.end() || ((*node)->index != *one && !orphan && !m_unheard.contains((*node)->index)))
            broken("the neighbours send " + address.address.toString() + " to " + believed.value_or("nobody") +
                   " and not to the master");
    }
}

void World::say(std::string text) {
    std::ostringstream line;
    line << std::fixed << std::setprecision(6) << static_cast<double>(simulated().count()) / 1e6 << "  " << text;
    m_story.push_back(line.str());
    if (m_story.size() > 2 * toldLines)
        m_story.erase(m_story.begin(), m_story.begin() + toldLines);
}

void World::broken(const std::string& law) {
    say("BROKEN: " + law);
    if (!m_breach.empty())
        return;
    std::ostringstream out;
    out << law << "\nversion " << int{m_instance.version} << ", interval " << m_instance.advertInterval.count()
        << " ms, down_timer_adverts " << m_instance.downTimerAdverts << "\n";
    for (const auto& node : m_nodes)
        out << "  " << node->host.name() << " priority " << int{node->priority} << (node->preempt ? "" : " nopreempt")
            << " preempt_delay " << node->preemptDelay.count() << " ms" << (node->router ? "" : " not running")
            << (node->linkUp ? "" : " link down") << (node->held ? " held" : "") << (node->failed ? " failed" : "") << "\n";
    const std::size_t from = m_story.size() > toldLines ? m_story.size() - toldLines : 0;
    for (std::size_t i = from; i < m_story.size(); ++i)
        out << m_story[i] << "\n";
    m_breach = out.str();
}

// --- what befalls the directors

void World::start(std::size_t index) {
    Node& node = *m_nodes[index];
    if (node.router)
        return;
    say(node.host.name() + " starts");
    vrrp::Router::Observer observer;
    observer.transition = [this, &node](const std::string&, const rpc::Transition& transition) {
        onTransition(node, transition);
    };
    observer.changed = observer.advertised = [&node] { node.memory = node.router->memory(); };
    node.router = std::make_unique<vrrp::Router>(vrrp::RouterPorts{node.runtime, m_network.portOf(node.host.name()),
                                                                   node.host, node.networkConfig, node.scripts, node.system},
                                                 observer);
    if (node.failed)
        node.router->setFailed("the table cannot be programmed");
    node.router->configure(effectiveOf(node), vrrp::Memory(node.memory));
    node.held = node.deaf = false;
    if (!m_whole)
        return;
    // Stale addresses must be gone as soon as a master that was there all the time has been heard.
    const auto others = masters();
    if (others.size() == 1 && others.front() != index)
        node.staleCheck = node.runtime.after(interval() + 2 * worstDelay(), [this, &node, other = others.front()] {
            if (m_whole && m_masters.contains(other) && node.linkUp && !m_masters.contains(node.index) &&
                node.host.holds(m_instance.addresses.front().address))
                broken(node.host.name() + " keeps stale addresses beside a living master");
        });
}

void World::kill(std::size_t index) {
    Node& node = *m_nodes[index];
    if (!node.router)
        return;
    say(node.host.name() + " is killed");
    node.router.reset();
    node.staleCheck.cancel();
    masterGone(index);
}

void World::powerCut(std::size_t index) {
    Node& node = *m_nodes[index];
    kill(index);
    say(node.host.name() + " reboots");
    for (const model::VirtualAddress& address : m_instance.addresses)
        node.host.takeAddressAway(device, address.address);
    node.memory = {};
}

void World::stop(std::size_t index, vrrp::Stop how) {
    Node& node = *m_nodes[index];
    if (!node.router)
        return;
    say(node.host.name() + (how == vrrp::Stop::Resign ? " stops" : " leaves"));
    node.router->stop(how);
    node.router.reset();
    node.staleCheck.cancel();
    masterGone(index);
}

void World::hold(std::size_t index, vrrp::Hold kind) {
    Node& node = *m_nodes[index];
    if (!node.router)
        return;
    node.held = true;
    node.deaf = kind == vrrp::Hold::Silent;
    node.router->hold(kind, kind == vrrp::Hold::Graceful ? "drill graceful" : "drill crash");
}

void World::release(std::size_t index) {
    Node& node = *m_nodes[index];
    if (!node.router)
        return;
    say(node.host.name() + " is released");
    node.held = node.deaf = false;
    node.router->release();
}

void World::setLink(std::size_t index, bool up) {
    Node& node = *m_nodes[index];
    say(node.host.name() + (up ? " link up" : " link down"));
    node.linkUp = up;
    m_network.setCable(node.host.name(), up);
    node.host.setLinkUp(device, up);
}

void World::setFailed(std::size_t index, bool failed) {
    Node& node = *m_nodes[index];
    node.failed = failed;
    if (node.router)
        node.router->setFailed(failed ? "the table cannot be programmed" : "");
}

void World::takeAddressAway(std::size_t index) {
    say("somebody takes the address from " + m_nodes[index]->host.name());
    leavesUnheard(index);
    m_nodes[index]->host.takeAddressAway(device, m_instance.addresses.front().address);
}

void World::stepWallClock(std::size_t index, Duration offset) {
    say(m_nodes[index]->host.name() + " wall clock steps");
    m_nodes[index]->runtime.setWallOffset(24h * 365 * 55 + offset);
}

void World::changeAddresses() {
    const IpAddress second = *IpAddress::parse("192.168.50.9");
    if (std::erase_if(m_instance.addresses, [&](const auto& a) { return a.address == second; }) == 0)
        m_instance.addresses.push_back({second, 32, {}, {}});
    say("the list of addresses changes everywhere");
    for (const auto& node : m_nodes)
        if (node->router)
            node->router->configure(effectiveOf(*node), {});
}

void World::changePriority(std::size_t index) {
    Node& node = *m_nodes[index];
    node.priority = static_cast<std::uint8_t>(1 + pick(254));
    say(node.host.name() + " gets priority " + std::to_string(node.priority));
    if (node.router)
        node.router->configure(effectiveOf(node), {});
}

void World::strangerSpeaks() {
    ReceivedAdvert advert;
    advert.source = IpAddress::v4(0xc0a832c8U);
    advert.destination = vrrp::multicastGroup(Family::V4);
    advert.ttl = chance(0.5) ? std::uint8_t{255} : std::uint8_t{64};
    vrrp::Advert content{m_instance.version,
                         static_cast<std::uint8_t>(chance(0.5) ? 51 : 52),
                         255,
                         m_instance.advertInterval,
                         "wrong",
                         {*IpAddress::parse("10.0.0.1")}};
    if (auto message = vrrp::encode(content, advert.source, advert.destination))
        advert.message = *message;
    for (std::size_t i = pick(4); i > 0 && !advert.message.empty(); --i)
        advert.message[pick(advert.message.size())] ^= static_cast<std::uint8_t>(1U << pick(8));
    if (chance(0.3))
        advert.message.resize(pick(40));
    m_network.inject("stranger", device, advert);
}

void World::storm() {
    m_whole = false;
    m_stormy = true;
    for (const auto& node : m_nodes)
        node->staleCheck.cancel();
    simulated::Weather weather;
    weather.loss = std::uniform_real_distribution<double>(0, 0.7)(m_random);
    weather.duplication = 0.2;
    weather.mostDelay = between(1ms, 80ms);
    m_network.setWeather(weather);
    std::vector<std::vector<std::string>> groups(2);
    if (chance(0.5))
        for (const auto& node : m_nodes)
            groups[pick(2)].push_back(node->host.name());
    m_network.partition(groups);
    say("storm");
}

void World::calm() {
    m_network.setWeather({0, 0.05, 50us, worstDelay()});
    m_network.partition({});
    m_stormy = false;
    if (m_whole)
        return;
    // What was sent before may still be on its way.
    run(100ms);
    say("calm");
    m_whole = true;
    if (m_dualSince)
        m_dualSince = m_time.now();
}

void World::mend() {
    for (std::size_t i = 0; i < size(); ++i) {
        if (chance(0.5))
            start(i);
        if (chance(0.5))
            release(i);
        if (!m_nodes[i]->linkUp && chance(0.5))
            setLink(i, true);
        if (m_nodes[i]->failed && chance(0.5))
            setFailed(i, false);
    }
}

void World::anything() {
    const std::size_t node = pick(size());
    switch (pick(16)) {
    case 0: return kill(node);
    case 1:
    case 2: return start(node);
    case 3: {
        chance(0.5) ? kill(node) : stop(node, vrrp::Stop::Leave);
        run(between(0s, 2 * masterDown()));
        return start(node);
    }
    case 4: return powerCut(node);
    case 5: return stop(node, vrrp::Stop::Resign);
    case 6: return hold(node, vrrp::Hold::Graceful);
    case 7: return hold(node, vrrp::Hold::Silent);
    case 8:
    case 9: return release(node);
    case 10: return setLink(node, !m_nodes[node]->linkUp);
    case 11: return setFailed(node, !m_nodes[node]->failed);
    case 12: return takeAddressAway(node);
    case 13: return stepWallClock(node, between(-100s, 100s));
    case 14: return chance(0.5) ? changeAddresses() : changePriority(node);
    default: return strangerSpeaks();
    }
}

} // namespace lvsdeck::simulation
