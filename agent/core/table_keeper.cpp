// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/table_keeper.hpp"

#include "agent/core/foreign_change.hpp"
#include "agent/ipvs/words.hpp"

#include <algorithm>

namespace lvsdeck::core {

namespace {

using namespace std::chrono_literals;

/// Whoever changes our entries this often within the span will do it again.
constexpr std::size_t repairsToTruce = 3;
constexpr Duration fightSpan = 60s;
constexpr Duration truce = 300s;

void applyTo(ipvs::Table& table, const ipvs::Operation& operation) {
    switch (operation.type) {
    case ipvs::OperationType::AddService:
    case ipvs::OperationType::SetService: table[operation.service].settings = operation.serviceSettings; return;
    case ipvs::OperationType::RemoveService: table.erase(operation.service); return;
    case ipvs::OperationType::AddDestination:
    case ipvs::OperationType::SetDestination:
        table[operation.service].destinations[operation.destination] = operation.destinationSettings;
        return;
    case ipvs::OperationType::RemoveDestination:
        if (const auto found = table.find(operation.service); found != table.end())
            found->second.destinations.erase(operation.destination);
        return;
    }
}

/// Whether both want the same of a service, or of a server in it.
bool sameAt(const std::pair<ipvs::ServiceKey, std::optional<ipvs::DestinationKey>>& place, const ipvs::Table& a,
            const ipvs::Table& b) {
    const auto inA = a.find(place.first);
    const auto inB = b.find(place.first);
    if (inA == a.end() || inB == b.end())
        return inA == a.end() && inB == b.end();
    if (!place.second)
        return inA->second.settings == inB->second.settings;
    const auto& serversA = inA->second.destinations;
    const auto& serversB = inB->second.destinations;
    const auto serverA = serversA.find(*place.second);
    const auto serverB = serversB.find(*place.second);
    if (serverA == serversA.end() || serverB == serversB.end())
        return serverA == serversA.end() && serverB == serversB.end();
    return serverA->second == serverB->second;
}

std::string countText(std::size_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

} // namespace

TableKeeper::TableKeeper(Runtime& runtime, IpvsPort& ipvs, StorePort& store, Report report)
    : m_runtime(runtime), m_ipvs(ipvs), m_ownership(store), m_report(std::move(report)) {}

Result<void> TableKeeper::load() {
    auto loaded = m_ownership.load();
    (void)readActual();
    return loaded;
}

Result<std::vector<ipvs::Operation>> TableKeeper::preview(const ipvs::Table& wanted, const ipvs::Owned& possible) {
    ipvs::Owned owned = m_ownership.owned();
    ipvs::merge(owned, possible);
    // Not m_actual: what others changed in it must still be news to the next look.
    const auto actual = m_ipvs.read();
    if (!actual) {
        if (wanted.empty())
            return std::vector<ipvs::Operation>{};
        return std::unexpected(actual.error());
    }
    return ipvs::reconcile(wanted, *actual, owned);
}

Result<std::vector<ipvs::Operation>> TableKeeper::want(ipvs::Table wanted, SharedOwned possible) {
    if (wanted != *m_wanted) {
        ++m_version;
        m_settled = false;
        // What we want otherwise than before is ours to say again.
        std::erase_if(m_leftAlone, [&](const Place& place) { return !sameAt(place, m_wanted, wanted); });
        m_wanted = std::move(wanted);
    }
    // Fewer keys: something that nobody wants any more may be there.
    m_settled = m_settled && possible == m_possible;
    m_possible = std::move(possible);
    return program();
}

void TableKeeper::setPolicy(model::ForeignChange policy) {
    if (policy == model::ForeignChange::Repair)
        m_leftAlone.clear();
    m_settled = false;
    m_policy = policy;
}

TableKeeper::Place TableKeeper::placeOf(const ipvs::Operation& operation) {
    switch (operation.type) {
    case ipvs::OperationType::AddService:
    case ipvs::OperationType::SetService:
    case ipvs::OperationType::RemoveService: return {operation.service, std::nullopt};
    case ipvs::OperationType::AddDestination:
    case ipvs::OperationType::SetDestination:
    case ipvs::OperationType::RemoveDestination: break;
    }
    return {operation.service, operation.destination};
}

bool TableKeeper::isLeftAlone(const ipvs::Operation& operation) const {
    if (m_leftAlone.contains(placeOf(operation)))
        return true;
    // Of a service that others took away the servers cannot be changed.
    return m_leftAlone.contains({operation.service, std::nullopt}) && !m_actual->contains(operation.service);
}

std::vector<ipvs::Operation> TableKeeper::todo() const {
    auto operations = ipvs::reconcile(m_wanted, m_actual, m_ownership.owned());
    if (!m_leftAlone.empty())
        std::erase_if(operations, [this](const ipvs::Operation& operation) { return isLeftAlone(operation); });
    return operations;
}

void TableKeeper::leaveAlone(const std::vector<ipvs::Operation>& repairs) {
    for (const ipvs::Operation& repair : repairs)
        m_leftAlone.insert(placeOf(repair));
    const std::string text = "another program changed entries of ours in the IPVS table: " + foreignText(repairs, m_actual) +
                             "; they are left alone, as the cluster says";
    m_report(rpc::EventLevel::Warning, text);
}

Result<void> TableKeeper::readActual() {
    if (auto taken = take(m_ipvs.read()); !taken)
        return std::unexpected(taken.error());
    return {};
}

Result<bool> TableKeeper::take(Result<ipvs::Table> table) {
    m_known = table.has_value();
    if (!table) {
        m_settled = false;
        return std::unexpected(table.error());
    }
    if (*table == *m_actual)
        return false;
    ++m_version;
    m_settled = false;
    m_actual = std::move(*table);
    m_actual.share(m_wanted);
    return true;
}

Result<std::vector<ipvs::Operation>> TableKeeper::program() {
    if (auto saved = m_ownership.include(m_possible); !saved) {
        setProblem("the state folder cannot be written, so the IPVS table is left as it is: " + saved.error().text, false);
        return std::unexpected(saved.error());
    }
    if (!m_known)
        if (auto read = readActual(); !read) {
            const bool needed = !m_wanted->empty();
            setProblem(needed ? read.error().text : "", needed);
            if (needed)
                return std::unexpected(read.error());
            return std::vector<ipvs::Operation>{};
        }
    std::vector<ipvs::Operation> operations = m_settled ? std::vector<ipvs::Operation>{} : todo();
    if (operations.empty()) {
        if (!m_settled)
            m_actual.share(m_wanted);
        m_settled = true;
        m_ownership.reduceTo(m_possible);
        clearProblem();
        return operations;
    }
    m_settled = false;
    auto failed = m_ipvs.apply(operations);
    ++m_version;
    if (!failed) {
        m_known = false;
        setProblem(failed.error().text, true);
        return std::unexpected(failed.error());
    }
    if (failed->empty()) {
        for (const ipvs::Operation& operation : operations)
            applyTo(m_actual.edit(), operation);
        m_actual.share(m_wanted);
        m_ownership.reduceTo(m_possible);
        clearProblem();
        return operations;
    }
    (void)readActual();
    Error first = failed->front().error;
    if (failed->front().index < operations.size())
        first.text = "“" + ipvs::operationText(operations[failed->front().index]) + "” failed: " + first.text;
    if (failed->size() > 1)
        first.text += " (and " + countText(failed->size() - 1, "further operation", "further operations") + ")";
    setProblem(first.text, false);
    return std::unexpected(first);
}

void TableKeeper::setProblem(std::string text, bool failed) {
    m_failed = failed && !text.empty();
    if (text == m_problem)
        return;
    m_problem = std::move(text);
    if (m_problem.empty())
        m_report(rpc::EventLevel::Notice, "the IPVS table is as it should be again");
    else
        m_report(rpc::EventLevel::Error, m_problem);
}

void TableKeeper::clearProblem() {
    if (m_runtime.now() >= m_truceUntil)
        setProblem({}, false);
}

bool TableKeeper::isFighting() {
    const Instant now = m_runtime.now();
    while (!m_repairs.empty() && now - m_repairs.front() > fightSpan)
        m_repairs.pop_front();
    return m_repairs.size() >= repairsToTruce;
}

void TableKeeper::reread() {
    const bool wasKnown = m_known;
    Result<bool> read = false;
    if (!m_known)
        read = take(m_ipvs.read());
    else if (auto seen = m_ipvs.look())
        read = take(std::move(*seen));
    if (!read) {
        const bool needed = !m_wanted->empty();
        setProblem(needed ? read.error().text : "", needed);
        return;
    }
    if (!m_leftAlone.empty()) {
        // Who undid his change has given the entry back.
        const auto all = ipvs::reconcile(m_wanted, m_actual, m_ownership.owned());
        std::erase_if(m_leftAlone, [&](const Place& place) {
            return std::ranges::none_of(all, [&](const auto& operation) { return placeOf(operation) == place; });
        });
    }
    // The usual case, with no more work for 20,000 entries than for none.
    if (m_settled) {
        clearProblem();
        return;
    }
    const auto operations = todo();
    if (operations.empty()) {
        m_settled = true;
        clearProblem();
        return;
    }
    // Without a word from the kernel before, or with something that failed, this is our own unfinished work.
    if (!wasKnown || !*read) {
        if (m_runtime.now() >= m_truceUntil)
            (void)program();
        return;
    }
    if (m_runtime.now() < m_truceUntil)
        return;
    if (m_policy == model::ForeignChange::LeaveAlone) {
        leaveAlone(operations);
        return;
    }
    if (isFighting()) {
        m_truceUntil = m_runtime.now() + truce;
        setProblem(
            "another program changed entries of ours in the IPVS table again and again (" +
                foreignText(operations, m_actual) +
                "); lvsdeck stops putting it back for 5 minutes. Is keepalived, ldirectord or a script running on this "
                "director? Stop one of the two",
            false);
        return;
    }
    m_repairs.push_back(m_runtime.now());
    m_report(rpc::EventLevel::Warning, "another program changed entries of ours in the IPVS table: " +
                                           foreignText(operations, m_actual) + "; put back");
    (void)program();
}

void TableKeeper::abandon() {
    m_wanted = ipvs::Table{};
    m_possible = std::make_shared<const ipvs::Owned>();
    m_ownership.reduceTo(m_possible);
    m_leftAlone.clear();
    m_repairs.clear();
    m_truceUntil = {};
    m_settled = false;
    ++m_version;
    setProblem({}, false);
}

Result<void> TableKeeper::release() {
    if (!m_known && m_ownership.owned().services.empty() && m_ownership.owned().destinations.empty())
        return {};
    auto done = want({}, std::make_shared<const ipvs::Owned>());
    if (!done)
        return std::unexpected(done.error());
    return {};
}

} // namespace lvsdeck::core
