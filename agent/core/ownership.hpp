// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries of the kernel's table lvsdeck put there, written down before they are put there: so that a process that takes
// over knows what it may remove. Owned by the table keeper; control thread only.
#pragma once

#include "agent/ipvs/desired.hpp"
#include "agent/ports/store_port.hpp"

#include <memory>

namespace lvsdeck::core {

/// Tens of thousands of keys, the same for the engine, the keeper and here as long as the configuration stays; never null.
using SharedOwned = std::shared_ptr<const ipvs::Owned>;

class Ownership {
public:
    explicit Ownership(StorePort& store) : m_store(store) {}

    /// Io when the document is damaged: then nothing counts as ours, and nothing is removed.
    [[nodiscard]] Result<void> load();
    [[nodiscard]] const ipvs::Owned& owned() const { return *m_owned; }
    /// Before the kernel is changed.
    [[nodiscard]] Result<void> include(const SharedOwned& more);
    /// After it: what is neither wanted nor there any more is forgotten. A failed write only means to know too much.
    void reduceTo(const SharedOwned& owned);

private:
    [[nodiscard]] Result<void> save(const ipvs::Owned& owned);

    StorePort& m_store;
    SharedOwned m_owned = std::make_shared<const ipvs::Owned>();
};

} // namespace lvsdeck::core
