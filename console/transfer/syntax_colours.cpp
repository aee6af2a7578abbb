// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/syntax_colours.hpp"

namespace lvsdeck::console {

std::vector<SyntaxRange> syntaxOf(const QString& line) {
    std::vector<SyntaxRange> out;
    const auto size = static_cast<int>(line.size());
    int first = 0;
    while (first < size && line[first].isSpace())
        ++first;
    int word = first;
    while (word < size && !line[word].isSpace() && line[word] != QChar('=') && line[word] != QChar('{') &&
           line[word] != QChar('#') && line[word] != QChar('!') && line[word] != QChar('"'))
        ++word;
    int end = size;
    int quote = -1;
    for (int i = word; i < size && end == size; ++i) {
        if (line[i] == QChar('"')) {
            if (quote >= 0) {
                out.push_back({quote, i + 1 - quote, SyntaxPart::Quoted});
                quote = -1;
            } else {
                quote = i;
            }
        } else if (quote < 0 && (line[i] == QChar('#') || line[i] == QChar('!'))) {
            end = i;
        }
    }
    int last = end;
    while (last > first && line[last - 1].isSpace())
        --last;
    const bool block = last > first && line[last - 1] == QChar('{');
    if (word > first && line[first].isLetter())
        out.insert(out.begin(), {first, word - first, block ? SyntaxPart::Block : SyntaxPart::Keyword});
    if (end < size)
        out.push_back({end, size - end, SyntaxPart::Comment});
    return out;
}

} // namespace lvsdeck::console
