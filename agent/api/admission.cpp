// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/api/admission.hpp"

#include <algorithm>

namespace lvsdeck::api {

namespace {

std::size_t count(const std::vector<Guest>& guests, auto matches) {
    return static_cast<std::size_t>(std::ranges::count_if(guests, matches));
}

} // namespace

bool mayKnock(const std::vector<Guest>& guests, uid_t uid) {
    const std::size_t own = count(guests, [uid](const Guest& guest) { return !guest.role && guest.uid == uid; });
    if (uid == 0)
        return own < entrancePlaces;
    return own < entrancePlacesOfOne &&
           count(guests, [](const Guest& guest) { return !guest.role && guest.uid != 0; }) < entrancePlaces;
}

bool maySit(const std::vector<Guest>& guests, uid_t uid, rpc::Role role) {
    if (role == rpc::Role::None)
        return false;
    if (role == rpc::Role::Viewer)
        return count(guests, [](const Guest& guest) { return guest.role == rpc::Role::Viewer; }) < viewerPlaces;
    const bool root = uid == 0;
    const std::size_t likeIt = count(guests, [root](const Guest& guest) {
        return guest.role && *guest.role != rpc::Role::Viewer && (guest.uid == 0) == root;
    });
    return likeIt < (root ? rootPlaces : operatorPlaces);
}

} // namespace lvsdeck::api
