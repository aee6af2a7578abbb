// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/config/book.hpp"

#include "agent/config/documents.hpp"

#include <algorithm>

namespace lvsdeck::config {

namespace {

rpc::Revision summary(const StoredCluster& stored) {
    return {stored.revision, stored.hash, stored.atMs, stored.by, stored.comment};
}

/// Makes equal values one, as long as not more than a few different ones take turns.
template <class T> class Sharing {
public:
    void share(T& value) {
        constexpr std::size_t kept = 8;
        if (std::ranges::any_of(m_recent, [&](const T& known) { return value.share(known); }))
            return;
        if (m_recent.size() == kept)
            m_recent.erase(m_recent.begin());
        m_recent.push_back(value);
    }

private:
    std::vector<T> m_recent;
};

/// Thousands of servers are checked alike.
void shareEqual(std::vector<model::VirtualService>& services) {
    Sharing<SharedList<model::HealthCheck>> checks;
    Sharing<Shared<model::Script>> scripts;
    for (model::VirtualService& service : services)
        for (model::RealServer& server : service.servers) {
            checks.share(server.checks);
            scripts.share(server.notifyUp);
            scripts.share(server.notifyDown);
        }
}

bool isSame(const Override& a, const Override& b) { return a.service == b.service && a.server == b.server; }

} // namespace

const StoredCluster* Book::inForce() const {
    if (pending)
        return &pending->candidate;
    return current ? &*current : nullptr;
}

Understood understand(const json::Value& document, const std::string& director) {
    Understood out;
    auto cluster = json::fromJson<model::Cluster>(document);
    if (cluster && cluster->schema != 1)
        cluster = failure(ErrorCode::Unsupported,
                          "this cluster document has schema " + std::to_string(cluster->schema) +
                              ", this agent knows schema 1; update lvsdeck-agent on this director",
                          "schema");
    if (!cluster) {
        out.problems.push_back({model::Severity::Error, cluster.error().path, cluster.error().text});
        return out;
    }
    out.cluster = std::move(*cluster);
    shareEqual(out.cluster.services);
    out.hash = model::contentHash(out.cluster);
    out.problems = model::validate(out.cluster);
    if (director.empty()) {
        out.problems.push_back({model::Severity::Error, "directors",
                                "this host does not know which director it is; give its id with the apply (“director”), or "
                                "start the agent with --director ID"});
        return out;
    }
    if (model::hasErrors(out.problems)) {
        if (const auto own = model::effective(out.cluster, director); !own)
            out.problems.push_back({model::Severity::Error, own.error().path, own.error().text});
        return out;
    }
    auto own = model::takeEffective(out.cluster, director);
    if (own)
        out.own = std::make_shared<const model::Effective>(std::move(*own));
    else
        out.problems.push_back({model::Severity::Error, own.error().path, own.error().text});
    return out;
}

std::vector<Override> stillMeant(const std::vector<Override>& overrides, const StoredCluster& stored) {
    const Understood meaning = understand(stored.cluster, stored.director);
    if (!meaning.own)
        return overrides;
    std::vector<Override> kept;
    for (const Override& override : overrides)
        for (const model::VirtualService& service : meaning.own->services)
            if (model::serviceKey(service) == override.service &&
                std::ranges::any_of(service.servers,
                                    [&](const auto& server) { return model::serverKey(server) == override.server; }))
                kept.push_back(override);
    return kept;
}

Result<Step> propose(const Book& book, Proposal proposal) {
    if (book.pending)
        return failure(ErrorCode::Conflict, "revision " + std::to_string(book.pending->candidate.revision) + " by " +
                                                book.pending->candidate.by +
                                                " waits for its confirmation; confirm or revert it first");
    if (proposal.baseRevision != book.revision())
        return failure(ErrorCode::Conflict,
                       "your change is based on revision " + std::to_string(proposal.baseRevision) + ", but revision " +
                           std::to_string(book.revision()) +
                           " is in force on this director; fetch it, look at the difference and apply again",
                       "base_revision");
    const std::uint64_t revision = proposal.revision != 0 ? proposal.revision : proposal.baseRevision + 1;
    if (revision <= proposal.baseRevision)
        return failure(ErrorCode::InvalidInput,
                       "the new revision " + std::to_string(revision) + " must be above the base revision " +
                           std::to_string(proposal.baseRevision),
                       "revision");
    Step step{book, {}, 1};
    proposal.candidate.revision = revision;
    step.book.pending = PendingCluster{proposal.baseRevision, proposal.confirmWithinS, std::move(proposal.candidate),
                                       std::move(proposal.dead)};
    std::string text = documents::text(*step.book.pending);
    constexpr std::size_t roomForHistory = 256U << 10U;
    if (text.size() + roomForHistory > documents::maxBytes)
        return failure(ErrorCode::TooLarge,
                       "the cluster takes " + std::to_string(text.size() >> 20U) + " MiB to store, the limit is " +
                           std::to_string(documents::maxBytes >> 20U) + " MiB; split it into several clusters",
                       "cluster");
    step.writes.push_back({documents::pending, std::move(text)});
    return step;
}

Result<Step> confirm(const Book& book, std::uint64_t revision, std::int64_t atMs) {
    if (!book.pending)
        return failure(ErrorCode::Conflict,
                       "nothing waits for a confirmation; revision " + std::to_string(book.revision()) + " is in force",
                       "revision");
    if (book.pending->candidate.revision != revision)
        return failure(ErrorCode::Conflict,
                       "revision " + std::to_string(book.pending->candidate.revision) + " waits for a confirmation, not " +
                           std::to_string(revision),
                       "revision");
    Step step{book, {}, 0};
    step.book.current = std::move(step.book.pending->candidate);
    step.book.pending.reset();
    step.book.current->atMs = atMs;
    step.book.history.push_back(summary(*step.book.current));
    step.writes.push_back({documents::revision(revision), documents::text(*step.book.current)});
    std::vector<Write> cleaning{{documents::pending, std::nullopt}};
    while (step.book.history.size() > keptRevisions) {
        cleaning.push_back({documents::revision(step.book.history.front().revision), std::nullopt});
        step.book.history.erase(step.book.history.begin());
    }
    step.writes.push_back({documents::current, documents::currentText(step.book)});
    step.decisive = step.writes.size();
    step.book.overrides = book.overrides.empty() ? book.overrides : stillMeant(book.overrides, *step.book.current);
    if (step.book.overrides != book.overrides)
        cleaning.push_back({documents::overrides, documents::text(step.book.overrides)});
    step.writes.insert(step.writes.end(), cleaning.begin(), cleaning.end());
    return step;
}

Step rollBack(const Book& book) {
    Step step{book, {}, 0};
    if (!book.pending)
        return step;
    step.book.pending.reset();
    step.writes.push_back({documents::pending, std::nullopt});
    return step;
}

Step setOverride(const Book& book, const Override& wanted) {
    Step step{book, {}, 1};
    std::erase_if(step.book.overrides, [&](const Override& known) { return isSame(known, wanted); });
    if (wanted.admin || wanted.weight)
        step.book.overrides.push_back(wanted);
    step.writes.push_back({documents::overrides, documents::text(step.book.overrides)});
    return step;
}

} // namespace lvsdeck::config
