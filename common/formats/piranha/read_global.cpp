// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/read_parts.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::formats::piranha {

namespace {

constexpr std::uint32_t maxTimeout = 2678400;

/// What is told and left out, because nothing in a cluster is like it.
struct Told {
    std::string_view key;
    std::string_view silent; ///< with this value there is nothing to lose
    std::string_view text;
};

constexpr std::array told{
    Told{"heartbeat_port", {}, "VRRP needs no UDP port but protocol 112; let firewalls between the directors pass that"},
    Told{"primary_private", {}, "VRRP is heard on the interface of the addresses only, there is no second path; left out"},
    Told{"backup_private", {}, "VRRP is heard on the interface of the addresses only, there is no second path; left out"},
    Told{"primary_shared", {}, "the address that the directors share has no counterpart; left out"},
    Told{"backup_shared", {}, "the address that the directors share has no counterpart; left out"},
    Told{"debug_level", "NONE", "what is logged is not a part of a cluster; left out"},
    Told{"monitor_links", "1",
         "VRRP always watches the interface of its addresses: without a link the other director takes "
         "over; left out, the instance's members can be told not to"},
    Told{"hard_shutdown", {}, "how Piranha ends its own processes has no counterpart; left out"},
    Told{"rsh_command", {}, "the console brings every director the same configuration through SSH; left out"},
    Told{"sync", {}, "the console brings every director the same configuration through SSH; left out"},
    Told{"ipvsadm", {}, "the kernel is spoken to without ipvsadm; left out"},
    Told{"active_cmd",
         {},
         "a program to run when a director becomes active was not taken over; set it as the instance's notify "
         "script for master"},
    Told{"inactive_cmd",
         {},
         "a program to run when a director becomes inactive was not taken over; set it as the instance's "
         "notify script for backup"},
};

class GlobalReader {
public:
    explicit GlobalReader(const Report& report) : m_report(report), m_values(report) {}

    Globals read(const Block& root) {
        for (const Entry* entry : m_values.effective(root))
            line(*entry);
        if (m_out.natRouter && m_natPrefix)
            m_out.natRouter->prefixLength = *m_natPrefix;
        // The addresses of the second path are the only ones that some files have.
        takeOver(root, m_out.primary, "primary_private");
        takeOver(root, m_out.backup, "backup_private");
        m_out.backupTakesOver = m_backupActive && m_heartbeat;
        return std::move(m_out);
    }

private:
    void line(const Entry& entry) {
        if (!director(entry) && !kernel(entry) && !behaviour(entry) && !tellLeftOut(entry))
            m_values.unknown(entry, BlockKind::Global);
    }

    void takeOver(const Block& root, std::string& address, std::string_view key) {
        const Entry* entry = root.find(key);
        if (!address.empty() || entry == nullptr || entry->value() == "0.0.0.0")
            return;
        address = shortened(entry->value(), 255);
        m_report.say(Severity::Note, *entry, "there is no other address of this director, so the console reaches it here");
    }

    bool director(const Entry& entry) {
        if (entry.key == "primary" || entry.key == "backup") {
            m_values.tellRest(entry, 1);
            std::string& address = entry.key == "primary" ? m_out.primary : m_out.backup;
            if (entry.value() != "0.0.0.0")
                address = shortened(entry.value(), 255);
            return true;
        }
        if (entry.key == "backup_active")
            m_backupActive = m_values.flag(entry).value_or(false);
        else if (entry.key == "heartbeat")
            m_heartbeat = m_values.flag(entry).value_or(true);
        else if (entry.key == "serial_no")
            m_values.tellRest(entry, 1); // which copy is newer; the reader has looked at it
        else
            return false;
        return true;
    }

    bool kernel(const Entry& entry) {
        if (entry.key == "syncdaemon")
            m_out.syncDaemon = m_values.flag(entry).value_or(false);
        else if (entry.key == "syncd_iface")
            m_out.syncInterface = entry.value();
        else if (entry.key == "syncd_id")
            m_out.syncId = static_cast<std::uint8_t>(m_values.number(entry, 0, 255).value_or(0));
        else if (entry.key == "tcp_timeout")
            timeout(entry, m_out.timeouts.tcp);
        else if (entry.key == "tcpfin_timeout")
            timeout(entry, m_out.timeouts.tcpFin);
        else if (entry.key == "udp_timeout")
            timeout(entry, m_out.timeouts.udp);
        else if (entry.key == "network")
            network(entry);
        else if (entry.key == "nat_router")
            m_out.natRouter = m_values.virtualAddress(entry), m_out.natRouterEntry = &entry;
        else if (entry.key == "nat_nmask")
            m_natPrefix = m_values.prefix(entry);
        else
            return false;
        return true;
    }

    void timeout(const Entry& entry, std::optional<std::uint32_t>& out) {
        const auto seconds = m_values.number(entry, 0, maxTimeout);
        if (seconds && *seconds != 0) // 0: as the kernel has it
            out = seconds;
    }

    void network(const Entry& entry) {
        m_values.tellRest(entry, 1);
        const std::string_view word = entry.value();
        if (word == "direct")
            m_out.forwarding = model::Forwarding::Dr;
        else if (word == "tunnel")
            m_out.forwarding = model::Forwarding::Tun;
        else if (word != "nat")
            m_report.say(Severity::Error, entry, "network is nat, direct or tunnel; read as nat, Piranha's default");
    }

    bool behaviour(const Entry& entry) {
        if (entry.key == "keepalive") {
            m_out.keepalive = m_values.number(entry, 1, 86400).value_or(m_out.keepalive);
        } else if (entry.key == "deadtime") {
            m_out.deadtime = m_values.number(entry, 1, 86400).value_or(m_out.deadtime);
        } else if (entry.key == "reservation_conflict_action") {
            m_values.tellRest(entry, 1);
            m_out.preempt = entry.value() != "nothing";
            if (entry.value() != "nothing" && entry.value() != "preempt")
                m_report.say(Severity::Error, entry, entry.key + " is preempt or nothing; read as preempt");
        } else if (entry.key == "service") {
            m_values.tellRest(entry, 1);
            if (entry.value() == "fos")
                m_report.say(
                    Severity::Warning, entry,
                    "with fos Piranha runs the failover services and not the virtual servers; the virtual servers were "
                    "read all the same");
            else if (entry.value() != "lvs")
                m_report.say(Severity::Error, entry, "service is lvs or fos; read as lvs");
        } else {
            return false;
        }
        return true;
    }

    bool tellLeftOut(const Entry& entry) {
        const auto* const found = std::ranges::find(told, entry.key, &Told::key);
        if (found == told.end())
            return false;
        if (found->silent.empty() || entry.value() != found->silent)
            m_report.say(Severity::Note, entry, std::string(found->text));
        return true;
    }

    const Report& m_report;
    Values m_values;
    Globals m_out;
    bool m_backupActive = false;
    bool m_heartbeat = true;
    std::optional<std::uint8_t> m_natPrefix;
};

} // namespace

Globals readGlobals(const Block& root, const Report& report) { return GlobalReader(report).read(root); }

} // namespace lvsdeck::formats::piranha
