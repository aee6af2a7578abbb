// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as ldirectord.cf, as haresources, or as several of them: no crash, what was read is a document, and what is
// written from it stays as it is when it is read and written again.
#include "common/formats/ldirectord/reader.hpp"
#include "common/formats/ldirectord/writer.hpp"
#include "tests/fuzz/chosen.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace lvsdeck;
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::vector<formats::SourceText> sources;
    for (std::size_t begin = 0; begin <= text.size() && sources.size() < 4;) {
        const std::size_t end = std::min(text.find("\n====\n", begin), text.size());
        sources.push_back({"", "file" + std::to_string(sources.size()), text.substr(begin, end - begin), ""});
        begin = end + 6;
    }
    const formats::Imported first = formats::readLdirectord(sources);
    if (!fuzz::chosenForRoundTrip(text))
        return 0;
    (void)model::validate(first.cluster);
    if (!model::parseCluster(model::clusterText(first.cluster)))
        std::abort(); // a cluster must always be a document
    const std::string written = formats::writeLdirectord(first.cluster).text;
    const model::Cluster second = formats::readLdirectord({{"", "again", written, ""}}).cluster;
    const std::string again = formats::writeLdirectord(second).text;
    const model::Cluster third = formats::readLdirectord({{"", "again", again, ""}}).cluster;
    if (third != second || formats::writeLdirectord(third).text != again)
        std::abort();
    const std::string resources = formats::writeHaresources(first.cluster).text;
    const model::Cluster held = formats::readLdirectord({{"", "again", resources, ""}}).cluster;
    if (held.instances.size() != first.cluster.instances.size())
        std::abort();
    return 0;
}
