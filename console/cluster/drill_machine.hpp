// SPDX-License-Identifier: GPL-3.0-or-later
// The course of a drill as a state machine without I/O: what happened goes in with its time, what is to be done comes out.
// DrillOperation gives it links and timers; tests give it virtual time. Times are µs of the console's clock.
#pragma once

#include "console/cluster/drill_record.hpp"

#include <map>
#include <set>
#include <variant>

namespace lvsdeck::cluster {

struct DrillPlan {
    std::string oldMaster;
    std::string newMaster;
    std::vector<std::string> instances; ///< that must move; at least one
    bool expectFailBack = true;         ///< preemption brings them back when the fault ends
    std::int64_t baselineUs = 3'000'000;
    std::int64_t steadyUs = 3'000'000;         ///< without a failure or a role change
    std::int64_t takeoverLimitUs = 15'000'000; ///< beyond it the drill has failed and is taken back
    std::int64_t failBackLimitUs = 30'000'000;
    std::int64_t steadyLimitUs = 30'000'000;
    std::int64_t lostLimitUs = 5'000'000; ///< a director that does not answer this long ends the drill
    std::int64_t leaseUs = 30'000'000;
};

namespace drill {

struct Start {};
struct Tick {};
struct ProbeStarted {};
struct ProbeEnded {
    std::string error;
};
struct ProbeSeen {
    bool ok = true;
};
/// All roles of one director, by instance.
struct Roles {
    std::string director;
    std::map<std::string, rpc::VrrpPhase> phases;
};
struct FaultBegan {
    Result<void> result;
};
struct FaultRenewed {
    Result<void> result;
};
struct FaultEnded {
    Result<void> result;
};
struct Link {
    std::string director;
    bool up = true;
};
struct Abort {
    std::string reason;
};

using Event =
    std::variant<Start, Tick, ProbeStarted, ProbeEnded, ProbeSeen, Roles, FaultBegan, FaultRenewed, FaultEnded, Link, Abort>;

enum class Action { StartProbe, BeginFault, RenewFault, EndFault, StopProbe, Finish };

} // namespace drill

class DrillMachine {
public:
    explicit DrillMachine(DrillPlan plan);

    /// Every event is legal in every phase; what does not belong is ignored. Times never go back.
    std::vector<drill::Action> handle(const drill::Event& event, std::int64_t nowUs);

    [[nodiscard]] DrillPhase phase() const { return m_phase; }
    [[nodiscard]] const std::vector<PhaseSpan>& phases() const {
        return m_phases;
    } ///< the running one ends at the last event
    [[nodiscard]] bool faultActive() const { return m_fault != Fault::None; }
    [[nodiscard]] bool finished() const { return m_phase == DrillPhase::Finished; }
    /// Finished because somebody or something stopped it, not because of what was measured.
    [[nodiscard]] bool aborted() const { return m_aborted; }
    /// Why it did not run to its end, or what did not happen in time; empty: all went as expected.
    [[nodiscard]] const std::vector<std::string>& reasons() const { return m_reasons; }
    /// When Tick must come at the latest; nullopt: no need.
    [[nodiscard]] std::optional<std::int64_t> nextTickUs() const;

private:
    enum class Fault { None, Beginning, Active, Ending };
    using Actions = std::vector<drill::Action>;

    void on(const drill::Start&, Actions& actions);
    void on(const drill::Tick&, Actions& actions);
    void on(const drill::ProbeStarted&, Actions& actions);
    void on(const drill::ProbeEnded& event, Actions& actions);
    void on(const drill::ProbeSeen& event, Actions& actions);
    void on(const drill::Roles& event, Actions& actions);
    void on(const drill::FaultBegan& event, Actions& actions);
    void on(const drill::FaultRenewed& event, Actions& actions);
    void on(const drill::FaultEnded& event, Actions& actions);
    void on(const drill::Link& event, Actions& actions);
    void on(const drill::Abort& event, Actions& actions);

    void enter(DrillPhase phase);
    void stop(std::string reason, bool aborted, Actions& actions);
    void restore(Actions& actions);
    void finish(Actions& actions);
    void advance(Actions& actions);
    void checkLimits(Actions& actions);
    void disturb() { m_quietSinceUs = m_nowUs; }
    [[nodiscard]] bool mastersAre(const std::string& master, const std::string& other) const;

    DrillPlan m_plan;
    DrillPhase m_phase = DrillPhase::Preflight;
    std::vector<PhaseSpan> m_phases;
    std::int64_t m_nowUs = 0;
    std::int64_t m_phaseUs = 0;      ///< when the phase began
    std::int64_t m_quietSinceUs = 0; ///< last failure or role change
    std::int64_t m_renewUs = 0;
    std::int64_t m_endSentUs = 0;
    Fault m_fault = Fault::None;
    bool m_probing = false;
    bool m_started = false;
    bool m_endWanted = false; ///< the fault is to be taken back, as often as it needs
    bool m_stopping = false;  ///< only the fault has to be taken back yet
    std::int64_t m_stopUs = 0;
    bool m_aborted = false;
    std::uint64_t m_baselineOk = 0;
    std::uint64_t m_baselineFailed = 0;
    std::vector<std::string> m_reasons;
    std::map<std::string, std::map<std::string, rpc::VrrpPhase>> m_roles; ///< director -> instance -> role
    std::map<std::string, std::int64_t> m_lostUs;                         ///< directors that do not answer, since
};

} // namespace lvsdeck::cluster
