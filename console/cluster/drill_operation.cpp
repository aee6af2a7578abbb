// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/drill_operation.hpp"

#include "console/cluster/drill_preflight.hpp"
#include "console/cluster/text.hpp"
#include "probe/outage.hpp"

#include <QPointer>
#include <QUuid>

#include <algorithm>

#ifndef LVSDECK_VERSION
#define LVSDECK_VERSION "0"
#endif

namespace lvsdeck::cluster {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds callLimit{5000};
constexpr milliseconds tickEvery{100};
constexpr milliseconds refreshEvery{100};
constexpr int clockExchanges = 12;
constexpr std::uint32_t longestProbeS = 600;
constexpr std::size_t mostSamples = 400'000;

std::map<std::string, rpc::VrrpPhase> rolesOf(const std::vector<rpc::VrrpState>& vrrp) {
    std::map<std::string, rpc::VrrpPhase> roles;
    for (const rpc::VrrpState& state : vrrp)
        roles[state.name] = state.phase;
    return roles;
}

/// Active connections of the whole table: the column is "active" (countColumns), services' own rows have none.
std::uint64_t connectionsOf(const rpc::State* state) {
    std::uint64_t sum = 0;
    if (state != nullptr && state->table && state->counts) {
        std::map<std::int64_t, std::int64_t> active;
        for (const auto& row : state->counts->rows)
            if (row.size() > 2)
                active[row[0]] = row[2];
        for (const rpc::TableService& service : *state->table)
            for (const rpc::TableServer& server : service.servers)
                if (const auto found = active.find(server.row); found != active.end())
                    sum += static_cast<std::uint64_t>(std::max<std::int64_t>(0, found->second));
    }
    return sum;
}

} // namespace

DrillOperation::DrillOperation(ClusterSession& session, DrillRequest request)
    : m_session(session), m_request(std::move(request)) {
    m_tick.setInterval(tickEvery);
    connect(&m_tick, &QTimer::timeout, this, [this] { feed(drill::Tick{}); });
    m_refresh.setInterval(refreshEvery);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        refresh();
        emit changed();
    });
    m_session.hurry(true);
}

DrillOperation::~DrillOperation() {
    if (m_machine && m_machine->faultActive() && !m_leaseId.empty())
        m_session.call(m_plan.oldMaster, "drill.end", json::toJson(rpc::DrillEndParams{m_leaseId}), callLimit,
                       [](Result<json::Value>) {});
    if (!m_done)
        m_session.hurry(false);
}

DrillPhase DrillOperation::phase() const {
    return m_machine ? m_machine->phase() : m_done ? DrillPhase::Finished : DrillPhase::Preflight;
}

bool DrillOperation::canStart() const {
    return m_preflightDone && !m_machine && !m_done && !m_record.preflight.empty() &&
           std::ranges::none_of(m_record.preflight,
                                [](const PreflightItem& item) { return item.finding == rpc::Finding::Bad; });
}

std::optional<ProbePlan> DrillOperation::defaultProbe() const {
    if (!m_session.document().cluster)
        return std::nullopt;
    auto plan = chooseProbe(*m_session.document().cluster, m_request.instance);
    if (plan && m_session.saved().probeFrom)
        plan->from = m_session.saved().probeFrom->id;
    return plan;
}

std::optional<ProbePlan> DrillOperation::plannedProbe() const {
    std::optional<ProbePlan> plan = m_request.probe;
    if (plan && !plan->address.isUnspecified())
        return plan;
    const std::optional<ProbePlan> found = defaultProbe();
    if (!plan || !found)
        return found;
    plan->address = found->address;
    plan->port = found->port;
    return plan;
}

void DrillOperation::preflight() {
    if (m_machine || m_done)
        return;
    m_preflightDone = false;
    std::vector<std::string> ids;
    for (const SavedDirector& director : m_session.saved().directors)
        ids.push_back(director.id);
    if (m_session.saved().probeFrom)
        ids.push_back(m_session.saved().probeFrom->id);
    const auto open = std::make_shared<std::size_t>(ids.size());
    const auto answered = [self = QPointer<DrillOperation>(this), open] {
        if (--*open == 0 && self)
            self->look();
    };
    if (ids.empty())
        return look();
    for (const std::string& id : ids)
        m_session.link(id)->measureClock(clockExchanges, answered);
}

void DrillOperation::look() {
    if (m_machine || m_done)
        return;
    PreflightView view;
    view.facts = m_session.facts();
    view.directors = m_session.directors();
    view.cluster = m_session.document().cluster;
    view.probe = plannedProbe();
    if (view.probe && !view.probe->from.empty())
        view.probeHost = m_session.director(view.probe->from);
    view.instance = m_request.instance;
    view.kind = m_request.kind;
    view.nowUs = m_session.nowUs();
    Preflight found = lookBefore(view);
    m_plan = std::move(found.plan);
    m_plan.baselineUs = m_request.baselineMs * 1000;
    m_plan.steadyUs = m_request.steadyMs * 1000;
    m_plan.leaseUs = static_cast<std::int64_t>(m_request.leaseS) * 1'000'000;

    m_record = DrillRecord{};
    m_record.preflight = std::move(found.items);
    m_record.metrics.there.expectedDetectionUs = found.expectedDetectionUs;
    m_record.cluster = m_session.saved().name;
    m_record.kind = m_request.kind;
    m_record.limits = m_request.limits;
    m_record.consoleVersion = LVSDECK_VERSION;
    m_record.simulated = view.facts.simulated;
    m_record.oldMaster = m_plan.oldMaster;
    m_record.newMaster = m_plan.newMaster;
    m_record.instances = m_plan.instances;
    m_record.probe = view.probe.value_or(ProbePlan{});
    for (const DirectorSnapshot& director : view.directors) {
        const bool known = director.state && director.state->config;
        m_record.directors.push_back(
            {director.saved.id, director.hello ? director.hello->agentVersion : std::string(),
             known ? director.state->config->revision : 0, known ? director.state->config->hash : std::string(),
             director.clock ? director.clock->offsetUs : 0, director.clock ? director.clock->errorUs : 0});
        if (director.saved.id == m_plan.oldMaster && director.hello)
            m_record.by = director.hello->user;
    }
    m_preflightDone = true;
    emit preflightDone();
}

void DrillOperation::start() {
    if (!canStart())
        return;
    m_record.id = QUuid::createUuid().toString(QUuid::WithoutBraces).left(8).toStdString();
    m_record.startedUs = m_log.startedUs = m_log.endUs = m_session.nowUs();
    m_machine = std::make_unique<DrillMachine>(m_plan);
    const ProbePlan& probe = m_record.probe;
    m_probe = m_request.probeSource ? m_request.probeSource()
              : probe.from.empty()  ? makeLocalProbe([this] { return m_session.nowUs(); })
                                    : makeRemoteProbe(m_session, probe.from);
    if (m_probe) {
        connect(m_probe.get(), &ProbeSource::started, this, [this] { feed(drill::ProbeStarted{}); });
        connect(m_probe.get(), &ProbeSource::samples, this, &DrillOperation::takeSamples);
        connect(m_probe.get(), &ProbeSource::held, this,
                [this](std::uint32_t alive, std::uint32_t broken, std::int64_t stall) {
                    m_log.heldAlive = alive;
                    m_log.heldBroken = broken;
                    m_log.heldMaxStallUs = stall;
                });
        connect(m_probe.get(), &ProbeSource::ended, this,
                [this](const std::string& error) { feed(drill::ProbeEnded{error}); });
    }
    connect(&m_session, &ClusterSession::stateChanged, this, &DrillOperation::takeState);
    connect(&m_session, &ClusterSession::directorChanged, this, [this](const std::string& id) {
        const auto director = m_session.director(id);
        if (director && (id == m_plan.oldMaster || id == m_plan.newMaster))
            feed(drill::Link{id, director->phase == LinkPhase::Ready});
    });
    m_masterBefore = m_session.director(m_plan.oldMaster)->state;
    m_tick.start();
    m_refresh.start();
    feed(drill::Start{});
    for (const SavedDirector& director : m_session.saved().directors)
        takeState(director.id);
}

void DrillOperation::abort(const std::string& reason) {
    if (m_machine) {
        feed(drill::Abort{reason});
    } else if (!m_done) {
        m_record.reasons.push_back(reason);
        finish();
    }
}

void DrillOperation::feed(const drill::Event& event) {
    if (!m_machine || m_done)
        return;
    const DrillPhase before = m_machine->phase();
    const auto actions = m_machine->handle(event, m_session.nowUs());
    if (m_machine->phase() != before)
        emit phaseChanged();
    for (const drill::Action action : actions)
        act(action);
}

void DrillOperation::act(drill::Action action) {
    switch (action) {
    case drill::Action::StartProbe: {
        if (!m_probe)
            return feed(drill::ProbeEnded{
                Text::tr("there is no host “%1” to probe from").arg(q(m_record.probe.from)).toStdString()});
        const ProbePlan& plan = m_record.probe;
        return m_probe->start(
            {plan.address, plan.port, plan.httpPath, plan.intervalMs, plan.timeoutMs, longestProbeS, plan.held, 200});
    }
    case drill::Action::StopProbe: return m_probe->stop();
    case drill::Action::BeginFault: return beginFault();
    case drill::Action::RenewFault: return renewFault();
    case drill::Action::EndFault: return endFault();
    case drill::Action::Finish: return finish();
    }
}

void DrillOperation::beginFault() {
    m_masterBefore = m_session.director(m_plan.oldMaster)->state;
    m_session.call(m_plan.oldMaster, "drill.begin", json::toJson(rpc::DrillBeginParams{m_request.kind, m_request.leaseS}),
                   callLimit,
                   [self = QPointer<DrillOperation>(this), session = QPointer<ClusterSession>(&m_session),
                    master = m_plan.oldMaster](Result<json::Value> result) {
                       auto lease = result ? json::fromJson<rpc::DrillLease>(*result)
                                           : Result<rpc::DrillLease>(std::unexpected(result.error()));
                       if (!self) { // nobody waits for it any more
                           if (lease && session)
                               session->call(master, "drill.end", json::toJson(rpc::DrillEndParams{lease->id}), callLimit,
                                             [](Result<json::Value>) {});
                           return;
                       }
                       if (lease) {
                           self->m_leaseId = lease->id;
                           self->m_log.faultDirectorUs = lease->startedUs;
                           self->refresh();
                           self->m_record.marks.push_back(
                               {self->m_log.faultUs, self->m_plan.oldMaster, Text::tr("Fault").toStdString()});
                       }
                       self->feed(drill::FaultBegan{lease ? Result<void>() : std::unexpected(lease.error())});
                   });
}

void DrillOperation::renewFault() {
    m_session.call(m_plan.oldMaster, "drill.renew", json::toJson(rpc::DrillRenewParams{m_leaseId, m_request.leaseS}),
                   callLimit, [self = QPointer<DrillOperation>(this)](Result<json::Value> result) {
                       if (self)
                           self->feed(drill::FaultRenewed{result ? Result<void>() : std::unexpected(result.error())});
                   });
}

void DrillOperation::endFault() {
    // The answer to drill.begin may have been lost: the director tells of its lease itself.
    if (const auto master = m_session.director(m_plan.oldMaster);
        m_leaseId.empty() && master && master->hello && master->state && master->state->drill &&
        !master->state->drill->empty() && master->state->drill->front().by.starts_with(master->hello->user))
        m_leaseId = master->state->drill->front().id;
    const std::int64_t sentUs = m_session.nowUs();
    m_session.call(m_plan.oldMaster, "drill.end", json::toJson(rpc::DrillEndParams{m_leaseId}), callLimit,
                   [self = QPointer<DrillOperation>(this), sentUs](Result<json::Value> result) {
                       if (!self)
                           return;
                       if (result) {
                           const std::int64_t now = self->m_session.nowUs();
                           self->m_log.leaseEndUs = sentUs + (now - sentUs) / 2;
                           self->m_log.leaseEndErrorUs = (now - sentUs + 1) / 2;
                           self->m_record.marks.push_back(
                               {self->m_log.leaseEndUs, self->m_plan.oldMaster, Text::tr("Fault ended").toStdString()});
                       }
                       self->feed(drill::FaultEnded{result ? Result<void>() : std::unexpected(result.error())});
                   });
}

void DrillOperation::takeState(const std::string& director) {
    const auto snapshot = m_session.director(director);
    if (!m_machine || !snapshot || !snapshot->state || !snapshot->state->vrrp || snapshot->phase != LinkPhase::Ready)
        return;
    m_log.see(director, *snapshot->state->vrrp, m_session.nowUs());
    feed(drill::Roles{director, rolesOf(*snapshot->state->vrrp)});
}

void DrillOperation::takeSamples(const std::vector<rpc::ProbeSample>& samples) {
    for (const rpc::ProbeSample& sample : samples) {
        if (m_log.samples.size() < mostSamples)
            m_log.samples.push_back(sample);
        if (sample.result != rpc::ProbeResult::Local)
            feed(drill::ProbeSeen{sample.result == rpc::ProbeResult::Ok});
    }
}

/// Everything in the record that follows from what was seen.
void DrillOperation::refresh() {
    for (const DirectorSnapshot& director : m_session.directors())
        if (director.clock && director.phase == LinkPhase::Ready)
            m_log.clocks[director.saved.id] = *director.clock;
    m_log.endUs = std::max(m_log.endUs, m_session.nowUs());
    const ClockOffset master = m_log.clocks[m_plan.oldMaster];
    if (m_log.faultDirectorUs) {
        m_log.faultUs = master.toConsole(*m_log.faultDirectorUs);
        m_log.faultErrorUs = master.errorUs;
    }
    m_record.phases = m_machine ? m_machine->phases() : std::vector<PhaseSpan>{};
    m_record.roles = roleSpans(m_log);
    m_record.owners = ownerSpans(m_log);
    m_record.latency = latencyPoints(m_log);
    m_record.faultUs = m_log.faultUs;
    m_record.leaseEndUs = m_log.leaseEndUs;
    DrillMetrics& metrics = m_record.metrics;
    const std::int64_t interval = static_cast<std::int64_t>(m_record.probe.intervalMs) * 1000;
    if (m_log.faultUs > 0) {
        const probe::Outage baseline = probe::measure(m_log.samples, {m_record.startedUs, m_log.faultUs}, interval);
        metrics.baselineMedianUs = baseline.p50Us;
        metrics.baselineP99Us = baseline.p99Us;
        const std::int64_t expected = metrics.there.expectedDetectionUs;
        metrics.there = switchMetrics(m_log, m_plan.oldMaster, m_plan.newMaster, m_log.faultUs, m_log.faultErrorUs,
                                      m_log.leaseEndUs > 0 ? m_log.leaseEndUs : m_log.endUs, interval);
        metrics.there.expectedDetectionUs = expected;
    }
    if (m_log.leaseEndUs > 0 && m_plan.expectFailBack)
        metrics.back = switchMetrics(m_log, m_plan.newMaster, m_plan.oldMaster, m_log.leaseEndUs, m_log.leaseEndErrorUs,
                                     m_log.endUs, interval);
    metrics.held = m_log.heldAlive + m_log.heldBroken;
    metrics.heldBroken = m_log.heldBroken;
    metrics.heldMaxStallUs = m_log.heldMaxStallUs;
}

void DrillOperation::finish() {
    if (m_done)
        return;
    m_tick.stop();
    m_refresh.stop();
    m_done = true;
    if (m_machine) {
        refresh();
        const auto before = m_masterBefore;
        const auto newMaster = m_session.director(m_plan.newMaster);
        DrillMetrics& metrics = m_record.metrics;
        metrics.connectionsBefore = connectionsOf(before.get());
        if (newMaster && newMaster->state) {
            metrics.connectionsAfter = connectionsOf(newMaster->state.get());
            const auto counts = [](const rpc::State& state) { return state.counts ? &*state.counts : nullptr; };
            if (before && before->table && newMaster->state->table)
                metrics.tableDifferences = static_cast<std::uint32_t>(
                    tableDifferences(*before->table, counts(*before), *newMaster->state->table, counts(*newMaster->state))
                        .size());
        }
        const auto toMaster = std::ranges::count_if(m_record.roles, [&](const RoleSpan& span) {
            return span.role == rpc::VrrpPhase::Master && span.fromUs > m_record.startedUs;
        });
        const auto expected = std::ssize(m_plan.instances) * (m_log.faultUs == 0                              ? 0
                                                              : m_log.leaseEndUs > 0 && m_plan.expectFailBack ? 2
                                                                                                              : 1);
        metrics.extraTransitions = static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(0, toMaster - expected));
        m_record.reasons = m_machine->reasons();
        if (!m_machine->aborted())
            for (std::string& reason : judge(metrics, m_record.limits))
                m_record.reasons.push_back(std::move(reason));
    }
    m_record.finishedUs = m_session.nowUs();
    m_record.verdict = !m_machine || m_machine->aborted() ? Verdict::Aborted
                       : m_record.reasons.empty()         ? Verdict::Passed
                                                          : Verdict::Failed;
    m_session.hurry(false);
    emit finished();
}

} // namespace lvsdeck::cluster
