// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/service.hpp"

#include "common/base/json.hpp"

namespace lvsdeck::model {

std::string serviceKey(const VirtualService& service) {
    if (!service.group.empty())
        return "group " + service.group + " " + json::toWord(service.protocol);
    if (service.firewallMark)
        return "fwm " + std::to_string(*service.firewallMark) + (service.firewallMarkFamily == Family::V6 ? " ipv6" : "");
    return json::toWord(service.protocol) + " " + endpointText(service.address, service.port);
}

std::string serverKey(const RealServer& server) { return endpointText(server.address, server.port); }

} // namespace lvsdeck::model
