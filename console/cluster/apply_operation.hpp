// SPDX-License-Identifier: GPL-3.0-or-later
// One apply of a document to all directors, as one transaction: check everywhere, show what would be done, apply on the backups
// and then on the masters with the same revision number, wait for the admin's confirmation, confirm everywhere. Whatever goes
// wrong on the way, the directors that already have it are taken back; an agent that cannot be reached takes itself back when
// its time is up. Window thread; owned by who asked for it.
#pragma once

#include "console/cluster/cluster_session.hpp"

namespace lvsdeck::cluster {

enum class ApplyStage {
    Idle,
    Checking,
    Review, ///< waits for proceed() or cancel()
    Applying,
    Waiting, ///< applied everywhere, waits for confirm() or revert(); secondsLeft() counts down
    Confirming,
    Reverting,
    Done, ///< outcome() says how
};

enum class ApplyOutcome {
    Confirmed,  ///< in force everywhere
    Refused,    ///< nothing was changed: problems in the document, a stale base, a director that does not answer
    Cancelled,  ///< nothing was changed
    RolledBack, ///< some had it, all are back on what they had
    Differing,  ///< directors may now hold different revisions; error() says which and what to do
};

struct ApplyRequest {
    model::Cluster cluster;            ///< its revision is ignored
    std::uint64_t baseRevision = 0;    ///< the one that the draft was made from (document().revision)
    std::uint32_t confirmWithinS = 60; ///< 5..3600; 0: confirmed at once on each director
    std::string comment;
};

/// What one director says about the document, and how far it is.
struct DirectorApply {
    std::string director;
    bool master = false;        ///< of any instance, when checking: applied last
    std::uint64_t revision = 0; ///< before
    std::vector<model::Problem> problems;
    std::vector<rpc::PlannedOperation> operations;
    enum class Step { Unchecked, Checked, Applying, Applied, Confirmed, Reverted, Failed, Unknown } step = Step::Unchecked;
    std::optional<Error> error;
};

class ApplyOperation : public QObject {
    Q_OBJECT
public:
    ApplyOperation(ClusterSession& session, ApplyRequest request);
    ~ApplyOperation() override;

    void start();
    /// Out of Review. Ignored elsewhere, and when a problem is an error.
    void proceed();
    void confirm();
    void revert();
    /// Before Waiting: stops and takes back what was applied; in Waiting the same as revert().
    void cancel();

    [[nodiscard]] ApplyStage stage() const { return m_stage; }
    [[nodiscard]] const std::vector<DirectorApply>& directors() const { return m_directors; } ///< in the order of applying
    [[nodiscard]] bool canProceed() const;                              ///< in Review, and no problem is an error
    [[nodiscard]] std::uint64_t revision() const { return m_revision; } ///< that it will have or has
    [[nodiscard]] int secondsLeft() const; ///< in Waiting: of the director whose time is up first
    [[nodiscard]] std::optional<ApplyOutcome> outcome() const { return m_outcome; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

signals:
    void changed();  ///< stage or a director's step
    void ticked();   ///< secondsLeft()
    void finished(); ///< once; outcome() is set

private:
    enum class After { RollBack, Cancel };
    void enter(ApplyStage stage);
    void finish(ApplyOutcome outcome, std::optional<Error> error);
    void checked(std::size_t index, Result<json::Value> result);
    void review();
    void applyNext();
    void applied(std::size_t index, Result<json::Value> result);
    void confirmOne(std::size_t index);
    void confirmed(std::size_t index, Result<json::Value> result);
    void settleConfirms();
    void takeBack(Error why, ApplyOutcome whenAllBack);
    void takeBackOne(std::size_t index);
    void settleTakeBack();
    void tick();
    [[nodiscard]] Reply guarded(std::function<void(Result<json::Value>)> then);

    ClusterSession& m_session;
    ApplyRequest m_request;
    ApplyStage m_stage = ApplyStage::Idle;
    std::vector<DirectorApply> m_directors;
    std::uint64_t m_revision = 0;
    std::int64_t m_deadlineUs = 0; ///< console clock: the first agent takes itself back
    std::size_t m_open = 0;        ///< answers that are awaited
    bool m_cancelled = false;
    bool m_confirmSent = false; ///< from then on a director without an answer may have it for good
    std::optional<ApplyOutcome> m_outcome;
    std::optional<ApplyOutcome> m_goal; ///< when everything was taken back
    std::optional<Error> m_error;
    QTimer m_timer;
};

} // namespace lvsdeck::cluster
