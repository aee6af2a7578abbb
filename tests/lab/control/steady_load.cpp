// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/control/steady_load.hpp"

#include "tests/lab/support/load_generator.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lvsdeck::lab {

int keepBusy(const LoadOptions& options) {
    const LoadGenerator load(nullptr, options.address, options.port, options.connections, Milliseconds(options.pauseMs),
                             WhenBroken::Replace);
    while (std::cout.good()) {
        const LoadSummary summary = load.summary();
        boost::json::object servers;
        for (const auto& [name, answers] : summary.answersByServer)
            servers[name] = answers;
        const boost::json::object line = {{"alive", summary.alive},
                                          {"established", summary.established},
                                          {"answers", summary.answers},
                                          {"by_server", servers}};
        std::cout << boost::json::serialize(line) << std::endl;
        std::this_thread::sleep_for(1s);
    }
    return 0;
}

} // namespace lvsdeck::lab
