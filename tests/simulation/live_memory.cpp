// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/live_memory.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace lvsdeck::simulation {

namespace {

/// Constant-initialised: the first `new` comes before any constructor.
std::array<Live, LiveMemory::owners> live;
std::size_t turn = 0;

struct alignas(std::max_align_t) Header {
    std::size_t size = 0;
    std::size_t owner = 0;
};

void* take(std::size_t size) noexcept {
    void* const place = std::malloc(sizeof(Header) + size);
    if (place == nullptr)
        return nullptr;
    auto* const header = new (place) Header{size, turn};
    live[turn].bytes += static_cast<std::int64_t>(size);
    ++live[turn].blocks;
    return header + 1;
}

void give(void* memory) noexcept {
    if (memory == nullptr)
        return;
    Header* const header = static_cast<Header*>(memory) - 1;
    live[header->owner].bytes -= static_cast<std::int64_t>(header->size);
    --live[header->owner].blocks;
    std::free(header);
}

} // namespace

Live LiveMemory::of(std::size_t owner) { return live.at(owner); }

LiveMemory::Turn::Turn(std::size_t owner) : m_before(turn) { turn = owner; }

LiveMemory::Turn::~Turn() { turn = m_before; }

} // namespace lvsdeck::simulation

// The other forms of new and delete call these; those for greater alignment count for nobody.
void* operator new(std::size_t size) {
    if (void* const memory = lvsdeck::simulation::take(size))
        return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return lvsdeck::simulation::take(size); }
void operator delete(void* memory) noexcept { lvsdeck::simulation::give(memory); }
void operator delete(void* memory, std::size_t) noexcept { lvsdeck::simulation::give(memory); }
