// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/writer.hpp"

#include "common/formats/piranha/read_parts.hpp"
#include "common/formats/piranha/reader.hpp"
#include "common/formats/piranha/write_parts.hpp"
#include "common/model/diff.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::formats {

namespace piranha {

namespace {

using std::chrono::seconds;

/// Who is the primary and who the backup.
struct Roles {
    std::string primary; ///< ids; empty: nobody
    std::string backup;
    bool backupTakesOver = false;
};

Roles rolesOf(const model::Cluster& cluster) {
    Roles out;
    std::vector<const model::Member*> members;
    if (!cluster.instances.empty())
        for (const model::Member& member : cluster.instances.front().members)
            if (model::findDirector(cluster, member.director) != nullptr)
                members.push_back(&member);
    std::ranges::sort(members, [](const model::Member* a, const model::Member* b) {
        return a->priority != b->priority ? a->priority > b->priority : a < b; // of equals the first
    });
    for (const model::Member* member : members)
        if (out.primary.empty())
            out.primary = member->director;
        else if (out.backup.empty() && member->director != out.primary)
            out.backup = member->director, out.backupTakesOver = true;
    for (const model::Director& director : cluster.directors)
        if (out.primary.empty())
            out.primary = director.id;
        else if (out.backup.empty() && director.id != out.primary)
            out.backup = director.id;
    return out;
}

/// The way that most services go, the first of equals.
model::Forwarding commonForwarding(const std::vector<model::VirtualService>& services) {
    std::array<std::size_t, 3> votes{};
    for (const model::VirtualService& service : services)
        ++votes.at(static_cast<std::size_t>(service.forwarding));
    const auto best = std::ranges::max_element(votes);
    if (*best == 0)
        return model::Forwarding::Dr;
    for (const model::VirtualService& service : services)
        if (votes.at(static_cast<std::size_t>(service.forwarding)) == *best)
            return service.forwarding;
    return model::Forwarding::Dr;
}

class FileWriter {
public:
    explicit FileWriter(const model::Cluster& cluster)
        : m_cluster(cluster), m_roles(rolesOf(cluster)), m_services(writableServices(cluster, m_out)),
          m_forwarding(commonForwarding(m_services)), m_addresses(cluster, m_out) {}

    Exported write() {
        globals();
        writeServices(m_services, m_addresses, m_out);
        others();
        compare();
        return m_out.take();
    }

private:
    void address(std::string_view key, const std::string& id) {
        const model::Director* director = model::findDirector(m_cluster, id);
        if (director == nullptr)
            return;
        const bool plain = !director->address.empty() && std::ranges::none_of(director->address, [](char c) {
            return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || std::string_view("\"'#{}=").contains(c);
        });
        if (plain)
            m_out.line(key, director->address);
        else
            m_out.say(Severity::Error, "director " + id,
                      "the director has no address that can be written; put " + std::string(key) + " into the text");
        if (const std::string_view usual = key == "primary" ? primaryId : backupId; id != usual)
            m_out.say(Severity::Note, "name of director " + id,
                      "directors have no names in lvs.cf; this one is the " + std::string(key));
    }

    void globals() {
        m_out.line("serial_no", std::to_string(std::max<std::uint64_t>(m_cluster.revision, 1)));
        address("primary", m_roles.primary);
        m_out.line("service", "lvs");
        m_out.line("backup_active", m_roles.backupTakesOver ? "1" : "0");
        if (m_roles.backup.empty())
            m_out.line("backup", "0.0.0.0");
        else
            address("backup", m_roles.backup);
        m_out.line("heartbeat", "1");
        if (!m_cluster.instances.empty())
            times(m_cluster.instances.front());
        m_out.line("network", m_forwarding == model::Forwarding::Nat  ? "nat"
                              : m_forwarding == model::Forwarding::Dr ? "direct"
                                                                      : "tunnel");
        router();
        sync();
        const model::ConnectionTimeouts& timeouts = m_cluster.timeouts;
        for (const auto& [key, value] :
             {std::pair("tcp_timeout", timeouts.tcp), std::pair("tcpfin_timeout", timeouts.tcpFin),
              std::pair("udp_timeout", timeouts.udp)})
            if (value)
                m_out.line(key, std::to_string(*value));
    }

    void times(const model::VrrpInstance& instance) {
        const std::int64_t interval =
            std::clamp<std::int64_t>(std::chrono::ceil<seconds>(instance.advertInterval).count(), 1, 255);
        const std::int64_t missing = std::clamp<std::int64_t>(instance.downTimerAdverts, 1, 100);
        m_out.line("keepalive", std::to_string(interval));
        m_out.line("deadtime", std::to_string(interval * missing));
        if (!instance.preempt)
            m_out.line("reservation_conflict_action", "nothing");
    }

    void router() {
        if (m_forwarding != model::Forwarding::Nat || m_cluster.instances.empty())
            return;
        const auto& excluded = m_cluster.instances.front().excludedAddresses;
        const auto first = std::ranges::find_if(excluded, [](const auto& one) { return one.address.isV4(); });
        if (first != excluded.end())
            m_addresses.write(first->address, "nat_router", "nat_nmask");
    }

    void sync() {
        if (!m_cluster.connectionSync)
            return m_out.line("syncdaemon", "0");
        m_out.line("syncdaemon", "1");
        m_out.line("syncd_iface", m_cluster.connectionSync->interface);
        m_out.line("syncd_id", std::to_string(m_cluster.connectionSync->syncId));
    }

    /// What a comparison of the clusters does not show well.
    void others() {
        if (!m_cluster.name.empty())
            m_out.say(Severity::Note, "cluster", "the name of the cluster has no place in lvs.cf");
        for (const model::Director& director : m_cluster.directors)
            if (director.id != m_roles.primary && director.id != m_roles.backup)
                m_out.say(Severity::Error, "director " + director.id, "Piranha knows two directors only; left out");
        for (std::size_t i = 1; i < m_cluster.instances.size(); ++i)
            m_out.say(
                Severity::Error, "instance " + m_cluster.instances[i].name,
                "with Piranha all addresses move together; this instance was left out, and those of its addresses that a "
                "service has move with the first one");
        for (const model::Passthrough& kept : m_cluster.passthrough)
            m_out.say(Severity::Warning, "kept text at " + (kept.place.empty() ? "the top" : kept.place),
                      "text that was kept from a keepalived.conf cannot be written; left out");
        if (m_cluster.instances.empty())
            return;
        const model::VrrpInstance& instance = m_cluster.instances.front();
        if (instance.name != instanceName || instance.vrid != instanceVrid)
            m_out.say(Severity::Note, "name of instance " + instance.name,
                      "there is no VRRP in Piranha; name and VRID " + std::to_string(instance.vrid) +
                          " have no place in lvs.cf");
        for (const model::Member& member : instance.members)
            if (const std::uint8_t usual = member.director == m_roles.primary ? primaryPriority : backupPriority;
                member.priority != usual)
                m_out.say(Severity::Note, "priority of " + member.director,
                          "there are no priorities in Piranha; the primary is preferred to the backup");
    }

    /// The cluster with the names that an import gives, without what has been told as a whole.
    [[nodiscard]] model::Cluster comparable() const {
        model::Cluster out = m_cluster;
        out.name.clear();
        out.passthrough.clear();
        out.services = m_services;
        out.serviceGroups.clear();
        std::erase_if(out.directors, [&](const auto& one) { return one.id != m_roles.primary && one.id != m_roles.backup; });
        for (model::Director& director : out.directors)
            director.id = renamed(director.id);
        if (out.instances.size() > 1)
            out.instances.resize(1);
        for (model::VrrpInstance& instance : out.instances) {
            if (out.connectionSync && out.connectionSync->instance == instance.name)
                out.connectionSync->instance = instanceName;
            instance.name = instanceName;
            instance.vrid = instanceVrid;
            std::erase_if(instance.members, [&](const auto& one) {
                return one.director != m_roles.primary && one.director != m_roles.backup;
            });
            for (model::Member& member : instance.members) {
                member.priority = member.director == m_roles.primary ? primaryPriority : backupPriority;
                member.director = renamed(member.director);
            }
        }
        return out;
    }

    [[nodiscard]] std::string renamed(const std::string& id) const {
        return std::string(id == m_roles.primary ? primaryId : backupId);
    }

    /// The text is read again, and every difference is a thing that it does not say.
    void compare() {
        if (m_out.get().text.size() > maxSourceBytes)
            return m_out.say(
                Severity::Error, "cluster",
                "the text has more than 4 MiB, which is no lvs.cf any more; what is missing in it is not known");
        const Imported back = readPiranha({{"", "", m_out.get().text, ""}});
        for (const model::Change& change : model::diff(comparable(), back.cluster))
            if (!m_out.isTold(change.subject) ||
                (change.kind == model::ChangeKind::Changed && !change.field.starts_with("checks")))
                tell(change);
    }

    void tell(const model::Change& change) {
        switch (change.kind) {
        case model::ChangeKind::Removed:
            return m_out.say(Severity::Error, change.subject, "this cannot be written; left out");
        case model::ChangeKind::Added:
            return m_out.say(Severity::Warning, change.subject,
                             "this is not in the cluster, but Piranha does it: " + change.after);
        case model::ChangeKind::Changed:
            m_out.say(change.field == "forwarding" ? Severity::Error : Severity::Warning, change.subject,
                      change.field + " “" + change.before + "” cannot be written; with Piranha it is “" + change.after +
                          "”");
        }
    }

    const model::Cluster& m_cluster;
    Output m_out;
    Roles m_roles;
    std::vector<model::VirtualService> m_services;
    model::Forwarding m_forwarding;
    Addresses m_addresses;
};

} // namespace

} // namespace piranha

Exported writePiranha(const model::Cluster& cluster) { return piranha::FileWriter(cluster).write(); }

} // namespace lvsdeck::formats
