// SPDX-License-Identifier: GPL-3.0-or-later
// Whom to tell what when servers and services go up and down: the scripts of the configuration, lines for the FIFOs, mails; words
// and order as keepalived has them. Pure; any thread.
#pragma once

#include "agent/notify/notice.hpp"
#include "common/model/effective.hpp"

#include <boost/container/flat_map.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::notify {

/// Unknown: it begins out (alpha) and was not checked yet; its first verdict is news, whatever it is.
enum class Alive : std::uint8_t { Unknown, Up, Down };

/// How a service stands: by keys of the model.
struct ServiceTruth {
    bool quorum = true;
    std::uint64_t aliveWeight = 0;
    boost::container::flat_map<std::string, Alive> servers; ///< as the checks see them
    bool operator==(const ServiceTruth&) const = default;
};
using ServiceTruths = std::map<std::string, ServiceTruth, std::less<>>;

enum class Occasion {
    Start,  ///< the first look of this process
    Change, ///< while it runs
    Stop,   ///< this director leaves: of services with omega all that was up goes down
};

/// A service that comes has gained its quorum, if it has it; a server that comes says nothing. What is only in `before` was removed
/// by a new configuration: what of it was up goes down. `former`: the services that `before` was about, where they may be others.
[[nodiscard]] std::vector<Notice> serviceNotices(const model::Effective& own, const ServiceTruths& before,
                                                 const ServiceTruths& after, Occasion occasion,
                                                 const std::vector<model::VirtualService>& former = {});

/// "[192.0.2.10]:tcp:80", "FWM 7", "[web]:0".
[[nodiscard]] std::string serviceWord(const model::VirtualService& service);
/// "[192.0.2.20]:tcp:80"
[[nodiscard]] std::string serverWord(const model::VirtualService& service, const model::RealServer& server);

} // namespace lvsdeck::notify
