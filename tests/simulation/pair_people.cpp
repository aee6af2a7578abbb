// SPDX-License-Identifier: GPL-3.0-or-later
// What people do to the two agents in a day, and the cluster that they are about.
#include "tests/simulation/pair_world.hpp"

namespace lvsdeck::simulation {

namespace {

using namespace std::chrono_literals;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

model::Script script(const char* program) { return {{program}, "", ""}; }

model::RealServer server(const char* address, std::uint16_t port, std::int32_t weight, model::HealthCheck check) {
    model::RealServer out;
    out.address = ip(address);
    out.port = port;
    out.weight = weight;
    out.checks = {std::move(check)};
    return out;
}

model::VrrpInstance instance(const char* name, std::uint8_t vrid, const char* address, bool firstLeads) {
    model::VrrpInstance out;
    out.name = name;
    out.vrid = vrid;
    model::VirtualAddress virtualAddress;
    virtualAddress.address = ip(address);
    virtualAddress.prefixLength = virtualAddress.address.isV4() ? 32 : 128;
    out.addresses = {virtualAddress};
    for (const bool first : {true, false}) {
        model::Member member;
        member.director = first ? "lb1" : "lb2";
        member.interface = "eth0";
        member.priority = first == firstLeads ? 150 : 100;
        out.members.push_back(member);
    }
    return out;
}

model::VirtualService web() {
    model::VirtualService out;
    out.address = ip("192.168.50.8");
    out.port = 80;
    out.scheduler = model::Scheduler::Wrr;
    out.persistenceTimeout = 60;
    out.delayLoop = 2s;
    out.drainLimit = 20s;
    out.sorryServer = model::SorryServer{ip("192.168.50.77"), 80, {}, {}, false};
    model::HttpCheck http;
    http.urls = {{"/health"}};
    model::ScriptCheck program;
    program.script = script("/usr/bin/chk_rs");
    program.dynamic = true;
    out.servers = {server("192.168.50.9", 80, 3, model::TcpCheck{}), server("192.168.50.10", 80, 3, http),
                   server("192.168.50.11", 80, 1, program)};
    return out;
}

model::VirtualService dns() {
    model::VirtualService out;
    out.protocol = model::Protocol::Udp;
    out.address = ip("192.168.50.18");
    out.port = 53;
    out.scheduler = model::Scheduler::Rr;
    out.haSuspend = true;
    out.quorum = 2;
    out.hysteresis = 1;
    out.delayLoop = 3s;
    out.quorumUp = out.quorumDown = script("/usr/bin/note");
    out.servers = {server("192.168.50.9", 53, 1, model::DnsCheck{}), server("192.168.50.10", 53, 1, model::UdpCheck{})};
    return out;
}

model::VirtualService secure() {
    model::VirtualService out;
    out.group = "secure";
    out.forwarding = model::Forwarding::Nat;
    out.scheduler = model::Scheduler::Wlc;
    out.inhibitOnFailure = true;
    out.servers = {server("192.168.50.9", 443, 1, model::TcpCheck{}), server("192.168.50.11", 443, 2, model::TcpCheck{})};
    return out;
}

} // namespace

model::Cluster pairCluster() {
    model::Cluster out;
    out.name = "pair";
    out.directors = {{"lb1", "192.168.50.1", 22, "", ""}, {"lb2", "192.168.50.2", 22, "", ""}};
    out.instances = {instance("VI_1", 51, "192.168.50.8", true), instance("VI_2", 52, "192.168.50.18", false),
                     instance("VI_3", 53, "fd00:50::8", false)};
    model::VrrpInstance& first = out.instances[0];
    first.garp.refresh = 60s;
    first.tracking.interfaces = {{"dummy0", 0, false}};
    first.tracking.scripts = {{"web", {}, {}}};
    first.tracking.files = {{"load", {}, {}}};
    first.tracking.processes = {{"nginx", {}, {}}};
    first.notify.any = script("/usr/bin/note");
    model::VirtualRoute route;
    route.destination = model::Prefix{ip("10.99.0.0"), 16};
    route.via = ip("192.168.50.254");
    first.routes = {route};
    out.instances[1].version = 2;
    out.instances[1].password = "1111";
    out.syncGroups = {{"pair", {"VI_2", "VI_3"}, {}, false, {}, {}}};
    model::TrackScript chk;
    chk.name = "web";
    chk.script = script("/usr/bin/chk_web");
    chk.interval = 2s;
    out.trackScripts = {chk};
    model::TrackFile load;
    load.name = "load";
    load.path = "/run/load";
    out.trackFiles = {load};
    model::TrackProcess process;
    process.name = "nginx";
    process.process = {"nginx"};
    process.weight = 60;
    out.trackProcesses = {process};
    model::GroupEntry one;
    one.address = ip("192.168.50.8");
    one.port = 443;
    model::GroupEntry other = one;
    other.address = ip("192.168.50.18");
    out.serviceGroups = {{"secure", {one, other}}};
    out.services = {web(), dns(), secure()};
    model::ConnectionSync sync;
    sync.interface = "eth0";
    sync.instance = "VI_1";
    sync.syncId = 51;
    out.connectionSync = sync;
    out.timeouts.tcp = 600;
    out.ipvsSysctls = {{"expire_nodest_conn", "1"}};
    out.notification.fifo = "/run/notify.fifo";
    out.notification.to = {"olga@example.org"};
    out.notification.from = "lb@example.org";
    out.notification.smtpServer = "192.0.2.25";
    return out;
}

/// One or two changes, among them services that come for a day and have a name that none had before.
model::Cluster PairWorld::changedCluster() {
    model::Cluster out = pairCluster();
    for (std::size_t i = 0; i < 1 + pick(2); ++i)
        switch (pick(10)) {
        case 0: out.services[0].servers[pick(3)].weight = static_cast<std::int32_t>(pick(9)); break;
        case 1: out.services[0].servers.pop_back(); break;
        case 2: {
            model::VirtualService fresh = secure();
            fresh.group.clear();
            fresh.address = ip("192.168.50.18");
            fresh.port = static_cast<std::uint16_t>(1024 + pick(60'000));
            fresh.haSuspend = true;
            out.services.push_back(fresh);
            break;
        }
        case 3: std::swap(out.instances[0].members[0].priority, out.instances[0].members[1].priority); break;
        case 4: out.instances[0].advertInterval = 2s; break;
        case 5: out.instances.push_back(instance("VI_4", 54, "192.168.50.28", pick(2) == 0)); break;
        case 6: out.foreignChange = model::ForeignChange::LeaveAlone; break;
        case 7:
            out.connectionSync.reset();
            out.ipvsSysctls.clear();
            out.timeouts = {};
            break;
        case 8: out.notification.fifo = "/run/other.fifo"; break;
        default: out.services.erase(out.services.begin() + static_cast<std::ptrdiff_t>(pick(out.services.size())));
        }
    return out;
}

void PairWorld::fill() {
    constexpr int rounds = 110;
    for (int round = 0; round < rounds && m_breach.empty(); ++round) {
        for (const auto& who : m_directors)
            as(*who, [&](core::Engine& engine) {
                model::Cluster cluster = pairCluster();
                cluster.services[0].servers[0].weight = 1 + round % 3;
                rpc::ConfigApplyParams params;
                params.baseRevision = documentOf(engine).revision;
                params.cluster = json::toJson(cluster);
                params.confirmWithinS = 0;
                (void)engine.apply(params, "olga");
                for (std::size_t i = 0; i < 4; ++i)
                    engine.note(rpc::EventLevel::Info, "agent", "192.168.50.9:80 of tcp 192.168.50.8:80",
                                "fills what is kept");
                (void)engine.state({});
                // Whatever an instance is, a crash drill moves it there and back.
                if (const auto drill = engine.beginDrill({rpc::DrillKind::Crash, 30}, "olga"))
                    (void)engine.endDrill(drill->id);
            });
        for (const auto& who : m_directors)
            foreignServiceComes(*who);
        strangersSpeak(*m_directors[0]);
        run(2s);
    }
    heal();
}

void PairWorld::somebodyApplies(PairDirector& who) {
    model::Cluster cluster = changedCluster();
    const bool stale = pick(8) == 0;
    const bool mistaken = pick(8) == 0;
    const auto within = static_cast<std::uint32_t>(pick(3) == 0 ? 0 : 5 + pick(40));
    if (mistaken)
        cluster.instances[0].vrid = 0;
    as(who, [&](core::Engine& engine) {
        rpc::ConfigApplyParams params;
        params.baseRevision = documentOf(engine).revision + (stale ? 1 : 0);
        params.cluster = json::toJson(cluster);
        params.confirmWithinS = within;
        (void)engine.check({params.cluster, {}});
        const auto done = engine.apply(params, "olga");
        if (done && (stale || mistaken))
            m_breach = "an apply that is " + std::string(stale ? "stale" : "mistaken") + " was taken";
    });
}

void PairWorld::somebodyConfirms(PairDirector& who) {
    as(who, [this](core::Engine& engine) { (void)engine.confirm(documentOf(engine).revision, "olga"); });
}

void PairWorld::somebodyReverts(PairDirector& who) {
    const std::size_t which = pick(60);
    const auto within = static_cast<std::uint32_t>(pick(2) == 0 ? 0 : 5 + pick(40));
    as(who, [&](core::Engine& engine) {
        const auto& history = engine.history();
        if (which < history.size())
            (void)engine.revert({history[which].revision, within}, "olga");
        else
            (void)engine.revert({}, "olga");
    });
}

void PairWorld::somebodySetsAServer(PairDirector& who) {
    rpc::ServerSetParams params;
    params.service = pick(2) == 0 ? "tcp 192.168.50.8:80" : "udp 192.168.50.18:53";
    params.server =
        (pick(2) == 0 ? "192.168.50.9:" : "192.168.50.10:") + std::string(params.service[0] == 't' ? "80" : "53");
    switch (pick(5)) {
    case 0: params.admin = model::AdminState::Drained; break;
    case 1: params.admin = model::AdminState::Disabled; break;
    case 2: params.weight = static_cast<std::int32_t>(pick(20)); break;
    default: break;
    }
    as(who, [&](core::Engine& engine) { (void)engine.setServer(params, "olga"); });
}

void PairWorld::somebodyMaintains(PairDirector& who) {
    rpc::VrrpSetParams params;
    (pick(2) == 0 ? params.instance : params.group) = pick(2) == 0 ? "VI_1" : "pair";
    params.maintenance = pick(2) == 0;
    params.reason = "cables";
    if (pick(2) == 0)
        params.untilMs = who.runtime.wallUs() / 1000 + static_cast<std::int64_t>(1 + pick(120'000));
    as(who, [&](core::Engine& engine) { (void)engine.setMaintenance(params, "olga"); });
}

void PairWorld::somebodyDrills(PairDirector& who) {
    const bool graceful = pick(2) == 0;
    const auto lease = static_cast<std::uint32_t>(5 + pick(30));
    const std::size_t what = pick(3);
    as(who, [&](core::Engine& engine) {
        if (who.drill.empty()) {
            if (const auto begun =
                    engine.beginDrill({graceful ? rpc::DrillKind::Graceful : rpc::DrillKind::Crash, lease}, "olga"))
                who.drill = begun->id;
            return;
        }
        const bool goesOn = what == 0 ? engine.renewDrill({who.drill, lease}).has_value() : false;
        if (what == 1)
            (void)engine.endDrill(who.drill);
        if (!goesOn)
            who.drill.clear(); // forgotten: its lease runs out
    });
}

void PairWorld::somebodyChecks(PairDirector& who) {
    const bool known = pick(4) != 0;
    as(who, [&](core::Engine& engine) {
        (void)engine.runChecks({"tcp 192.168.50.8:80", known ? "192.168.50.10:80" : "192.0.2.1:80"}, "olga");
        (void)engine.hello();
        (void)engine.interfaces();
    });
}

void PairWorld::somebodyLooksOn(PairDirector& who) {
    constexpr std::size_t most = 4;
    const auto interval = static_cast<std::uint32_t>(500 + pick(9500));
    const std::size_t what = pick(4);
    as(who, [&](core::Engine&) {
        std::erase_if(who.viewers, [](const auto& viewer) { return viewer->isDismissed(); });
        if (who.viewers.size() < most && what != 0)
            who.viewers.push_back(std::make_unique<Viewer>(*who.services, interval, what != 1));
        else if (!who.viewers.empty() && what == 0)
            who.viewers.erase(who.viewers.begin());
        else if (!who.viewers.empty())
            who.viewers.back()->read();
    });
}

void PairWorld::somebodyTalksNonsense(PairDirector& who) {
    std::string line;
    for (std::size_t i = pick(300); i > 0; --i)
        line += static_cast<char>(pick(256));
    as(who, [&](core::Engine&) {
        if (who.viewers.empty())
            return;
        who.viewers.front()->say(line + "\n");
        who.viewers.front()->say(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"config.get\",\"params\":{\"revision\":\"x\"}}\n");
        who.viewers.front()->say(
            "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"vrrp.transitions\",\"params\":{\"instance\":\"VI_1\"}}\n");
        who.viewers.front()->say("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"state.get\",\"params\":{}}\n");
    });
}

} // namespace lvsdeck::simulation
