// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/table_keeper.hpp"

#include "agent/ipvs/words.hpp"

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
    if (auto read = readActual(); !read) {
        if (wanted.empty())
            return std::vector<ipvs::Operation>{};
        return std::unexpected(read.error());
    }
    return ipvs::reconcile(wanted, m_actual, owned);
}

Result<std::vector<ipvs::Operation>> TableKeeper::want(ipvs::Table wanted, const ipvs::Owned& possible) {
    if (wanted != m_wanted)
        ++m_version;
    m_wanted = std::move(wanted);
    m_possible = possible;
    return program();
}

Result<void> TableKeeper::readActual() {
    auto table = m_ipvs.read();
    m_known = table.has_value();
    if (!table)
        return std::unexpected(table.error());
    if (*table != m_actual)
        ++m_version;
    m_actual = std::move(*table);
    return {};
}

Result<std::vector<ipvs::Operation>> TableKeeper::program() {
    if (auto saved = m_ownership.include(m_possible); !saved) {
        setProblem("the state folder cannot be written, so the IPVS table is left as it is: " + saved.error().text, false);
        return std::unexpected(saved.error());
    }
    if (!m_known)
        if (auto read = readActual(); !read) {
            const bool needed = !m_wanted.empty();
            setProblem(needed ? read.error().text : "", needed);
            if (needed)
                return std::unexpected(read.error());
            return std::vector<ipvs::Operation>{};
        }
    std::vector<ipvs::Operation> operations = ipvs::reconcile(m_wanted, m_actual, m_ownership.owned());
    if (operations.empty()) {
        m_ownership.reduceTo(m_possible);
        clearProblem();
        return operations;
    }
    auto failed = m_ipvs.apply(operations);
    ++m_version;
    if (!failed) {
        m_known = false;
        setProblem(failed.error().text, true);
        return std::unexpected(failed.error());
    }
    if (failed->empty()) {
        for (const ipvs::Operation& operation : operations)
            applyTo(m_actual, operation);
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
    const ipvs::Table before = m_actual;
    const bool wasKnown = m_known;
    if (auto read = readActual(); !read) {
        const bool needed = !m_wanted.empty();
        setProblem(needed ? read.error().text : "", needed);
        return;
    }
    const auto operations = ipvs::reconcile(m_wanted, m_actual, m_ownership.owned());
    if (operations.empty()) {
        clearProblem();
        return;
    }
    // Without a word from the kernel before, or with something that failed, this is our own unfinished work.
    if (!wasKnown || m_actual == before) {
        if (m_runtime.now() >= m_truceUntil)
            (void)program();
        return;
    }
    if (m_runtime.now() < m_truceUntil)
        return;
    const std::string what =
        "another program changed " + countText(operations.size(), "entry", "entries") + " of ours in the IPVS table";
    if (isFighting()) {
        m_truceUntil = m_runtime.now() + truce;
        setProblem(what + " again and again; lvsdeck stops putting it back for 5 minutes. Is keepalived, ldirectord or a "
                          "script running on this director? Stop one of the two",
                   false);
        return;
    }
    m_repairs.push_back(m_runtime.now());
    m_report(rpc::EventLevel::Warning,
             what + "; put back: " + ipvs::operationText(operations.front()) + (operations.size() > 1 ? " …" : ""));
    (void)program();
}

Result<void> TableKeeper::release() {
    if (!m_known && m_ownership.owned().services.empty() && m_ownership.owned().destinations.empty())
        return {};
    auto done = want({}, {});
    if (!done)
        return std::unexpected(done.error());
    return {};
}

} // namespace lvsdeck::core
