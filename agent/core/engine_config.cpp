// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's part about configuration: check, apply, confirm, roll back, overrides.
#include "agent/core/engine.hpp"
#include "agent/core/plan.hpp"

#include <algorithm>
#include <iterator>

namespace lvsdeck::core {

namespace {

constexpr std::uint32_t minConfirmS = 5;
constexpr std::uint32_t maxConfirmS = 3600;

std::string number(std::uint64_t value) { return std::to_string(value); }

bool hasInterface(const std::vector<Link>& links, const std::string& name) {
    return std::ranges::any_of(links, [&](const Link& link) { return link.name == name; });
}

std::string names(const std::vector<Link>& links) {
    std::string text;
    for (const Link& link : links)
        if (!link.loopback)
            text += (text.empty() ? "" : ", ") + link.name;
    return text;
}

bool isGone(const model::VirtualService& service, const model::Effective& next) {
    const auto key = model::serviceKey(service);
    return std::ranges::none_of(next.services, [&](const auto& other) { return model::serviceKey(other) == key; });
}

} // namespace

Result<void> Engine::checkConfirm(std::uint32_t seconds) {
    if (seconds != 0 && (seconds < minConfirmS || seconds > maxConfirmS))
        return failure(ErrorCode::InvalidInput,
                       "the time to confirm is 5 to 3600 seconds, or 0 for no confirmation, not " + number(seconds),
                       "confirm_within_s");
    return {};
}

std::unexpected<Error> Engine::refused(const std::vector<model::Problem>& problems) {
    const auto isError = [](const model::Problem& problem) { return problem.severity == model::Severity::Error; };
    const auto first = std::ranges::find_if(problems, isError);
    const auto count = std::ranges::count_if(problems, isError);
    std::string text = first->text;
    if (count > 1)
        text += " (and " + std::to_string(count - 1) + " more; config.check lists all)";
    return failure(ErrorCode::InvalidInput, std::move(text), first->path.empty() ? "cluster" : "cluster." + first->path);
}

Engine::InForce Engine::stored() {
    auto known = m_store.inForce();
    if (!known)
        return {nullptr, {}, known.error().text};
    // What is damaged may be anything: no reason to take away what is in the kernel.
    if (known->revision == 0)
        return {nullptr, {}, m_damage};
    config::Understood meaning = config::understand(known->cluster, director());
    if (meaning.own)
        return {std::move(meaning.own), std::move(meaning.hash), {}, known->observed};
    const auto wrong =
        std::ranges::find_if(meaning.problems, [](const model::Problem& p) { return p.severity == model::Severity::Error; });
    return {nullptr, std::move(meaning.hash),
            "the stored revision " + number(known->revision) + " cannot be used on this director: " +
                (wrong == meaning.problems.end() ? "it is not understood" : wrong->path + ": " + wrong->text)};
}

config::Understood Engine::understood(const json::Value& cluster, const std::string& director) {
    config::Understood meaning = config::understand(cluster, director);
    const auto links = m_ports.host.links();
    if (director.empty() || !links)
        return meaning;
    for (std::size_t i = 0; i < meaning.cluster.instances.size(); ++i) {
        const model::VrrpInstance& instance = meaning.cluster.instances[i];
        for (std::size_t j = 0; j < instance.members.size(); ++j) {
            const model::Member& member = instance.members[j];
            if (member.director == director && !member.interface.empty() && !hasInterface(*links, member.interface))
                meaning.problems.push_back(
                    {model::Severity::Error, "instances[" + number(i) + "].members[" + number(j) + "].interface",
                     "director " + director + " has no interface “" + member.interface + "”; it has: " + names(*links)});
        }
    }
    const auto lookFor = [&](const std::string& owner, const std::string& device, const std::string& path) {
        if ((owner.empty() || owner == director) && !device.empty() && !hasInterface(*links, device))
            meaning.problems.push_back({model::Severity::Warning, path,
                                        "director " + director + " has no interface “" + device +
                                            "”, so this is added when there is one; it has: " + names(*links)});
    };
    for (std::size_t i = 0; i < meaning.cluster.staticAddresses.size(); ++i)
        lookFor(meaning.cluster.staticAddresses[i].director, meaning.cluster.staticAddresses[i].address.device,
                "static_addresses[" + number(i) + "].address.device");
    for (std::size_t i = 0; i < meaning.cluster.staticRoutes.size(); ++i)
        lookFor(meaning.cluster.staticRoutes[i].director, meaning.cluster.staticRoutes[i].route.device,
                "static_routes[" + number(i) + "].route.device");
    if (model::hasErrors(meaning.problems))
        meaning.own.reset();
    return meaning;
}

Result<std::string> Engine::directorFor(const std::optional<std::string>& given) const {
    std::string known = director();
    if (!given || given->empty() || *given == known)
        return known;
    if (!known.empty())
        return failure(ErrorCode::Conflict,
                       "this host is director “" + known + "” already, not “" + *given +
                           "”; are two entries of the console pointing at one host?",
                       "director");
    return *given;
}

Result<std::vector<rpc::PlannedOperation>> Engine::plan(const model::Effective& next) {
    ipvs::QuorumMemory quorum = m_quorum;
    const ipvs::ServerViews known = views(next.services);
    ipvs::Desired desired = ipvs::desiredTable(next.services, next.serviceGroups, known, quorum);
    m_drainer.preview(leaving(next.services, next.serviceGroups, known, desired.table, m_keeper.actual(), m_keeper.owned()),
                      m_keeper.actual(), desired.table);
    auto table = m_keeper.preview(desired.table, ipvs::ownedKeys(next.services, next.serviceGroups));
    if (!table)
        return std::unexpected(table.error());
    const auto counters = table->empty() ? Result<ipvs::TableCounters>() : m_ports.ipvs.counters();
    std::vector<rpc::PlannedOperation> out = tablePlan(*table, counters ? *counters : ipvs::TableCounters{});
    static const std::vector<model::OwnInstance> none;
    std::ranges::move(vrrpPlan(m_inForce.own ? m_inForce.own->instances : none, next.instances), std::back_inserter(out));
    std::ranges::move(staticPlan(m_inForce.own ? wantedStatics(*m_inForce.own) : KeptStatics{}, wantedStatics(next)),
                      std::back_inserter(out));
    std::ranges::move(m_sync.preview(next.connectionSync, syncPhase(next)), std::back_inserter(out));
    std::ranges::move(m_settings.preview(next.timeouts, next.ipvsSysctls), std::back_inserter(out));
    std::ranges::move(healthPlan(services(), next.services), std::back_inserter(out));
    return out;
}

Result<rpc::ConfigDocument> Engine::document(std::optional<std::uint64_t> revision) {
    rpc::ConfigDocument out;
    out.director = director();
    out.cluster = nullptr;
    out.pending = pendingApply();
    if (revision) {
        auto known = m_store.revision(*revision);
        if (!known)
            return std::unexpected(known.error());
        out.revision = known->revision;
        out.hash = known->hash;
        out.cluster = std::move(known->cluster);
    } else if (m_store.book().inForce() != nullptr) {
        auto known = m_store.inForce();
        if (!known)
            return std::unexpected(known.error());
        out.revision = known->revision;
        out.hash = known->hash;
        out.cluster = std::move(known->cluster);
    }
    return out;
}

rpc::ConfigCheck Engine::check(const rpc::ConfigCheckParams& params) {
    rpc::ConfigCheck out;
    out.revision = m_store.book().revision();
    const auto own = directorFor(params.director);
    config::Understood meaning = understood(params.cluster, own ? *own : director());
    out.hash = meaning.hash;
    out.problems = std::move(meaning.problems);
    if (!own)
        out.problems.push_back({model::Severity::Error, own.error().path, own.error().text});
    if (!meaning.own)
        return out;
    for (const model::VirtualService& service : services())
        if (service.drainLimit.value_or(std::chrono::milliseconds(0)).count() > 0 && isGone(service, *meaning.own))
            out.problems.push_back(
                {model::Severity::Warning, "services",
                 "the service " + model::serviceKey(service) +
                     " goes as a whole, and its drain limit does not hold for that: connections that it has "
                     "now end. Remove or disable its servers first, and it when they are empty"});
    if (auto operations = plan(*meaning.own))
        out.operations = std::move(*operations);
    else
        out.problems.push_back({model::Severity::Error, "services", operations.error().text});
    return out;
}

Result<rpc::ConfigApplied> Engine::apply(const rpc::ConfigApplyParams& params, const std::string& by) {
    if (auto fine = checkConfirm(params.confirmWithinS); !fine)
        return std::unexpected(fine.error());
    if (auto alone = mustBeAlone(); !alone)
        return std::unexpected(alone.error());
    auto own = directorFor(params.director);
    if (!own)
        return std::unexpected(own.error());
    config::Proposal proposal{params.baseRevision, params.revision, params.confirmWithinS, {}, {}};
    proposal.candidate.by = by;
    proposal.candidate.comment = params.comment;
    proposal.candidate.director = std::move(*own);
    proposal.candidate.cluster = params.cluster;
    return propose(std::move(proposal), by);
}

Result<rpc::ConfigApplied> Engine::propose(config::Proposal proposal, const std::string& by,
                                           const ClassicProgram* displacing) {
    if (m_returning)
        return failure(ErrorCode::Busy, "this director is on its way back to keepalived; wait until it is there");
    if (m_lease.isRunning())
        return failure(ErrorCode::Busy, "a drill is running on this director; end it before the configuration changes");
    config::Understood meaning = understood(proposal.candidate.cluster, proposal.candidate.director);
    proposal.candidate.hash = meaning.hash;
    proposal.candidate.atMs = m_ports.runtime.wallUs() / 1000;
    const std::uint32_t confirmWithinS = proposal.confirmWithinS;
    rememberDead();
    for (const auto& [service, server] : m_foundDown)
        proposal.dead.push_back({service, server});
    auto step = config::propose(m_store.book(), std::move(proposal));
    if (!step)
        return std::unexpected(step.error());
    if (!meaning.own)
        return refused(meaning.problems);
    auto operations = plan(*meaning.own);
    if (!operations)
        return std::unexpected(operations.error());

    std::optional<ipvs::Table> theirs;
    if (displacing != nullptr)
        if (auto table = m_ports.ipvs.read())
            theirs = std::move(*table);
    const std::uint64_t revision = step->book.pending->candidate.revision;
    if (auto written = m_store.take(std::move(*step)); !written)
        return std::unexpected(written.error());
    note(rpc::EventLevel::Notice, "config", number(revision),
         "revision " + number(revision) + " is applied" +
             (confirmWithinS == 0 ? "" : ", to be confirmed within " + number(confirmWithinS) + " s"),
         by);
    m_before = m_inForce;
    Result<void> done;
    if (displacing != nullptr)
        done = displace(*displacing);
    if (done)
        done = putInForce({std::move(meaning.own), meaning.hash, {}}, OnRefusal::Stop);
    if (done && displacing != nullptr)
        done = killDisplaced(*displacing);
    if (!done) {
        Error refused = done.error();
        if (displacing != nullptr)
            undoTake(theirs);
        if (auto back = rollBack((displacing != nullptr ? "" : "the kernel refused it: ") + refused.text, by); !back)
            refused.text += "; putting the old revision back failed too: " + back.error().text;
        return std::unexpected(std::move(refused));
    }
    rpc::ConfigApplied out{revision, meaning.hash, std::move(*operations), 0};
    if (confirmWithinS == 0) {
        if (auto confirmed = confirm(revision, by); !confirmed) {
            Error refused = confirmed.error();
            if (auto back = rollBack(refused.text, by); !back)
                refused.text += "; putting the old revision back failed too: " + back.error().text;
            return std::unexpected(std::move(refused));
        }
        return out;
    }
    const auto wait = std::chrono::seconds(confirmWithinS);
    m_confirmBy = m_ports.runtime.now() + wait;
    m_confirmTimer = m_ports.runtime.after(wait, [this] { (void)rollBack("nobody confirmed it in time", ""); });
    out.confirmLeftMs = std::chrono::milliseconds(wait).count();
    return out;
}

Result<rpc::ConfigApplied> Engine::confirm(std::uint64_t revision, const std::string& by) {
    // The answer to a confirmation may be lost on its way; asked again, it must not look refused.
    if (const auto& book = m_store.book(); !book.pending && revision != 0 && book.revision() == revision)
        return rpc::ConfigApplied{revision, m_inForce.hash, {}, 0};
    auto step = config::confirm(m_store.book(), revision, m_ports.runtime.wallUs() / 1000);
    if (!step)
        return std::unexpected(step.error());
    if (auto written = m_store.take(std::move(*step)); !written)
        return std::unexpected(written.error());
    m_confirmTimer.cancel();
    m_before.reset();
    m_store.forgetText();
    m_damage.clear();
    forgetUnknownDead();
    note(rpc::EventLevel::Notice, "config", number(revision), "revision " + number(revision) + " is confirmed", by);
    return rpc::ConfigApplied{revision, m_inForce.hash, {}, 0};
}

Result<void> Engine::rollBack(const std::string& why, const std::string& by) {
    if (!m_store.book().pending)
        return {};
    const std::uint64_t given = m_store.book().pending->candidate.revision;
    m_confirmTimer.cancel();
    (void)m_store.take(config::rollBack(m_store.book()));
    note(rpc::EventLevel::Warning, "config", number(given),
         "revision " + number(given) + " is rolled back to revision " + number(m_store.book().revision()) + ": " + why, by);
    // What worked until now must not depend on what the disk says in such a moment.
    InForce old = m_before ? std::move(*m_before) : stored();
    m_before.reset();
    m_store.forgetText();
    if (old.observed) {
        if (m_displaced || isObserving()) {
            beginReturn(std::move(old));
            return {};
        }
        // Applied when its keepalived was gone: nobody goes on with the addresses.
        m_router.configure({}, {});
        abandonAll();
        onlook(std::move(old));
        return {};
    }
    if (!old.problem.empty())
        note(rpc::EventLevel::Error, "config", "",
             old.problem + "; its virtual addresses are released, the table stays as it is");
    return putInForce(std::move(old), OnRefusal::GoOn);
}

Result<rpc::ConfigApplied> Engine::revert(const rpc::ConfigRevertParams& params, const std::string& by) {
    if (!params.revision) {
        if (!m_store.book().pending)
            return failure(ErrorCode::Conflict, "nothing waits for a confirmation; name the revision to go back to");
        if (auto done = rollBack("asked for", by); !done)
            return std::unexpected(done.error());
        return rpc::ConfigApplied{m_store.book().revision(), m_inForce.hash, {}, 0};
    }
    if (auto fine = checkConfirm(params.confirmWithinS); !fine)
        return std::unexpected(fine.error());
    if (auto alone = mustBeAlone(); !alone)
        return std::unexpected(alone.error());
    auto old = m_store.revision(*params.revision);
    if (!old)
        return std::unexpected(old.error());
    config::Proposal proposal{m_store.book().revision(), 0, params.confirmWithinS, {}, {}};
    proposal.candidate.by = by;
    proposal.candidate.comment = "revision " + number(*params.revision) + " again";
    proposal.candidate.director = director();
    proposal.candidate.cluster = std::move(old->cluster);
    return propose(std::move(proposal), by);
}

Result<rpc::DrillLease> Engine::beginDrill(const rpc::DrillBeginParams& params, const std::string& by) {
    if (const auto pending = pendingApply())
        return failure(ErrorCode::Busy,
                       "revision " + number(pending->revision) + " waits for its confirmation; confirm or revert it first");
    if (auto ours = mustManage(); !ours)
        return std::unexpected(ours.error());
    if (!m_inForce.own || m_inForce.own->instances.empty())
        return failure(ErrorCode::NotFound, "this director takes part in no VRRP instance, so there is nothing to drill");
    auto lease = m_lease.begin(params, by);
    if (lease)
        note(rpc::EventLevel::Warning, "drill", lease->id,
             "a " + json::toWord(params.kind) + " drill begins; this director gives its virtual addresses away", by);
    return lease;
}

std::optional<rpc::PendingApply> Engine::pendingApply() const {
    const auto& pending = m_store.book().pending;
    if (!pending)
        return std::nullopt;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(m_confirmBy - m_ports.runtime.now()).count();
    return rpc::PendingApply{pending->candidate.revision, pending->baseRevision, std::max<std::int64_t>(0, left),
                             pending->candidate.by};
}

} // namespace lvsdeck::core
