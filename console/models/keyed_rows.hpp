// SPDX-License-Identifier: GPL-3.0-or-later
// Changes a list of rows into another by key, telling a model what happens in runs: removals, insertions, changed ranges.
// Rows that stay are never reset, so selection, scroll position and expansion survive. Pure but for the callbacks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lvsdeck::console {

struct RowCallbacks {
    std::function<void(int first, int last)> beginRemove;
    std::function<void()> endRemove;
    std::function<void(int first, int last)> beginInsert;
    std::function<void()> endInsert;
    std::function<void(int first, int last)> changed;
};

/// `key(row)` is unique and hashable. `update(old, new)` moves the new values into the old row and answers whether anything
/// visible changed. A row whose place among the others changed is removed and inserted.
template <class Row, class Key, class Update>
void mergeRows(std::vector<Row>& rows, std::vector<Row> next, Key key, Update update, const RowCallbacks& callbacks) {
    using K = std::decay_t<decltype(key(rows.front()))>;
    std::unordered_map<K, std::size_t> places;
    places.reserve(next.size());
    for (std::size_t i = 0; i < next.size(); ++i)
        places.emplace(key(next[i]), i);

    std::vector<bool> keep(rows.size());
    std::size_t lowest = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto found = places.find(key(rows[i]));
        keep[i] = found != places.end() && found->second >= lowest;
        if (keep[i])
            lowest = found->second + 1;
    }
    for (std::size_t end = rows.size(); end > 0;) {
        if (keep[end - 1]) {
            --end;
            continue;
        }
        std::size_t begin = end - 1;
        while (begin > 0 && !keep[begin - 1])
            --begin;
        callbacks.beginRemove(static_cast<int>(begin), static_cast<int>(end) - 1);
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(begin), rows.begin() + static_cast<std::ptrdiff_t>(end));
        callbacks.endRemove();
        end = begin;
    }

    std::vector<bool> fresh(next.size());
    for (std::size_t i = 0; i < next.size();) {
        if (i < rows.size() && key(rows[i]) == key(next[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < next.size() && (i >= rows.size() || key(rows[i]) != key(next[end])))
            ++end;
        callbacks.beginInsert(static_cast<int>(i), static_cast<int>(end) - 1);
        rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(i), next.begin() + static_cast<std::ptrdiff_t>(i),
                    next.begin() + static_cast<std::ptrdiff_t>(end));
        callbacks.endInsert();
        std::fill(fresh.begin() + static_cast<std::ptrdiff_t>(i), fresh.begin() + static_cast<std::ptrdiff_t>(end), true);
        i = end;
    }

    int first = -1;
    for (std::size_t i = 0; i < next.size(); ++i) {
        if (!fresh[i] && update(rows[i], std::move(next[i]))) {
            if (first < 0)
                first = static_cast<int>(i);
        } else if (first >= 0) {
            callbacks.changed(first, static_cast<int>(i) - 1);
            first = -1;
        }
    }
    if (first >= 0)
        callbacks.changed(first, static_cast<int>(next.size()) - 1);
}

} // namespace lvsdeck::console
