// SPDX-License-Identifier: GPL-3.0-or-later
// From keepalived to lvsdeck and back, with nothing to be felt on the wire.
//
// While keepalived manages the director the engine looks on: table, addresses and advertisements are read, nothing is changed.
// Taking over: the router goes on with what keepalived holds, as after a restart of our own, and only then keepalived is ended,
// without a goodbye. Giving back is the same in the other direction: keepalived starts while the router still advertises, and
// the router falls silent when keepalived has had the time to become master of what it finds. So at no moment nobody speaks for
// an address; for a moment both do, from the same host and with the same words.
#include "agent/core/engine.hpp"
#include "agent/ipvs/keys.hpp"
#include "agent/ipvs/words.hpp"
#include "agent/vrrp/instance_plan.hpp"
#include "agent/vrrp/possessions.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::core {

namespace {

using namespace std::chrono_literals;

/// While it is there the unit of keepalived does not start (installers/systemd), whoever asks for it.
const std::string markName = "replaces-keepalived";
const std::string markText = "lvsdeck-agent manages this director.\n";
/// Addresses that are on the loopback for a while.
const std::string lentName = "lent-addresses.json";
/// How it ran.
const std::string programName = "keepalived.json";

const std::string loopback = "lo";
InterfaceAddress onLoopback(const IpAddress& address) {
    return {address, static_cast<std::uint8_t>(address.family() == Family::V4 ? 32 : 128), {}};
}
AddressOptions hostScope() {
    constexpr std::uint8_t host = 254; // RT_SCOPE_HOST
    AddressOptions options;
    options.scope = host;
    return options;
}

constexpr Duration returnBeat = 250ms;
constexpr Duration askAgainAfter = 5s;
/// Until a keepalived that has just started has read its files and opened its sockets.
constexpr Duration startUp = 1500ms;
constexpr Duration shortWhile = 200ms;
constexpr Duration longReturn = 60s;
/// When its addresses were never seen to go, which a short interval may make.
constexpr Duration unseen = 10s;

std::string subjectOf(const std::string& service, const std::string& server) {
    std::string text = server;
    return text.append(" of ").append(service);
}

std::string processText(const ClassicProgram& program) {
    return "process " + std::to_string(program.processes.front()) +
           (program.unit.empty() ? std::string() : " of " + program.unit);
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

Result<rpc::AdoptScan> Engine::scan() {
    const auto program = m_ports.classic.find();
    if (!program)
        return std::unexpected(program.error());
    ClassicConfiguration found = m_ports.classic.configuration(*program);
    rpc::AdoptScan out;
    out.running = program->runs();
    out.processes.assign(program->processes.begin(), program->processes.end());
    out.arguments = program->arguments;
    out.unit = program->unit;
    out.configId = std::move(found.configId);
    out.problem = std::move(found.problem);
    for (ClassicFile& file : found.files)
        out.files.push_back({std::move(file.path), std::move(file.text), std::move(file.problem)});
    for (ClassicInclude& include : found.includes)
        out.includes.push_back({std::move(include.pattern), std::move(include.from), std::move(include.paths)});
    if (const auto table = m_ports.ipvs.read())
        for (const ipvs::Operation& operation : ipvs::reconcile(*table, {}, {}))
            out.rules += ipvs::operationText(operation) + "\n";
    return out;
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

Result<rpc::ConfigApplied> Engine::observe(const rpc::AdoptObserveParams& params, const std::string& by) {
    if (m_returning || (m_inForce.own && !m_inForce.observed))
        return failure(ErrorCode::Conflict,
                       "lvsdeck manages this director, so there is nothing to look on at; give it back first (adopt.back)");
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
    const auto revision = record(std::move(proposal));
    if (!revision)
        return std::unexpected(revision.error());
    note(rpc::EventLevel::Notice, "config", std::to_string(*revision),
         "revision " + std::to_string(*revision) + " says what keepalived does here; lvsdeck looks on", by);
    onlook({std::move(meaning.own), meaning.hash, {}, true});
    forgetDocuments();
    return rpc::ConfigApplied{*revision, m_inForce.hash, {}, 0};
}

void Engine::onlook(InForce next) {
    m_inForce = std::move(next);
    m_possible = std::make_shared<const ipvs::Owned>();
    m_storeProblem.clear();
    m_damage.clear();
    m_monitor.configure({}, {});
    m_told.reset();
    m_former.clear();
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

void Engine::markManaged() {
    if (!m_inForce.own || m_inForce.observed)
        return;
    const auto mark = m_ports.persistent.read(markName);
    if (mark && *mark)
        return;
    if (auto written = m_ports.persistent.write(markName, markText); !written)
        note(rpc::EventLevel::Warning, "agent", "keepalived",
             written.error().text + "; see to it that no keepalived starts on this director (systemctl disable keepalived)");
}

void Engine::watchDisplaced() {
    if (!m_displaced || m_returning)
        return;
    const auto program = m_ports.classic.find();
    const bool runs = program && program->runs();
    if (runs && !m_classicRuns)
        note(rpc::EventLevel::Error, "agent", "keepalived",
             "somebody started keepalived (" + processText(*program) +
                 ") on the director that lvsdeck manages: stop it, or give the director back (adopt.back)");
    m_classicRuns = runs;
}

/// Everything stays on the host as it is, and nothing of it is ours any more.
void Engine::abandonAll() {
    m_router.abandon();
    m_notebook.save(m_router.memory());
    m_keeper.abandon();
    m_drainer.abandon();
    KernelNotes none;
    none.bootId = m_kernelNotes.notes().bootId;
    if (auto written = m_kernelNotes.write(std::move(none)); !written)
        note(rpc::EventLevel::Warning, "agent", "", written.error().text);
    m_sync.follow(std::nullopt, std::nullopt);
    m_settings.want({}, {});
    m_static.want({});
}

void Engine::lookOn() {
    m_tableFresh = false;
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

/// Keepalived knows none: what is out of service here would be in service there, or the other way round.
Result<void> Engine::noMaintenance() const {
    const vrrp::MaintenanceBook& book = m_router.maintenance();
    if (book.instances.empty() && book.groups.empty())
        return {};
    return failure(ErrorCode::Conflict, "an instance is in maintenance on this director, which keepalived knows nothing of; "
                                        "put it back in service first");
}

Result<rpc::ConfigApplied> Engine::takeOver(const rpc::AdoptTakeParams& params, const std::string& by) {
    if (auto fine = checkConfirm(params.confirmWithinS); !fine)
        return std::unexpected(fine.error());
    if (m_returning)
        return failure(ErrorCode::Busy, "this director is on its way back to keepalived; wait until it is there");
    if (!isObserving())
        return failure(ErrorCode::Conflict, "no keepalived is observed here, so there is nothing to take over");
    const auto program = m_ports.classic.find();
    if (!program)
        return std::unexpected(program.error());
    if (!program->runs())
        return failure(ErrorCode::Conflict,
                       "keepalived does not run here any more, so there is nothing to take over; apply the configuration "
                       "instead");
    if (!program->unit.empty() && program->unit != "keepalived.service")
        return failure(ErrorCode::Conflict,
                       "keepalived runs as " + program->unit +
                           ", and only keepalived.service is kept from starting again and can be brought back");
    if (auto free = noMaintenance(); !free)
        return std::unexpected(free.error());
    auto known = m_store.inForce();
    if (!known)
        return std::unexpected(known.error());
    lookOn();
    config::Proposal proposal{m_store.book().revision(), 0, params.confirmWithinS, {}, {}};
    proposal.candidate.by = by;
    proposal.candidate.comment = "in the place of keepalived";
    proposal.candidate.director = director();
    proposal.candidate.cluster = std::move(known->cluster);
    return propose(std::move(proposal), by, &*program);
}

Result<void> Engine::displace(const ClassicProgram& program) {
    if (auto written = m_ports.persistent.write(programName, json::toPretty(json::toJson(program))); !written)
        return written;
    if (auto written = m_ports.persistent.write(markName, markText); !written)
        return written;
    m_displaced = true;
    m_inherited = m_onlooker.possessions();
    m_onlooker.stop();
    for (const model::OwnInstance& one : m_inForce.own->instances)
        if (!one.instance.accept)
            note(rpc::EventLevel::Warning, "vrrp", one.instance.name,
                 "keepalived's own packet filter for no_accept stays behind; when all is well remove it (nft list tables "
                 "shows it as keepalived)");
    note(rpc::EventLevel::Notice, "agent", "keepalived", "takes the place of keepalived, " + processText(program));
    return {};
}

Result<void> Engine::killDisplaced(const ClassicProgram& program) {
    // A child may have been started anew since.
    const auto now = m_ports.classic.find();
    auto killed = m_ports.classic.kill(now && now->runs() ? *now : program);
    m_classicRuns = false; // seen again by watchDisplaced() if it is not true
    return killed;
}

std::optional<ClassicProgram> Engine::displaced() {
    const auto text = m_ports.persistent.read(programName);
    if (!text || !*text)
        return std::nullopt;
    auto program = json::parseAs<ClassicProgram>(**text);
    return program ? std::optional(std::move(*program)) : std::nullopt;
}

Result<rpc::ConfigApplied> Engine::giveBack(const std::string& by) {
    if (m_returning)
        return failure(ErrorCode::Busy, "this director is on its way back to keepalived already");
    if (isObserving())
        return failure(ErrorCode::Conflict, "keepalived manages this director already");
    if (!m_inForce.own || !m_displaced || !displaced())
        return failure(ErrorCode::Conflict,
                       "lvsdeck did not take this director over from a keepalived, so it is not known how "
                       "to bring one back; stop the agent (agent.stop) and start keepalived by hand");
    if (m_lease.isRunning())
        return failure(ErrorCode::Busy, "a drill is running on this director; end it first");
    if (!m_store.book().overrides.empty())
        return failure(
            ErrorCode::Conflict,
            "servers were drained or weighed by hand, which keepalived knows nothing of; put them back as configured first");
    if (auto free = noMaintenance(); !free)
        return std::unexpected(free.error());
    auto known = m_store.inForce();
    if (!known)
        return std::unexpected(known.error());
    config::Proposal proposal{m_store.book().revision(), 0, 0, {}, {}};
    proposal.candidate.by = by;
    proposal.candidate.comment = "back to keepalived";
    proposal.candidate.director = director();
    proposal.candidate.hash = m_inForce.hash;
    proposal.candidate.cluster = std::move(known->cluster);
    const auto revision = record(std::move(proposal));
    if (!revision)
        return std::unexpected(revision.error());
    note(rpc::EventLevel::Notice, "config", std::to_string(*revision), "this director goes back to keepalived", by);
    InForce next = m_inForce;
    next.observed = true;
    beginReturn(std::move(next));
    forgetDocuments();
    return rpc::ConfigApplied{*revision, m_inForce.hash, {}, 0};
}

void Engine::beginReturn(InForce next) {
    // Before it was displaced nothing has changed hands.
    const bool never = isObserving();
    m_returnTimer.cancel();
    m_returning = Return{std::move(next)};
    if (!never)
        return goOnReturning();
    InForce same = std::move(m_returning->next);
    m_returning.reset();
    (void)m_ports.persistent.remove(markName);
    m_displaced = false;
    m_inherited = {};
    onlook(std::move(same));
}

/// When it starts keepalived takes its addresses off the host, and puts them back as master: until then clients must be served.
void Engine::lendAddresses() {
    if (!m_lent.empty() || !m_inForce.own)
        return;
    const auto links = m_ports.host.links();
    std::vector<IpAddress> wanted;
    for (const rpc::VrrpState& state : m_router.states())
        for (const model::OwnInstance& one : m_inForce.own->instances)
            if (one.instance.name == state.name && state.phase == rpc::VrrpPhase::Master)
                for (const auto* list : {&one.instance.addresses, &one.instance.excludedAddresses})
                    for (const model::VirtualAddress& address : *list)
                        wanted.push_back(address.address);
    // What the administrator has there is there already, and stays.
    if (links)
        for (const Link& link : *links)
            if (link.loopback)
                std::erase_if(wanted, [&](const IpAddress& address) {
                    return std::ranges::find(link.addresses, address, &InterfaceAddress::address) != link.addresses.end();
                });
    if (!links || wanted.empty())
        return;
    // First written down: left there, a backup would answer for an address that is its peer's.
    auto done = m_ports.transient.write(lentName, json::toLine(json::toJson(wanted)));
    if (done)
        m_lent = wanted;
    for (const IpAddress& address : m_lent)
        if (auto added = m_ports.host.addAddress(loopback, onLoopback(address), hostScope()); !added)
            done = added;
    if (!done)
        note(rpc::EventLevel::Warning, "agent", "keepalived",
             "clients may feel the start of keepalived, which takes its addresses away for a moment: " + done.error().text);
}

void Engine::takeBackLent() {
    bool all = true;
    for (const IpAddress& address : m_lent)
        if (auto removed = m_ports.host.removeAddress(loopback, onLoopback(address)); !removed) {
            all = false;
            note(rpc::EventLevel::Error, "agent", "keepalived",
                 "cannot remove " + address.toString() + " from lo, where it must not stay: " + removed.error().text);
        }
    if (all && !m_lent.empty())
        (void)m_ports.transient.remove(lentName);
    m_lent.clear();
}

/// Of a process that ended on the way.
void Engine::takeBackLentBefore() {
    const auto text = m_ports.transient.read(lentName);
    if (!text || !*text)
        return;
    if (auto lent = json::parseAs<std::vector<IpAddress>>(**text))
        m_lent = std::move(*lent);
    takeBackLent();
}

/// Of what this director is master of now.
Engine::Mastered Engine::mastered() {
    Mastered out;
    if (!m_inForce.own)
        return out;
    const auto links = m_ports.host.links();
    out.known = links.has_value();
    const std::vector<rpc::VrrpState> states = m_router.states();
    for (const model::OwnInstance& one : vrrp::prepared(*m_inForce.own)) {
        const auto state = std::ranges::find(states, one.instance.name, &rpc::VrrpState::name);
        if (state == states.end() || state->phase != rpc::VrrpPhase::Master)
            continue;
        out.any = true;
        out.interval = std::max<Duration>(out.interval, one.instance.advertInterval);
        out.patience = std::max<Duration>(out.patience, std::chrono::milliseconds(state->masterDownMs));
        for (const vrrp::Memory::Address& wanted : vrrp::wantedAddresses(one)) {
            const Link* link = links ? vrrp::findLink(*links, wanted.device) : nullptr;
            out.here =
                out.here && link != nullptr &&
                std::ranges::find(link->addresses, wanted.address, &InterfaceAddress::address) != link->addresses.end();
        }
    }
    return out;
}

/// Keepalived takes the addresses away when it starts and puts them back as master. A machine may be slow: what counts is what is
/// seen of that, and time only when nothing is.
bool Engine::hasReturned() {
    Return& on = *m_returning;
    if (!on.ran)
        return false;
    const Instant now = m_ports.runtime.now();
    const Mastered all = mastered();
    if (!all.known)
        return false; // who cannot look has seen nothing
    if (!all.any)
        return now - *on.ran >= startUp;
    if (now - *on.ran >= longReturn)
        on.problem =
            "keepalived runs and is not master of what this director holds; until it is, lvsdeck goes on with everything as "
            "it is. Look at keepalived's log";
    if (!all.here) {
        on.gone = true;
        on.back.reset();
        return false;
    }
    if (on.gone && !on.back)
        on.back = now;
    if (on.back)
        return now - *on.back >= 2 * all.interval + shortWhile;
    return now - *on.ran >= 3 * (all.patience + Duration(m_inForce.own->vrrpStartupDelay)) + unseen;
}

void Engine::goOnReturning() {
    Return& on = *m_returning;
    const Instant now = m_ports.runtime.now();
    const auto found = m_ports.classic.find();
    m_classicRuns = found && found->runs();
    if (m_classicRuns) {
        if (!on.ran || now - *on.ran < longReturn)
            on.problem.clear();
        if (!on.ran) {
            on.ran = now;
            note(rpc::EventLevel::Notice, "agent", "keepalived", "keepalived runs again (" + processText(*found) + ")");
        }
    } else {
        // It died, or never came, and may have taken them along. One that was just asked is on its way.
        if (on.ran || now - on.asked >= askAgainAfter)
            m_router.letAddressesGo(false);
        on.ran.reset();
        on.gone = false;
        on.back.reset();
        if (on.asked == Instant{} || now - on.asked >= askAgainAfter) {
            const std::string before =
                on.asked == Instant{} ? std::string() : "keepalived was asked to start and does not run";
            on.asked = now;
            auto gone = m_ports.persistent.remove(markName);
            const auto program = displaced();
            lendAddresses();
            m_router.letAddressesGo(true);
            auto started = !gone ? gone
                           : program
                               ? m_ports.classic.start(*program)
                               : failure(ErrorCode::NotFound, "it is not known how keepalived ran here; start it by hand");
            std::string problem = started ? before : started.error().text;
            if (!problem.empty())
                problem += "; until it does, lvsdeck goes on with everything as it is";
            if (!problem.empty() && problem != on.problem)
                note(rpc::EventLevel::Error, "agent", "keepalived", problem);
            on.problem = std::move(problem);
        }
    }
    if (hasReturned()) {
        InForce next = std::move(on.next);
        m_returning.reset();
        m_displaced = false;
        abandonAll();
        takeBackLent();
        note(rpc::EventLevel::Notice, "agent", "keepalived", "keepalived manages this director; lvsdeck looks on");
        return onlook(std::move(next));
    }
    m_returnTimer = m_ports.runtime.after(returnBeat, [this] { goOnReturning(); });
}

void Engine::resumeOnlooking(InForce next) {
    const auto found = m_ports.classic.find();
    m_classicRuns = found && found->runs();
    const auto mark = m_ports.persistent.read(markName);
    const bool wasOurs = (mark && *mark) || !m_inherited.instances.empty();
    if (m_classicRuns || !wasOurs || !displaced()) {
        m_inherited = {};
        abandonAll();
        return onlook(std::move(next));
    }
    // The process before had not given everything back yet: we go on where it was, with what it held.
    note(rpc::EventLevel::Warning, "agent", "keepalived",
         "the agent had ended before it was confirmed in the place of keepalived, or on its way back; keepalived is started "
         "again");
    m_displaced = true;
    InForce own = next;
    own.observed = false;
    m_inForce = own;
    m_foundDown = downInTable();
    (void)putInForce(std::move(own), OnRefusal::GoOn);
    beginReturn(std::move(next));
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
