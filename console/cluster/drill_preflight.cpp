// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/drill_preflight.hpp"

#include "console/cluster/drill_log.hpp"
#include "console/cluster/text.hpp"

#include <algorithm>

namespace lvsdeck::cluster {

using rpc::Finding;

namespace {

constexpr std::int64_t goodClockUs = 20'000;
constexpr std::int64_t usableClockUs = 250'000;
constexpr std::int64_t freshUs = 15'000'000;

class Look {
public:
    explicit Look(const PreflightView& view) : m_view(view) {}

    Preflight run() {
        connected();
        clocks();
        busy();
        inSync();
        if (masters()) {
            tables();
            afterwards();
        }
        probing();
        return std::move(m_out);
    }

private:
    void add(const char* id, Finding finding, const QString& title, const QString& detail) {
        m_out.items.push_back({id, finding, title.toStdString(), detail.toStdString()});
    }
    const DirectorSnapshot* director(const std::string& id) const {
        const auto found = std::ranges::find(m_view.directors, id, [](const DirectorSnapshot& d) { return d.saved.id; });
        return found == m_view.directors.end() ? nullptr : &*found;
    }

    void connected() {
        std::vector<std::string> away;
        std::vector<std::string> lookers;
        for (const DirectorSnapshot& d : m_view.directors) {
            if (d.phase != LinkPhase::Ready || !d.state || m_view.nowUs - d.stateAtUs > freshUs)
                away.push_back(d.saved.id);
            else if (d.hello && d.hello->role < rpc::Role::Operator)
                lookers.push_back(d.saved.id);
        }
        const QString title = Text::tr("Directors answer");
        if (m_view.directors.size() < 2)
            add("connected", Finding::Bad, title, Text::tr("a drill needs two directors at least"));
        else if (!away.empty())
            add("connected", Finding::Bad, title, Text::tr("no fresh state from: %1; reconnect them").arg(listed(away)));
        else
            add("connected", Finding::Good, title, Text::tr("all %1").arg(m_view.directors.size()));
        if (!lookers.empty())
            add("role", Finding::Bad, Text::tr("Permission"),
                Text::tr("you may only look on: %1; a drill needs the group lvsdeck-operator there").arg(listed(lookers)));
    }

    void clocks() {
        std::int64_t worst = 0;
        QString where;
        for (const DirectorSnapshot& d : m_view.directors) {
            const std::int64_t error = d.clock ? d.clock->errorUs : usableClockUs + 1;
            if (error >= worst) {
                worst = error;
                where = q(d.saved.id);
            }
        }
        add("clock",
            worst <= goodClockUs     ? Finding::Good
            : worst <= usableClockUs ? Finding::Warning
                                     : Finding::Bad,
            Text::tr("Clocks compared"),
            worst > usableClockUs
                ? Text::tr("the clock of %1 is not known well enough; the connection is too slow").arg(where)
                : Text::tr("known within ± %1 ms (%2)").arg(static_cast<double>(worst) / 1000.0, 0, 'f', 1).arg(where));
    }

    void busy() {
        const QString title = Text::tr("Nothing else is going on");
        if (m_view.facts.drill)
            add("busy", Finding::Bad, title, Text::tr("a drill of %1 is running").arg(q(m_view.facts.drill->by)));
        else if (m_view.facts.pending)
            add("busy", Finding::Bad, title,
                Text::tr("revision %1 waits for its confirmation").arg(m_view.facts.pending->revision));
        else
            add("busy", Finding::Good, title, Text::tr("no drill, no pending apply"));
    }

    void inSync() {
        add("in-sync", m_view.facts.inSync ? Finding::Good : Finding::Bad, Text::tr("Same configuration"),
            m_view.facts.inSync
                ? Text::tr("revision %1 everywhere").arg(m_view.facts.revision)
                : Text::tr("not the same, or not held: %1; apply first").arg(listed(m_view.facts.differing)));
    }

    /// Who gives way to whom; false when that cannot be said.
    bool masters() {
        const QString title = Text::tr("Exactly one master");
        const auto& instances = m_view.facts.instances;
        const auto asked = m_view.instance.empty() ? instances.begin()
                                                   : std::ranges::find(instances, m_view.instance, &InstanceFacts::name);
        if (asked == instances.end()) {
            add("one-master", Finding::Bad, title,
                m_view.instance.empty() ? Text::tr("there is no VRRP instance")
                                        : Text::tr("there is no VRRP instance “%1”").arg(q(m_view.instance)));
            return false;
        }
        for (const InstanceFacts& instance : instances)
            if (instance.masters.size() != 1) {
                add("one-master", Finding::Bad, title,
                    Text::tr("%1 has %2 masters: %3")
                        .arg(q(instance.name))
                        .arg(instance.masters.size())
                        .arg(listed(instance.masters)));
                return false;
            }
        DrillPlan& plan = m_out.plan;
        plan.oldMaster = asked->masters.front();
        add("one-master", Finding::Good, title, Text::tr("%1 on %2").arg(q(asked->name), q(plan.oldMaster)));
        for (const InstanceFacts& instance : instances)
            if (instance.masters.front() == plan.oldMaster)
                plan.instances.push_back(instance.name);
        return backup(*asked);
    }

    bool backup(const InstanceFacts& asked) {
        const QString title = Text::tr("Backup would win");
        std::uint8_t best = 0;
        std::string resting;
        for (const std::string& id : asked.backups) {
            const rpc::VrrpState* state = vrrp(id, asked.name);
            if (state != nullptr && state->maintenance)
                resting = id;
            if (state != nullptr && state->hold.empty() && !state->maintenance && state->priority >= best) {
                best = state->priority;
                m_out.plan.newMaster = id;
            }
        }
        const std::string& next = m_out.plan.newMaster;
        if (next.empty()) {
            add("backup-wins", Finding::Bad, title,
                resting.empty() ? Text::tr("no director is backup of %1").arg(q(asked.name))
                                : Text::tr("%1 is in maintenance").arg(q(resting)));
            return false;
        }
        for (const std::string& name : m_out.plan.instances) {
            const rpc::VrrpState* state = vrrp(next, name);
            if (state != nullptr && state->maintenance) {
                add("backup-wins", Finding::Bad, title, Text::tr("%1 is in maintenance").arg(q(next)));
                return false;
            }
            if (state == nullptr || state->phase != rpc::VrrpPhase::Backup || !state->hold.empty()) {
                add("backup-wins", Finding::Bad, title, Text::tr("%1 is not ready to take %2").arg(q(next), q(name)));
                return false;
            }
        }
        add("backup-wins", Finding::Good, title, Text::tr("%1, priority %2").arg(q(next)).arg(best));
        return true;
    }

    const rpc::VrrpState* vrrp(const std::string& id, const std::string& instance) const {
        const DirectorSnapshot* d = director(id);
        if (d == nullptr || !d->state || !d->state->vrrp)
            return nullptr;
        const auto found = std::ranges::find(*d->state->vrrp, instance, &rpc::VrrpState::name);
        return found == d->state->vrrp->end() ? nullptr : &*found;
    }

    void tables() {
        const DirectorSnapshot* old = director(m_out.plan.oldMaster);
        const DirectorSnapshot* next = director(m_out.plan.newMaster);
        if (old == nullptr || next == nullptr || !old->state || !next->state || !old->state->table || !next->state->table)
            return;
        const auto counts = [](const rpc::State& state) { return state.counts ? &*state.counts : nullptr; };
        const auto differences =
            tableDifferences(*old->state->table, counts(*old->state), *next->state->table, counts(*next->state));
        const QString title = Text::tr("Same IPVS table");
        if (differences.empty())
            add("table", Finding::Good, title, Text::tr("%1 services").arg(old->state->table->size()));
        else
            add("table", Finding::Warning, title,
                listed({differences.begin(), differences.begin() + std::min<std::ptrdiff_t>(5, std::ssize(differences))}));
        std::vector<std::string> dead;
        for (const rpc::TableService& service : *next->state->table)
            if (!service.foreign && !service.quorum)
                dead.push_back(service.key);
        if (!dead.empty())
            add("servers", Finding::Bad, Text::tr("Servers answer"),
                Text::tr("%1 sees too few servers of %2").arg(q(m_out.plan.newMaster), listed(dead)));
    }

    void afterwards() {
        DrillPlan& plan = m_out.plan;
        plan.expectFailBack = true;
        std::int64_t delay = 0;
        if (m_view.cluster)
            for (const model::VrrpInstance& instance : m_view.cluster->instances) {
                if (std::ranges::find(plan.instances, instance.name) == plan.instances.end())
                    continue;
                const model::Member* old = model::findMember(instance, plan.oldMaster);
                const model::Member* next = model::findMember(instance, plan.newMaster);
                if (old == nullptr || next == nullptr)
                    continue;
                plan.expectFailBack = plan.expectFailBack && instance.preempt && old->priority > next->priority;
                delay = std::max<std::int64_t>(
                    delay, std::chrono::duration_cast<std::chrono::microseconds>(instance.preemptDelay).count());
                const std::int64_t detection = expectedDetectionUs(instance, next->priority, m_view.kind);
                m_out.expectedDetectionUs = std::max(m_out.expectedDetectionUs, detection);
            }
        plan.takeoverLimitUs = std::max<std::int64_t>(10'000'000, 3 * m_out.expectedDetectionUs);
        plan.failBackLimitUs += delay;
        add("afterwards", plan.expectFailBack ? Finding::Good : Finding::Warning, Text::tr("Afterwards"),
            plan.expectFailBack
                ? Text::tr("%1 becomes master again when the drill ends").arg(q(plan.oldMaster))
                : Text::tr("%1 stays master: %2 does not preempt").arg(q(plan.newMaster), q(plan.oldMaster)));
        if (m_out.expectedDetectionUs > 0)
            add("expected", Finding::Good, Text::tr("Expected"),
                Text::tr("the backup takes over after about %1 s")
                    .arg(static_cast<double>(m_out.expectedDetectionUs) / 1e6, 0, 'f', 2));
    }

    void probing() {
        const QString title = Text::tr("Probe");
        if (!m_view.probe)
            return add("probe", Finding::Bad, title, Text::tr("no TCP service on an address that moves; say what to probe"));
        const QString target = q((m_view.probe->address.family() == Family::V6 ? "[" + m_view.probe->address.toString() + "]"
                                                                               : m_view.probe->address.toString()) +
                                 ":" + std::to_string(m_view.probe->port) + m_view.probe->httpPath);
        if (m_view.probe->from.empty())
            return add("probe", Finding::Good, title,
                       Text::tr("%1 from this computer, every %2 ms").arg(target).arg(m_view.probe->intervalMs));
        if (!m_view.probeHost || m_view.probeHost->phase != LinkPhase::Ready)
            return add("probe", Finding::Bad, title,
                       Text::tr("%1, which should probe, is not connected").arg(q(m_view.probe->from)));
        const bool clock = m_view.probeHost->clock && m_view.probeHost->clock->errorUs <= usableClockUs;
        add("probe", clock ? Finding::Good : Finding::Bad, title,
            clock ? Text::tr("%1 from %2, every %3 ms").arg(target, q(m_view.probe->from)).arg(m_view.probe->intervalMs)
                  : Text::tr("the clock of %1 is not known well enough").arg(q(m_view.probe->from)));
    }

    const PreflightView& m_view;
    Preflight m_out;
};

} // namespace

bool Preflight::blocked() const {
    return items.empty() ||
           std::ranges::any_of(items, [](const PreflightItem& item) { return item.finding == Finding::Bad; });
}

Preflight lookBefore(const PreflightView& view) { return Look(view).run(); }

std::optional<ProbePlan> chooseProbe(const model::Cluster& cluster, const std::string& instance) {
    const auto moves = [&](const IpAddress& address) {
        return std::ranges::any_of(cluster.instances, [&](const model::VrrpInstance& one) {
            const auto has = [&](const std::vector<model::VirtualAddress>& all) {
                return std::ranges::find(all, address, &model::VirtualAddress::address) != all.end();
            };
            return (instance.empty() || one.name == instance) && (has(one.addresses) || has(one.excludedAddresses));
        });
    };
    for (const model::VirtualService& service : cluster.services) {
        if (service.protocol != model::Protocol::Tcp || service.firewallMark || service.port == 0 || !moves(service.address))
            continue;
        ProbePlan plan;
        plan.address = service.address;
        plan.port = service.port;
        if (service.port == 80)
            plan.httpPath = "/";
        for (const model::RealServer& server : service.servers)
            for (const model::HealthCheck& check : server.checks)
                if (const auto* http = std::get_if<model::HttpCheck>(&check);
                    http != nullptr && !http->tls && !http->urls.empty())
                    plan.httpPath = http->urls.front().path;
        plan.held = plan.httpPath.empty() ? 0 : 8;
        return plan;
    }
    return std::nullopt;
}

std::int64_t expectedDetectionUs(const model::VrrpInstance& instance, std::uint8_t priority, rpc::DrillKind kind) {
    const std::int64_t interval = std::chrono::duration_cast<std::chrono::microseconds>(instance.advertInterval).count();
    const std::int64_t unit = instance.version == 2 ? 1'000'000 : interval;
    const std::int64_t skew = (256 - priority) * unit / 256;
    return kind == rpc::DrillKind::Graceful ? skew : instance.downTimerAdverts * interval + skew;
}

} // namespace lvsdeck::cluster
