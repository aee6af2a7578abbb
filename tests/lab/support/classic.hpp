// SPDX-License-Identifier: GPL-3.0-or-later
// The classic cluster that the project's scenarios use, as people have written it for keepalived for twenty years.
#pragma once

#include <string>

namespace lvsdeck::lab {

enum class InitialState { Master, Backup };

/// What may differ from the classic: version 3 has no password and finer intervals; `persistence` 0 leaves that line out.
struct ClassicOptions {
    int vrrpVersion = 2;
    std::string advertInterval = "1"; ///< seconds, decimal in version 3
    int persistence = 60;
    std::string syncDaemonInterface = {}; ///< empty: no connection sync
    int delayLoop = 6;
    std::string retryKeyword = "retry"; ///< "nb_get_retry" as old files spell it
};

/// One director's keepalived.conf: virtual router 51, 192.168.50.8 port 80 over rs1 and rs2 by direct routing.
[[nodiscard]] std::string classicConfiguration(InitialState state, int priority, const ClassicOptions& options = {});

} // namespace lvsdeck::lab
