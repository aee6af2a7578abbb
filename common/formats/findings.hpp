// SPDX-License-Identifier: GPL-3.0-or-later
// The findings of one reading, bounded in number and in size: whatever a file is, what is said of it can be shown.
#pragma once

#include "common/formats/diagnostic.hpp"

#include <array>
#include <unordered_set>

namespace lvsdeck::formats {

class Findings {
public:
    /// As many of each severity are listed.
    static constexpr std::size_t most = 10'000;
    /// Bytes that a finding shows of the text that it is about.
    static constexpr std::size_t mostFound = 200;

    explicit Findings(std::vector<Diagnostic>& out) : m_out(out) {}
    /// The same finding at the same place counts once: a line that is read many times over, in a loop, is reported once.
    void add(Diagnostic finding);
    /// Says how many were not listed. Once, at the end.
    void finish();

private:
    std::vector<Diagnostic>& m_out;
    std::unordered_set<std::size_t> m_seen; ///< hashes
    std::array<std::size_t, 3> m_counts{};
};

} // namespace lvsdeck::formats
