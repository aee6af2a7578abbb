// SPDX-License-Identifier: GPL-3.0-or-later
// The findings of one reading, bounded in number.
#pragma once

#include "common/formats/keepalived/lexer.hpp"

#include <array>
#include <unordered_set>

namespace lvsdeck::formats::keepalived {

inline constexpr std::size_t maxDiagnostics = 10'000;

/// Collects findings; turns places into file names.
class Report {
public:
    explicit Report(std::vector<Diagnostic>& out) : m_out(out) {}
    /// The same finding at the same place counts once; of each severity at most maxDiagnostics are listed.
    void add(Severity severity, const std::vector<std::string>& files, Place place, std::string_view found,
             std::string text);
    /// Says how many were not listed.
    void finish();

private:
    std::vector<Diagnostic>& m_out;
    std::unordered_set<std::size_t> m_seen; ///< hashes
    std::array<std::size_t, 3> m_counts{};
};

} // namespace lvsdeck::formats::keepalived
