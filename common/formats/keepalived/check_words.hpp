// SPDX-License-Identifier: GPL-3.0-or-later
// Which of the words that checks have in common each kind takes, for reader and writer alike. Private to this folder. Pure.
#pragma once

#include "common/model/check.hpp"

namespace lvsdeck::formats::keepalived {

struct CommonWords {
    bool connection = true; ///< connect_ip, bindto, bind_if, fwmark, connect_timeout
    bool ports = true;      ///< connect_port, bind_port
    bool cycle = true;      ///< retry, delay_before_retry, warmup, delay_loop, alpha, log_all_failures
};

[[nodiscard]] inline CommonWords commonWords(const model::HealthCheck& check) {
    if (std::holds_alternative<model::PingCheck>(check))
        return {.ports = false};
    if (std::holds_alternative<model::ScriptCheck>(check))
        return {.connection = false, .ports = false};
    if (std::holds_alternative<model::FileCheck>(check))
        return {.connection = false, .ports = false, .cycle = false};
    return {};
}

} // namespace lvsdeck::formats::keepalived
