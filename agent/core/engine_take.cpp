// SPDX-License-Identifier: GPL-3.0-or-later
// Taking the place of keepalived, and keeping it: who else could speak for this director.
#include "agent/core/adopting.hpp"
#include "agent/core/engine.hpp"
#include "agent/core/stored.hpp"
#include "agent/ipvs/reconcile.hpp"

#include <algorithm>
#include <utility>

namespace lvsdeck::core {

using adopting::markName;
using adopting::processText;
using adopting::programName;

namespace {

using namespace std::chrono_literals;

constexpr Duration longestListening = 10s;

const std::string markText = "lvsdeck-agent manages this director.\n";

} // namespace

/// Keepalived knows none: what is out of service here would be in service there, or the other way round.
Result<void> Engine::noMaintenance() const {
    const vrrp::MaintenanceBook& book = m_router.maintenance();
    if (book.instances.empty() && book.groups.empty())
        return {};
    return failure(ErrorCode::Conflict, "an instance is in maintenance on this director, which keepalived knows nothing of; "
                                        "put it back in service first");
}

Result<ClassicProgram> Engine::mayTake(const rpc::AdoptTakeParams& params) {
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
    if (auto free = noMaintenance(); !free)
        return std::unexpected(free.error());
    return *program;
}

void Engine::takeOver(const rpc::AdoptTakeParams& params, const std::string& by, Then<rpc::ConfigApplied> then) {
    auto allowed = mustBeStill();
    const auto program = allowed ? mayTake(params) : std::unexpected(allowed.error());
    if (!program)
        return then(std::unexpected(program.error()));
    const Duration left = m_onlooker.listensFor();
    if (left > longestListening)
        return then(
            failure(ErrorCode::Busy, "the other routers have not been listened to for long enough to say who is master; "
                                     "try again in " +
                                         std::to_string(left / 1s + 1) + " s"));
    auto read = [this, params, by, program = *program, then = asOnly(std::move(then))] {
        readClassic(program, [this, params, by, then](Result<ClassicConfiguration> found) {
            then(found ? takeNow(params, by, *found) : std::unexpected(found.error()));
        });
    };
    if (left > Duration(0))
        m_listenTimer = m_ports.runtime.after(left, std::move(read));
    else
        read();
}

Result<rpc::ConfigApplied> Engine::takeNow(const rpc::AdoptTakeParams& params, const std::string& by,
                                           const ClassicConfiguration& configuration) {
    const auto program = mayTake(params);
    if (!program)
        return std::unexpected(program.error());
    lookOn();
    const auto concerns = takeConcerns(*program, configuration);
    if (const auto first = std::ranges::find(concerns, true, &rpc::AdoptConcern::blocks); first != concerns.end()) {
        const auto more = std::ranges::count(concerns, true, &rpc::AdoptConcern::blocks) - 1;
        return failure(ErrorCode::Conflict,
                       first->text + (more > 0 ? " (and " + std::to_string(more) + " more; adopt.check lists all)" : ""),
                       first->subject);
    }
    auto proposal = sameAgain(params.confirmWithinS, by, "in the place of keepalived");
    if (!proposal)
        return std::unexpected(proposal.error());
    return propose(std::move(*proposal), by, &*program);
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
            note(
                rpc::EventLevel::Warning, "vrrp", one.instance.name,
                "keepalived's own packet filter for no_accept stays behind, and drops what is for the address also when it "
                "is accepted later; when all is well remove it (nft list tables shows it as keepalived, or as “nftables” in "
                "keepalived's global_defs names it: nft delete table ip keepalived)");
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

void Engine::undoTake(const std::optional<ipvs::Table>& before) {
    // What is keepalived's was not ours to begin with: these put back only what we have set.
    m_settings.want({}, {});
    m_static.want({});
    const auto now = m_ports.ipvs.read();
    if (before && now) {
        ipvs::Owned all;
        for (const ipvs::Table* table : {&*before, &*now})
            for (const auto& [key, service] : *table) {
                all.services.insert(key);
                for (const auto& [server, settings] : service.destinations)
                    all.destinations[key].insert(server);
            }
        const auto operations = ipvs::reconcile(*before, *now, all);
        const auto failed = m_ports.ipvs.apply(operations);
        if (!operations.empty() && (!failed || !failed->empty()))
            note(rpc::EventLevel::Error, "ipvs", "",
                 "the table cannot be put back as keepalived had it: " +
                     (failed ? failed->front().error.text : failed.error().text) +
                     "; keepalived runs on, restart it (systemctl restart keepalived) when its table is not right");
    }
    m_keeper.readBeforeNext();
    abandonAll();
    m_inForce = *m_before;
}

std::optional<ClassicProgram> Engine::displaced() { return readStored<ClassicProgram>(m_ports.persistent, programName); }

void Engine::markManaged() {
    // On the way back keepalived was asked to come, which it could not with the mark.
    if (!m_inForce.own || m_inForce.observed || m_returning)
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

} // namespace lvsdeck::core
