// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/saved_cluster.hpp"

#include "console/cluster/text.hpp"

#include <algorithm>
#include <set>

namespace lvsdeck::cluster {

namespace {

Result<void> checkDirector(const SavedDirector& director, const std::string& path) {
    const auto at = [&](Result<void> result, const char* member) {
        if (!result)
            result.error().path = path + "." + member;
        return result;
    };
    const auto idChar = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    };
    if (director.id.empty() || director.id.size() > 63 || director.id.front() == '-' ||
        !std::ranges::all_of(director.id, idChar))
        return failure(ErrorCode::InvalidInput,
                       Text::tr("a director's id has 1 to 63 letters, digits, . _ and -, not “%1”")
                           .arg(q(director.id.substr(0, 80)))
                           .toStdString(),
                       path + ".id");
    if (auto ok = at(ssh::checkHost(director.address), "address"); !ok)
        return ok;
    if (auto ok = at(ssh::checkUser(director.user), "user"); !ok)
        return ok;
    if (director.port && *director.port == 0)
        return failure(ErrorCode::InvalidInput, Text::tr("the port must be 1 to 65535").toStdString(), path + ".port");
    return {};
}

} // namespace

Result<void> checkSaved(const SavedCluster& cluster) {
    if (cluster.schema > SavedCluster{}.schema)
        return failure(ErrorCode::Unsupported,
                       Text::tr("this file was written by a newer lvsdeck; update this one").toStdString(), "schema");
    if (cluster.name.empty() || cluster.name.size() > 100 ||
        std::ranges::any_of(cluster.name, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return failure(ErrorCode::InvalidInput, Text::tr("a cluster's name has 1 to 100 characters").toStdString(), "name");
    std::set<std::string> ids;
    for (std::size_t i = 0; i < cluster.directors.size(); ++i) {
        const std::string path = "directors[" + std::to_string(i) + "]";
        if (auto ok = checkDirector(cluster.directors[i], path); !ok)
            return ok;
        if (!ids.insert(cluster.directors[i].id).second)
            return failure(ErrorCode::InvalidInput,
                           Text::tr("two directors are called “%1”").arg(q(cluster.directors[i].id)).toStdString(),
                           path + ".id");
    }
    if (cluster.probeFrom) {
        if (auto ok = checkDirector(*cluster.probeFrom, "probe_from"); !ok)
            return ok;
        if (ids.contains(cluster.probeFrom->id))
            return failure(ErrorCode::InvalidInput,
                           Text::tr("“%1” is a director; a drill is measured from a host outside the pair")
                               .arg(q(cluster.probeFrom->id))
                               .toStdString(),
                           "probe_from.id");
    }
    return {};
}

ssh::SshTarget targetOf(const SavedDirector& director, const std::string& profileKnownHosts) {
    ssh::SshTarget target;
    target.host = director.address;
    target.port = director.port;
    target.user = director.user;
    target.identityFile = director.identityFile;
    target.ownKnownHosts = profileKnownHosts;
    if (!director.remoteCommand.empty())
        target.remoteCommand = director.remoteCommand;
    return target;
}

} // namespace lvsdeck::cluster
