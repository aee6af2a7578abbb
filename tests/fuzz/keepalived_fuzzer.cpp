// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as keepalived.conf: no crash, and what was read can be written, validated and read again with the
// same result.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace lvsdeck;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::size_t half = text.find("\n====\n");
    std::vector<formats::SourceText> sources{{"lb1", "one", text.substr(0, half), ""}};
    if (half != std::string::npos)
        sources.push_back({"lb2", "two", text.substr(half + 6), "id"});
    const formats::Imported first = formats::readKeepalived(sources);
    (void)model::validate(first.cluster);
    if (!model::parseCluster(model::clusterText(first.cluster)))
        std::abort(); // a cluster must always be a document
    for (const model::Director& director : first.cluster.directors)
        (void)formats::readKeepalived({{"", "again", formats::writeKeepalived(first.cluster, director.id)->text, ""}});
    return 0;
}
