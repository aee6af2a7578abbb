// SPDX-License-Identifier: GPL-3.0-or-later
// The methods of the protocol: name, the role that a caller needs, and what it does. The list is the one in
// resources/docs/protocol.md. Control thread only.
#pragma once

#include "agent/api/session.hpp"

#include <span>
#include <string_view>

namespace lvsdeck::api {

struct Method {
    std::string_view name;
    rpc::Role role = rpc::Role::Admin; ///< at least
    Result<json::Value> (*call)(Session& session, const json::Value& params) = nullptr;
    /// In place of `call`: answers when it can, at once or later.
    void (*begin)(Session& session, const json::Value& params, Reply reply) = nullptr;
};

[[nodiscard]] std::span<const Method> methods();
/// Null when there is none of that name.
[[nodiscard]] const Method* findMethod(std::string_view name);
/// The sentence for a caller whose role is not enough: who is allowed, and how to become one.
[[nodiscard]] std::string refusal(const Caller& caller, const Method& method);

} // namespace lvsdeck::api
