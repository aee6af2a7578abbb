// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries of the kernel's table lvsdeck put there, written down before they are put there: so that a process that takes
// over knows what it may remove. Owned by the table keeper; control thread only.
#pragma once

#include "agent/ipvs/desired.hpp"
#include "agent/ports/store_port.hpp"

namespace lvsdeck::core {

class Ownership {
public:
    explicit Ownership(StorePort& store) : m_store(store) {}

    /// Io when the document is damaged: then nothing counts as ours, and nothing is removed.
    [[nodiscard]] Result<void> load();
    [[nodiscard]] const ipvs::Owned& owned() const { return m_owned; }
    /// Before the kernel is changed.
    [[nodiscard]] Result<void> include(const ipvs::Owned& more);
    /// After it: what is neither wanted nor there any more is forgotten. A failed write only means to know too much.
    void reduceTo(const ipvs::Owned& owned);

private:
    [[nodiscard]] Result<void> save(const ipvs::Owned& owned);

    StorePort& m_store;
    ipvs::Owned m_owned;
};

} // namespace lvsdeck::core
