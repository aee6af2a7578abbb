// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/state_merger.hpp"

#include <algorithm>
#include <unordered_map>

namespace lvsdeck::cluster {

namespace {

template <class T> void replace(std::optional<T>& whole, std::optional<T>& news) {
    if (news)
        whole = std::move(news);
}

void appendEvents(std::optional<std::vector<rpc::Event>>& whole, std::optional<std::vector<rpc::Event>>& news) {
    if (!news)
        return;
    if (!whole)
        whole.emplace();
    for (rpc::Event& event : *news)
        if (whole->empty() || event.id > whole->back().id)
            whole->push_back(std::move(event));
    if (whole->size() > keptEvents)
        whole->erase(whole->begin(), whole->end() - static_cast<std::ptrdiff_t>(keptEvents));
}

} // namespace

void mergeCounts(rpc::Counts& whole, rpc::Counts delta) {
    if (!delta.columns.empty())
        whole.columns = std::move(delta.columns);
    std::unordered_map<std::int64_t, std::size_t> places;
    places.reserve(whole.rows.size());
    for (std::size_t i = 0; i < whole.rows.size(); ++i)
        if (!whole.rows[i].empty())
            places.emplace(whole.rows[i].front(), i);
    for (auto& row : delta.rows) {
        if (row.empty())
            continue;
        if (const auto place = places.find(row.front()); place != places.end()) {
            whole.rows[place->second] = std::move(row);
        } else {
            places.emplace(row.front(), whole.rows.size());
            whole.rows.push_back(std::move(row));
        }
    }
}

StateMerger::Snapshot StateMerger::merge(rpc::State news) {
    if (m_current && news.epoch < m_current->epoch)
        return nullptr;
    if (news.full) {
        if (m_current && news.epoch == m_current->epoch && news.sequence < m_current->sequence)
            return nullptr;
        m_current = std::make_shared<const rpc::State>(std::move(news));
        return m_current;
    }
    if (!m_current || news.epoch != m_current->epoch || news.sequence <= m_current->sequence)
        return nullptr;
    auto whole = std::make_shared<rpc::State>(*m_current);
    whole->sequence = news.sequence;
    whole->atUs = news.atUs;
    replace(whole->config, news.config);
    replace(whole->vrrp, news.vrrp);
    replace(whole->health, news.health);
    replace(whole->drill, news.drill);
    appendEvents(whole->events, news.events);
    // With a new table come the counts of all its rows; old row numbers mean nothing any more.
    if (news.table && news.counts) {
        if (news.counts->columns.empty() && whole->counts)
            news.counts->columns = whole->counts->columns;
        whole->counts = std::move(news.counts);
    } else if (news.counts) {
        if (!whole->counts)
            whole->counts.emplace();
        mergeCounts(*whole->counts, std::move(*news.counts));
    }
    replace(whole->table, news.table);
    m_current = std::move(whole);
    return m_current;
}

} // namespace lvsdeck::cluster
