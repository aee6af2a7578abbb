// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/classic.hpp"

namespace lvsdeck::lab {
namespace {

std::string realServer(const std::string& address, const ClassicOptions& options) {
    return "    real_server " + address +
           " 80 {\n        weight 3\n        TCP_CHECK {\n            connect_timeout 10\n            " +
           options.retryKeyword + " 3\n            delay_before_retry 3\n            connect_port 80\n        }\n    }\n";
}

} // namespace

std::string classicConfiguration(InitialState state, int priority, const ClassicOptions& options) {
    std::string text =
        "! Configuration File for keepalived\nglobal_defs {\n    notification_email {\n        admin@example.com\n    }\n"
        "    notification_email_from lvs@example.com\n    smtp_server 127.0.0.1\n    router_id LVS_DEVEL\n";
    text += "    vrrp_version " + std::to_string(options.vrrpVersion) + "\n";
    if (!options.syncDaemonInterface.empty())
        text += "    lvs_sync_daemon " + options.syncDaemonInterface + " inst VI_1\n";
    text += "}\nvrrp_instance VI_1 {\n    state ";
    text += state == InitialState::Master ? "MASTER" : "BACKUP";
    text += "\n    interface eth0\n    virtual_router_id 51\n    priority " + std::to_string(priority) +
            "\n    advert_int " + options.advertInterval + "\n";
    if (options.vrrpVersion == 2)
        text += "    authentication {\n        auth_type PASS\n        auth_pass 1111\n    }\n";
    text += "    virtual_ipaddress {\n        192.168.50.8\n    }\n}\nvirtual_server 192.168.50.8 80 {\n    delay_loop " +
            std::to_string(options.delayLoop) + "\n    lb_algo wrr\n    lb_kind DR\n";
    if (options.persistence > 0)
        text += "    persistence_timeout " + std::to_string(options.persistence) + "\n";
    return text + "    protocol TCP\n" + realServer("192.168.50.9", options) + realServer("192.168.50.10", options) + "}\n";
}

} // namespace lvsdeck::lab
