// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the kernel's IPVS table as the engine wants it: takes over what is there, changes as little as possible, notices what
// others change, and says what could not be done. Owned by the engine; control thread only.
#pragma once

#include "agent/core/ownership.hpp"
#include "agent/ipvs/reconcile.hpp"
#include "agent/ports/ipvs_port.hpp"
#include "agent/ports/runtime.hpp"
#include "common/base/shared.hpp"
#include "common/model/cluster.hpp"
#include "common/rpc/messages.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lvsdeck::core {

class TableKeeper {
public:
    using Report = std::function<void(rpc::EventLevel, const std::string& text)>;

    TableKeeper(Runtime& runtime, IpvsPort& ipvs, StorePort& store, Report report);

    /// Reads ownership and the table. A kernel without IPVS is a problem, not an error.
    [[nodiscard]] Result<void> load();

    /// What want() would do now; reads the kernel's table first. The error of a kernel that cannot be asked, unless nothing
    /// is wanted.
    [[nodiscard]] Result<std::vector<ipvs::Operation>> preview(const ipvs::Table& wanted, const ipvs::Owned& possible);
    /// The next want() reads the table first: an apply must not build on what was there seconds ago.
    void readBeforeNext() { m_known = false; }
    /// Makes the kernel's table so, and keeps it so. `possible`: every key that this configuration can ever want (ownedKeys).
    /// Answers what was done; the error is the first thing that failed, and is also problem(). All that could be done is done.
    Result<std::vector<ipvs::Operation>> want(ipvs::Table wanted, SharedOwned possible);
    /// What to do about changes that others make to entries of ours.
    void setPolicy(model::ForeignChange policy);
    /// Looks at the kernel again, and puts back what others changed of ours. Gives up for a while against somebody who
    /// persists. With LeaveAlone an entry that others changed stays as they made it until we want something else of it. To be
    /// called every few seconds.
    void reread();
    /// Wants nothing and owns nothing any more; the table stays as it is, for the program that goes on with it.
    void abandon();
    /// Removes every entry of ours: for a director that leaves.
    [[nodiscard]] Result<void> release();

    [[nodiscard]] const ipvs::Table& actual() const { return m_actual; }
    [[nodiscard]] const ipvs::Table& wanted() const { return m_wanted; }
    [[nodiscard]] const ipvs::Owned& owned() const { return m_ownership.owned(); }
    /// Why the kernel does not hold what is wanted; empty: it does.
    [[nodiscard]] const std::string& problem() const { return m_problem; }
    /// The table cannot be programmed at all, and something should be in it: such a director must not be master. A single
    /// entry that the kernel refuses is only a problem(): stepping down for it would take all other services along.
    [[nodiscard]] bool hasFailed() const { return m_failed; }
    /// Counts up whenever actual() or wanted() changed.
    [[nodiscard]] std::uint64_t version() const { return m_version; }

private:
    [[nodiscard]] Result<void> readActual();
    /// True: it is another table than the one known before.
    [[nodiscard]] Result<bool> take(Result<ipvs::Table> table);
    [[nodiscard]] Result<std::vector<ipvs::Operation>> program();
    /// Of an entry, or of a whole service.
    using Place = std::pair<ipvs::ServiceKey, std::optional<ipvs::DestinationKey>>;
    [[nodiscard]] static Place placeOf(const ipvs::Operation& operation);
    /// What is to be done, without what others shall keep.
    [[nodiscard]] std::vector<ipvs::Operation> todo() const;
    [[nodiscard]] bool isLeftAlone(const ipvs::Operation& operation) const;
    void leaveAlone(const std::vector<ipvs::Operation>& repairs);
    void setProblem(std::string text, bool failed);
    /// Not during a truce: its problem is not ours to solve.
    void clearProblem();
    [[nodiscard]] bool isFighting();

    Runtime& m_runtime;
    IpvsPort& m_ipvs;
    Ownership m_ownership;
    Report m_report;
    /// The same memory as `actual` when they are equal, as they nearly always are.
    Shared<ipvs::Table> m_wanted;
    SharedOwned m_possible = std::make_shared<const ipvs::Owned>();
    Shared<ipvs::Table> m_actual;
    bool m_known = false;   ///< actual is what the kernel last said
    bool m_settled = false; ///< nothing is to be done as long as neither `wanted` nor `actual` changes
    std::string m_problem;
    bool m_failed = false;
    model::ForeignChange m_policy = model::ForeignChange::Repair;
    std::set<Place> m_leftAlone;
    std::deque<Instant> m_repairs;
    Instant m_truceUntil{};
    std::uint64_t m_version = 0;
};

} // namespace lvsdeck::core
