// SPDX-License-Identifier: GPL-3.0-or-later
// Giving a director back to keepalived: it starts while we still speak, and has its addresses on the loopback until it is master.
#include "agent/core/adopting.hpp"
#include "agent/core/engine.hpp"
#include "agent/vrrp/instance_plan.hpp"
#include "agent/vrrp/possessions.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::core {

using adopting::markName;
using adopting::processText;

namespace {

using namespace std::chrono_literals;

/// Addresses that are on the loopback for a while.
const std::string lentName = "lent-addresses.json";

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

} // namespace

/// Everything stays on the host as it is, and nothing of it is ours any more.
void Engine::abandonAll() {
    m_router.abandon();
    m_notebook.forget();
    m_keeper.abandon();
    m_drainer.abandon();
    if (auto written = m_kernelNotes.forget(); !written)
        note(rpc::EventLevel::Warning, "agent", "", written.error().text);
    m_sync.follow(std::nullopt, std::nullopt);
    m_settings.want({}, {});
    m_static.want({});
}

Result<ClassicProgram> Engine::mayGiveBack() {
    if (m_returning)
        return failure(ErrorCode::Busy, "this director is on its way back to keepalived already");
    if (isObserving())
        return failure(ErrorCode::Conflict, "keepalived manages this director already");
    auto program = displaced();
    if (!m_inForce.own || !m_displaced || !program)
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
    program->processes.clear(); // they are gone
    return std::move(*program);
}

void Engine::giveBack(const rpc::AdoptBackParams& params, const std::string& by, Then<rpc::ConfigApplied> then) {
    auto allowed = mustBeStill();
    const auto program = allowed ? mayGiveBack() : std::unexpected(allowed.error());
    if (!program)
        return then(std::unexpected(program.error()));
    readClassic(*program, [this, params, by, then = asOnly(std::move(then))](Result<ClassicConfiguration> found) {
        // Who wants it back anyway wants it back also when nobody can say what it will read.
        then(found || params.anyway ? giveBackNow(params, by, found ? *found : ClassicConfiguration{})
                                    : std::unexpected(found.error()));
    });
}

Result<rpc::ConfigApplied> Engine::giveBackNow(const rpc::AdoptBackParams& params, const std::string& by,
                                               const ClassicConfiguration& configuration) {
    if (const auto allowed = mayGiveBack(); !allowed)
        return std::unexpected(allowed.error());
    if (!params.anyway)
        if (const auto concerns = backCheck(configuration).concerns; !concerns.empty()) {
            std::string text = concerns.front().text;
            if (concerns.size() > 1)
                text += " (and " + std::to_string(concerns.size() - 1) + " more; adopt.check lists all)";
            return failure(ErrorCode::Conflict, text + ". To give it back all the same say so (anyway)",
                           concerns.front().subject);
        }
    auto proposal = sameAgain(0, by, "back to keepalived");
    if (!proposal)
        return std::unexpected(proposal.error());
    const auto revision = record(std::move(*proposal));
    if (!revision)
        return std::unexpected(revision.error());
    note(rpc::EventLevel::Notice, "config", std::to_string(*revision), "this director goes back to keepalived", by);
    InForce next = m_inForce;
    next.observed = true;
    beginReturn(std::move(next));
    m_store.forgetText();
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
    if (!m_inForce.own)
        return;
    const auto links = m_ports.host.links();
    std::vector<Lent> wanted;
    for (const rpc::VrrpState& state : m_router.states())
        for (const model::OwnInstance& one : m_inForce.own->instances)
            if (one.instance.name == state.name && state.phase == rpc::VrrpPhase::Master)
                for (const auto* list : {&one.instance.addresses, &one.instance.excludedAddresses})
                    for (const model::VirtualAddress& address : *list)
                        wanted.push_back({one.instance.name, address.address, false, false});
    std::erase_if(wanted, [this](const Lent& one) {
        const auto lent = std::ranges::find(m_lent, one.address, &Lent::address);
        if (lent != m_lent.end())
            lent->due = false;
        return lent != m_lent.end();
    });
    // What the administrator has there is there already, and stays.
    if (links)
        for (const Link& link : *links)
            if (link.loopback)
                std::erase_if(wanted, [&](const Lent& one) {
                    return std::ranges::find(link.addresses, one.address, &InterfaceAddress::address) !=
                           link.addresses.end();
                });
    if (!links || wanted.empty())
        return;
    // First written down: left there, a backup would answer for an address that is its peer's.
    const std::vector<Lent> before = m_lent;
    m_lent.insert(m_lent.end(), wanted.begin(), wanted.end());
    auto done = writeLent();
    if (!done)
        m_lent = before;
    else
        for (const Lent& one : wanted)
            if (auto added = m_ports.host.addAddress(loopback, onLoopback(one.address), hostScope()); !added)
                done = added;
    if (!done)
        note(rpc::EventLevel::Warning, "agent", "keepalived",
             "clients may feel the start of keepalived, which takes its addresses away for a moment: " + done.error().text);
}

Result<void> Engine::writeLent() {
    return m_lent.empty() ? m_ports.transient.remove(lentName)
                          : m_ports.transient.write(lentName, json::toLine(json::toJson(m_lent)));
}

void Engine::takeBackLent(const std::string& instance) {
    for (Lent& one : m_lent)
        one.due = one.due || instance.empty() || one.instance == instance;
    retryLent();
}

void Engine::retryLent() {
    const auto gone = std::erase_if(m_lent, [this](Lent& one) {
        if (!one.due)
            return false;
        auto removed = m_ports.host.removeAddress(loopback, onLoopback(one.address));
        if (!removed && !std::exchange(one.told, true))
            note(rpc::EventLevel::Error, "agent", "keepalived",
                 "cannot remove " + one.address.toString() + " from lo, where it must not stay: " + removed.error().text +
                     "; it is tried again every few seconds");
        return removed.has_value();
    });
    if (gone > 0)
        (void)writeLent(); // one too many in it costs the next process a removal of nothing
}

void Engine::loadLent() {
    const auto text = m_ports.transient.read(lentName);
    if (!text || !*text)
        return;
    if (auto lent = json::parseAs<std::vector<Lent>>(**text))
        m_lent = std::move(*lent);
    else if (const auto bare = json::parseAs<std::vector<IpAddress>>(**text)) // of an older version
        for (const IpAddress& address : *bare)
            m_lent.push_back({{}, address, false, false});
}

void Engine::keepLent() {
    const std::vector<rpc::VrrpState> states = m_router.states();
    for (Lent& one : m_lent) {
        const auto state = std::ranges::find(states, one.instance, &rpc::VrrpState::name);
        one.due = one.due || state == states.end() || state->phase != rpc::VrrpPhase::Master;
        if (!one.due) // it may have ended between writing it down and doing it
            (void)m_ports.host.addAddress(loopback, onLoopback(one.address), hostScope());
    }
    retryLent();
}

/// What this director is master of now.
std::optional<std::vector<Engine::Mastered>> Engine::mastered() {
    std::vector<Mastered> out;
    if (!m_inForce.own)
        return out;
    const auto links = m_ports.host.links();
    if (!links)
        return std::nullopt;
    const std::vector<rpc::VrrpState> states = m_router.states();
    for (const model::OwnInstance& one : vrrp::prepared(*m_inForce.own)) {
        const auto state = std::ranges::find(states, one.instance.name, &rpc::VrrpState::name);
        if (state == states.end() || state->phase != rpc::VrrpPhase::Master)
            continue;
        const bool here = std::ranges::all_of(vrrp::wantedAddresses(one), [&](const vrrp::Memory::Address& wanted) {
            const Link* link = vrrp::findLink(*links, wanted.device);
            return link != nullptr &&
                   std::ranges::find(link->addresses, wanted.address, &InterfaceAddress::address) != link->addresses.end();
        });
        out.push_back(
            {one.instance.name, here, one.instance.advertInterval, std::chrono::milliseconds(state->masterDownMs)});
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
    const auto all = mastered();
    if (!all)
        return false; // who cannot look has seen nothing
    if (all->empty())
        return now - *on.ran >= startUp;
    if (now - *on.ran >= longReturn)
        on.problem =
            "keepalived runs and is not master of what this director holds; until it is, lvsdeck goes on with everything as "
            "it is. Look at keepalived's log";
    // Each of them is looked at: the moment in which its addresses are away is short.
    return std::ranges::count_if(*all, [this](const Mastered& one) { return !hasReturned(one); }) == 0;
}

bool Engine::hasReturned(const Mastered& one) {
    const Instant now = m_ports.runtime.now();
    Return::Seen& seen = m_returning->seen[one.instance];
    if (!one.here) {
        seen.gone = true;
        seen.back.reset();
        return false;
    }
    if (seen.gone && !seen.back)
        seen.back = now;
    if (seen.back)
        return now - *seen.back >= 2 * one.interval + shortWhile;
    return now - *m_returning->ran >= 3 * (one.patience + Duration(m_inForce.own->vrrpStartupDelay)) + unseen;
}

void Engine::goOnReturning() {
    Return& on = *m_returning;
    const Instant now = m_ports.runtime.now();
    const auto found = m_ports.classic.find();
    m_classicRuns = found && found->runs();
    if (on.asked != Instant{})
        lendAddresses(); // what was another's when keepalived was asked
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
        on.seen.clear();
        if (on.asked == Instant{} || now - on.asked >= askAgainAfter) {
            const std::string before =
                on.asked == Instant{} ? std::string() : "keepalived was asked to start and does not run";
            on.asked = now;
            noteReturn(); // before there can be a keepalived
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
    if (hasReturned())
        return endReturn();
    noteReturn();
    m_returnTimer = m_ports.runtime.after(returnBeat, [this] { goOnReturning(); });
}

void Engine::endReturn() {
    InForce next = std::move(m_returning->next);
    m_returning.reset();
    m_displaced = false;
    abandonAll();
    takeBackLent();
    note(rpc::EventLevel::Notice, "agent", "keepalived", "keepalived manages this director; lvsdeck looks on");
    onlook(std::move(next));
}

} // namespace lvsdeck::core
