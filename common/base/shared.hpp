// SPDX-License-Identifier: GPL-3.0-or-later
// Values that are usually equal to many others, or to their default: copies share one place in memory until one of them is edited.
// Ten thousand servers that are checked alike then hold one list of checks. As any value: different objects in different threads are
// fine, also when they share; one object belongs to one thread at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace lvsdeck {

/// A T that takes one pointer's room while it is T{}.
template <class T> class Shared {
public:
    Shared() = default;
    Shared(T value) { *this = std::move(value); } // NOLINT(google-explicit-constructor): it is a T in all but its room
    Shared& operator=(T value) {
        static const T none{};
        if (value == none)
            m_value.reset();
        else
            m_value = std::make_shared<T>(std::move(value));
        return *this;
    }

    [[nodiscard]] const T& operator*() const {
        static const T none{};
        return m_value ? *m_value : none;
    }
    [[nodiscard]] const T* operator->() const { return &**this; }
    operator const T&() const { return **this; } // NOLINT(google-explicit-constructor)
    /// For changes, of this one alone. Not to be kept: after the next copy it would change both.
    [[nodiscard]] T& edit() {
        if (!m_value)
            m_value = std::make_shared<T>();
        else if (m_value.use_count() > 1)
            m_value = std::make_shared<T>(*m_value);
        else
            std::atomic_thread_fence(std::memory_order_acquire); // whoever shared it until now has read it
        return *m_value;
    }
    /// Holds what `other` holds, if that is equal; answers whether it is.
    bool share(const Shared& other) {
        if (m_value == other.m_value)
            return true;
        if (!(*this == other))
            return false;
        m_value = other.m_value;
        return true;
    }

    bool operator==(const Shared& other) const { return m_value == other.m_value || **this == *other; }

private:
    std::shared_ptr<T> m_value; ///< null: T{}
};

/// A list of that kind, read as a vector is.
template <class T> class SharedList {
public:
    using value_type = T;
    using const_iterator = typename std::vector<T>::const_iterator;

    SharedList() = default;
    SharedList(std::vector<T> list) : m_list(std::move(list)) {} // NOLINT(google-explicit-constructor)
    SharedList(std::initializer_list<T> list) : m_list(std::vector<T>(list)) {}

    [[nodiscard]] bool empty() const { return m_list->empty(); }
    [[nodiscard]] std::size_t size() const { return m_list->size(); }
    [[nodiscard]] const_iterator begin() const { return m_list->begin(); }
    [[nodiscard]] const_iterator end() const { return m_list->end(); }
    [[nodiscard]] const T& front() const { return m_list->front(); }
    [[nodiscard]] const T& operator[](std::size_t at) const { return (*m_list)[at]; }
    [[nodiscard]] const T& at(std::size_t at) const { return m_list->at(at); }

    void push_back(T value) { m_list.edit().push_back(std::move(value)); }
    template <class... A> void emplace_back(A&&... arguments) { m_list.edit().emplace_back(std::forward<A>(arguments)...); }
    void clear() { m_list = Shared<std::vector<T>>(); }
    /// See Shared::edit().
    [[nodiscard]] std::vector<T>& edit() { return m_list.edit(); }
    bool share(const SharedList& other) { return m_list.share(other.m_list); }

    bool operator==(const SharedList&) const = default;

private:
    Shared<std::vector<T>> m_list;
};

} // namespace lvsdeck
