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

} // namespace lvsdeck::core
