// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/group_world.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::simulation {

using namespace std::chrono_literals;

namespace {
const std::string device = "eth0";
const std::string file = "/run/priority";
const std::string program = "/bin/check";
constexpr std::size_t members = 2;
constexpr std::uint8_t owner = 255;

std::uint8_t prefixLength(Family family) { return family == Family::V4 ? 24 : 64; }

IpAddress numbered(Family family, bool linkLocal, std::uint32_t number) {
    if (family == Family::V4)
        return IpAddress::v4(0xc0a83200U + number);
    return *IpAddress::parse((linkLocal ? "fe80::" : "2001:db8::") + std::to_string(number));
}
} // namespace

struct GroupWorld::Node {
    Node(GroupWorld& world, const std::string& name)
        : runtime(world.m_time), host(world.m_segment, name, runtime), networkConfig(host, &world.m_network),
          scripts(runtime), system(runtime) {}

    simulated::SimulatedRuntime runtime;
    simulated::SimulatedHost host;
    simulated::SimulatedNetworkConfig networkConfig;
    simulated::SimulatedScripts scripts;
    simulated::SimulatedSystem system;
    IpAddress address;
    std::uint8_t priority = 100;
    bool preempt = true;
    int fileValue = 0;
    bool scriptFails = false;
    bool linkUp = true;
    vrrp::Memory memory;
    vrrp::MaintenanceBook maintenance;
    std::unique_ptr<vrrp::Router> router; ///< none: the process is not running
};

GroupWorld::GroupWorld(std::uint64_t seed) : m_random(seed), m_network(m_time, seed ^ 0x51ed270b7a1c55ULL, &m_segment) {
    m_version = pick(2) == 0 ? 2 : 3;
    m_unicast = pick(3) == 0;
    m_weights = pick(2) == 0;
    m_family = m_version == 3 && pick(3) == 0 ? Family::V6 : Family::V4;
    m_downTimerAdverts = pick(2) == 0 ? 3 : 2 + static_cast<std::uint32_t>(pick(4));
    for (std::uint32_t i = 0; i < members; ++i)
        m_virtual.push_back(numbered(m_family, false, 8 + i));
    m_masters.resize(members);
    m_unheard.resize(members);
    const std::size_t count = 2 + pick(4);
    const bool equal = pick(4) == 0;
    const bool anOwner = pick(6) == 0;
    const bool nopreempt = pick(4) == 0;
    for (std::size_t i = 0; i < count; ++i) {
        m_nodes.push_back(std::make_unique<Node>(*this, "lb" + std::to_string(i + 1)));
        Node& node = *m_nodes.back();
        node.address = numbered(m_family, true, 101 + static_cast<std::uint32_t>(i));
        node.host.configureAddress(device, {node.address, prefixLength(m_family), {}});
        // Far enough apart that a file's number decides only when it should, or equal.
        node.priority = anOwner && i == 0 ? owner : static_cast<std::uint8_t>(200 - 20 * (equal ? i / 2 : i));
        node.preempt = !nopreempt || pick(2) == 0;
    }
    calm();
    for (const auto& node : m_nodes)
        start(*node);
}

GroupWorld::~GroupWorld() {
    for (auto& node : m_nodes)
        node->router.reset();
}

Duration GroupWorld::between(Duration least, Duration most) {
    return Duration(std::uniform_int_distribution<Duration::rep>(least.count(), most.count())(m_random));
}

void GroupWorld::configure(Node& node) {
    model::Effective own;
    for (std::size_t i = 0; i < members; ++i) {
        model::OwnInstance one;
        one.instance.name = "VI_" + std::to_string(i + 1);
        one.instance.version = m_version;
        one.instance.vrid = static_cast<std::uint8_t>(51 + i);
        one.instance.addresses = {{m_virtual[i], prefixLength(m_family), {}, {}}};
        one.instance.preempt = node.preempt;
        one.instance.downTimerAdverts = m_downTimerAdverts;
        one.member.interface = device;
        one.member.priority = node.priority;
        if (m_unicast)
            for (const auto& other : m_nodes)
                if (other.get() != &node)
                    one.member.unicastPeers.push_back({other->address, {}, {}});
        one.instance.tracking.files = {{"f", {}, {}}};
        own.instances.push_back(std::move(one));
    }
    model::TrackFile tracked;
    tracked.name = "f";
    tracked.path = file;
    own.trackFiles = {tracked};
    model::TrackScript script;
    script.name = "chk";
    script.script.command = {program};
    own.trackScripts = {script};
    model::SyncGroup group;
    group.name = "G1";
    group.instances = {"VI_1", "VI_2"};
    group.trackingWeight = m_weights;
    group.tracking.scripts = {{"chk", {}, {}}};
    own.syncGroups = {group};
    node.router->configure(own, vrrp::Memory(node.memory));
}

void GroupWorld::start(Node& node) {
    if (node.router)
        return;
    say(node.host.name() + " starts");
    vrrp::Router::Observer observer;
    observer.transition = [this, &node](const std::string& instance, const rpc::Transition& transition) {
        onTransition(node, instance, transition);
    };
    observer.changed = observer.advertised = [&node] { node.memory = node.router->memory(); };
    observer.maintenance = [&node]() -> Result<void> {
        node.maintenance = node.router->maintenance();
        return {};
    };
    node.router = std::make_unique<vrrp::Router>(vrrp::RouterPorts{node.runtime, m_network.portOf(node.host.name()),
                                                                   node.host, node.networkConfig, node.scripts, node.system},
                                                 observer);
    node.router->restoreMaintenance(node.maintenance);
    configure(node);
}

void GroupWorld::onTransition(Node& node, const std::string& instance, const rpc::Transition& transition) {
    ++m_transitions;
    say(node.host.name() + " " + instance + ": " + json::toWord(transition.from) + " -> " + json::toWord(transition.to) +
        ": " + transition.reason);
    const auto index = static_cast<std::size_t>(instance.back() - '1');
    if (transition.to != rpc::VrrpPhase::Master) {
        if (m_stormy || !node.linkUp)
            leavesUnheard(node, index);
        m_masters[index].erase(&node);
        return;
    }
    m_masters[index].insert(&node);
    m_unheard[index].erase(&node);
    if (!node.maintenance.instances.empty() || !node.maintenance.groups.empty())
        broken(node.host.name() + " becomes master in maintenance");
}

void GroupWorld::leavesUnheard(const Node& node, std::size_t instance) {
    if (m_masters[instance].contains(&node) && m_masters[instance].size() > 1)
        m_unheard[instance].insert(&node);
}

void GroupWorld::setMaintenance(Node& node, bool on) {
    if (!node.router)
        return;
    std::optional<rpc::Maintenance> wanted;
    if (on)
        wanted = rpc::Maintenance{"test", "", 0, pick(2) == 0 ? node.runtime.wallUs() / 1000 + 20'000 : 0};
    say(node.host.name() + (on ? " goes into maintenance" : " is back in service"));
    if (!on || pick(2) == 0)
        (void)node.router->setGroupMaintenance("G1", wanted);
    if (!on || node.maintenance.groups.empty())
        (void)node.router->setInstanceMaintenance(pick(2) == 0 || !on ? "VI_1" : "VI_2", wanted);
    if (!on)
        (void)node.router->setInstanceMaintenance("VI_2", wanted);
}

bool GroupWorld::mayServe(const Node& node) const {
    return node.router && node.linkUp && !node.scriptFails && node.maintenance.instances.empty() &&
           node.maintenance.groups.empty();
}

int GroupWorld::priorityOf(const Node& node) const {
    if (node.priority == owner)
        return owner;
    return std::clamp(int{node.priority} + (m_weights ? node.fileValue : 0), 1, 254);
}

void GroupWorld::anything() {
    Node& node = *m_nodes[pick(m_nodes.size())];
    const auto loseProcess = [&] {
        if (node.router && pick(2) == 0)
            node.router->stop(pick(2) == 0 ? vrrp::Stop::Leave : vrrp::Stop::Resign);
        for (std::size_t i = 0; i < members; ++i) {
            leavesUnheard(node, i);
            m_masters[i].erase(&node);
        }
        node.router.reset();
        say(node.host.name() + " ends");
    };
    switch (pick(10)) {
    case 0: return loseProcess();
    case 1:
        loseProcess();
        run(between(0s, 6s));
        return start(node);
    case 2:
        for (const auto& one : m_nodes)
            start(*one);
        return;
    case 3: return setMaintenance(node, true);
    case 4: return setMaintenance(node, false);
    case 5:
        // Numbers that never make two priorities equal.
        node.fileValue = static_cast<int>(pick(9)) * 11 - 44;
        say(node.host.name() + " file says " + std::to_string(node.fileValue));
        return node.system.setFile(file, std::to_string(node.fileValue));
    case 6:
        node.scriptFails = !node.scriptFails;
        say(node.host.name() + (node.scriptFails ? " script fails" : " script is good"));
        return node.scripts.setExit(program, node.scriptFails ? 1 : 0);
    case 7:
        node.linkUp = !node.linkUp;
        say(node.host.name() + (node.linkUp ? " link up" : " link down"));
        m_network.setCable(node.host.name(), node.linkUp);
        return node.host.setLinkUp(device, node.linkUp);
    case 8: return node.runtime.setWallOffset(24h * 365 * 55 + between(-100s, 100s));
    default: {
        say("storm");
        m_stormy = true;
        m_network.setWeather({0.3, 0.1, 50us, between(1ms, 50ms)});
        std::vector<std::vector<std::string>> groups(2);
        for (const auto& one : m_nodes)
            groups[pick(2)].push_back(one->host.name());
        m_network.partition(groups);
        if (pick(2) == 0)
            node.host.takeAddressAway(device, m_virtual[pick(members)]);
    }
    }
}

void GroupWorld::calm() {
    m_network.setWeather({0, 0.05, 50us, 500us});
    m_network.partition({});
    m_stormy = false;
}

void GroupWorld::settleAndCheck() {
    // One that ends by itself would end the rest.
    for (const auto& node : m_nodes)
        for (const auto* book : {&node->maintenance.instances, &node->maintenance.groups})
            if (std::ranges::any_of(*book, [](const auto& entry) { return entry.second.untilMs != 0; })) {
                setMaintenance(*node, false);
                break;
            }
    // A script's second, its kill, three intervals and a skew, and the same again for whoever loses the first election.
    run(20s);
    checkRest();
    const std::uint64_t before = m_transitions;
    run(between(1s, 20s));
    if (m_transitions != before)
        broken("a transition although nothing happened");
    checkRest();
    checkReach();
}

void GroupWorld::checkRest() {
    const Node* best = nullptr;
    // An owner preempts in any case.
    const bool allPreempt = std::ranges::all_of(
        m_nodes, [&](const auto& node) { return node->preempt || node->priority == owner || !mayServe(*node); });
    for (const auto& node : m_nodes)
        if (mayServe(*node) && (best == nullptr || priorityOf(*node) > priorityOf(*best)))
            best = node.get();
    for (const auto& node : m_nodes) {
        if (!node->router)
            continue;
        const auto states = node->router->states();
        if (states.at(0).phase != states.at(1).phase)
            broken(node->host.name() + ": the members of its group do not agree");
        for (std::size_t i = 0; i < states.size(); ++i) {
            const bool master = states[i].phase == rpc::VrrpPhase::Master;
            // Somebody with an equal priority may be it as well.
            const bool rightful =
                best != nullptr && mayServe(*node) && (!allPreempt || priorityOf(*node) == priorityOf(*best));
            if (master && !rightful)
                broken(node->host.name() + " is master of " + states[i].name + " and must not be");
            if (node->linkUp && node->host.holds(m_virtual[i]) != master)
                broken(node->host.name() + (master ? " lacks " : " keeps ") + m_virtual[i].toString());
            if (master && states[i].maintenance)
                broken(node->host.name() + " is master in maintenance");
        }
    }
    for (std::size_t i = 0; i < members; ++i) {
        const auto masters = std::ranges::count_if(m_nodes, [&](const auto& node) {
            return node->router && node->router->states().at(i).phase == rpc::VrrpPhase::Master;
        });
        if (masters != (best == nullptr ? 0 : 1))
            broken(std::to_string(masters) + " masters of VI_" + std::to_string(i + 1) + " at rest");
    }
}

void GroupWorld::checkReach() {
    for (std::size_t i = 0; i < members; ++i) {
        if (m_masters[i].size() != 1)
            continue;
        const auto believed = m_segment.reaches(m_virtual[i]);
        const auto node = std::ranges::find_if(m_nodes, [&](const auto& other) { return other->host.name() == believed; });
        if (node == m_nodes.end() || (!m_masters[i].contains(node->get()) && !m_unheard[i].contains(node->get())))
            broken("the neighbours send " + m_virtual[i].toString() + " to " + believed.value_or("nobody") +
                   " and not to the master");
    }
    m_segment.clearAnnouncements();
}

void GroupWorld::say(const std::string& text) {
    m_story.push_back(std::to_string(static_cast<double>(simulated().count()) / 1e6) + "  " + text);
    if (m_story.size() > 120)
        m_story.erase(m_story.begin(), m_story.begin() + 60);
}

void GroupWorld::broken(const std::string& law) {
    if (!m_breach.empty())
        return;
    say("BROKEN: " + law);
    m_breach = law + "\nversion " + std::to_string(m_version) + (m_unicast ? " unicast" : "") +
               (m_weights ? " weights" : "") + (m_family == Family::V6 ? " IPv6" : "") + " down_timer_adverts " +
               std::to_string(m_downTimerAdverts) + "\n";
    for (const auto& node : m_nodes)
        m_breach += "  " + node->host.name() + " priority " + std::to_string(priorityOf(*node)) +
                    (node->preempt ? "" : " nopreempt") + (mayServe(*node) ? "" : " may not serve") + "\n";
    for (const std::string& line : m_story)
        m_breach += line + "\n";
}

} // namespace lvsdeck::simulation
