// SPDX-License-Identifier: GPL-3.0-or-later
// Where the texts, words and nodes of one document lie until all of it goes: one after the other, so that a big file costs a
// few allocations and is freed at once. Private to this folder. Not for several threads at a time.
#pragma once

#include <algorithm>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

namespace lvsdeck::formats::keepalived {

/// What is kept stays where it is, also when the store is moved; a moved-from store can be destroyed only.
class Store {
public:
    [[nodiscard]] std::string_view text(std::string_view text) {
        if (text.empty())
            return {};
        auto* memory = static_cast<char*>(m_memory->allocate(text.size(), 1));
        std::ranges::copy(text, memory);
        return {memory, text.size()};
    }

    template <class T> [[nodiscard]] std::span<const T> list(std::span<const T> items) {
        static_assert(std::is_trivially_destructible_v<T>, "nobody destroys it");
        if (items.empty())
            return {};
        auto* memory = static_cast<T*>(m_memory->allocate(items.size_bytes(), alignof(T)));
        std::ranges::uninitialized_copy(items, std::span(memory, items.size()));
        return {memory, items.size()};
    }

    template <class T> [[nodiscard]] T& make(const T& item) {
        static_assert(std::is_trivially_destructible_v<T>, "nobody destroys it");
        return *new (m_memory->allocate(sizeof(T), alignof(T))) T(item);
    }

private:
    std::unique_ptr<std::pmr::monotonic_buffer_resource> m_memory = std::make_unique<std::pmr::monotonic_buffer_resource>();
};

} // namespace lvsdeck::formats::keepalived
