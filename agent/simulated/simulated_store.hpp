// SPDX-License-Identifier: GPL-3.0-or-later
// Documents in memory with the steps of the real store (agent/host/file_store.hpp): temporary file, rename,
// flush of the folder. A crash can fall between any two of them, and a power cut then undoes what was not
// flushed. Owned by the test; one thread.
#pragma once

#include "agent/ports/store_port.hpp"
#include "agent/simulated/crash_point.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace lvsdeck::simulated {

class SimulatedStore final : public StorePort {
public:
    /// `crash` may be null; a write asks it three times, a removal twice.
    explicit SimulatedStore(CrashPoint* crash = nullptr) : m_crash(crash) {}

    [[nodiscard]] Result<std::optional<std::string>> read(const std::string& name) override;
    [[nodiscard]] Result<void> write(const std::string& name, const std::string& text) override;
    [[nodiscard]] Result<void> remove(const std::string& name) override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) override;

    /// Goes back to what had been flushed when the power failed.
    void cutPower() { m_visible = m_durable; }
    /// Every later write and removal fails, as on a full disk; nothing changes then.
    void setFull(bool full) { m_full = full; }
    /// How often something was written since the beginning.
    [[nodiscard]] std::uint64_t writes() const { return m_writes; }
    [[nodiscard]] const std::map<std::string, std::string>& documents() const { return m_visible; }

private:
    void step();

    CrashPoint* m_crash;
    bool m_full = false;
    std::uint64_t m_writes = 0;
    std::map<std::string, std::string> m_visible;
    std::map<std::string, std::string> m_durable;
};

} // namespace lvsdeck::simulated
