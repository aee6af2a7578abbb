// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what is allocated and not given back, for each owner apart: a program that links live_memory.cpp has every `new` counted
// for whoever's turn it is. One thread at a time.
#pragma once

#include <array>
#include <cstdint>

namespace lvsdeck::simulation {

struct Live {
    std::int64_t bytes = 0;
    std::int64_t blocks = 0;
};

class LiveMemory {
public:
    static constexpr std::size_t owners = 4;
    /// Owner 0 is whoever does not say otherwise.
    [[nodiscard]] static Live of(std::size_t owner);

    /// What is allocated while it lives belongs to this owner, also when another gives it back.
    class Turn {
    public:
        explicit Turn(std::size_t owner);
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn();

    private:
        std::size_t m_before;
    };
};

} // namespace lvsdeck::simulation
