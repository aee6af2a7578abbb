// SPDX-License-Identifier: GPL-3.0-or-later
// Values that are usually equal to many others, or to their default: copies share one place in memory until one of them is edited.
// Ten thousand servers that are checked alike then hold one list of checks. As any value: different objects in different threads are
// fine, also when they share; one object belongs to one thread at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace lvsdeck {

/// A T that takes one pointer's room while it is T{}.
template <class T> class Shared {
public:
    Shared() = default;
    Shared(T value) { *this = std::move(value); } // NOLINT(google-explicit-constructor): it is a T in all but its room
    Shared(const Shared& other) noexcept : m_place(other.m_place) {
        if (m_place != nullptr)
            m_place->holders.fetch_add(1, std::memory_order_relaxed);
    }
    Shared(Shared&& other) noexcept : m_place(std::exchange(other.m_place, nullptr)) {}
    ~Shared() { letGo(); }
    Shared& operator=(const Shared& other) noexcept { // NOLINT(bugprone-unhandled-self-assignment): the copy handles it
        Shared copy(other);
        std::swap(m_place, copy.m_place);
        return *this;
    }
    Shared& operator=(Shared&& other) noexcept {
        std::swap(m_place, other.m_place);
        return *this;
    }
    Shared& operator=(T value) {
        letGo();
        if (!(value == none()))
            m_place = new Place(std::move(value));
        return *this;
    }

    [[nodiscard]] const T& operator*() const { return m_place != nullptr ? m_place->value : none(); }
    [[nodiscard]] const T* operator->() const { return &**this; }
    operator const T&() const { return **this; } // NOLINT(google-explicit-constructor)
    /// For changes, of this one alone. Not to be kept: after the next copy it would change both.
    [[nodiscard]] T& edit() {
        if (m_place == nullptr)
            m_place = new Place(T{});
        else if (m_place->holders.load(std::memory_order_acquire) > 1) // alone: whoever shared it until now has read it
            *this = Shared(new Place(T(m_place->value)));
        return m_place->value;
    }
    /// Holds what `other` holds, if that is equal; answers whether it is.
    bool share(const Shared& other) {
        if (!(*this == other))
            return false;
        *this = other;
        return true;
    }

    bool operator==(const Shared& other) const { return m_place == other.m_place || **this == *other; }

private:
    struct Place {
        explicit Place(T given) : value(std::move(given)) {}
        std::atomic<std::uint32_t> holders{1};
        T value;
    };
    explicit Shared(Place* place) : m_place(place) {}
    [[nodiscard]] static const T& none() {
        static const T value{};
        return value;
    }
    void letGo() {
        Place* const place = std::exchange(m_place, nullptr);
        if (place != nullptr && place->holders.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete place;
    }

    Place* m_place = nullptr; ///< null: T{}
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
