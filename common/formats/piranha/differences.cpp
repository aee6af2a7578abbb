// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/read_parts.hpp"

#include <map>

namespace lvsdeck::formats::piranha {

namespace {

struct Said {
    std::string value;
    const Entry* entry = nullptr; ///< nothing: it is a block
    const Block* block = nullptr;
};

/// "virtual web / server one / weight" -> what is said there. Blocks of one name are counted.
using Facts = std::map<std::string, Said>;

void collect(const Block& block, const std::string& path, Facts& out) {
    for (const Entry& entry : block.entries)
        if (!(block.kind == BlockKind::Global && entry.key == "serial_no"))
            out[path + shortened(entry.key, 100)] = {entry.text(), &entry, &block};
    std::map<std::string, unsigned> seen;
    for (const Block& inner : block.blocks) {
        std::string name = path + inner.head();
        if (const unsigned count = ++seen[inner.head()]; count > 1)
            name += " (" + std::to_string(count) + ")";
        out[name] = {{}, nullptr, &inner};
        collect(inner, name + " / ", out); // at most twice: a virtual, its server
    }
}

std::string place(const Copy& copy, const Said& said) {
    return copy.report.file() + ":" + std::to_string(said.entry != nullptr ? said.entry->line : said.block->line);
}

void say(const Copy& copy, const Said& said, std::string text) {
    if (said.entry != nullptr)
        copy.report.say(Severity::Warning, *said.entry, std::move(text));
    else
        copy.report.say(Severity::Warning, *said.block, std::move(text));
}

} // namespace

void tellDifferences(const Copy& base, const Copy& other) {
    Facts first;
    Facts second;
    collect(base.document.root, {}, first);
    collect(other.document.root, {}, second);
    bool equal = true;
    for (const auto& [path, said] : second) {
        const auto known = first.find(path);
        if (known != first.end() && known->second.value == said.value)
            continue;
        equal = false;
        if (known == first.end())
            say(other, said, path + " is here and not in " + base.report.file() + "; left out");
        else
            say(other, said,
                path + " is “" + shortened(known->second.value, 100) + "” in " + place(base, known->second) +
                    " and another here; that one is taken");
    }
    for (const auto& [path, said] : first)
        if (!second.contains(path)) {
            equal = false;
            say(base, said, path + " is here and not in " + other.report.file() + "; taken over all the same");
        }
    if (equal)
        other.report.say(Severity::Note, 0, 0, {}, "this copy says the same as " + base.report.file());
}

} // namespace lvsdeck::formats::piranha
