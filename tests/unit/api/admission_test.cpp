// SPDX-License-Identifier: GPL-3.0-or-later
// Who finds a place on the agent's socket when it is crowded.
#include "agent/api/admission.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::api {
namespace {

using rpc::Role;

std::vector<Guest> many(std::size_t count, uid_t uid, std::optional<Role> role) {
    return std::vector<Guest>(count, Guest{uid, role});
}

std::vector<Guest> operator+(std::vector<Guest> a, const std::vector<Guest>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

TEST(Admission, IdleViewersLockOutOnlyViewers) {
    const auto guests = many(viewerPlaces, 1000, Role::Viewer);
    EXPECT_FALSE(maySit(guests, 1001, Role::Viewer));
    EXPECT_TRUE(maySit(guests, 1002, Role::Operator));
    EXPECT_TRUE(maySit(guests, 1003, Role::Admin));
    EXPECT_TRUE(maySit(guests, 0, Role::Admin));
    for (const uid_t uid : {uid_t{1000}, uid_t{1002}, uid_t{0}})
        EXPECT_TRUE(mayKnock(guests, uid)) << uid;
}

TEST(Admission, OperatorsDoNotLockOutRoot) {
    const auto guests = many(operatorPlaces, 1000, Role::Operator);
    EXPECT_FALSE(maySit(guests, 1001, Role::Admin));
    EXPECT_TRUE(maySit(guests, 0, Role::Admin));
    EXPECT_TRUE(maySit(guests, 1002, Role::Viewer));
    EXPECT_FALSE(maySit(many(rootPlaces, 0, Role::Admin), 0, Role::Admin));
}

TEST(Admission, WhoHasNoRoleHasNoPlace) { EXPECT_FALSE(maySit({}, 1000, Role::None)); }

TEST(Admission, OneUserCannotFillTheEntrance) {
    const auto guests = many(entrancePlacesOfOne, 1000, std::nullopt);
    EXPECT_FALSE(mayKnock(guests, 1000));
    EXPECT_TRUE(mayKnock(guests, 1001));
    EXPECT_TRUE(mayKnock(guests, 0));
}

TEST(Admission, AFullEntranceStillLetsRootIn) {
    std::vector<Guest> guests;
    for (uid_t uid = 1000; guests.size() < entrancePlaces; ++uid)
        guests = guests + many(1, uid, std::nullopt);
    EXPECT_FALSE(mayKnock(guests, 5000));
    EXPECT_TRUE(mayKnock(guests, 0));
}

} // namespace
} // namespace lvsdeck::api
