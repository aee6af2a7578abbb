// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/report.hpp"

#include <utility>

namespace lvsdeck::formats::keepalived {

void Report::add(Severity severity, const std::vector<std::string>& files, Place place, std::string_view found,
                 std::string text) {
    Diagnostic next{severity,
                    place.file < files.size() ? files[place.file] : std::string(),
                    place.line,
                    place.column,
                    shortened(found, 200),
                    std::move(text)};
    // A line that is read many times over, in a loop, is reported once.
    std::size_t hash = std::hash<std::string>()(next.text);
    for (const std::size_t part : {std::hash<std::string>()(next.file), std::hash<std::string>()(next.found),
                                   std::size_t{next.line} << 20U | next.column})
        hash = hash * 1099511628211U + part;
    if (!m_seen.insert(hash).second)
        return;
    if (++m_counts[static_cast<std::size_t>(severity)] <= maxDiagnostics)
        m_out.push_back(std::move(next));
}

void Report::finish() {
    for (const Severity severity : {Severity::Note, Severity::Warning, Severity::Error})
        if (const std::size_t count = m_counts[static_cast<std::size_t>(severity)]; count > maxDiagnostics)
            m_out.push_back({severity, m_out.back().file, 0, 0, std::to_string(count - maxDiagnostics),
                             "there are so many more findings of this kind, which are not listed; correct those above, or "
                             "read the file in parts"});
}

} // namespace lvsdeck::formats::keepalived
