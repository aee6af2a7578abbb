// SPDX-License-Identifier: GPL-3.0-or-later
// Ports that this build has nothing behind: every request is refused in words. Owned by the agent; control thread.
#pragma once

#include "agent/ports/network_port.hpp"

namespace lvsdeck::app {

inline auto absent(const std::string& what) {
    return failure(ErrorCode::Unavailable, "this build of the agent cannot " + what);
}

class AbsentNetwork final : public NetworkPort {
public:
    Result<void> addRoute(const model::VirtualRoute&) override { return absent("change routes"); }
    Result<void> removeRoute(const model::VirtualRoute&) override { return absent("change routes"); }
    Result<void> addRule(const model::VirtualRule&) override { return absent("change rules"); }
    Result<void> removeRule(const model::VirtualRule&) override { return absent("change rules"); }
    Result<void> addMacvlan(const std::string&, const std::string&, const MacAddress&, Family) override {
        return absent("make a macvlan");
    }
    Result<void> removeMacvlan(const std::string&) override { return absent("remove a macvlan"); }
    Result<std::string> readSysctl(const std::string&) override { return absent("read sysctls"); }
    Result<void> writeSysctl(const std::string&, const std::string&) override { return absent("write sysctls"); }
    Result<void> dropTraffic(const std::vector<IpAddress>&) override { return absent("drop packets"); }
};

} // namespace lvsdeck::app
