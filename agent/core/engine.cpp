// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/engine.hpp"

#include "agent/core/adopting.hpp"

#include "agent/ipvs/words.hpp"
#include "agent/notify/service_notices.hpp"
#include "agent/notify/vrrp_notices.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::core {

namespace {

using namespace std::chrono_literals;

/// What others did is noticed with the second look, because a look is answered by the next one.
constexpr Duration lookEvery = 2500ms;

/// Of what a refresh took, so long nothing of the kind follows: VRRP runs on this thread too.
constexpr int refreshPause = 4;
constexpr Duration longestPause = 1s;

std::string quorumText(const ipvs::QuorumChange& change) {
    const std::string weight = "alive weight " + std::to_string(change.aliveWeight);
    if (change.up)
        return "has its quorum again (" + weight + " of " + std::to_string(change.threshold) + ")" +
               (change.sorryServer ? "; the sorry server leaves" : "");
    return "lost its quorum (" + weight + ", needed " + std::to_string(change.threshold) + ")" +
           (change.sorryServer ? "; the sorry server takes over" : "");
}

std::string operationsText(const std::vector<ipvs::Operation>& operations) {
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t i = 0; i < operations.size() && i < shown; ++i)
        text += (i == 0 ? "" : "; ") + ipvs::operationText(operations[i]);
    if (operations.size() > shown)
        text += " … and " + std::to_string(operations.size() - shown) + " more";
    return text;
}

} // namespace

Engine::Engine(Ports ports, Identity identity, std::function<void(const rpc::Event&)> log)
    : m_ports(ports), m_identity(std::move(identity)), m_events(std::move(log)), m_store(ports.persistent),
      m_keeper(ports.runtime, ports.ipvs, ports.persistent,
               [this](rpc::EventLevel level, const std::string& text) { note(level, "ipvs", "", text); }),
      m_drainer(ports.runtime, ports.ipvs, ports.persistent,
                {.changed = [this] { (void)refresh(); },
                 .event = [this](rpc::EventLevel level, const std::string& subject,
                                 const std::string& text) { note(level, "ipvs", subject, text); }}),
      m_kernelNotes(ports.transient, m_identity.bootId),
      m_sync(ports.ipvs, m_kernelNotes,
             [this](rpc::EventLevel level, const std::string& text) { note(level, "ipvs", "", text); }),
      m_settings(ports.ipvs, ports.network, m_kernelNotes,
                 [this](rpc::EventLevel level, const std::string& text) { note(level, "ipvs", "", text); }),
      m_static(ports.runtime, ports.host, ports.network, m_kernelNotes,
               [this](rpc::EventLevel level, const std::string& text) { note(level, "network", "", text); }),
      m_notebook(ports.runtime, ports.transient, m_identity.bootId),
      m_notifier(ports.scripts, ports.system,
                 [this](rpc::EventLevel level, const std::string& text) { note(level, "agent", "", text); }),
      m_router({ports.runtime, ports.vrrp, ports.host, ports.network, ports.scripts, ports.system},
               {.transition =
                    [this](const std::string& instance, const rpc::Transition& transition) {
                        if (m_stopped)
                            return;
                        note(transition.to == rpc::VrrpPhase::Fault ? rpc::EventLevel::Error : rpc::EventLevel::Notice,
                             "vrrp", instance,
                             json::toWord(transition.from) + " → " + json::toWord(transition.to) + ": " + transition.reason);
                        m_transitions.happened(m_router);
                        if (transition.to != rpc::VrrpPhase::Master)
                            takeBackLent(instance); // they are the peer's now
                        followAddresses();
                        followSettings();
                    },
                .event =
                    [this](rpc::EventLevel level, const std::string& instance, const std::string& text) {
                        if (!m_stopped)
                            note(level, "vrrp", instance, text);
                    },
                .changed =
                    [this] {
                        if (!m_stopped)
                            m_notebook.save(m_router.memory());
                    },
                .advertised =
                    [this] {
                        if (!m_stopped)
                            m_notebook.refresh(m_router);
                    },
                .happened = [this](const vrrp::Happening& happening) { notify(happening); },
                .maintenance =
                    [this] {
                        auto saved = saveMaintenance(m_ports.persistent, m_router.maintenance());
                        if (saved)
                            m_unreadMaintenance.reset(); // there is a book again
                        else
                            note(rpc::EventLevel::Error, "vrrp", "", saved.error().text);
                        return saved;
                    },
                .hostChanged =
                    [this] {
                        if (m_stopped)
                            return;
                        if (isObserving())
                            return lookOn();
                        if (m_returning) {
                            (void)hasReturned(); // they may be away for a moment only
                            noteReturn();
                        }
                        if (m_storeProblem.empty())
                            m_static.look();
                        followAddresses();
                    }}),
      m_onlooker(ports.runtime, ports.vrrp, ports.host,
                 {.transition =
                      [this](const std::string& instance, const rpc::Transition& transition) {
                          note(transition.to == rpc::VrrpPhase::Fault ? rpc::EventLevel::Error : rpc::EventLevel::Notice,
                               "vrrp", instance,
                               json::toWord(transition.from) + " → " + json::toWord(transition.to) + ": " +
                                   transition.reason);
                      },
                  .event = [this](rpc::EventLevel level, const std::string& instance,
                                  const std::string& text) { note(level, "vrrp", instance, text); }}),
      m_transitions(ports.runtime, ports.transient, ports.persistent),
      m_monitor(ports.runtime, ports.checks,
                {.changed = [this] { refreshSoon(); },
                 .noted = [this] { healthNoted(); },
                 .event = [this](rpc::EventLevel level, const std::string& subject,
                                 const std::string& text) { note(level, "health", subject, text); }},
                {&ports.scripts, &ports.system}),
      m_lease(ports.runtime,
              {.begin = [this](rpc::DrillKind kind) -> Result<void> {
                   m_router.hold(kind == rpc::DrillKind::Graceful ? vrrp::Hold::Graceful : vrrp::Hold::Silent,
                                 "drill " + json::toWord(kind));
                   return {};
               },
               .restore =
                   [this](const rpc::DrillLease& lease, drill::Ending ending) {
                       m_router.release();
                       note(ending == drill::Ending::Asked ? rpc::EventLevel::Notice : rpc::EventLevel::Warning, "drill",
                            lease.id,
                            "the " + json::toWord(lease.kind) + " drill is over, this director is itself again" +
                                (ending == drill::Ending::Asked ? "" : ": nobody renewed its lease"));
                   }}) {}

Engine::~Engine() { m_stopped = true; }

Result<void> Engine::start() {
    note(rpc::EventLevel::Info, "agent", "", "lvsdeck-agent " + m_identity.version + " starts");
    auto loaded = m_store.load();
    if (!loaded)
        return std::unexpected(loaded.error());
    for (const Error& damage : loaded->damaged)
        note(rpc::EventLevel::Error, "config", damage.path, damage.text);
    if (loaded->rolledBack)
        note(rpc::EventLevel::Warning, "config", std::to_string(loaded->rolledBack->candidate.revision),
             "revision " + std::to_string(loaded->rolledBack->candidate.revision) + " by " +
                 loaded->rolledBack->candidate.by + " was not confirmed when the agent ended; back to revision " +
                 std::to_string(m_store.book().revision()));
    if (auto owned = m_keeper.load(); !owned)
        note(rpc::EventLevel::Error, "ipvs", "", owned.error().text);
    if (auto notes = m_kernelNotes.load(); !notes)
        note(rpc::EventLevel::Error, "ipvs", "", notes.error().text);
    m_drainer.load();
    m_inherited = m_notebook.load();
    m_router.restoreTransitions(m_transitions.load());

    if (!loaded->damaged.empty() && m_store.book().revision() == 0)
        m_damage = loaded->damaged.front().text;
    InForce next = stored();
    restoreMaintenance();
    loadLent();
    if (const auto mark = m_ports.persistent.read(adopting::markName); mark && *mark)
        m_displaced = displaced().has_value();
    if (next.own && next.observed) {
        resumeOnlooking(std::move(next));
        m_store.forgetText();
        keepLooking();
        return {};
    }
    takeBackLent();
    if (next.problem.empty()) {
        m_inForce = next;
        adoptHealth(loaded->rolledBack ? &*loaded->rolledBack : nullptr);
    } else {
        note(rpc::EventLevel::Error, "config", "", next.problem + "; its virtual addresses are released, the table stays");
    }
    (void)putInForce(std::move(next), OnRefusal::GoOn);
    m_store.forgetText();
    keepLooking();
    return {};
}

void Engine::stop(vrrp::Stop how) {
    if (m_stopped)
        return;
    if (isObserving() || (m_returning && m_classicRuns))
        how = vrrp::Stop::Leave; // all of it is keepalived's
    m_onlooker.stop();
    note(rpc::EventLevel::Notice, "agent", "",
         how == vrrp::Stop::Leave ? "stops; addresses and the IPVS table stay as they are for the next process"
                                  : "resigns: its addresses and its entries in the IPVS table go");
    m_lookTimer.cancel();
    m_refreshTimer.cancel();
    m_confirmTimer.cancel();
    m_returnTimer.cancel();
    m_listenTimer.cancel();
    takeBackLent();
    m_monitor.suspend(true);
    if (how == vrrp::Stop::Leave) {
        // A stopped router is master of nothing; the next process needs what it was until now.
        m_notebook.save(m_router.memory());
        m_transitions.saveForGood(m_router);
        m_stopped = true;
        m_router.stop(how);
        return;
    }
    m_router.stop(how);
    m_notebook.save(m_router.memory());
    m_transitions.saveForGood(m_router);
    if (m_inForce.own && m_told)
        m_notifier.perform(notify::serviceNotices(*m_inForce.own, *m_told, {}, notify::Occasion::Stop));
    m_sync.follow(std::nullopt, std::nullopt);
    m_settings.want({}, {});
    m_static.want({});
    if (auto released = m_keeper.release(); !released)
        note(rpc::EventLevel::Error, "ipvs", "", released.error().text);
    m_stopped = true;
}

void Engine::notify(const vrrp::Happening& happening) {
    if (!m_inForce.own)
        return;
    const model::Director& self = m_inForce.own->director;
    m_notifier.perform(
        notify::vrrpNotices(happening, m_inForce.own->notification, self.routerId.empty() ? self.id : self.routerId));
}

void Engine::note(rpc::EventLevel level, std::string area, std::string subject, std::string text, std::string by) {
    m_events.add({0, m_ports.runtime.wallUs(), level, std::move(area), std::move(subject), std::move(text), std::move(by)});
}

const std::vector<model::VirtualService>& Engine::services() const {
    static const std::vector<model::VirtualService> none;
    return m_inForce.own ? m_inForce.own->services : none;
}

const std::vector<model::ServiceGroup>& Engine::groups() const {
    static const std::vector<model::ServiceGroup> none;
    return m_inForce.own ? m_inForce.own->serviceGroups : none;
}

std::string Engine::director() const {
    if (!m_identity.director.empty())
        return m_identity.director;
    const config::StoredCluster* known = m_store.book().inForce();
    return known ? known->director : std::string{};
}

Result<void> Engine::putInForce(InForce next, OnRefusal onRefusal) {
    if (m_told && m_inForce.own)
        m_former = m_inForce.own;
    m_inForce = std::move(next);
    m_onlooker.stop();
    markManaged();
    m_possible = std::make_shared<const ipvs::Owned>(ipvs::ownedKeys(services(), groups()));
    // With a problem only the router is configured: without a configuration nobody speaks VRRP for the addresses that were here, and
    // the peer takes them; an address on two hosts is worse than the move. The table stays: better an old one than none.
    m_storeProblem = m_inForce.problem;
    m_monitor.configure(services(), m_inForce.own ? health::Surroundings{.groups = m_inForce.own->serviceGroups,
                                                                         .files = m_inForce.own->trackFiles,
                                                                         .scripts = m_inForce.own->scripts,
                                                                         .massFailure = m_inForce.own->massFailure}
                                                  : health::Surroundings{});
    m_keeper.setPolicy(m_inForce.own ? m_inForce.own->foreignChange : model::ForeignChange::Repair);
    // Servers of another family than their service cannot come while a daemon runs that nobody wants any more.
    if (m_storeProblem.empty() && !(m_inForce.own && m_inForce.own->connectionSync))
        m_sync.follow(std::nullopt, std::nullopt);
    if (m_inForce.own)
        m_notifier.configure(m_inForce.own->scripts, m_inForce.own->notification);
    m_keeper.readBeforeNext();
    auto done = refresh();
    if (!done && onRefusal == OnRefusal::Stop)
        return done;
    followStatics();
    holdUnread();
    static const model::Effective nothing;
    m_router.configure(m_inForce.own ? *m_inForce.own : nothing, std::exchange(m_inherited, vrrp::Memory{}));
    m_notebook.save(m_router.memory());
    if (m_storeProblem.empty())
        m_static.again();
    followAddresses();
    followSettings();
    return done;
}

void Engine::followStatics() {
    if (!m_stopped && m_storeProblem.empty())
        m_static.want(m_inForce.own ? wantedStatics(*m_inForce.own) : KeptStatics{});
}

void Engine::followSettings() {
    if (m_stopped || !m_storeProblem.empty())
        return;
    if (!m_inForce.own) {
        m_sync.follow(std::nullopt, std::nullopt);
        m_settings.want({}, {});
        return;
    }
    const model::Effective& own = *m_inForce.own;
    m_sync.follow(own.connectionSync, syncPhase(own));
    m_settings.want(own.timeouts, own.ipvsSysctls);
}

std::optional<rpc::VrrpPhase> Engine::syncPhase(const model::Effective& own) const {
    if (!own.connectionSync || own.connectionSync->instance.empty())
        return std::nullopt;
    const std::string& name = own.connectionSync->instance;
    for (const rpc::VrrpState& state : m_router.states())
        if (state.name == name)
            return state.phase;
    // One that is not configured yet begins as a backup.
    const bool comes =
        std::ranges::any_of(own.instances, [&](const model::OwnInstance& one) { return one.instance.name == name; });
    return comes ? std::optional(rpc::VrrpPhase::Backup) : std::nullopt;
}

Result<void> Engine::refresh() {
    m_tableFresh = false;
    // A configuration that cannot be read says nothing about the table: better an old one than none.
    if (m_stopped || !m_storeProblem.empty() || isObserving())
        return {};
    std::erase_if(m_foundDown, [this](const auto& server) {
        return m_monitor.status(server.first, server.second).health != rpc::ServerHealth::Unchecked;
    });
    const ipvs::ServerViews known = views(services());
    ipvs::Desired desired = ipvs::desiredTable(services(), groups(), known, m_quorum);
    for (const ipvs::QuorumChange& change : desired.changes)
        note(change.up ? rpc::EventLevel::Notice : rpc::EventLevel::Error, "health", change.service, quorumText(change));
    tellServices(known, desired.changes);
    ipvs::Owned draining;
    m_drainer.hold(leaving(services(), groups(), known, desired.table, m_keeper.actual(), m_keeper.owned()),
                   m_keeper.actual(), desired.table, draining);
    SharedOwned possible = m_possible;
    if (!draining.destinations.empty()) {
        ipvs::merge(draining, *m_possible);
        possible = std::make_shared<const ipvs::Owned>(std::move(draining));
    }
    auto done = m_keeper.want(std::move(desired.table), std::move(possible));
    m_router.setFailed(m_keeper.hasFailed() ? "the IPVS table cannot be programmed: " + m_keeper.problem() : "");
    if (!done)
        return std::unexpected(done.error());
    if (!done->empty())
        note(rpc::EventLevel::Info, "ipvs", "", operationsText(*done));
    return {};
}

void Engine::refreshSoon() {
    m_tableFresh = false;
    if (m_refreshWaits)
        return;
    const Instant begin = m_ports.runtime.now();
    if (begin < m_refreshFrom) {
        m_refreshWaits = true;
        m_refreshTimer = m_ports.runtime.after(m_refreshFrom - begin, [this] {
            m_refreshWaits = false;
            refreshSoon();
        });
        return;
    }
    (void)refresh();
    const Instant end = m_ports.runtime.now();
    m_refreshFrom = end + std::min<Duration>((end - begin) * refreshPause, longestPause);
}

void Engine::healthNoted() {
    m_tableFresh = false;
    // One that we found out of the table comes back with its first good answer.
    if (std::ranges::any_of(m_foundDown, [this](const auto& server) {
            return m_monitor.status(server.first, server.second).health != rpc::ServerHealth::Unchecked;
        }))
        refreshSoon();
}

void Engine::keepLooking() {
    m_lookTimer = m_ports.runtime.after(lookEvery, [this] {
        retryLent();
        forgetView();
        if (isObserving()) {
            (void)m_kernelNotes.forget(); // said already when it did not go
            lookOn();
        } else if (m_storeProblem.empty()) {
            watchDisplaced();
            if (!m_returning)
                m_keeper.reread(); // two of us would both put things back
            followSettings();
            m_static.retry();
            if (m_addressesUnknown)
                followAddresses();
            m_router.setFailed(m_keeper.hasFailed() ? "the IPVS table cannot be programmed: " + m_keeper.problem() : "");
        }
        keepLooking();
    });
}

} // namespace lvsdeck::core
