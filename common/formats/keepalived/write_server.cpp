// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

void writeWeight(Writer& out, const model::RealServer& server, const std::string& subject) {
    if (server.admin == model::AdminState::Drained) {
        out.line("weight 0 #lvsdeck drained " + std::to_string(server.weight));
        out.say(Severity::Note, subject,
                "the server is drained and therefore written with weight 0 instead of " + std::to_string(server.weight));
    } else {
        out.line("weight " + std::to_string(server.weight));
    }
}

void writeInhibit(Writer& out, const model::VirtualService& service, const model::RealServer& server,
                  const std::string& subject) {
    // A target where the service cannot say it for its servers has it said here; writeService reports that.
    const bool inherited = service.inhibitOnFailure && !out.has(Block::Service, "inhibit_on_failure");
    if (server.inhibitOnFailure && out.has("inhibit_on_failure BOOLEAN"))
        out.line("inhibit_on_failure " + std::string(booleanText(*server.inhibitOnFailure)));
    else if (server.inhibitOnFailure.value_or(inherited))
        out.line("inhibit_on_failure");
    else if (server.inhibitOnFailure) // no is what it does without the word
        out.lacks(Block::Server, "inhibit_on_failure BOOLEAN", Severity::Note, subject,
                  "inhibit_on_failure is left out, which means no");
}

} // namespace

void writeServer(Writer& out, const model::Cluster& cluster, const model::VirtualService& service,
                 const model::RealServer& server) {
    const std::string place = "virtual_server " + serviceKey(service) + "/real_server " + serverKey(server);
    const bool disabled = server.admin == model::AdminState::Disabled;
    if (disabled) {
        out.say(Severity::Note, place, "the server is disabled and therefore written as a comment");
        out.beginDisabled();
    }
    const bool port = server.port != 0 || !out.has(Block::Server, "WITHOUT-PORT");
    out.open("real_server " + server.address.toString() + (port ? " " + std::to_string(server.port) : ""), Block::Server);
    if (!server.name.empty())
        out.fact("name", server.name);
    writeWeight(out, server, place);
    const model::Forwarding forwarding = forwardingOf(service, server);
    if (server.forwarding || (server.tunnel && forwarding == model::Forwarding::Tun))
        writeForwarding(out, "lvs_method", forwarding, server.tunnel.value_or(service.tunnel), place);
    if (server.upperThreshold != 0)
        out.line("uthreshold " + std::to_string(server.upperThreshold));
    if (server.lowerThreshold != 0)
        out.line("lthreshold " + std::to_string(server.lowerThreshold));
    writeInhibit(out, service, server, place);
    if (server.alpha)
        out.setting("alpha", booleanText(*server.alpha), place);
    if (!server.virtualHost->empty())
        out.setting("virtualhost", wordText(*server.virtualHost), place);
    writeScript(out, "notify_up", server.notifyUp, place);
    writeScript(out, "notify_down", server.notifyDown, place);
    if (server.smtpAlert)
        out.setting("smtp_alert", booleanText(*server.smtpAlert), place);
    for (std::size_t i = 0; i < server.checks.size(); ++i)
        writeCheck(out, cluster, service, server.checks[i], place + "/check " + std::to_string(i));
    out.kept(place, Block::Server);
    out.close();
    if (disabled)
        out.endDisabled();
}

} // namespace lvsdeck::formats::keepalived
