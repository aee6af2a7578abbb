// SPDX-License-Identifier: GPL-3.0-or-later
// The findings of one reading, with the names of the files that places are in.
#pragma once

#include "common/formats/findings.hpp"
#include "common/formats/keepalived/lexer.hpp"

namespace lvsdeck::formats::keepalived {

/// Collects findings; turns places into file names.
class Report {
public:
    explicit Report(std::vector<Diagnostic>& out) : m_findings(out) {}
    void add(Severity severity, const std::vector<std::string>& files, Place place, std::string_view found,
             std::string text);
    /// Says how many were not listed.
    void finish() { m_findings.finish(); }

private:
    Findings m_findings;
};

} // namespace lvsdeck::formats::keepalived
