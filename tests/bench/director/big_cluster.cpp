// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/director/big_cluster.hpp"

namespace lvsdeck::bench {

model::Cluster bigCluster(unsigned services, unsigned serversEach, std::optional<model::Milliseconds> checkEvery) {
    const auto address = [](unsigned second, unsigned number) {
        // .1 to .250 of each /24: no broadcast address of any width that somebody may look for.
        return IpAddress::v4((10U << 24U) | (second << 16U) | ((number / 250) << 8U) | (number % 250 + 1));
    };
    model::Cluster cluster;
    cluster.name = "bench";
    model::Director director;
    director.id = "lb1";
    director.address = "127.0.0.1";
    cluster.directors.push_back(director);
    unsigned server = 0;
    for (unsigned i = 0; i < services; ++i) {
        model::VirtualService service;
        service.address = address(30, i);
        service.port = 80;
        service.scheduler = model::Scheduler::Wlc;
        service.forwarding = model::Forwarding::Nat;
        if (checkEvery)
            service.delayLoop = *checkEvery;
        for (unsigned j = 0; j < serversEach; ++j) {
            model::RealServer real;
            real.address = address(20, server++);
            real.port = 80;
            if (checkEvery)
                real.checks.emplace_back(model::TcpCheck{});
            service.servers.push_back(std::move(real));
        }
        cluster.services.push_back(std::move(service));
    }
    return cluster;
}

} // namespace lvsdeck::bench
