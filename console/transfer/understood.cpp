// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/understood.hpp"

#include "console/transfer/place_index.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lvsdeck::console {

namespace {

std::uint32_t small(std::size_t number) { return static_cast<std::uint32_t>(number); }

class Builder {
public:
    Builder(const model::Cluster& cluster, const PlaceIndex& places) : m_cluster(cluster), m_places(places) {}

    Understood build() {
        m_out.emplace_back();
        std::vector<Entry> headings;
        const auto heading = [&](EntryKind kind, std::size_t count, const char* subject = "") {
            Entry entry{.kind = kind, .place = {}};
            if (*subject != 0)
                entry.place = m_places.of(subject);
            if (count > 0)
                headings.push_back(entry);
        };
        heading(EntryKind::Directors, m_cluster.directors.size());
        heading(EntryKind::Instances, m_cluster.instances.size());
        heading(EntryKind::SyncGroups, m_cluster.syncGroups.size());
        heading(EntryKind::Services, m_cluster.services.size());
        heading(EntryKind::Tracked,
                m_cluster.trackScripts.size() + m_cluster.trackFiles.size() + m_cluster.trackProcesses.size());
        heading(EntryKind::Statics,
                m_cluster.staticAddresses.size() + m_cluster.staticRoutes.size() + m_cluster.staticRules.size());
        heading(EntryKind::Notifications, m_cluster.notification == model::Notification{} ? 0 : 1, "global_defs");
        heading(EntryKind::KeptTexts, m_cluster.passthrough.size());
        add(0, headings);
        return std::move(m_out);
    }

private:
    /// Children stand side by side, and below each of them its own.
    void add(std::uint32_t parent, const std::vector<Entry>& children) {
        const std::uint32_t first = small(m_out.size());
        m_out[parent].firstChild = first;
        m_out[parent].children = small(children.size());
        for (std::size_t i = 0; i < children.size(); ++i) {
            m_out.push_back(children[i]);
            m_out.back().parent = parent;
            m_out.back().row = small(i);
        }
        for (std::size_t i = 0; i < children.size(); ++i)
            if (const std::vector<Entry> below = childrenOf(children[i]); !below.empty())
                add(first + small(i), below);
    }

    template <class List, class Where>
    static void each(std::vector<Entry>& out, const List& list, EntryKind kind, const Entry& above, Where where) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            Entry entry{.kind = kind, .a = above.a, .b = above.b, .place = {}};
            // The first index that the entry above has not used.
            (above.kind == EntryKind::Server ? entry.c : isTop(above.kind) ? entry.a : entry.b) = small(i);
            entry.place = where(list[i], i);
            out.push_back(entry);
        }
    }
    static bool isTop(EntryKind kind) { return kind <= EntryKind::KeptTexts; }
    auto named(const char* kind) const {
        return [this, kind](const auto& thing, std::size_t) { return m_places.of(std::string(kind) + " " + thing.name); };
    }

    [[nodiscard]] std::vector<Entry> childrenOf(const Entry& above) const {
        std::vector<Entry> out;
        switch (above.kind) {
        case EntryKind::Directors:
            each(out, m_cluster.directors, EntryKind::Director, above,
                 [this](const model::Director& d, std::size_t) { return m_places.of("director " + d.id); });
            break;
        case EntryKind::Instances: each(out, m_cluster.instances, EntryKind::Instance, above, named("instance")); break;
        case EntryKind::SyncGroups: each(out, m_cluster.syncGroups, EntryKind::SyncGroup, above, named("sync")); break;
        case EntryKind::Services:
            each(out, m_cluster.services, EntryKind::Service, above,
                 [this](const model::VirtualService& s, std::size_t) { return m_places.service(s); });
            break;
        case EntryKind::Tracked:
            each(out, m_cluster.trackScripts, EntryKind::Script, above, named("script"));
            each(out, m_cluster.trackFiles, EntryKind::File, above, named("file"));
            each(out, m_cluster.trackProcesses, EntryKind::Process, above, named("process"));
            break;
        case EntryKind::Statics: statics(out, above); break;
        case EntryKind::Notifications:
            each(out, m_cluster.notification.to, EntryKind::Mail, above,
                 [this](const std::string& to, std::size_t) { return m_places.of("global_defs / " + to); });
            break;
        case EntryKind::KeptTexts:
            each(out, m_cluster.passthrough, EntryKind::Kept, above,
                 [this](const model::Passthrough&, std::size_t i) { return m_places.kept(i); });
            break;
        case EntryKind::Instance: instance(out, above); break;
        case EntryKind::Service: service(out, above); break;
        case EntryKind::Server: server(out, above); break;
        default: break;
        }
        return out;
    }

    void statics(std::vector<Entry>& out, const Entry& above) const {
        each(out, m_cluster.staticAddresses, EntryKind::StaticAddress, above,
             [this](const auto&, std::size_t) { return m_places.of("static_ipaddress"); });
        each(out, m_cluster.staticRoutes, EntryKind::StaticRoute, above,
             [this](const auto&, std::size_t) { return m_places.of("static_routes"); });
        each(out, m_cluster.staticRules, EntryKind::StaticRule, above,
             [this](const auto&, std::size_t) { return m_places.of("static_rules"); });
    }

    void instance(std::vector<Entry>& out, const Entry& above) const {
        const model::VrrpInstance& instance = m_cluster.instances[above.a];
        const auto address = [this, &instance](const model::VirtualAddress& vip, std::size_t) {
            const std::string start = "instance " + instance.name + " / ";
            const std::string words = vip.address.toString();
            const Place plain = m_places.of(start + words);
            const Place exact = m_places.of(start + words + "/" + std::to_string(vip.prefixLength));
            return exact.known() ? exact : plain.known() ? plain : m_places.of("instance " + instance.name);
        };
        each(out, instance.addresses, EntryKind::Address, above, address);
        each(out, instance.excludedAddresses, EntryKind::ExcludedAddress, above, address);
        each(out, instance.members, EntryKind::Member, above,
             [&](const model::Member& member, std::size_t) { return m_places.member(instance.name, member.director); });
    }

    void service(std::vector<Entry>& out, const Entry& above) const {
        const model::VirtualService& service = m_cluster.services[above.a];
        each(out, service.servers, EntryKind::Server, above,
             [&](const model::RealServer& server, std::size_t) { return m_places.server(service, server); });
        if (service.sorryServer)
            out.push_back({.kind = EntryKind::SorryServer, .a = above.a, .place = above.place});
    }

    void server(std::vector<Entry>& out, const Entry& above) const {
        const model::VirtualService& service = m_cluster.services[above.a];
        const model::RealServer& server = service.servers[above.b];
        each(out, server.checks, EntryKind::Check, above,
             [&](const auto&, std::size_t i) { return m_places.check(service, server, i); });
    }

    const model::Cluster& m_cluster;
    const PlaceIndex& m_places;
    Understood m_out;
};

} // namespace

Understood understand(const model::Cluster& cluster, const PlaceIndex& places) { return Builder(cluster, places).build(); }

} // namespace lvsdeck::console
