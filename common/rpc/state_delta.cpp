// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/rpc/state_delta.hpp"

#include <algorithm>
#include <unordered_map>

namespace lvsdeck::rpc {

namespace {

template <class T> void takeChanged(std::optional<T>& out, const std::optional<T>& last, const std::optional<T>& now) {
    if (now && last != now)
        out = now;
}

std::int64_t rowOf(const std::vector<std::int64_t>& row) { return row.empty() ? 0 : row.front(); }

bool sameRows(const Counts& a, const Counts& b) {
    return a.columns == b.columns && std::ranges::equal(a.rows, b.rows, {}, rowOf, rowOf);
}

std::optional<Counts> changedRows(const Counts& last, const Counts& now) {
    Counts out;
    for (std::size_t i = 0; i < now.rows.size(); ++i)
        if (now.rows[i] != last.rows[i])
            out.rows.push_back(now.rows[i]);
    if (out.rows.empty())
        return std::nullopt;
    return out;
}

std::optional<std::vector<Event>> newEvents(const std::vector<Event>& last, const std::vector<Event>& now) {
    const std::uint64_t known = last.empty() ? 0 : last.back().id;
    const auto first = std::ranges::find_if(now, [known](const Event& event) { return event.id > known; });
    if (first == now.end())
        return std::nullopt;
    return std::vector<Event>(first, now.end());
}

template <class T> void replace(std::optional<T>& whole, const std::optional<T>& news) {
    if (news)
        whole = news;
}

void mergeCounts(Counts& whole, const Counts& news) {
    if (!news.columns.empty()) {
        whole = news;
        return;
    }
    std::unordered_map<std::int64_t, std::size_t> places;
    for (std::size_t i = 0; i < whole.rows.size(); ++i)
        places.emplace(rowOf(whole.rows[i]), i);
    for (const auto& row : news.rows)
        if (const auto place = places.find(rowOf(row)); place != places.end())
            whole.rows[place->second] = row;
}

} // namespace

std::optional<State> delta(const State& last, const State& now) {
    State out;
    out.epoch = last.epoch;
    out.sequence = last.sequence + 1;
    out.full = false;
    out.atUs = now.atUs;
    takeChanged(out.config, last.config, now.config);
    takeChanged(out.vrrp, last.vrrp, now.vrrp);
    takeChanged(out.table, last.table, now.table);
    takeChanged(out.health, last.health, now.health);
    takeChanged(out.drill, last.drill, now.drill);
    if (now.events)
        out.events = newEvents(last.events.value_or(std::vector<Event>{}), *now.events);
    if (now.counts) {
        if (out.table || !last.counts || !sameRows(*last.counts, *now.counts))
            out.counts = now.counts;
        else
            out.counts = changedRows(*last.counts, *now.counts);
    }
    if (!out.config && !out.vrrp && !out.table && !out.counts && !out.health && !out.events && !out.drill)
        return std::nullopt;
    return out;
}

bool merge(State& whole, const State& news) {
    if (news.full) {
        whole = news;
        return true;
    }
    if (news.epoch != whole.epoch || news.sequence != whole.sequence + 1)
        return false;
    whole.sequence = news.sequence;
    whole.atUs = news.atUs;
    replace(whole.config, news.config);
    replace(whole.vrrp, news.vrrp);
    replace(whole.table, news.table);
    replace(whole.health, news.health);
    replace(whole.drill, news.drill);
    if (news.counts) {
        if (!whole.counts)
            whole.counts.emplace();
        mergeCounts(*whole.counts, *news.counts);
    }
    if (news.events) {
        if (!whole.events)
            whole.events.emplace();
        whole.events->insert(whole.events->end(), news.events->begin(), news.events->end());
        if (whole.events->size() > eventsInFullState)
            whole.events->erase(whole.events->begin(), whole.events->end() - static_cast<std::ptrdiff_t>(eventsInFullState));
    }
    return true;
}

} // namespace lvsdeck::rpc
