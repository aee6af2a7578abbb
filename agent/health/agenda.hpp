// SPDX-License-Identifier: GPL-3.0-or-later
// What is due when, on a single timer however many entries there are. Owned by the monitor; control thread.
#pragma once

#include "agent/ports/runtime.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace lvsdeck::health {

class Agenda {
public:
    /// A place on the agenda, held by what is to be done. Ends with its destruction.
    class Entry {
    public:
        explicit Entry(Agenda& agenda) : m_agenda(&agenda) {}
        ~Entry() { cancel(); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        /// Instead of what it was planned for before. What lies in the past is due at once, but never inside of this call.
        void plan(Instant when, void* what) { m_agenda->insert(*this, when, what); }
        void cancel() {
            if (m_place != none)
                m_agenda->remove(*this);
        }
        [[nodiscard]] std::optional<Instant> planned() const {
            return m_place == none ? std::nullopt : std::optional(m_when);
        }

    private:
        friend class Agenda;
        static constexpr std::size_t none = static_cast<std::size_t>(-1);
        Agenda* m_agenda;
        std::size_t m_place = none;
        Instant m_when{};
        void* m_what = nullptr;
    };

    /// `due` gets what was planned, in the order of time and then of planning; it may plan and cancel anything.
    Agenda(Runtime& runtime, std::function<void(void* what)> due) : m_runtime(runtime), m_due(std::move(due)) {}
    Agenda(const Agenda&) = delete;
    Agenda& operator=(const Agenda&) = delete;
    ~Agenda() = default;

private:
    void insert(Entry& entry, Instant when, void* what);
    void remove(Entry& entry);
    /// The key lies beside the pointer: sifting through 10,000 checks must not fetch each of them.
    struct Place {
        Instant when;
        std::uint64_t order = 0;
        Entry* entry = nullptr;
    };
    void place(const Place& what, std::size_t at);
    void siftUp(std::size_t at);
    void siftDown(std::size_t at);
    void arm();
    void run();
    [[nodiscard]] static bool before(const Place& a, const Place& b) {
        return a.when != b.when ? a.when < b.when : a.order < b.order;
    }

    Runtime& m_runtime;
    std::function<void(void*)> m_due;
    std::vector<Place> m_heap;
    std::uint64_t m_order = 0;
    std::optional<Instant> m_armedFor;
    bool m_running = false;
    Timer m_timer;
};

} // namespace lvsdeck::health
