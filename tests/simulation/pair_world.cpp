// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/pair_world.hpp"

#include "agent/ipvs/desired.hpp"
#include "agent/ipvs/words.hpp"
#include "common/rpc/state_delta.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::simulation {

namespace {

using namespace std::chrono_literals;

using Turn = LiveMemory::Turn;
constexpr std::size_t viewerOwner = 3;
constexpr std::size_t storyLength = 60;
constexpr std::size_t toldEvents = 100;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

std::string clockText(Instant now) {
    const auto seconds = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    return std::to_string(seconds / 1000) + "." + std::to_string(seconds % 1000) + " s";
}

} // namespace

Timer OwnRuntime::after(Duration delay, std::function<void()> work) {
    const Turn turn(m_owner);
    return m_inner.after(delay, [owner = m_owner, work = std::move(work)] {
        const Turn own(owner);
        work();
    });
}

void OwnRuntime::post(std::function<void()> work) {
    const Turn turn(m_owner);
    m_inner.post([owner = m_owner, work = std::move(work)] {
        const Turn own(owner);
        work();
    });
}

Result<std::unique_ptr<VrrpEndpoint>> OwnVrrp::open(const Listening& listening,
                                                    std::function<void(const ReceivedAdvert&)> received) {
    return m_inner.open(listening, [owner = m_owner, received = std::move(received)](const ReceivedAdvert& advert) {
        const Turn own(owner);
        received(advert);
    });
}

Result<void> OutsideStore::write(const std::string& name, const std::string& text) {
    const Turn nobody(0);
    return m_inner.write(name, text);
}

Result<std::unique_ptr<RunningProbe>> NoProbes::run(const rpc::ProbeRunParams&, std::function<void(rpc::ProbeNews)>) {
    return failure(ErrorCode::Unsupported, "nothing is measured in this simulation");
}

Viewer::Viewer(api::Services& services, std::uint32_t intervalMs, bool reads)
    : m_reads(reads),
      m_session(services, {rpc::Role::Admin, "olga"},
                {.send = [this](const std::string& line) { take(line); }, .close = [this] { m_dismissed = true; }}) {
    say("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{\"protocol\":1,\"client\":\"viewer\"}}\n");
    say("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"state.subscribe\",\"params\":{\"interval_ms\":" +
        std::to_string(intervalMs) + "}}\n");
}

void Viewer::take(const std::string& line) {
    if (!m_reads) {
        m_waiting += line.size();
        m_session.unsent(m_waiting);
    }
    const Turn own(viewerOwner);
    const auto message = rpc::decode(std::string_view(line).substr(0, line.size() - 1));
    if (!message) {
        m_broken = true;
        return;
    }
    const auto* news = std::get_if<rpc::Notification>(&*message);
    if (news == nullptr || news->method != "state")
        return;
    const auto state = json::fromJson<rpc::State>(news->params);
    m_broken = m_broken || !state || !rpc::merge(m_state, *state);
}

void Viewer::read() {
    m_reads = true;
    m_waiting = 0;
    m_session.unsent(0);
}

PairDirector::PairDirector(simulated::SimulatedTime& time, simulated::SimulatedSegment& segment,
                           simulated::SimulatedNetwork& network, std::string id, std::size_t number)
    : name(std::move(id)), owner(number), runtime(time, number), host(segment, name, runtime, &crash),
      vrrp(network.portOf(name), number), networkConfig(host, &network, &crash), scripts(runtime), system(runtime),
      checks(runtime), ipvs(&crash), persistent(&crash) {
    host.addLink("dummy0");
    host.configureAddress("eth0", {ip(number == 1 ? "192.168.50.1" : "192.168.50.2"), 24, ""});
    host.configureAddress("eth0", {ip(number == 1 ? "fe80::1" : "fe80::2"), 64, ""});
}

PairWorld::PairWorld(std::uint64_t seed) : m_random(seed), m_network(m_time, seed + 1, &m_segment) {
    for (std::size_t i = 0; i < m_directors.size(); ++i) {
        const std::size_t owner = i + 1;
        const Turn turn(owner);
        m_directors[i] = std::make_unique<PairDirector>(m_time, m_segment, m_network, i == 0 ? "lb1" : "lb2", owner);
    }
    for (const auto& who : m_directors)
        start(*who);
    heal();
}

PairWorld::~PairWorld() {
    for (const auto& who : m_directors)
        kill(*who);
}

Duration PairWorld::between(Duration least, Duration most) {
    return least + Duration(static_cast<Duration::rep>(pick(static_cast<std::size_t>((most - least).count()) + 1)));
}

void PairWorld::as(PairDirector& who, const std::function<void(core::Engine&)>& work) {
    if (!who.engine)
        return;
    try {
        const Turn turn(who.owner);
        work(*who.engine);
    } catch (const simulated::SimulatedCrash&) {
        crashed();
    }
}

rpc::ConfigDocument PairWorld::documentOf(core::Engine& engine) {
    auto document = engine.document({});
    if (document)
        return std::move(*document);
    if (m_breach.empty())
        m_breach = "the configuration in force cannot be read: " + document.error().text + "\n" + m_story;
    return {};
}

void PairWorld::start(PairDirector& who) {
    const Turn turn(who.owner);
    ++who.starts;
    try {
        who.engine = std::make_unique<core::Engine>(
            core::Ports{who.runtime, who.ipvs, who.host, who.vrrp, who.networkConfig, who.scripts, who.system, who.checks,
                        who.classic, who.persistentOutside, who.transientOutside},
            core::Identity{who.name, "test", "boot-1", true}, [this](const rpc::Event& event) {
                for (const std::string* text : {&event.area, &event.subject, &event.text})
                    for (const char c : *text)
                        m_fingerprint = (m_fingerprint ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
                m_fingerprint ^= static_cast<std::uint64_t>(event.atUs);
            });
        if (const auto begun = who.engine->start(); !begun && m_breach.empty())
            m_breach = who.name + " does not start: " + begun.error().text;
        who.services = std::make_unique<api::Services>(api::Services{*who.engine, who.probes, {}, {}});
    } catch (const simulated::SimulatedCrash&) {
        crashed();
    }
}

void PairWorld::kill(PairDirector& who) {
    for (const auto& viewer : who.viewers)
        if (viewer->isBroken() && m_breach.empty())
            m_breach = "a viewer of " + who.name + " got news that do not fit";
    who.viewers.clear();
    who.services.reset();
    who.engine.reset();
    who.drill.clear();
}

void PairWorld::kill(PairDirector& who, vrrp::Stop how) {
    as(who, [&](core::Engine& engine) { engine.stop(how); });
    kill(who);
}

void PairWorld::startLater(PairDirector& who) {
    m_time.at(now() + between(0s, 15s), [this, &who] {
        if (!who.engine)
            start(who);
    });
}

void PairWorld::crashed() {
    PairDirector* const who = std::exchange(m_armed, nullptr);
    if (who == nullptr)
        return;
    kill(*who);
    startLater(*who);
}

void PairWorld::run(Duration duration) {
    const Instant end = now() + duration;
    while (now() < end && m_breach.empty())
        try {
            m_time.runFor(end - now());
        } catch (const simulated::SimulatedCrash&) {
            crashed();
        }
}

void PairWorld::anything(bool mayRestartFirst) {
    m_mayRestartFirst = mayRestartFirst;
    unsigned total = 0;
    for (const Fault& fault : faults())
        total += fault.weight;
    std::size_t left = pick(total);
    const auto fault = std::ranges::find_if(faults(), [&](const Fault& one) {
        if (left < one.weight)
            return true;
        left -= one.weight;
        return false;
    });
    PairDirector& who = *m_directors[pick(m_directors.size())];
    ++m_inflicted[fault->name];
    m_story += clockText(now()) + " " + who.name + ": " + fault->name + "\n";
    if (std::ranges::count(m_story, '\n') > static_cast<std::ptrdiff_t>(storyLength))
        m_story.erase(0, m_story.find('\n') + 1);
    try {
        (this->*fault->inflict)(who);
    } catch (const simulated::SimulatedCrash&) {
        crashed();
    }
}

void PairWorld::clearDay(PairDirector& who) {
    who.crash.disarm();
    who.runtime.setStep(0s);
    who.persistent.setFull(false);
    who.ipvs.setAvailable(true);
    who.ipvs.setPermitted(true);
    for (const char* link : {"eth0", "dummy0"})
        who.host.setLinkUp(link, true);
    for (const char* address : {"192.168.50.9", "192.168.50.10", "192.168.50.11"})
        for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{53}, std::uint16_t{443}})
            who.checks.setUp(ip(address), port);
    for (const char* program : {"/usr/bin/chk_web", "/usr/bin/note"})
        who.scripts.setExit(program, 0);
    // 0 would leave the weight that an earlier status gave; 3 says 1, as it is configured.
    who.scripts.setExit("/usr/bin/chk_rs", 3);
    who.system.setFile("/run/load", "0\n");
    who.system.setReader("/run/notify.fifo", true);
    who.system.setMailFailure({});
    if (who.system.processes()->empty())
        who.system.startProcess("nginx");
    std::vector<ipvs::ServiceKey> foreign;
    for (const auto& [key, service] : who.ipvs.table())
        if (key.address.toString().starts_with("10.9."))
            foreign.push_back(key);
    for (const ipvs::ServiceKey& key : foreign) {
        ipvs::Operation removal;
        removal.type = ipvs::OperationType::RemoveService;
        removal.service = key;
        who.ipvs.change(removal);
    }
}

void PairWorld::heal() {
    m_armed = nullptr;
    m_network.setWeather({});
    m_network.partition({});
    for (const auto& who : m_directors) {
        m_network.setCable(who->name, true);
        for (const auto& other : m_directors)
            m_network.block(who->name, other->name, false);
        clearDay(*who);
        if (!who->engine)
            start(*who);
        as(*who, [&](core::Engine& engine) {
            if (!who->drill.empty())
                (void)engine.endDrill(who->drill);
            (void)engine.revert({}, "olga");
            const rpc::State state = engine.state({rpc::Part::Vrrp, rpc::Part::Table});
            for (const rpc::VrrpState& instance : *state.vrrp)
                if (instance.maintenance)
                    (void)engine.setMaintenance({instance.name, "", false, "", {}}, "olga");
            (void)engine.setMaintenance({"", "pair", false, "", {}}, "olga");
            for (const rpc::TableService& service : *state.table)
                for (const rpc::TableServer& server : service.servers)
                    if (server.overridden)
                        (void)engine.setServer({service.key, server.key, {}, {}}, "olga");
            const rpc::ConfigDocument document = documentOf(engine);
            if (document.hash == model::contentHash(pairCluster()))
                return;
            rpc::ConfigApplyParams params;
            params.baseRevision = document.revision;
            params.cluster = json::toJson(pairCluster());
            params.confirmWithinS = 0;
            if (const auto done = engine.apply(params, "olga"); !done && m_breach.empty())
                m_breach = who->name + " does not take its cluster back: " + done.error().text + "\n" + m_story;
        });
        who->drill.clear();
    }
}

namespace {

/// Its checks rest where its address is not (ha_suspend): there its servers stay as they were then.
bool isSuspended(const ipvs::ServiceKey& key, const std::string& director) {
    return director == "lb1" && key.protocol == model::Protocol::Udp;
}

std::string textWithoutSuspended(ipvs::Table table, const std::string& director) {
    std::erase_if(table, [&](const auto& entry) { return isSuspended(entry.first, director); });
    return ipvs::saveText(table);
}

std::string tableOf(const PairDirector& who) { return textWithoutSuspended(who.ipvs.table(), who.name); }

std::string wantedTable(const std::string& director) {
    const model::Effective own = *model::effective(pairCluster(), director);
    ipvs::ServerViews views;
    for (const model::VirtualService& service : own.services)
        for (const model::RealServer& server : service.servers)
            views[model::serviceKey(service)][model::serverKey(server)].health = rpc::ServerHealth::Up;
    ipvs::QuorumMemory quorum;
    return textWithoutSuspended(ipvs::desiredTable(own.services, own.serviceGroups, views, quorum).table, director);
}

} // namespace

std::string PairWorld::differenceOf(PairDirector& who) {
    const Turn turn(who.owner);
    if (!who.engine)
        return "does not run";
    core::Engine& engine = *who.engine;
    const rpc::State state =
        engine.state({rpc::Part::Config, rpc::Part::Vrrp, rpc::Part::Table, rpc::Part::Health, rpc::Part::Drill});
    if (!state.config->problem.empty())
        return state.config->problem;
    if (state.config->pending || state.config->hash != model::contentHash(pairCluster()))
        return "another configuration is in force";
    if (!state.drill->empty())
        return "a drill runs";
    const bool first = who.owner == 1;
    if (const std::string wanted = wantedTable(who.name), actual = tableOf(who); actual != wanted)
        return "the table is\n" + actual + "and should be\n" + wanted;
    for (const rpc::VrrpState& instance : *state.vrrp) {
        const bool shouldLead = (instance.name == "VI_1") == first;
        if (instance.phase != (shouldLead ? rpc::VrrpPhase::Master : rpc::VrrpPhase::Backup))
            return instance.name + " is " + json::toWord(instance.phase) + " (" + instance.reason + ")";
        if (instance.maintenance || !instance.hold.empty())
            return instance.name + " is held";
    }
    if (state.vrrp->size() != 3)
        return "it has " + std::to_string(state.vrrp->size()) + " instances";
    if (who.networkConfig.routes().size() != (first ? 1U : 0U))
        return "it has " + std::to_string(who.networkConfig.routes().size()) + " routes of ours";
    const auto daemons = who.ipvs.syncDaemons();
    if (!daemons || daemons->size() != 1 ||
        daemons->front().role != (first ? ipvs::SyncRole::Master : ipvs::SyncRole::Backup))
        return "another sync daemon runs than its role wants";
    if (who.networkConfig.readSysctl("net.ipv4.vs.expire_nodest_conn").value_or("") != "1")
        return "the sysctl is not set";
    return {};
}

std::string PairWorld::whatIsWrong() {
    for (const auto& who : m_directors)
        if (std::string difference = differenceOf(*who); !difference.empty())
            return who->name + ": " + difference;
    const std::map<std::string, std::vector<std::string>> holders{
        {"192.168.50.8", {"lb1"}}, {"192.168.50.18", {"lb2"}}, {"fd00:50::8", {"lb2"}}, {"192.168.50.28", {}}};
    for (const auto& [address, wanted] : holders)
        if (m_segment.holders(ip(address.c_str())) != wanted)
            return address + " is held by " + std::to_string(m_segment.holders(ip(address.c_str())).size()) + " directors";
    return {};
}

std::string PairWorld::lastEvents() const {
    std::string out;
    for (const auto& who : m_directors)
        if (who->engine)
            for (const rpc::Event& event : who->engine->events().after(0, toldEvents))
                out += who->name + " " + clockText(Instant(Duration(event.atUs))) + " " + event.area + " " + event.subject +
                       ": " + event.text + "\n";
    return out;
}

void PairWorld::settle(Duration limit) {
    const Instant begun = now();
    std::string wrong = whatIsWrong();
    while (!wrong.empty() && now() - begun < limit && m_breach.empty()) {
        run(1s);
        wrong = whatIsWrong();
    }
    m_longestSettling = std::max(m_longestSettling, now() - begun);
    if (!wrong.empty() && m_breach.empty())
        m_breach = "not well after " + std::to_string(limit / 1s) + " s: " + wrong + "\n" + m_story + lastEvents();
}

/// Until nothing happens for longer than a console waits for news.
void PairWorld::awaitSilence() {
    constexpr int rounds = 30;
    const auto lastIds = [this] {
        const auto lastId = [](const PairDirector& who) { return who.engine ? who.engine->events().lastId() : 0; };
        return std::pair(lastId(*m_directors[0]), lastId(*m_directors[1]));
    };
    auto before = lastIds();
    for (int round = 0; round < rounds && m_breach.empty(); ++round) {
        run(11s);
        if (const auto now = lastIds(); std::exchange(before, now) == now)
            return;
    }
}

Sample PairWorld::sample() {
    awaitSilence();
    for (const auto& who : m_directors) {
        const Turn turn(who->owner);
        lookersAgree(*who);
        who->viewers.clear();
        who->scripts.clearStarted();
        who->system.clearDone();
    }
    m_segment.clearAnnouncements();
    Sample out;
    for (std::size_t i = 0; i < m_directors.size(); ++i)
        out.memory.at(i) = LiveMemory::of(m_directors.at(i)->owner);
    for (const auto& who : m_directors)
        as(*who, [&](core::Engine& engine) {
            const auto note = [&](const std::string& what, std::size_t size) {
                const Turn nobody(0);
                out.sizes[who->name + " " + what] = size;
            };
            const rpc::State state = engine.state({});
            note("events", engine.events().after(0).size());
            note("revisions", engine.history().size());
            note("rows of counts", state.counts->rows.size());
            note("checks", state.health->size());
            note("documents on disk", who->persistent.documents().size());
            note("documents on tmpfs", who->transient.documents().size());
            note("links", who->host.links()->size());
            for (const rpc::VrrpState& instance : *state.vrrp) {
                note(instance.name + " transitions", engine.transitions(instance.name)->size());
                note(instance.name + " peers", instance.peers.size());
                note(instance.name + " kinds of complaints", instance.rejected.size());
            }
        });
    out.sizes["timers"] = m_time.pending();
    return out;
}

/// Every console that reads has what the agent has, put together from what it was sent.
void PairWorld::lookersAgree(PairDirector& who) {
    const rpc::State state = who.engine->state({rpc::Part::Config, rpc::Part::Table, rpc::Part::Events});
    for (const auto& viewer : who.viewers) {
        const rpc::State& seen = viewer->state();
        const bool agrees = seen.table == state.table && seen.config && seen.config->hash == state.config->hash &&
                            seen.events && seen.events->back().id == state.events->back().id;
        if (!viewer->isDismissed() && viewer->isReading() && (viewer->isBroken() || !agrees) && m_breach.empty())
            m_breach = "a console that looks on " + who.name + " sees another state than there is\n" + m_story;
    }
}

} // namespace lvsdeck::simulation
