// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/reader.hpp"

#include "common/formats/piranha/read_parts.hpp"

#include <charconv>

namespace lvsdeck::formats {

namespace piranha {

namespace {

/// 0 when there is none, as Piranha counts from 1.
std::uint64_t serialOf(const Document& document) {
    const Entry* entry = document.root.find("serial_no");
    std::uint64_t out = 0;
    if (entry != nullptr)
        std::from_chars(entry->value().data(), entry->value().data() + entry->value().size(), out);
    return out;
}

model::Cluster readDocument(const Document& document, const Report& report) {
    model::Cluster out;
    const Block& root = document.root;
    if (root.entries.empty() && root.blocks.empty()) {
        report.say(Severity::Error, 0, 0, {}, "there is nothing of lvs.cf in this file; give the right file");
        return out;
    }
    const Globals globals = readGlobals(root, report);
    Virtuals virtuals = readVirtuals(root, globals, report);
    settleVrrp(out, globals, virtuals, root, report);
    out.services = std::move(virtuals.services);
    out.timeouts = globals.timeouts;
    if (!out.services.empty())
        report.say(
            Severity::Note, 0, 0, {},
            "timeout became the time between two checks and the longest time for one, and a server is taken out at its "
            "first failed check, as Piranha does; a retry is kinder to busy servers");
    return out;
}

/// The newest of the copies; of several the first.
const Copy* newest(const std::vector<Copy>& copies) {
    const Copy* out = nullptr;
    for (const Copy& copy : copies)
        if (copy.document.readable && (out == nullptr || serialOf(copy.document) > serialOf(out->document)))
            out = &copy;
    return out;
}

} // namespace

} // namespace piranha

Imported readPiranha(const std::vector<SourceText>& sources) {
    using namespace piranha;
    Imported out;
    Findings findings(out.diagnostics);
    std::vector<Copy> copies;
    for (const SourceText& source : sources) {
        Report report(source.file, findings);
        Document document = parse(source.text, report);
        copies.push_back({std::move(document), std::move(report)});
    }
    const Copy* base = newest(copies);
    if (base == nullptr) {
        findings.finish();
        return out;
    }
    for (const Copy& copy : copies) {
        if (&copy == base || !copy.document.readable)
            continue;
        if (serialOf(copy.document) != serialOf(base->document))
            copy.report.say(Severity::Note, 0, 0, {},
                            "the serial_no is " + std::to_string(serialOf(copy.document)) + " here and " +
                                std::to_string(serialOf(base->document)) + " in " + base->report.file() +
                                "; the higher one is the newer file and was read");
        tellDifferences(*base, copy);
    }
    out.cluster = readDocument(base->document, base->report);
    findings.finish();
    return out;
}

} // namespace lvsdeck::formats
