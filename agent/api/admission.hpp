// SPDX-License-Identifier: GPL-3.0-or-later
// Who may come in through the agent's socket while others are there already. Every role has places of its own, so that lookers who
// stay cannot lock out who has to do something; and nobody can fill the entrance, where connections wait to be recognised or to be
// hung up on. Pure; any thread.
#pragma once

#include "common/rpc/messages.hpp"

#include <cstddef>
#include <optional>
#include <vector>

#include <sys/types.h>

namespace lvsdeck::api {

/// A connection that is there.
struct Guest {
    uid_t uid = 0;
    std::optional<rpc::Role> role; ///< unset: not recognised yet, or refused and not gone yet
};

inline constexpr std::size_t viewerPlaces = 64;
inline constexpr std::size_t operatorPlaces = 32; ///< operators and administrators who are not root
inline constexpr std::size_t rootPlaces = 32;
inline constexpr std::size_t entrancePlaces = 64;
inline constexpr std::size_t entrancePlacesOfOne = 8; ///< of one user

/// Whether a new connection of this user is listened to at all.
[[nodiscard]] bool mayKnock(const std::vector<Guest>& guests, uid_t uid);
/// Whether one that turned out to be this has a place; `guests` are the others.
[[nodiscard]] bool maySit(const std::vector<Guest>& guests, uid_t uid, rpc::Role role);

} // namespace lvsdeck::api
