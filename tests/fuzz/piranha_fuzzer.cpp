// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as lvs.cf (two copies of it behind a line of =): no crash, what was read is a document, and what is written of it
// is read as the same again.
#include "common/formats/piranha/reader.hpp"
#include "common/formats/piranha/writer.hpp"
#include "tests/fuzz/chosen.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace lvsdeck;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::size_t half = text.find("\n====\n");
    std::vector<formats::SourceText> sources{{"", "one", text.substr(0, half), ""}};
    if (half != std::string::npos)
        sources.push_back({"", "two", text.substr(half + 6), ""});
    const formats::Imported first = formats::readPiranha(sources);
    if (!fuzz::chosenForRoundTrip(text))
        return 0;
    (void)model::validate(first.cluster);
    if (!model::parseCluster(model::clusterText(first.cluster)))
        std::abort(); // a cluster must always be a document
    // The first writing may give names and labels; from then on nothing changes.
    const std::string once = formats::writePiranha(first.cluster).text;
    const model::Cluster second = formats::readPiranha({{"", "again", once, ""}}).cluster;
    const std::string twice = formats::writePiranha(second).text;
    if (formats::readPiranha({{"", "again", twice, ""}}).cluster != second)
        std::abort();
    return 0;
}
