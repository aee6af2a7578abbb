// SPDX-License-Identifier: GPL-3.0-or-later
// What is due when, on a single timer however many entries there are. Owned by the monitor; control thread.
#pragma once

#include "agent/ports/runtime.hpp"

#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace lvsdeck::health {

/// Checks start on a grid, so that very many entries share few moments: a list for each moment, and a tree of the moments.
class Agenda {
    struct Moment;

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
            if (m_moment != nullptr)
                m_agenda->remove(*this);
        }
        [[nodiscard]] std::optional<Instant> planned() const;

    private:
        friend class Agenda;
        Agenda* m_agenda;
        Moment* m_moment = nullptr; ///< null: not planned
        Entry* m_before = nullptr;
        Entry* m_after = nullptr;
        void* m_what = nullptr;
    };

    /// `due` gets what was planned, in the order of time and then of planning; it may plan and cancel anything.
    Agenda(Runtime& runtime, std::function<void(void* what)> due) : m_runtime(runtime), m_due(std::move(due)) {}
    Agenda(const Agenda&) = delete;
    Agenda& operator=(const Agenda&) = delete;
    ~Agenda() = default;

private:
    struct Moment {
        Instant when{};
        Entry* first = nullptr;
        Entry* last = nullptr;
        bool running = false; ///< no longer in the tree
    };
    using Moments = std::map<Instant, Moment>;

    void insert(Entry& entry, Instant when, void* what);
    void remove(Entry& entry);
    static void unlink(Entry& entry);
    [[nodiscard]] Moment& momentAt(Instant when);
    void arm();
    void run();

    Runtime& m_runtime;
    std::function<void(void*)> m_due;
    Moments m_moments; ///< none without entries
    std::optional<Instant> m_armedFor;
    bool m_running = false;
    Timer m_timer;
};

inline std::optional<Instant> Agenda::Entry::planned() const {
    return m_moment == nullptr ? std::nullopt : std::optional(m_moment->when);
}

} // namespace lvsdeck::health
