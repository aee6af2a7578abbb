// SPDX-License-Identifier: GPL-3.0-or-later
// Documents whose absence, or damage, means the same: begin anew. Control thread.
#pragma once

#include "agent/ports/store_port.hpp"
#include "common/base/json.hpp"

#include <optional>
#include <string>
#include <utility>

namespace lvsdeck::core {

/// Nullopt: there is none, it cannot be read, or it is no T.
template <class T> [[nodiscard]] std::optional<T> readStored(StorePort& store, const std::string& name) {
    const auto text = store.read(name);
    if (!text || !*text)
        return std::nullopt;
    auto value = json::parseAs<T>(**text);
    return value ? std::optional(std::move(*value)) : std::nullopt;
}

} // namespace lvsdeck::core
