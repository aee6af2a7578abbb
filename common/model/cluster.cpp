// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/cluster.hpp"

#include "common/base/json.hpp"

#include <array>

namespace lvsdeck::model {

const Director* findDirector(const Cluster& cluster, std::string_view id) {
    for (const Director& director : cluster.directors)
        if (director.id == id)
            return &director;
    return nullptr;
}

const Member* findMember(const VrrpInstance& instance, std::string_view director) {
    for (const Member& member : instance.members)
        if (member.director == director)
            return &member;
    return nullptr;
}

std::string contentHash(const Cluster& cluster) {
    json::Value content = json::toJson(cluster, json::ownMemory());
    content.get_object().at("revision") = std::uint64_t{0};
    // FNV-1a, 64 bit: tells different contents apart, protects against nothing else.
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : json::toLine(content)) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3ULL;
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = 0; i < text.size(); ++i)
        text[text.size() - 1 - i] = digits[(hash >> (4 * i)) & 0xFU];
    return text;
}

std::string clusterText(const Cluster& cluster) { return json::toPretty(json::toJson(cluster)); }

Result<Cluster> parseCluster(std::string_view text) {
    auto cluster = json::parseAs<Cluster>(text);
    if (cluster && cluster->schema != 1)
        return failure(ErrorCode::Unsupported,
                       "this cluster document has schema " + std::to_string(cluster->schema) +
                           ", this version knows schema 1; use a newer lvsdeck",
                       "schema");
    return cluster;
}

} // namespace lvsdeck::model
