// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/ip_address.hpp"

#include <gtest/gtest.h>

namespace lvsdeck {
namespace {

TEST(IpAddress, PrintsWhatItReadsInTheShortestForm) {
    const std::vector<std::pair<std::string, std::string>> cases{{"192.168.50.8", "192.168.50.8"},
                                                                 {"0.0.0.0", "0.0.0.0"},
                                                                 {"255.255.255.255", "255.255.255.255"},
                                                                 {"::", "::"},
                                                                 {"::1", "::1"},
                                                                 {"2001:DB8::0:10", "2001:db8::10"},
                                                                 {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
                                                                 {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
                                                                 {"::ffff:10.0.0.1", "::ffff:a00:1"},
                                                                 {"fe80::", "fe80::"},
                                                                 {"1::2:0:0:3", "1::2:0:0:3"}};
    for (const auto& [text, shortest] : cases) {
        const auto address = IpAddress::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->toString(), shortest) << text;
    }
}

TEST(IpAddress, RefusesWhatIsNotAnAddress) {
    for (const char* text :
         {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "host", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
          "1:2:3:4:5:6:7:8:9", "12345::", "fe80::1%eth0", "1:2:3:4:5:6:7:8::", "::1.2.3"}) {
        const auto address = IpAddress::parse(text);
        EXPECT_FALSE(address) << text;
    }
}

TEST(IpAddress, ComparesPrefixes) {
    const auto a = *IpAddress::parse("10.1.2.3");
    EXPECT_TRUE(a.sharesPrefix(*IpAddress::parse("10.1.2.200"), 24));
    EXPECT_FALSE(a.sharesPrefix(*IpAddress::parse("10.1.3.3"), 24));
    EXPECT_TRUE(a.sharesPrefix(*IpAddress::parse("10.1.3.3"), 23));
    EXPECT_FALSE(a.sharesPrefix(*IpAddress::parse("::1"), 0));
}

} // namespace
} // namespace lvsdeck
