// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/diagnostic.hpp"

namespace lvsdeck::formats {

std::string toText(const Diagnostic& diagnostic) {
    std::string out = diagnostic.file;
    if (diagnostic.line != 0)
        out += ":" + std::to_string(diagnostic.line);
    if (diagnostic.column != 0)
        out += ":" + std::to_string(diagnostic.column);
    out += (out.empty() ? "" : ": ") + diagnostic.text;
    if (!diagnostic.found.empty())
        out += " (“" + diagnostic.found + "”)";
    return out;
}

} // namespace lvsdeck::formats
