// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as keepalived.conf: no crash, no text that costs much, and what was read can be written, validated and read again.
// Lines of ==== part the input: the first director's file, the second's, and what includes find.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"
#include "tests/fuzz/chosen.hpp"

#include <cstdlib>

namespace {

using namespace lvsdeck;

std::vector<std::string> partsOf(std::string_view text) {
    constexpr std::string_view line = "\n====\n";
    std::vector<std::string> out;
    for (std::size_t end = text.find(line); end != std::string_view::npos; end = text.find(line)) {
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end + line.size());
    }
    out.emplace_back(text);
    return out;
}

/// Loops of two digits: what 65,536 turns cost is known, and the tests of the bounds see to it.
std::string withShortLoops(std::string text) {
    for (std::size_t at = text.find("~SEQ"); at != std::string::npos; at = text.find("~SEQ", at)) {
        std::size_t digits = 0;
        for (; at < text.size() && text[at] != ')' && text[at] != '\n'; ++at) {
            digits = text[at] >= '0' && text[at] <= '9' ? digits + 1 : 0;
            if (digits > 2)
                text[at] = ',';
        }
    }
    return text;
}

/// Names lead to one of the parts from the third on; there is an end to it, because files may include each other 1000 times.
formats::Resolver resolverOf(const std::vector<std::string>& parts) {
    return
        [&parts, left = 8](const std::string& glob, const std::string&) mutable -> Result<std::vector<formats::SourceText>> {
            std::vector<formats::SourceText> found;
            if (parts.size() > 2 && left-- > 0)
                for (std::size_t i = 2 + glob.size() % (parts.size() - 2); i < parts.size() && found.size() < 2; ++i)
                    found.push_back({"", glob + std::to_string(i), parts[i], ""});
            return found;
        };
}

void roundTrip(const formats::Imported& first) {
    (void)model::validate(first.cluster);
    if (!model::parseCluster(model::clusterText(first.cluster)))
        std::abort(); // a cluster must always be a document
    for (const model::Director& director : first.cluster.directors)
        (void)formats::readKeepalived({{"", "again", formats::writeKeepalived(first.cluster, director.id)->text, ""}});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string text = withShortLoops({reinterpret_cast<const char*>(data), size});
    const std::vector<std::string> parts = partsOf(text);
    std::vector<formats::SourceText> sources{{"lb1", "one", parts[0], ""}};
    if (parts.size() > 1)
        sources.push_back({"lb2", "two", parts[1], "id"});
    const formats::Imported first = formats::readKeepalived(sources, resolverOf(parts));
    if (fuzz::chosenForRoundTrip(text))
        roundTrip(first);
    return 0;
}
