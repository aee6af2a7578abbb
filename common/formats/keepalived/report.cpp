// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/report.hpp"

#include <utility>

namespace lvsdeck::formats::keepalived {

void Report::add(Severity severity, const std::vector<std::string>& files, Place place, std::string_view found,
                 std::string text) {
    m_findings.add({severity, place.file < files.size() ? files[place.file] : std::string(), place.line, place.column,
                    shortened(found, Findings::mostFound), std::move(text)});
}

} // namespace lvsdeck::formats::keepalived
