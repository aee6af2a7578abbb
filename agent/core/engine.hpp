// SPDX-License-Identifier: GPL-3.0-or-later
// The agent's heart: keeps the stored cluster in force on this director. Brings configuration, health and overrides together
// into the IPVS table, gives VRRP its instances, holds drills under a lease, remembers what happened, and answers with one state
// document. Knows neither sockets nor processes, so it is the same on the real and on the simulated kernel. Owned by the program
// (agent/app) or by a test; one thread, the control thread.
//
//      ClusterStore ──┐                        ┌── Router (VRRP, addresses)
//      overrides ─────┼── Engine::refresh() ───┤
//      Monitor ───────┘                        └── TableKeeper (IPVS)
#pragma once

#include "agent/config/cluster_store.hpp"
#include "agent/core/drainer.hpp"
#include "agent/core/event_log.hpp"
#include "agent/core/kernel_notes.hpp"
#include "agent/core/ports.hpp"
#include "agent/core/seen_files.hpp"
#include "agent/core/settings_keeper.hpp"
#include "agent/core/static_keeper.hpp"
#include "agent/core/sync_keeper.hpp"
#include "agent/core/table_keeper.hpp"
#include "agent/core/table_view.hpp"
#include "agent/core/vrrp_notebook.hpp"
#include "agent/drill/lease.hpp"
#include "agent/health/monitor.hpp"
#include "agent/notify/notifier.hpp"
#include "agent/notify/service_notices.hpp"
#include "agent/vrrp/onlooker.hpp"
#include "agent/vrrp/router.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lvsdeck::core {

class Engine {
public:
    Engine(Ports ports, Identity identity, std::function<void(const rpc::Event&)> log = {});
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    /// Leaves the kernel as it is, for the next process; so does being killed.
    ~Engine();

    /// Reads the stored cluster, takes over what the last process left in the kernel, and begins. Fails only when the state
    /// folder cannot be read; anything else is a problem in the state document, and the agent serves.
    [[nodiscard]] Result<void> start();
    /// The last call. Leave: addresses and table stay for the next process. Resign: priority 0, addresses and our entries go.
    void stop(vrrp::Stop how);

    // --- who and what; role and user are the session's to fill in
    [[nodiscard]] rpc::Hello hello();
    [[nodiscard]] Result<std::vector<rpc::Interface>> interfaces();
    [[nodiscard]] Runtime& runtime() { return m_ports.runtime; }
    [[nodiscard]] const EventLog& events() const { return m_events; }
    /// What this director has to do now; null when nothing is configured, or keepalived does it.
    [[nodiscard]] const model::Effective* own() const {
        return m_inForce.own && !m_inForce.observed ? &*m_inForce.own : nullptr;
    }
    void note(rpc::EventLevel level, std::string area, std::string subject, std::string text, std::string by = {});

    // --- configuration; `by` is for the event log
    [[nodiscard]] Result<rpc::ConfigDocument> document(std::optional<std::uint64_t> revision);
    [[nodiscard]] const std::vector<rpc::Revision>& history() const { return m_store.book().history; }
    /// Never fails: what is wrong is in `problems`.
    [[nodiscard]] rpc::ConfigCheck check(const rpc::ConfigCheckParams& params);
    /// Conflict: stale base or something pending. Busy: a drill is running. InvalidInput: the cluster has errors. When the kernel
    /// refuses any part, everything is as before and the error says which.
    [[nodiscard]] Result<rpc::ConfigApplied> apply(const rpc::ConfigApplyParams& params, const std::string& by);
    [[nodiscard]] Result<rpc::ConfigApplied> confirm(std::uint64_t revision, const std::string& by);
    [[nodiscard]] Result<rpc::ConfigApplied> revert(const rpc::ConfigRevertParams& params, const std::string& by);
    /// NotFound: no such server. Without admin state and weight it is as configured again.
    [[nodiscard]] Result<void> setServer(const rpc::ServerSetParams& params, const std::string& by);
    /// NotFound: no such server. Conflict: it has no checks, or they rest because the address is elsewhere. Starts all its checks now.
    [[nodiscard]] Result<void> runChecks(const rpc::CheckRunParams& params, const std::string& by);

    // --- from keepalived to lvsdeck and back (engine_adopt*.cpp, engine_take.cpp, engine_return.cpp). keepalived's files are read on
    // another thread, so `then` gets the answer later, or at once; never when the engine has gone meanwhile. Timeout, Busy: those files
    // cannot be read now.
    template <class T> using Then = std::function<void(Result<T>)>;
    void scan(Then<rpc::AdoptScan> then);
    /// What speaks against the next step. Conflict: there is none, because this director has nothing to do with a keepalived.
    void checkAdoption(Then<rpc::AdoptCheck> then);
    /// Conflict: stale base, lvsdeck manages this director already, or the files are others than those that were read. InvalidInput:
    /// the cluster has errors.
    void observe(const rpc::AdoptObserveParams& params, const std::string& by, Then<rpc::ConfigApplied> then);
    /// Conflict: nothing is observed, keepalived does not run, or a concern of checkAdoption() blocks. As apply() otherwise: unless
    /// it is confirmed keepalived comes back. Waits until the other routers have been listened to for long enough, at most 10 s.
    void takeOver(const rpc::AdoptTakeParams& params, const std::string& by, Then<rpc::ConfigApplied> then);
    /// Answers when keepalived was asked to come; it goes on by itself, and config.adoption says how far it is. Conflict: it is not
    /// known how to start it, something else is under way, or there are concerns and it was not said to go anyway.
    void giveBack(const rpc::AdoptBackParams& params, const std::string& by, Then<rpc::ConfigApplied> then);

    // --- VRRP
    /// Takes an instance or a sync group out of service here, in the graceful way, or puts it back. InvalidInput: not exactly one of
    /// both is named, or the end lies in the past. NotFound: no such one here.
    [[nodiscard]] Result<void> setMaintenance(const rpc::VrrpSetParams& params, const std::string& by);
    [[nodiscard]] Result<std::vector<rpc::Transition>> transitions(const std::string& instance) const {
        return m_router.transitions(instance);
    }

    // --- drills
    [[nodiscard]] Result<rpc::DrillLease> beginDrill(const rpc::DrillBeginParams& params, const std::string& by);
    [[nodiscard]] Result<rpc::DrillLease> renewDrill(const rpc::DrillRenewParams& params) { return m_lease.renew(params); }
    [[nodiscard]] Result<void> endDrill(const std::string& id) { return m_lease.end(id); }

    // --- state
    /// A full state with these parts (all when empty), without epoch and sequence. Counters are read from the kernel at most every
    /// 100 ms, however many ask.
    [[nodiscard]] rpc::State state(const std::vector<rpc::Part>& parts);

private:
    struct InForce {
        std::shared_ptr<const model::Effective> own; ///< unset: nothing is configured here, or it cannot be used
        std::string hash;
        std::string problem{}; ///< why it cannot be used: then the table stays as it is
        bool observed = false; ///< keepalived does it; we look on
    };

    // engine.cpp
    enum class OnRefusal { Stop, GoOn };
    /// Stop: when the kernel refuses the table, VRRP is not told of the new configuration (the caller rolls back).
    Result<void> putInForce(InForce next, OnRefusal onRefusal);
    Result<void> refresh();
    /// refresh() for what the checks found: at once, but when thousands change together never so often that it takes up this thread.
    void refreshSoon();
    /// The checks know more of a server, and the table stays as it is.
    void healthNoted();
    void keepLooking();
    void notify(const vrrp::Happening& happening);
    /// Static entries as the configuration wants them; before VRRP, which may need them.
    void followStatics();
    /// Sync daemons, timeouts and sysctls as the configuration and the state of VRRP want them.
    void followSettings();
    /// Of the instance that the sync daemon follows; unset: it follows none, or one that is not here.
    [[nodiscard]] std::optional<rpc::VrrpPhase> syncPhase(const model::Effective& own) const;
    [[nodiscard]] const std::vector<model::VirtualService>& services() const;
    [[nodiscard]] const std::vector<model::ServiceGroup>& groups() const;
    [[nodiscard]] std::string director() const;

    // engine_servers.cpp
    using ServerViewsOfOne = ipvs::ServerViews::mapped_type;
    struct NamedServer {
        std::string service; ///< keys of the model
        std::string server;
        bool hasChecks = false;
    };
    void followAddresses();
    [[nodiscard]] ipvs::ServerViews views(const std::vector<model::VirtualService>& services) const;
    /// Tells scripts, FIFOs and mails what changed since the last time.
    void tellServices(const ipvs::ServerViews& known, const std::vector<ipvs::QuorumChange>& changes);
    /// Servers of ours that the last process had taken out of the table stay out until they are checked.
    void adoptHealth(const config::PendingCluster* rolledBack);
    void adoptHealth(const model::VirtualService& service, const ipvs::ServiceKey& entry, const ServerViewsOfOne& known,
                     const ipvs::Owned* programmed);
    /// Before a candidate takes servers out of the monitor: after a rollback those that were dead are dead still.
    void rememberDead();
    void forgetUnknownDead();
    /// By the model's keys, or by those of a row of the table, which for a service with a group are others.
    [[nodiscard]] Result<NamedServer> findServer(const std::string& service, const std::string& server) const;

    // engine_config.cpp
    [[nodiscard]] InForce stored();
    /// engine_vrrp.cpp
    void restoreMaintenance();
    /// After a book of maintenance that could not be read, until one is written: all that is configured is out of service.
    void holdUnread();
    [[nodiscard]] config::Understood understood(const json::Value& cluster, const std::string& director);
    [[nodiscard]] static Result<void> checkConfirm(std::uint32_t seconds);
    [[nodiscard]] static std::unexpected<Error> refused(const std::vector<model::Problem>& problems);
    [[nodiscard]] Result<std::string> directorFor(const std::optional<std::string>& given) const;
    [[nodiscard]] Result<std::vector<rpc::PlannedOperation>> plan(const model::Effective& next);
    [[nodiscard]] Result<rpc::ConfigApplied> propose(config::Proposal proposal, const std::string& by,
                                                     const ClassicProgram* displacing = nullptr);
    /// The error says what of the old revision could not be put back; it is in config.problem as well.
    Result<void> rollBack(const std::string& why, const std::string& by);
    [[nodiscard]] std::optional<rpc::PendingApply> pendingApply() const;

    // engine_adopt.cpp, engine_adopt_check.cpp, engine_take.cpp, engine_return.cpp
    void readClassic(const ClassicProgram& program, Then<ClassicConfiguration> then);
    /// A step that waits for files: as long as it does there is no other.
    [[nodiscard]] Result<void> mustBeStill() const;
    [[nodiscard]] Then<rpc::ConfigApplied> asOnly(Then<rpc::ConfigApplied> then);
    [[nodiscard]] std::optional<SeenFiles> seenFiles();
    [[nodiscard]] std::vector<rpc::AdoptConcern> takeConcerns(const ClassicProgram& program,
                                                              const ClassicConfiguration& configuration);
    [[nodiscard]] rpc::AdoptCheck backCheck(const ClassicConfiguration& configuration);
    void addConfigurationChange(const SeenFiles& before, rpc::AdoptCheck& out);
    [[nodiscard]] Result<void> mayObserve() const;
    [[nodiscard]] Result<ClassicProgram> mayTake(const rpc::AdoptTakeParams& params);
    [[nodiscard]] Result<ClassicProgram> mayGiveBack();
    [[nodiscard]] Result<rpc::ConfigApplied> observeNow(const rpc::AdoptObserveParams& params, const std::string& by,
                                                        const ClassicConfiguration& configuration);
    [[nodiscard]] Result<rpc::ConfigApplied> takeNow(const rpc::AdoptTakeParams& params, const std::string& by,
                                                     const ClassicConfiguration& configuration);
    [[nodiscard]] Result<rpc::ConfigApplied> giveBackNow(const rpc::AdoptBackParams& params, const std::string& by,
                                                         const ClassicConfiguration& configuration);
    [[nodiscard]] bool isObserving() const { return m_inForce.own && m_inForce.observed; }
    /// For what only the program in charge can do.
    [[nodiscard]] Result<void> mustManage() const;
    [[nodiscard]] Result<void> noMaintenance() const;
    /// Nobody may be in charge besides us.
    [[nodiscard]] Result<void> mustBeAlone();
    void onlook(InForce next);
    /// After a start of the agent: a keepalived that was ended by the process before comes back.
    void resumeOnlooking(InForce next);
    void lookOn();
    /// Managing a director that was keepalived's: nobody may start one beside us.
    void watchDisplaced();
    void markManaged();
    void abandonAll();
    /// What is in force, once more under a new number.
    [[nodiscard]] Result<config::Proposal> sameAgain(std::uint32_t confirmWithinS, const std::string& by,
                                                     std::string comment);
    [[nodiscard]] Result<std::uint64_t> record(config::Proposal proposal);
    /// Servers with checks that are out of the table, or in it without weight.
    [[nodiscard]] std::set<std::pair<std::string, std::string>> downInTable() const;
    [[nodiscard]] Result<void> displace(const ClassicProgram& program);
    [[nodiscard]] Result<void> killDisplaced(const ClassicProgram& program);
    /// After a take-over that ended before keepalived did: the table is as it was, and we hold nothing.
    void undoTake(const std::optional<ipvs::Table>& before);
    [[nodiscard]] std::optional<ClassicProgram> displaced();
    /// Keepalived comes, then we go: `next` is what we look on at afterwards.
    void beginReturn(InForce next);
    void goOnReturning();
    void endReturn();
    // engine_resume.cpp
    /// How far the way back is, for a process that comes after this one. Written only when it is further than before.
    void noteReturn();
    void forgetReturn();
    void lendAddresses();
    /// Of one instance, or all (empty). What cannot be removed is tried again by retryLent().
    void takeBackLent(const std::string& instance = {});
    /// Of a process that ended on the way; nothing is done with them yet.
    void loadLent();
    /// Those of masters stay (and are there again), the others go.
    void keepLent();
    void retryLent();
    [[nodiscard]] Result<void> writeLent();
    struct Mastered {
        std::string instance;
        bool here = true; ///< all of its addresses are on their devices
        Duration interval{0};
        Duration patience{0}; ///< silence after which a backup takes over
    };
    /// Unset: the links could not be read.
    [[nodiscard]] std::optional<std::vector<Mastered>> mastered();
    [[nodiscard]] bool hasReturned();
    [[nodiscard]] bool hasReturned(const Mastered& one);
    [[nodiscard]] std::optional<rpc::Adoption> adoption() const;

    // engine_state.cpp
    [[nodiscard]] rpc::ConfigState configState() const;
    const std::vector<rpc::TableService>& table();
    const rpc::Counts& counts();
    /// What the state document shows of a table, when nobody has asked for it for a while: as much as all the rest.
    void forgetView();

    Ports m_ports;
    Identity m_identity;
    EventLog m_events;
    config::ClusterStore m_store;
    TableKeeper m_keeper;
    Drainer m_drainer;
    KernelNotebook m_kernelNotes;
    SyncKeeper m_sync;
    SettingsKeeper m_settings;
    StaticKeeper m_static;
    TableView m_view;
    VrrpNotebook m_notebook;
    notify::Notifier m_notifier;
    vrrp::Router m_router;
    vrrp::Onlooker m_onlooker;
    TransitionKeeper m_transitions;
    health::Monitor m_monitor;
    drill::Lease m_lease;

    InForce m_inForce;
    /// Keepalived is to come back; until it is ready m_inForce stays as it is.
    struct Return {
        InForce next;
        std::optional<Instant> ran{}; ///< since when it runs
        Instant asked{};              ///< when it was last asked to come
        /// How the addresses of an instance were seen since it runs: each comes back in its own time.
        struct Seen {
            bool gone = false;             ///< off the host
            std::optional<Instant> back{}; ///< since when they are on it again
        };
        std::map<std::string, Seen> seen{}; ///< by the name of the instance
        std::string problem{};
    };
    /// Where the process before was on this way; unset: on none, or it is over.
    [[nodiscard]] std::optional<Return> returnBefore();
    std::optional<Return> m_returning;
    std::optional<std::string> m_returnNote = ""; ///< what stands in the document about it; unset: there is none
    bool m_displaced = false;                     ///< keepalived's place was taken, and how to bring it back is known
    bool m_classicRuns = false;
    struct Lent {
        std::string instance;
        IpAddress address;
        bool due = false;  ///< to be taken back
        bool told = false; ///< that it could not be
        BOOST_DESCRIBE_CLASS(Lent, (), (instance, address), (), ())
    };
    std::vector<Lent> m_lent; ///< on the loopback while keepalived comes back
    Timer m_returnTimer;
    bool m_moving = false; ///< a step waits for keepalived's files, or for the other routers to be heard
    Timer m_listenTimer;
    std::shared_ptr<int> m_alive = std::make_shared<int>(0);        ///< answers that come later look whether we still are
    std::optional<InForce> m_before;                                ///< while an apply waits for its confirmation
    SharedOwned m_possible = std::make_shared<const ipvs::Owned>(); ///< every key that m_inForce can want
    std::string m_storeProblem;
    std::string m_damage; ///< of the stored cluster, as long as no confirmed one has taken its place
    ipvs::QuorumMemory m_quorum;
    std::optional<notify::ServiceTruths> m_told; ///< what the scripts, FIFOs and mails know; unset: nothing yet
    std::shared_ptr<const model::Effective>
        m_former; ///< what m_told is about, while a configuration takes the place of another
    std::set<std::pair<std::string, std::string>> m_foundDown; ///< out of the table when we came, not checked yet
    vrrp::Memory m_inherited;
    std::optional<rpc::Maintenance> m_unreadMaintenance; ///< what holds everything that is configured next
    Timer m_confirmTimer;
    Instant m_confirmBy{};
    Timer m_lookTimer;
    Timer m_refreshTimer;
    bool m_refreshWaits = false;
    Instant m_refreshFrom{}; ///< the next one not before

    std::vector<rpc::TableService> m_table;
    bool m_tableFresh = false;
    bool m_addressesUnknown = false; ///< the next look asks for them again
    bool m_stopped = false;
    std::uint64_t m_tableVersion = 0;
    rpc::Counts m_counts;
    std::optional<Instant> m_countsAt;
    std::optional<Instant> m_viewedAt; ///< when somebody last asked for one of the two; unset: they are forgotten
};

} // namespace lvsdeck::core
