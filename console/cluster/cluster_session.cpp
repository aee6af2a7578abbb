// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/cluster_session.hpp"

#include "console/cluster/apply_operation.hpp"
#include "console/cluster/drill_operation.hpp"
#include "console/cluster/text.hpp"
#include "console/ssh/ssh_transport.hpp"

#include <algorithm>
#include <set>

namespace lvsdeck::cluster {

using std::chrono::milliseconds;

TransportFactory sshTransports(std::string profileKnownHosts, std::string onlyKnownHosts) {
    return [own = std::move(profileKnownHosts),
            only = std::move(onlyKnownHosts)](const SavedDirector& director) -> std::unique_ptr<ssh::Transport> {
        ssh::SshTarget target = targetOf(director, own);
        target.knownHostsFile = only;
        return std::make_unique<ssh::SshTransport>(std::move(target));
    };
}

ClusterSession::ClusterSession(SavedCluster saved, SessionOptions options, QObject* parent)
    : QObject(parent), m_saved(std::move(saved)), m_options(std::move(options)) {
    m_decodePool.setMaxThreadCount(1);
    for (const SavedDirector& director : m_saved.directors)
        addEntry(director, false);
    if (m_saved.probeFrom)
        addEntry(*m_saved.probeFrom, true);
    refreshFacts();
}

ClusterSession::~ClusterSession() {
    for (Entry& entry : m_entries)
        entry.link->disconnect(this);
    close(); // all at once, so that their threads end side by side
    m_entries.clear();
    m_decodePool.waitForDone();
}

void ClusterSession::addEntry(const SavedDirector& saved, bool probeOnly) {
    LinkOptions options;
    options.makeTransport = [make = m_options.transports, saved] { return make(saved); };
    options.clock = m_options.clock;
    options.decodePool = &m_decodePool;
    options.client = m_options.client;
    options.retry = m_options.retry;
    options.ping = m_options.ping;
    Entry entry{saved, probeOnly, std::make_unique<DirectorLink>(std::move(options))};
    DirectorLink* link = entry.link.get();
    const std::string id = saved.id;
    connect(link, &DirectorLink::phaseChanged, this, [this, id] {
        emit directorChanged(id);
        refreshFacts();
        refreshDocument();
    });
    connect(link, &DirectorLink::pinged, this, [this, id] { emit directorChanged(id); });
    connect(link, &DirectorLink::stateChanged, this, [this, id] {
        emit stateChanged(id);
        refreshFacts();
        refreshDocument();
    });
    connect(link, &DirectorLink::question, this, [this, id](const ssh::Question& asked) { emit question(id, asked); });
    if (!probeOnly)
        link->subscribe(wanted());
    m_entries.push_back(std::move(entry));
    if (m_open)
        link->open();
}

void ClusterSession::open() {
    m_open = true;
    for (Entry& entry : m_entries)
        entry.link->open();
}

void ClusterSession::close() {
    m_open = false;
    for (Entry& entry : m_entries)
        entry.link->close();
}

void ClusterSession::change(SavedCluster saved) {
    const auto stays = [&](const Entry& entry) {
        return entry.probeOnly ? saved.probeFrom == entry.saved
                               : std::ranges::find(saved.directors, entry.saved) != saved.directors.end();
    };
    std::erase_if(m_entries, [&](Entry& entry) {
        if (stays(entry))
            return false;
        entry.link->disconnect(this);
        entry.link->close();
        entry.link.release()->deleteLater();
        return true;
    });
    m_saved = std::move(saved);
    for (const SavedDirector& director : m_saved.directors)
        if (find(director.id) == nullptr)
            addEntry(director, false);
    if (m_saved.probeFrom && find(m_saved.probeFrom->id) == nullptr)
        addEntry(*m_saved.probeFrom, true);
    emit directorsChanged();
    refreshFacts();
    refreshDocument();
}

const ClusterSession::Entry* ClusterSession::find(const std::string& id) const {
    const auto found = std::ranges::find(m_entries, id, [](const Entry& entry) { return entry.saved.id; });
    return found == m_entries.end() ? nullptr : &*found;
}

DirectorLink* ClusterSession::link(const std::string& id) const {
    const Entry* entry = find(id);
    return entry == nullptr ? nullptr : entry->link.get();
}

DirectorSnapshot ClusterSession::snapshotOf(const Entry& entry) {
    const DirectorLink& link = *entry.link;
    return {.saved = entry.saved,
            .phase = link.phase(),
            .reason = link.reason(),
            .retryAtUs = link.retryAtUs(),
            .hello = link.hello(),
            .clock = link.clock(),
            .latencyUs = link.latencyUs(),
            .state = link.state(),
            .stateAtUs = link.stateAtUs()};
}

std::vector<DirectorSnapshot> ClusterSession::directors() const {
    std::vector<DirectorSnapshot> out;
    for (const SavedDirector& director : m_saved.directors)
        if (const Entry* entry = find(director.id))
            out.push_back(snapshotOf(*entry));
    return out;
}

std::optional<DirectorSnapshot> ClusterSession::director(const std::string& id) const {
    const Entry* entry = find(id);
    return entry == nullptr ? std::nullopt : std::optional(snapshotOf(*entry));
}

void ClusterSession::call(const std::string& director, const std::string& method, json::Value params, milliseconds limit,
                          Reply reply) {
    if (DirectorLink* to = link(director)) {
        to->call(method, std::move(params), limit, std::move(reply));
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [reply = std::move(reply), director] {
            reply(failure(ErrorCode::NotFound, Text::tr("this cluster has no director “%1”").arg(q(director)).toStdString(),
                          "director"));
        },
        Qt::QueuedConnection);
}

void ClusterSession::callAll(const std::string& method, const json::Value& params, milliseconds limit,
                             std::function<void(Result<void>)> done) {
    struct Collected {
        std::size_t open = 0;
        Result<void> result;
        std::function<void(Result<void>)> done;
    };
    const auto collected = std::make_shared<Collected>();
    collected->done = std::move(done);
    for (const Entry& entry : m_entries) {
        if (entry.probeOnly || entry.link->phase() != LinkPhase::Ready)
            continue;
        ++collected->open;
        entry.link->call(method, params, limit, [collected, id = entry.saved.id](Result<json::Value> answer) {
            if (!answer && collected->result) {
                Error error = answer.error();
                error.text = id + ": " + error.text;
                collected->result = std::unexpected(std::move(error));
            }
            if (--collected->open == 0)
                collected->done(collected->result);
        });
    }
    if (collected->open == 0)
        QMetaObject::invokeMethod(
            this,
            [collected] {
                collected->done(failure(ErrorCode::Unavailable, Text::tr("no director is connected").toStdString()));
            },
            Qt::QueuedConnection);
}

void ClusterSession::reconnect(const std::string& director) {
    if (DirectorLink* to = link(director))
        to->reconnect();
}

rpc::SubscribeParams ClusterSession::wanted() const {
    return m_hurries > 0 ? rpc::SubscribeParams{100, {}} : m_options.subscription;
}

void ClusterSession::subscribe(rpc::SubscribeParams what) {
    m_options.subscription = std::move(what);
    if (m_hurries == 0)
        for (Entry& entry : m_entries)
            if (!entry.probeOnly)
                entry.link->subscribe(wanted());
}

void ClusterSession::hurry(bool on) {
    const bool before = m_hurries > 0;
    m_hurries += on ? 1 : -1;
    if (before != (m_hurries > 0))
        for (Entry& entry : m_entries)
            if (!entry.probeOnly)
                entry.link->subscribe(wanted());
}

void ClusterSession::refreshFacts() {
    ClusterFacts facts = factsOf(m_saved.name, directors());
    if (facts == m_facts)
        return;
    m_facts = std::move(facts);
    emit factsChanged();
}

void ClusterSession::refreshDocument() {
    const Entry* best = nullptr;
    const rpc::ConfigState* bestConfig = nullptr;
    for (const Entry& entry : m_entries) {
        if (entry.probeOnly || entry.link->phase() != LinkPhase::Ready || !entry.link->state() ||
            !entry.link->state()->config)
            continue;
        const rpc::ConfigState& config = *entry.link->state()->config;
        if (config.revision > 0 && (bestConfig == nullptr || config.revision > bestConfig->revision)) {
            best = &entry;
            bestConfig = &config;
        }
    }
    if (best == nullptr)
        return;
    const std::string wish = std::to_string(bestConfig->revision) + " " + bestConfig->hash;
    if (wish == m_asked)
        return;
    m_asked = wish;
    best->link->call("config.get", json::toJson(rpc::ConfigGetParams{}), milliseconds(15000),
                     [this, wish](Result<json::Value> answer) {
                         if (wish != m_asked)
                             return;
                         auto got = answer ? json::fromJson<rpc::ConfigDocument>(*answer)
                                           : Result<rpc::ConfigDocument>(std::unexpected(answer.error()));
                         Document document;
                         if (!got) {
                             document = m_document;
                             document.error = got.error();
                             m_asked.clear();
                         } else {
                             document.revision = got->revision;
                             document.hash = got->hash;
                             document.text = std::move(got->cluster);
                             if (auto cluster = model::parseCluster(json::toLine(document.text)))
                                 document.cluster = std::make_shared<const model::Cluster>(std::move(*cluster));
                             else
                                 document.error = cluster.error();
                         }
                         m_document = std::move(document);
                         emit documentChanged();
                     });
}

std::unique_ptr<ApplyOperation> ClusterSession::makeApply(ApplyRequest request) {
    return std::make_unique<ApplyOperation>(*this, std::move(request));
}

std::unique_ptr<DrillOperation> ClusterSession::makeDrill(DrillRequest request) {
    return std::make_unique<DrillOperation>(*this, std::move(request));
}

namespace {

void addInstances(ClusterFacts& facts, const std::string& director, const std::vector<rpc::VrrpState>& vrrp) {
    for (const rpc::VrrpState& state : vrrp) {
        auto found = std::ranges::find(facts.instances, state.name, &InstanceFacts::name);
        if (found == facts.instances.end()) {
            facts.instances.push_back({state.name, state.vrid, {}, {}, {}});
            found = std::prev(facts.instances.end());
        }
        switch (state.phase) {
        case rpc::VrrpPhase::Master: found->masters.push_back(director); break;
        case rpc::VrrpPhase::Backup: found->backups.push_back(director); break;
        case rpc::VrrpPhase::Initialize:
        case rpc::VrrpPhase::Fault: found->others.push_back(director); break;
        }
    }
}

} // namespace

ClusterFacts factsOf(const std::string& name, const std::vector<DirectorSnapshot>& directors) {
    ClusterFacts facts;
    facts.name = name;
    facts.directors = directors.size();
    std::vector<std::pair<std::string, const rpc::ConfigState*>> configs;
    for (const DirectorSnapshot& director : directors) {
        if (director.phase != LinkPhase::Ready)
            continue;
        ++facts.ready;
        if (director.hello) {
            facts.simulated = facts.simulated || director.hello->simulated;
            facts.role = facts.ready == 1 ? director.hello->role : std::min(facts.role, director.hello->role);
        }
        if (!director.state)
            continue;
        if (director.state->config) {
            configs.emplace_back(director.saved.id, &*director.state->config);
            facts.revision = std::max(facts.revision, director.state->config->revision);
            if (director.state->config->pending)
                facts.pending = director.state->config->pending;
        }
        if (director.state->vrrp)
            addInstances(facts, director.saved.id, *director.state->vrrp);
        if (director.state->drill && !director.state->drill->empty())
            facts.drill = director.state->drill->front();
    }
    std::string hash;
    for (const auto& [id, config] : configs)
        if (config->revision == facts.revision)
            hash = config->hash;
    for (const auto& [id, config] : configs)
        if (config->hash != hash || config->revision != facts.revision || !config->problem.empty())
            facts.differing.push_back(id);
    facts.inSync = facts.revision > 0 && configs.size() == directors.size() && facts.differing.empty();
    std::ranges::sort(facts.instances, {}, &InstanceFacts::name);
    return facts;
}

} // namespace lvsdeck::cluster
