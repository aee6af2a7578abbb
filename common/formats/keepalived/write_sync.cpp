// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/keepalived/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

constexpr std::string_view place = "global_defs";

void writeSync(Writer& out, const model::Cluster& cluster, const model::Director& director) {
    if (!cluster.connectionSync)
        return;
    const model::ConnectionSync& sync = *cluster.connectionSync;
    if (!out.has("lvs_sync_daemon")) {
        out.lacks(
            Block::GlobalDefs, "lvs_sync_daemon", Severity::Warning, place,
            sync.instance.empty()
                ? "left out, because older ones want a VRRP instance for it"
                : "written as lvs_sync_daemon_interface in the VRRP instance, whose ID takes the place of the sync ID");
        return;
    }
    std::string text = wordText(director.syncInterface.empty() ? sync.interface : director.syncInterface);
    if (!sync.instance.empty()) {
        const auto instance = std::ranges::find(cluster.instances, sync.instance, &model::VrrpInstance::name);
        if (instance == cluster.instances.end() || model::findMember(*instance, director.id) == nullptr) {
            out.say(Severity::Warning, place,
                    "the sync daemon follows the VRRP instance " + sync.instance + ", which " + director.id +
                        " is not a member of; left out of its file");
            return;
        }
        text += " inst " + wordText(sync.instance);
    }
    text += " id " + std::to_string(sync.syncId);
    if (sync.maxLength)
        text += " maxlen " + std::to_string(*sync.maxLength);
    if (sync.port)
        text += " port " + std::to_string(*sync.port);
    if (sync.ttl)
        text += " ttl " + std::to_string(*sync.ttl);
    if (sync.group)
        text += " group " + sync.group->toString();
    out.line("lvs_sync_daemon " + text);
}

} // namespace

void writeKernelWords(Writer& out, const model::Cluster& cluster, const model::Director& director) {
    writeSync(out, cluster, director);
    std::string timeouts;
    for (const auto& [word, value] :
         {std::pair(" tcp ", cluster.timeouts.tcp), std::pair(" tcpfin ", cluster.timeouts.tcpFin),
          std::pair(" udp ", cluster.timeouts.udp)})
        if (value)
            timeouts += word + std::to_string(*value);
    if (!timeouts.empty())
        out.setting("lvs_timeouts", timeouts.substr(1), place);
}

void writeKernelFacts(Writer& out, const model::Cluster& cluster) {
    for (const auto& [name, value] : cluster.ipvsSysctls) {
        std::string setting = name;
        out.fact("sysctl", setting.append(" ").append(value));
        std::string text = "keepalived sets no sysctls, so this one is written as a comment; set it to ";
        out.say(Severity::Note, "net.ipv4.vs." + name, text.append(value).append(" in sysctl.d"));
    }
    if (cluster.foreignChange != model::ForeignChange::Repair) {
        out.fact("foreign_change", json::toWord(cluster.foreignChange));
        out.say(Severity::Note, "foreign_change",
                "keepalived never looks at what others change in the table, so this is written as a comment");
    }
    if (cluster.massFailure != model::MassFailure::Alarm) {
        out.fact("mass_failure", json::toWord(cluster.massFailure));
        out.say(Severity::Note, "mass_failure",
                "keepalived takes servers out however many fail at once, so this is written as a comment");
    }
}

} // namespace lvsdeck::formats::keepalived
