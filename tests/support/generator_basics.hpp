// SPDX-License-Identifier: GPL-3.0-or-later
// The small choices that random clusters are made of.
#pragma once

#include "common/model/cluster.hpp"

#include <rapidcheck.h>

#include <string>
#include <vector>

namespace lvsdeck::testing::detail {

template <class T> T pick(T least, T most) { // both included
    return static_cast<T>(
        *rc::gen::inRange<std::int64_t>(static_cast<std::int64_t>(least), static_cast<std::int64_t>(most) + 1));
}
inline bool chance(int percent) { return pick(0, 99) < percent; }

template <class T, class Make> std::optional<T> maybe(int percent, Make make) {
    return chance(percent) ? std::optional<T>(make()) : std::nullopt;
}

inline std::string word() {
    static const std::vector<std::string> words{"www", "shop-1", "mail_2", "a.example", "naïve", "web", "x", "rs7", "päge"};
    return *rc::gen::elementOf(words);
}

inline model::Milliseconds time(int leastMs, int mostMs) { return model::Milliseconds(pick(leastMs, mostMs)); }

inline IpAddress address(Family family, int block, int number) {
    const std::string text = family == Family::V4 ? "10." + std::to_string(block) + "." + std::to_string(number / 256) +
                                                        "." + std::to_string(number % 256)
                                                  : "2001:db8:" + std::to_string(block) + "::" + std::to_string(1 + number);
    return IpAddress::parse(text).value();
}

} // namespace lvsdeck::testing::detail
