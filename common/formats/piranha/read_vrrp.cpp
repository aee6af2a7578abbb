// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::piranha {

namespace {

class VrrpReader {
public:
    VrrpReader(model::Cluster& cluster, const Globals& globals, const Block& root, const Report& report)
        : m_cluster(cluster), m_globals(globals), m_root(root), m_report(report) {}

    void read(Virtuals& virtuals) {
        directors();
        if (!virtuals.addresses.empty())
            instance(virtuals.addresses);
        else if (m_globals.natRouter)
            m_report.say(Severity::Warning, *m_globals.natRouterEntry,
                         "without a virtual address there is nothing that the router's address could move with; left out");
        sync();
    }

private:
    void say(Severity severity, std::string_view key, std::string text) const {
        if (const Entry* entry = m_root.find(key))
            m_report.say(severity, *entry, std::move(text));
        else
            m_report.say(severity, 0, 0, {}, std::move(text));
    }

    void director(std::string_view id, const std::string& address) {
        model::Director& out = m_cluster.directors.emplace_back();
        out.id = id;
        out.address = address;
    }

    void directors() {
        director(primaryId, m_globals.primary);
        if (m_globals.primary.empty())
            say(Severity::Warning, "primary",
                "the file does not say where the primary is; it is the director lb1 without an address, give it one");
        if (m_globals.backup.empty())
            return say(Severity::Note, "backup", "there is no backup; nobody takes over when the primary dies");
        director(backupId, m_globals.backup);
        if (!m_globals.backupTakesOver)
            say(Severity::Warning, m_root.find("backup_active") != nullptr ? "backup_active" : "backup",
                "the backup does not take over (backup_active is 0 or missing, or heartbeat is 0); it was read as the "
                "director "
                "lb2 that has no part in the VRRP instance, add it there if it should");
    }

    void instance(std::vector<model::VirtualAddress>& addresses) {
        model::VrrpInstance out;
        out.name = instanceName;
        out.vrid = instanceVrid;
        out.preempt = m_globals.preempt;
        times(out);
        const auto named = std::ranges::find_if(addresses, [](const auto& one) { return !one.device.empty(); });
        const std::string interface = named == addresses.end() ? std::string() : named->device;
        if (interface.empty())
            m_report.say(Severity::Warning, 0, 0, {},
                         "no address of a virtual names an interface; give the members of " + out.name + " one");
        for (model::VirtualAddress& address : addresses) {
            if (address.device == interface)
                address.device.clear();
            out.addresses.push_back(std::move(address));
        }
        router(out, interface);
        // Without preemption nobody may begin as the master.
        const auto first = out.preempt ? model::InitialState::Master : model::InitialState::Backup;
        member(out, primaryId, interface, primaryPriority, first);
        if (m_globals.backupTakesOver && !m_globals.backup.empty())
            member(out, backupId, interface, backupPriority, model::InitialState::Backup);
        m_report.say(Severity::Note, 0, 0, {},
                     "Piranha's heartbeat became the VRRP instance " + out.name + " with VRID " + std::to_string(out.vrid) +
                         "; choose another VRID if a router on the same network has it already");
        m_cluster.instances.push_back(std::move(out));
    }

    static void member(model::VrrpInstance& instance, std::string_view director, const std::string& interface,
                       std::uint8_t priority, model::InitialState state) {
        model::Member& out = instance.members.emplace_back();
        out.director = director;
        out.interface = interface;
        out.priority = priority;
        out.initialState = state;
    }

    /// A backup takes over after so many missing advertisements, and a bit of one interval.
    void times(model::VrrpInstance& out) const {
        std::uint32_t interval = m_globals.keepalive;
        if (interval > 40) {
            out.version = 2;
            interval = std::min(interval, 255U);
        }
        const std::uint32_t missing = std::clamp((m_globals.deadtime + interval / 2) / interval, 1U, 100U);
        out.advertInterval = std::chrono::seconds(interval);
        out.downTimerAdverts = missing;
        const bool exact = interval == m_globals.keepalive && missing * interval == m_globals.deadtime;
        say(exact ? Severity::Note : Severity::Warning, "keepalive",
            "VRRP advertises every " + std::to_string(interval) + " s, and the backup takes over after " +
                std::to_string(missing) + " missing ones, " + std::to_string(missing * interval) + " s" +
                (exact ? std::string()
                       : " instead of every " + std::to_string(m_globals.keepalive) + " s and after " +
                             std::to_string(m_globals.deadtime) + " s") +
                "; 1 s and 3 advertisements are usual and take over sooner");
    }

    /// The servers' default route must be where the clients' addresses are, at any moment: that is what an address of the same
    /// instance does. An instance of its own in a sync group would do the same with a second VRID and more to go wrong.
    void router(model::VrrpInstance& out, const std::string& interface) const {
        if (!m_globals.natRouter)
            return;
        const Entry& entry = *m_globals.natRouterEntry;
        if (m_globals.forwarding != model::Forwarding::Nat)
            return m_report.say(Severity::Warning, entry, "nat_router is for network = nat only; left out");
        model::VirtualAddress address = *m_globals.natRouter;
        if (std::ranges::find(out.addresses, address.address, &model::VirtualAddress::address) != out.addresses.end())
            return m_report.say(Severity::Warning, entry,
                                "this is the address of a virtual too, which moves anyway; left out");
        if (address.device == interface)
            address.device.clear();
        out.excludedAddresses.push_back(std::move(address));
        m_report.say(
            Severity::Note, entry,
            "the router of the servers became an excluded address of the instance " + out.name +
                ": it moves together with the virtual addresses and stands on its own interface, but it is not in the "
                "advertisements, because those are for the other side; a failing interface of it makes the other "
                "director take over too");
    }

    void sync() {
        if (!m_globals.syncDaemon) {
            if (!m_globals.syncInterface.empty())
                say(Severity::Note, "syncd_iface", "connections are not copied (syncdaemon is 0), so this was left out");
            return;
        }
        model::ConnectionSync out;
        out.syncId = m_globals.syncId;
        out.interface = shortened(m_globals.syncInterface, 15);
        if (!m_cluster.instances.empty())
            out.instance = instanceName;
        if (out.interface.empty() && !m_cluster.instances.empty())
            out.interface = m_cluster.instances.front().members.front().interface;
        if (out.interface.empty())
            return say(Severity::Warning, "syncdaemon",
                       "no interface is named on which connections could be copied; left out, set the connection sync");
        if (m_globals.syncInterface.empty())
            say(Severity::Note, "syncdaemon",
                "syncd_iface is missing; connections are copied on " + out.interface + ", the interface of the addresses");
        else if (out.interface != m_globals.syncInterface)
            say(Severity::Error, "syncd_iface", "the name of an interface has at most 15 characters; read without the rest");
        m_cluster.connectionSync = std::move(out);
    }

    model::Cluster& m_cluster;
    const Globals& m_globals;
    const Block& m_root;
    const Report& m_report;
};

} // namespace

void settleVrrp(model::Cluster& cluster, const Globals& globals, Virtuals& virtuals, const Block& root,
                const Report& report) {
    VrrpReader(cluster, globals, root, report).read(virtuals);
}

} // namespace lvsdeck::formats::piranha
