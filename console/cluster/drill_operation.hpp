// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a drill: the pre-flight list, then DrillMachine over the session's links and a probe from outside the pair, and at the
// end the record with its metrics and verdict. Window thread; owned by who asked for it; destroying it takes the fault back.
#pragma once

#include "console/cluster/cluster_session.hpp"
#include "console/cluster/drill_log.hpp"
#include "console/cluster/drill_machine.hpp"

#include <memory>

namespace lvsdeck::cluster {

/// A running probe on this computer or on another host. Its thread is the window's.
class ProbeSource : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start(const rpc::ProbeRunParams& params) = 0;
    virtual void stop() = 0;

signals:
    void started();
    /// Samples are in the console's clock.
    void samples(const std::vector<lvsdeck::rpc::ProbeSample>& samples);
    void held(std::uint32_t alive, std::uint32_t broken, std::int64_t maxStallUs);
    void ended(const std::string& error); ///< empty: as asked
};

/// Over an agent's probe.run; null when the session does not know the id.
[[nodiscard]] std::unique_ptr<ProbeSource> makeRemoteProbe(ClusterSession& session, const std::string& host);
/// From this computer, on a thread of its own.
[[nodiscard]] std::unique_ptr<ProbeSource> makeLocalProbe(ConsoleClock clock);

struct DrillRequest {
    rpc::DrillKind kind = rpc::DrillKind::Graceful;
    std::string instance; ///< whose master is drilled; empty: the first instance's
    /// Unset: the first TCP service on a moving address, from saved().probeFrom. Without an address: that service, probed as it says.
    std::optional<ProbePlan> probe;
    DrillLimits limits;
    std::uint32_t leaseS = 30;
    std::int64_t baselineMs = 3000;
    std::int64_t steadyMs = 3000;
    std::function<std::unique_ptr<ProbeSource>()> probeSource; ///< instead of the probe's own choice (tests, simulation)
};

class DrillOperation : public QObject {
    Q_OBJECT
public:
    DrillOperation(ClusterSession& session, DrillRequest request);
    ~DrillOperation() override;

    /// Asks for a good clock and looks at everything; preflightDone() follows. May be repeated before start().
    void preflight();
    [[nodiscard]] bool canStart() const; ///< the list is there and nothing in it is Bad
    /// Ignored unless canStart().
    void start();
    /// Ends the fault and finishes; before start() it finishes at once.
    void abort(const std::string& reason);

    [[nodiscard]] DrillPhase phase() const;
    [[nodiscard]] bool running() const { return m_machine != nullptr && !m_done; }
    [[nodiscard]] bool done() const { return m_done; }
    /// What is known by now: grows while it runs (lanes, latency, first metrics), whole after finished().
    [[nodiscard]] const DrillRecord& record() const { return m_record; }

signals:
    void preflightDone();
    void phaseChanged();
    void changed();  ///< record(), at most ten times a second
    void finished(); ///< once

private:
    void look();
    void feed(const drill::Event& event);
    void act(drill::Action action);
    void beginFault();
    void renewFault();
    void endFault();
    void takeState(const std::string& director);
    void takeSamples(const std::vector<rpc::ProbeSample>& samples);
    void refresh();
    void finish();
    [[nodiscard]] std::optional<ProbePlan> defaultProbe() const;
    [[nodiscard]] std::optional<ProbePlan> plannedProbe() const;

    ClusterSession& m_session;
    DrillRequest m_request;
    DrillRecord m_record;
    DrillPlan m_plan;
    DrillLog m_log;
    std::unique_ptr<DrillMachine> m_machine;
    std::unique_ptr<ProbeSource> m_probe;
    std::string m_leaseId;
    std::shared_ptr<const rpc::State> m_masterBefore;
    QTimer m_tick;
    QTimer m_refresh;
    bool m_preflightDone = false;
    bool m_done = false;
};

} // namespace lvsdeck::cluster
