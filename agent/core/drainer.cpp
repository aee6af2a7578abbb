// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/drainer.hpp"
#include "agent/core/stored.hpp"

#include "agent/ipvs/keys.hpp"
#include "common/base/json.hpp"

#include <algorithm>

namespace lvsdeck::core {

namespace {

using namespace std::chrono_literals;

const std::string documentName = "draining.json";
constexpr Duration lookEvery = 1s;

std::string text(const ipvs::ServiceKey& service, const ipvs::DestinationKey& server) {
    return ipvs::keyText(server) + " of " + ipvs::keyText(service);
}

/// The configuration still has it, and nobody has disabled it: then it is out for another reason, its health.
bool belongs(const model::VirtualService& service, const ipvs::ServiceKey& entry, const ipvs::DestinationKey& key,
             const ipvs::ServerViews& views) {
    if (service.sorryServer && ipvs::keyOf(entry, service, *service.sorryServer) == key)
        return true;
    const auto known = views.find(model::serviceKey(service));
    for (const model::RealServer& server : service.servers) {
        if (ipvs::keyOf(entry, service, server) != key)
            continue;
        std::optional<model::AdminState> admin;
        if (known != views.end())
            if (const auto view = known->second.find(model::serverKey(server)); view != known->second.end())
                admin = view->second.admin;
        return admin.value_or(server.admin) != model::AdminState::Disabled;
    }
    return false;
}

void addDraining(const ipvs::Table& actual, const ipvs::ServiceKey& service, const ipvs::DestinationKey& server,
                 ipvs::Table& desired) {
    ipvs::DestinationSettings settings = actual.at(service).destinations.at(server);
    settings.weight = 0;
    desired.at(service).destinations.emplace(server, settings);
}

} // namespace

std::vector<Leaving> leaving(const std::vector<model::VirtualService>& services,
                             const std::vector<model::ServiceGroup>& groups, const ipvs::ServerViews& views,
                             const ipvs::Table& desired, const ipvs::Table& actual, const ipvs::Owned& owned) {
    std::vector<Leaving> all;
    for (const model::VirtualService& service : services) {
        if (service.drainLimit.value_or(0ms) <= 0ms)
            continue;
        for (const ipvs::ServiceKey& entry : ipvs::keysOf(service, groups)) {
            const auto now = actual.find(entry);
            const auto next = desired.find(entry);
            if (now == actual.end() || next == desired.end())
                continue;
            for (const auto& [key, settings] : now->second.destinations)
                if (!next->second.destinations.contains(key) && owned.has(entry, key) &&
                    !belongs(service, entry, key, views))
                    all.push_back({entry, key, *service.drainLimit});
        }
    }
    return all;
}

void Drainer::load() {
    if (auto known = readStored<std::map<std::string, std::int64_t>>(m_store, documentName))
        m_stored = std::move(*known);
}

void Drainer::hold(const std::vector<Leaving>& all, const ipvs::Table& actual, ipvs::Table& desired, ipvs::Owned& owned) {
    const auto before = m_entries.size();
    std::erase_if(m_entries, [&](const auto& entry) {
        return std::ranges::none_of(all, [&](const Leaving& l) { return Key(l.service, l.server) == entry.first; });
    });
    bool changed = m_entries.size() != before || !m_stored.empty();
    const std::int64_t nowMs = m_runtime.wallUs() / 1000;
    for (const Leaving& server : all) {
        const auto [entry, isNew] = m_entries.try_emplace({server.service, server.server});
        if (isNew) {
            changed = true;
            const auto stored = m_stored.find(text(server.service, server.server));
            // A wall clock that went back must not make a deadline longer than the limit.
            auto left = server.limit;
            if (stored != m_stored.end())
                left = std::min(left, model::Milliseconds(stored->second - nowMs));
            else
                m_observer.event(rpc::EventLevel::Info, ipvs::keyText(server.server),
                                 text(server.service, server.server) +
                                     " leaves: weight 0 until its connections have ended, at most " +
                                     std::to_string(server.limit.count() / 1000) + " s");
            entry->second.until = m_runtime.now() + left;
        }
        owned.destinations[server.service].insert(server.server);
        if (!entry->second.over)
            addDraining(actual, server.service, server.server, desired);
    }
    m_stored.clear();
    if (changed)
        save();
    if (m_entries.empty())
        m_timer.cancel();
    else if (changed)
        lookAgain();
}

void Drainer::preview(const std::vector<Leaving>& all, const ipvs::Table& actual, ipvs::Table& desired) const {
    for (const Leaving& server : all)
        if (const auto known = m_entries.find({server.service, server.server});
            known == m_entries.end() || !known->second.over)
            addDraining(actual, server.service, server.server, desired);
}

bool Drainer::isDraining(const ipvs::ServiceKey& service, const ipvs::DestinationKey& server) const {
    return m_entries.contains({service, server});
}

void Drainer::save() const {
    using std::chrono::duration_cast;
    std::map<std::string, std::int64_t> document;
    const Instant now = m_runtime.now();
    const std::int64_t nowMs = m_runtime.wallUs() / 1000;
    for (const auto& [key, entry] : m_entries)
        document.emplace(text(key.first, key.second), nowMs + duration_cast<model::Milliseconds>(entry.until - now).count());
    // A failed write costs the deadline after the next restart: it begins anew.
    if (document.empty())
        (void)m_store.remove(documentName);
    else
        (void)m_store.write(documentName, json::toLine(json::toJson(document)) + "\n");
}

void Drainer::abandon() {
    m_entries.clear();
    m_stored.clear();
    m_timer.cancel();
    save();
}

void Drainer::lookAgain() {
    m_timer = m_runtime.after(lookEvery, [this] { beat(); });
}

void Drainer::beat() {
    const bool ended = end();
    if (std::ranges::any_of(m_entries, [](const auto& entry) { return !entry.second.over; }))
        lookAgain();
    if (ended)
        m_observer.changed();
}

bool Drainer::end() {
    const auto counters = m_ipvs.counters();
    const Instant now = m_runtime.now();
    bool ended = false;
    for (auto& [key, entry] : m_entries) {
        std::optional<std::uint64_t> left;
        if (counters)
            if (const ipvs::Connections* server = counters->find(key.first, key.second))
                left = std::uint64_t{server->active} + server->inactive;
        if (entry.over || (left != 0U && now < entry.until))
            continue;
        entry.over = true;
        ended = true;
        const bool empty = left == 0U;
        m_observer.event(empty ? rpc::EventLevel::Info : rpc::EventLevel::Notice, ipvs::keyText(key.second),
                         text(key.first, key.second) +
                             (empty ? " has no connections any more and goes"
                                    : " goes, because its time to drain is over" +
                                          (left ? "; " + std::to_string(*left) + " connections are left" : std::string())));
    }
    return ended;
}

} // namespace lvsdeck::core
