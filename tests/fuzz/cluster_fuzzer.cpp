// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a cluster document: no crash, and an accepted one is the same after writing and reading.
#include "common/model/diff.hpp"
#include "common/model/effective.hpp"
#include "common/model/validate.hpp"
#include "tests/fuzz/chosen.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace lvsdeck;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cluster = model::parseCluster(text);
    if (!cluster)
        return 0;
    (void)model::validate(*cluster);
    if (!fuzz::chosenForRoundTrip(text))
        return 0;
    const auto again = model::parseCluster(model::clusterText(*cluster));
    if (!again || *again != *cluster || !model::diff(*cluster, *again).empty())
        std::abort();
    for (const model::Director& director : cluster->directors)
        (void)model::effective(*cluster, director.id);
    return 0;
}
