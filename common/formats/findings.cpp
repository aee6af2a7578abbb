// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/findings.hpp"

#include <utility>

namespace lvsdeck::formats {

void Findings::add(Diagnostic finding) {
    std::size_t& count = m_counts[static_cast<std::size_t>(finding.severity)];
    if (count >= most) { // what is only counted is not remembered either
        ++count;
        return;
    }
    finding.found = shortened(finding.found, mostFound);
    std::size_t hash = std::hash<std::string>()(finding.text);
    for (const std::size_t part : {std::hash<std::string>()(finding.file), std::hash<std::string>()(finding.found),
                                   std::size_t{finding.line} << 20U | finding.column})
        hash = hash * 1099511628211U + part;
    if (!m_seen.insert(hash).second)
        return;
    ++count;
    m_out.push_back(std::move(finding));
}

void Findings::finish() {
    for (const Severity severity : {Severity::Note, Severity::Warning, Severity::Error})
        if (const std::size_t count = m_counts[static_cast<std::size_t>(severity)]; count > most)
            m_out.push_back({severity, m_out.back().file, 0, 0, std::to_string(count - most),
                             "there are so many more findings of this kind, which are not listed; correct those above, or "
                             "read the file in parts"});
}

} // namespace lvsdeck::formats
