// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what is wrong on the wire, and decides when a person should hear of it: once per reason and peer,
// and again only after a while, with the number of times. Owned by an instance; control thread.
#pragma once

#include "agent/ports/runtime.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace lvsdeck::vrrp {

class Complaints {
public:
    /// Counts one, and gives the text to tell, if it is time to. At most 64 pairs of reason and peer are kept
    /// apart: a flood of invented sources shares the last place.
    [[nodiscard]] std::optional<std::string> note(const std::string& reason, std::string peer, const std::string& text,
                                                  Instant now);
    [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return m_counts; }

private:
    struct Told {
        Instant at{};
        std::uint64_t since = 0;
    };
    std::map<std::string, std::uint64_t> m_counts;
    std::map<std::pair<std::string, std::string>, Told> m_told;
};

} // namespace lvsdeck::vrrp
