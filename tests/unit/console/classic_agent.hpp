// SPDX-License-Identifier: GPL-3.0-or-later
// A scripted agent on a director that keepalived manages, as far as an adoption can see it.
#pragma once

#include "scripted_agent.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::test {

inline const char* const instanceText = R"(vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority %P
    virtual_ipaddress {
        192.0.2.10
    }
}
include services/*.conf
)";
inline const char* const serviceText = R"(virtual_server 192.0.2.10 80 {
    lb_algo wrr
    lb_kind DR
    protocol TCP
    real_server 192.0.2.21 80 {
        TCP_CHECK {
        }
    }
}
)";

/// A director with keepalived, as far as an adoption can see it.
struct Classic {
    ScriptedAgent& agent;
    std::vector<std::string>& log;
    std::string id;
    bool sick = false; ///< after a take it says that something is wrong
    std::optional<std::uint64_t> pending{};
    json::Value cluster{}; ///< as it was observed
    std::vector<rpc::AdoptConcern> concerns{};
    std::string files = "a"; ///< the hash of each

    void say(rpc::AdoptionPhase phase, bool running) {
        agent.state.config->adoption = rpc::Adoption{phase, running, {}};
        agent.state.config->problem = phase == rpc::AdoptionPhase::Taking && sick ? "the table cannot be programmed" : "";
        agent.sendState();
    }
    void teach(const std::string& priority) {
        agent.on("adopt.check", [this](const json::Value&) -> Result<json::Value> {
            return json::toJson(
                rpc::AdoptCheck{agent.state.config->adoption->phase != rpc::AdoptionPhase::Observing, concerns, {}});
        });
        agent.on("adopt.scan", [this, priority](const json::Value&) -> Result<json::Value> {
            rpc::AdoptScan scan;
            scan.running = true;
            std::string text = instanceText;
            text.replace(text.find("%P"), 2, priority);
            scan.files = {{"/etc/keepalived/keepalived.conf", text, {}, files},
                          {"/etc/keepalived/services/web.conf", serviceText, {}, files}};
            scan.includes = {{"services/*.conf", "/etc/keepalived/keepalived.conf", {"/etc/keepalived/services/web.conf"}}};
            return json::toJson(scan);
        });
        agent.on("adopt.observe", [this](const json::Value& params) -> Result<json::Value> {
            const auto asked = json::fromJson<rpc::AdoptObserveParams>(params);
            log.push_back(id + " observe " + std::to_string(asked->revision));
            cluster = asked->cluster;
            agent.state.config->revision = asked->revision;
            say(rpc::AdoptionPhase::Observing, true);
            return json::toJson(rpc::ConfigApplied{asked->revision, "h", {}, 0});
        });
        agent.on("adopt.take", [this](const json::Value&) -> Result<json::Value> {
            log.push_back(id + " take");
            pending = agent.state.config->revision++;
            say(rpc::AdoptionPhase::Taking, false);
            return json::toJson(rpc::ConfigApplied{agent.state.config->revision, "h", {}, 60000});
        });
        agent.on("config.confirm", [this](const json::Value&) -> Result<json::Value> {
            log.push_back(id + " confirm");
            pending.reset();
            say(rpc::AdoptionPhase::Replaced, false);
            return json::toJson(rpc::Nothing{});
        });
        agent.on("config.revert", [this](const json::Value&) -> Result<json::Value> {
            log.push_back(id + " revert");
            agent.state.config->revision = *pending;
            say(rpc::AdoptionPhase::Observing, true);
            return json::toJson(rpc::Nothing{});
        });
        agent.on("adopt.back", [this](const json::Value& params) -> Result<json::Value> {
            log.push_back(id + (json::fromJson<rpc::AdoptBackParams>(params)->anyway ? " back anyway" : " back"));
            say(rpc::AdoptionPhase::Observing, true);
            return json::toJson(rpc::ConfigApplied{++agent.state.config->revision, "h", {}, 0});
        });
        agent.on("config.get", [this](const json::Value&) -> Result<json::Value> {
            const std::uint64_t revision = agent.state.config->revision;
            rpc::ConfigDocument out{revision, "h", id, cluster, {}};
            if (pending)
                out.pending = rpc::PendingApply{revision, *pending, 60000, "olga"};
            return json::toJson(out);
        });
    }
};

} // namespace lvsdeck::test
