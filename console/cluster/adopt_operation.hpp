// SPDX-License-Identifier: GPL-3.0-or-later
// The way of a whole cluster from keepalived to lvsdeck, one step at a time, and back. Directors go one after another, backups
// first, and the next one only when the one before stands as it stood before: the same roles, and no problem. One that does not is
// taken back, and the others wait. An agent that loses its console takes itself back. Window thread; owned by who asked for it.
#pragma once

#include "console/cluster/adopt_import.hpp"
#include "console/cluster/cluster_session.hpp"

#include <chrono>
#include <map>

namespace lvsdeck::cluster {

enum class AdoptGoal {
    Observe, ///< read what keepalived does on each director, and look on
    Take,    ///< lvsdeck in the place of keepalived
    Back,    ///< keepalived in the place of lvsdeck
};

enum class AdoptStage {
    Idle,
    Reading, ///< the directors' files, or what speaks against the step
    Review,  ///< waits for proceed() or cancel()
    Working,
    Done, ///< error() says whether all went well
};

/// One director on its way.
struct DirectorAdopt {
    std::string director;
    bool master = false; ///< of any instance, at the beginning: goes last
    std::string file;    ///< Observe: what its keepalived reads
    enum class Step { Waiting, Working, Settling, Confirming, GoingBack, Done, TakenBack, Failed } step = Step::Waiting;
    std::vector<rpc::AdoptConcern> concerns;       ///< Take and Back, from Review on: what speaks against it there
    std::vector<rpc::PlannedOperation> operations; ///< what differed between keepalived's table and ours; Back: what will
    std::string missing;                           ///< while it settles: what does not stand as before yet
    std::optional<Error> error;
};

class AdoptOperation : public QObject {
    Q_OBJECT
public:
    AdoptOperation(ClusterSession& session, AdoptGoal goal);
    ~AdoptOperation() override;

    void start();
    /// Out of Review. On the way back also where there are concerns: whoever calls has shown them.
    void proceed();
    /// In Review: nothing was changed. While working: after the director that is on its way, which is finished or taken back first.
    void cancel();

    [[nodiscard]] AdoptGoal goal() const { return m_goal; }
    [[nodiscard]] AdoptStage stage() const { return m_stage; }
    [[nodiscard]] const std::vector<DirectorAdopt>& directors() const { return m_directors; } ///< in their order
    /// Observe, from Review on: the cluster that was understood, and everything about it.
    [[nodiscard]] const std::optional<formats::Imported>& imported() const { return m_imported; }
    [[nodiscard]] const std::vector<formats::SourceText>& sources() const { return m_sources; }
    [[nodiscard]] const std::vector<ScannedDirector>& scanned() const { return m_scanned; } ///< in the saved order
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] bool hasConcerns() const;

signals:
    void changed();
    void finished(); ///< once

private:
    /// For each step of an agent; longer than it listens to the other routers.
    static constexpr std::chrono::milliseconds moveLimit{60000};
    using Roles = std::map<std::string, rpc::VrrpPhase>;
    void enter(AdoptStage stage);
    void finish(std::optional<Error> error);
    void refuse(ErrorCode code, const QString& text);
    /// With its name in front.
    [[nodiscard]] static Error ofDirector(const std::string& director, Error error);
    void scanAll();
    void scanned(std::size_t index, Result<json::Value> result);
    void read();
    void checkAll();
    void checked(std::size_t index, Result<json::Value> result);
    void weigh();
    [[nodiscard]] bool standsRight(const DirectorSnapshot& director);
    void next();
    void observe(DirectorAdopt& director);
    void move(DirectorAdopt& director);
    void settle();
    void confirm();
    /// An answer that was lost says nothing: the director knows whether it was confirmed.
    void askConfirmed(const Error& why);
    void heardConfirmed(Result<json::Value> result, const Error& why);
    void takeBack(Error why);
    void waitForKeepalived(Error why);
    [[nodiscard]] Roles rolesOf(const std::string& director) const;
    /// Why it does not stand as before; empty: it does.
    [[nodiscard]] QString missing(const std::string& director) const;
    [[nodiscard]] Reply guarded(std::function<void(Result<json::Value>)> then);

    ClusterSession& m_session;
    AdoptGoal m_goal;
    AdoptStage m_stage = AdoptStage::Idle;
    std::vector<DirectorAdopt> m_directors;
    std::vector<std::optional<rpc::AdoptScan>> m_scans;
    std::vector<ScannedDirector> m_scanned;
    std::vector<formats::SourceText> m_sources;
    std::optional<formats::Imported> m_imported;
    std::size_t m_open = 0;
    std::size_t m_current = 0;
    std::uint64_t m_revision = 0; ///< Take: of the pending apply; Observe: the number for all
    Roles m_before;
    std::int64_t m_movedUs = 0; ///< console clock
    std::int64_t m_goodUs = 0;  ///< since when it stands as before; 0: it does not
    int m_confirms = 0;         ///< of this director
    std::int64_t m_askUs = 0;   ///< when to ask again whether it is confirmed; 0: not
    std::int64_t m_firstUs = 0; ///< the first confirmation
    bool m_cancelled = false;
    std::optional<Error> m_error;
    QTimer m_timer;
};

} // namespace lvsdeck::cluster
