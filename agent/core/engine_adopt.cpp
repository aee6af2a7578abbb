// SPDX-License-Identifier: GPL-3.0-or-later
// From keepalived to lvsdeck and back, with nothing to be felt on the wire. Here: looking on; engine_take.cpp takes over,
// engine_return.cpp gives back, engine_resume.cpp goes on where an agent died.
//
// While keepalived manages the director the engine looks on: table, addresses and advertisements are read, nothing is changed.
// Taking over: the router goes on with what keepalived holds, as after a restart of our own, and only then keepalived is ended,
// without a goodbye. Giving back is the same in the other direction: keepalived starts while the router still advertises, and
// the router falls silent when keepalived is master of what it finds. So at no moment nobody speaks for
// an address; for a moment both do, from the same host and with the same words.
#include "agent/core/adopting.hpp"
#include "agent/core/engine.hpp"
#include "agent/ipvs/keys.hpp"
#include "agent/ipvs/words.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::core {

using adopting::markName;
using adopting::processText;

namespace {

std::string subjectOf(const std::string& service, const std::string& server) {
    std::string text = server;
    return text.append(" of ").append(service);
}

} // namespace

Result<void> Engine::mustManage() const {
    if (m_returning)
        return failure(ErrorCode::Busy, "this director is on its way back to keepalived; wait until it is there");
    if (isObserving())
        return failure(ErrorCode::Conflict,
                       "keepalived manages this director, and lvsdeck only looks on; take over first (adopt.take)");
    return {};
}

Result<void> Engine::mustBeAlone() {
    if (m_returning)
        return failure(ErrorCode::Busy, "this director is on its way back to keepalived; wait until it is there");
    if (m_inForce.own && !m_inForce.observed)
        return {};
    const auto program = m_ports.classic.find();
    if (!program)
        return std::unexpected(program.error());
    if (program->runs())
        return failure(ErrorCode::Conflict,
                       "keepalived manages this director (" + processText(*program) +
                           "), and two programs must not: take over from it (adopt.observe, then adopt.take), or stop it");
    return {};
}

void Engine::readClassic(const ClassicProgram& program, Then<ClassicConfiguration> then) {
    m_ports.classic.read(program, [alive = std::weak_ptr<int>(m_alive), then = std::move(then)](auto found) {
        if (!alive.expired())
            then(std::move(found));
    });
}

Result<void> Engine::mustBeStill() const {
    if (m_moving)
        return failure(ErrorCode::Busy,
                       "a step from keepalived to lvsdeck or back is under way here already; wait for its end");
    return {};
}

Engine::Then<rpc::ConfigApplied> Engine::asOnly(Then<rpc::ConfigApplied> then) {
    m_moving = true;
    return [this, then = std::move(then)](Result<rpc::ConfigApplied> done) {
        m_moving = false;
        then(std::move(done));
    };
}

void Engine::scan(Then<rpc::AdoptScan> then) {
    auto program = m_ports.classic.find();
    if (!program)
        return then(std::unexpected(program.error()));
    readClassic(*program, [this, program = *program, then = std::move(then)](Result<ClassicConfiguration> found) {
        if (!found)
            return then(std::unexpected(found.error()));
        rpc::AdoptScan out;
        out.running = program.runs();
        out.processes.assign(program.processes.begin(), program.processes.end());
        out.arguments = program.arguments;
        out.unit = program.unit;
        out.elsewhere = program.elsewhere;
        out.configId = std::move(found->configId);
        out.problem = std::move(found->problem);
        for (ClassicFile& file : found->files) {
            std::string hash = hashOf(file);
            out.files.push_back({std::move(file.path), std::move(file.text), std::move(file.problem), std::move(hash)});
        }
        for (ClassicInclude& include : found->includes)
            out.includes.push_back({std::move(include.pattern), std::move(include.from), std::move(include.paths)});
        if (const auto table = m_ports.ipvs.read())
            for (const ipvs::Operation& operation : ipvs::reconcile(*table, {}, {}))
                out.rules += ipvs::operationText(operation) + "\n";
        then(std::move(out));
    });
}

Result<config::Proposal> Engine::sameAgain(std::uint32_t confirmWithinS, const std::string& by, std::string comment) {
    auto known = m_store.inForce();
    if (!known)
        return std::unexpected(known.error());
    config::Proposal proposal{m_store.book().revision(), 0, confirmWithinS, {}, {}};
    proposal.candidate.by = by;
    proposal.candidate.comment = std::move(comment);
    proposal.candidate.director = director();
    proposal.candidate.hash = m_inForce.hash;
    proposal.candidate.cluster = std::move(known->cluster);
    return proposal;
}

/// Stored as confirmed at once: nothing is put in force that could be doubted.
Result<std::uint64_t> Engine::record(config::Proposal proposal) {
    proposal.candidate.observed = true;
    proposal.candidate.atMs = m_ports.runtime.wallUs() / 1000;
    auto step = config::propose(m_store.book(), std::move(proposal));
    if (!step)
        return std::unexpected(step.error());
    const std::uint64_t revision = step->book.pending->candidate.revision;
    if (auto written = m_store.take(std::move(*step)); !written)
        return std::unexpected(written.error());
    auto confirmed = config::confirm(m_store.book(), revision, m_ports.runtime.wallUs() / 1000);
    Result<void> written = confirmed ? m_store.take(std::move(*confirmed)) : std::unexpected(confirmed.error());
    if (written)
        return revision;
    (void)m_store.take(config::rollBack(m_store.book()));
    return std::unexpected(written.error());
}

Result<void> Engine::mayObserve() const {
    if (m_returning || (m_inForce.own && !m_inForce.observed))
        return failure(ErrorCode::Conflict,
                       "lvsdeck manages this director, so there is nothing to look on at; give it back first (adopt.back)");
    return {};
}

void Engine::observe(const rpc::AdoptObserveParams& params, const std::string& by, Then<rpc::ConfigApplied> then) {
    auto allowed = mustBeStill();
    if (allowed)
        allowed = mayObserve();
    if (!allowed)
        return then(std::unexpected(allowed.error()));
    const auto program = m_ports.classic.find();
    if (!program)
        return then(std::unexpected(program.error()));
    readClassic(*program, [this, params, by, then = asOnly(std::move(then))](Result<ClassicConfiguration> found) {
        then(found ? observeNow(params, by, *found) : std::unexpected(found.error()));
    });
}

Result<rpc::ConfigApplied> Engine::observeNow(const rpc::AdoptObserveParams& params, const std::string& by,
                                              const ClassicConfiguration& configuration) {
    if (auto allowed = mayObserve(); !allowed)
        return std::unexpected(allowed.error());
    SeenFiles files = seen(configuration);
    if (!params.files.empty())
        if (const auto changed = differences(params.files, files.files); !changed.empty())
            return failure(ErrorCode::Conflict,
                           changed.front().text + " since it was read for this; read keepalived's files again",
                           changed.front().subject);
    auto own = directorFor(params.director);
    if (!own)
        return std::unexpected(own.error());
    config::Understood meaning = understood(params.cluster, *own);
    if (!meaning.own)
        return refused(meaning.problems);
    config::Proposal proposal{params.baseRevision, params.revision, 0, {}, {}};
    proposal.candidate.by = by;
    proposal.candidate.comment = params.comment;
    proposal.candidate.director = std::move(*own);
    proposal.candidate.hash = meaning.hash;
    proposal.candidate.cluster = params.cluster;
    // First: with another cluster than that of the files nothing is taken over.
    files.cluster = meaning.hash;
    files.revision = params.revision != 0 ? params.revision : m_store.book().revision() + 1;
    if (auto written = m_ports.persistent.write(seenName, json::toPretty(json::toJson(files))); !written)
        return std::unexpected(written.error());
    const auto revision = record(std::move(proposal));
    if (!revision)
        return std::unexpected(revision.error());
    note(rpc::EventLevel::Notice, "config", std::to_string(*revision),
         "revision " + std::to_string(*revision) + " says what keepalived does here; lvsdeck looks on", by);
    onlook({std::move(meaning.own), meaning.hash, {}, true});
    m_store.forgetText();
    return rpc::ConfigApplied{*revision, m_inForce.hash, {}, 0};
}

void Engine::onlook(InForce next) {
    m_inForce = std::move(next);
    m_possible = std::make_shared<const ipvs::Owned>();
    m_storeProblem.clear();
    m_damage.clear();
    m_monitor.configure({}, {});
    m_told.reset();
    m_former.reset();
    m_quorum = {};
    m_foundDown.clear();
    // With it keepalived would not start again, whoever asks for it.
    if (auto gone = m_ports.persistent.remove(markName); !gone)
        note(rpc::EventLevel::Error, "agent", "keepalived",
             gone.error().text + "; as long as that file is there, keepalived does not start: remove it by hand");
    m_displaced = false;
    m_onlooker.watch(*m_inForce.own);
    lookOn();
}

void Engine::lookOn() {
    m_tableFresh = false;
    forgetReturn();
    m_keeper.reread();
    m_onlooker.look();
    const auto program = m_ports.classic.find();
    const bool runs = program && program->runs();
    if (runs != m_classicRuns)
        note(runs ? rpc::EventLevel::Notice : rpc::EventLevel::Error, "agent", "keepalived",
             runs      ? "keepalived runs (" + processText(*program) + ")"
             : program ? "keepalived does not run on this director any more"
                       : program.error().text);
    m_classicRuns = runs;
    auto down = downInTable();
    for (const auto& [service, server] : down)
        if (!m_foundDown.contains({service, server}))
            note(rpc::EventLevel::Warning, "health", subjectOf(service, server), "keepalived took it out of the table");
    for (const auto& [service, server] : m_foundDown)
        if (!down.contains({service, server}))
            note(rpc::EventLevel::Notice, "health", subjectOf(service, server), "keepalived put it back into the table");
    m_foundDown = std::move(down);
}

std::set<std::pair<std::string, std::string>> Engine::downInTable() const {
    std::set<std::pair<std::string, std::string>> down;
    for (const model::VirtualService& service : services())
        for (const ipvs::ServiceKey& entry : ipvs::keysOf(service, groups())) {
            const auto actual = m_keeper.actual().find(entry);
            if (actual == m_keeper.actual().end())
                continue;
            for (const model::RealServer& server : service.servers) {
                if (server.checks.empty() || server.weight == 0 ||
                    !ipvs::serves(entry, service, server.address, forwardingOf(service, server)))
                    continue;
                const auto found = actual->second.destinations.find(ipvs::keyOf(entry, service, server));
                if (found == actual->second.destinations.end() || found->second.weight == 0)
                    down.insert({model::serviceKey(service), model::serverKey(server)});
            }
        }
    return down;
}

std::optional<rpc::Adoption> Engine::adoption() const {
    if (m_returning)
        return rpc::Adoption{rpc::AdoptionPhase::Returning, m_classicRuns, m_returning->problem};
    if (isObserving())
        return rpc::Adoption{rpc::AdoptionPhase::Observing, m_classicRuns,
                             m_classicRuns ? "" : "keepalived does not run on this director"};
    if (!m_displaced || !m_inForce.own)
        return std::nullopt;
    const bool pending = m_store.book().pending && m_before && m_before->observed;
    return rpc::Adoption{pending ? rpc::AdoptionPhase::Taking : rpc::AdoptionPhase::Replaced, m_classicRuns, {}};
}

} // namespace lvsdeck::core
