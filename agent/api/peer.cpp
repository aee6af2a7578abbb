// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/api/peer.hpp"

#include <algorithm>
#include <array>

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/types.h>

namespace lvsdeck::api {

namespace {

constexpr std::size_t maxGroups = 65'536;

std::optional<gid_t> groupNamed(const char* name) {
    std::array<char, 65'536> buffer{};
    group entry{};
    group* found = nullptr;
    if (getgrnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return found->gr_gid;
}

struct Person {
    std::string name;
    std::vector<gid_t> groups;
};

Person person(uid_t uid, gid_t gid) {
    std::array<char, 16'384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    Person out{"uid " + std::to_string(uid), {gid}};
    if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return out;
    out.name = found->pw_name;
    std::vector<gid_t> groups(64);
    int count = static_cast<int>(groups.size());
    while (getgrouplist(found->pw_name, found->pw_gid, groups.data(), &count) < 0 && groups.size() < maxGroups) {
        groups.resize(std::max(groups.size() * 2, static_cast<std::size_t>(count)));
        count = static_cast<int>(groups.size());
    }
    out.groups.insert(out.groups.end(), groups.begin(),
                      groups.begin() + std::min<std::ptrdiff_t>(count, std::ssize(groups)));
    return out;
}

void addPeerGroups(int socket, std::vector<gid_t>& groups) {
    std::vector<gid_t> own(256);
    auto size = static_cast<socklen_t>(own.size() * sizeof(gid_t));
    if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, own.data(), &size) != 0)
        return;
    groups.insert(groups.end(), own.begin(), own.begin() + static_cast<std::ptrdiff_t>(size / sizeof(gid_t)));
}

} // namespace

Caller callerOf(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return {rpc::Role::None, "unknown"};
    Person who = person(credentials.uid, credentials.gid);
    if (credentials.uid == 0)
        return {rpc::Role::Admin, std::move(who.name)};
    addPeerGroups(socket, who.groups);
    const auto isIn = [&](const char* name) {
        const auto wanted = groupNamed(name);
        return wanted && std::ranges::find(who.groups, *wanted) != who.groups.end();
    };
    if (isIn("lvsdeck-admin"))
        return {rpc::Role::Admin, std::move(who.name)};
    if (isIn("lvsdeck-operator"))
        return {rpc::Role::Operator, std::move(who.name)};
    if (isIn("lvsdeck"))
        return {rpc::Role::Viewer, std::move(who.name)};
    return {rpc::Role::None, std::move(who.name)};
}

} // namespace lvsdeck::api
