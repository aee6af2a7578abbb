// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that want to cost too much: the reader answers with a clear error, in linear time, with bounded output.
#include "common/formats/keepalived/reader.hpp"
#include "common/formats/keepalived/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <map>

namespace lvsdeck::formats {
namespace {

Imported read(const std::string& text, const Resolver& resolver = {}) {
    return readKeepalived({{"lb1", "one.conf", text, ""}}, resolver);
}

bool says(const Imported& in, std::string_view text) {
    return std::ranges::any_of(in.diagnostics, [&](const Diagnostic& d) { return d.text.contains(text); });
}

std::string repeated(std::string_view text, std::size_t often) {
    std::string out;
    out.reserve(text.size() * often);
    for (std::size_t i = 0; i < often; ++i)
        out += text;
    return out;
}

std::string numbered(std::size_t count, const std::function<std::string(const std::string&)>& line) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += line(std::to_string(i));
    return out;
}

double processorSeconds(const std::function<void()>& work) {
    const std::clock_t begin = std::clock();
    work();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

using Text = std::function<std::string(std::size_t)>; ///< of a length
using Named = std::pair<const char*, Text>;

/// That `work` with eight times the text takes about eight times as long.
void expectProportion(const Named& named, const std::function<void(const std::string&)>& work) {
    constexpr std::size_t small = 4000;
    const auto& [name, text] = named;
    const auto seconds = [&](std::size_t n) {
        const std::string all = text(n);
        return processorSeconds([&] { work(all); });
    };
    (void)seconds(small / 4); // warm
    const double one = seconds(small);
    const double eight = seconds(8 * small);
    // 64 times if it were quadratic; below 20 ms the clock counts more than the work.
    EXPECT_LT(eight, 30 * std::max(one, 0.02))
        << name << ": " << one << " s, then " << eight << " s for eight times as much";
}

TEST(KeepalivedBounds, RefusesFiftyMegabytes) {
    const Imported in = read(std::string(50U << 20U, 'x'));
    EXPECT_TRUE(says(in, "more than 16 MiB"));
    EXPECT_TRUE(in.cluster.passthrough.empty());
}

TEST(KeepalivedBounds, EndsDeepNesting) {
    EXPECT_TRUE(says(read(repeated("a {", 100'000)), "deep"));
    EXPECT_TRUE(says(read(repeated("a {\n", 100'000) + repeated("}\n", 100'000)), "deep"));
    EXPECT_TRUE(says(read(repeated("}", 100'000)), "too many"));
}

TEST(KeepalivedBounds, EndsLoopsThatMultiply) {
    const Imported in = read(repeated("~SEQ(A,60000) ~SEQ(B,60000) ~SEQ(C,60000) a${A}${B}${C}\n", 3));
    EXPECT_TRUE(says(in, "without end"));
    EXPECT_LT(in.cluster.passthrough.size(), 400'000U);
    EXPECT_TRUE(says(read(repeated("~SEQ(X,1,65537) x\n", 1000)), "is not understood"));
}

TEST(KeepalivedBounds, EndsDefinitionsThatMultiply) {
    std::string lines = "$A0=x\\\ny\n";
    for (int i = 1; i < 15; ++i)
        lines += "$A" + std::to_string(i) + "=" + repeated("$A" + std::to_string(i - 1) + "\\\n", 9) + "z\n";
    EXPECT_TRUE(says(read(lines + "$A14\n"), "without end"));
    EXPECT_TRUE(says(read("$A=" + repeated("word\\\n", 100'000) + "end\n" + repeated("$A\n", 100'000)), "without end"));
    EXPECT_TRUE(says(read("$A=$A\nx $A\n"), "without end"));
    EXPECT_TRUE(says(read("$A=1\nx " + repeated("$A ", 3'000'000)), "without end"));
}

TEST(KeepalivedBounds, EndsIncludesThatMultiply) {
    std::size_t asked = 0;
    const Resolver two = [&](const std::string&, const std::string&) -> Result<std::vector<SourceText>> {
        ++asked;
        const std::string a = std::to_string(asked);
        return std::vector<SourceText>{{"", a + "a", "include x\ninclude y\n", ""}, {"", a + "b", "include x\n", ""}};
    };
    EXPECT_TRUE(says(read("include x\n", two), "too"));
    EXPECT_LT(asked, 5000U);
    const Resolver big = [](const std::string& name, const std::string&) -> Result<std::vector<SourceText>> {
        return std::vector<SourceText>{{"", name, std::string(3U << 20U, '#'), ""}};
    };
    EXPECT_TRUE(
        says(read("include a\ninclude b\ninclude c\ninclude d\ninclude e\ninclude f\n", big), "with those that include it"));
}

TEST(KeepalivedBounds, ReadsBytesThatAreNoText) {
    std::string bytes;
    for (unsigned i = 0; i < 1'000'000; ++i)
        bytes += static_cast<char>((i * 7919U + i / 1000) % 256);
    const Imported in = read(bytes);
    EXPECT_TRUE(says(in, "NUL bytes"));
    EXPECT_TRUE(says(in, "not UTF-8"));
    EXPECT_TRUE(model::parseCluster(model::clusterText(in.cluster)).has_value());
}

TEST(KeepalivedBounds, ListsOnlySoManyFindings) {
    const Imported in = read(numbered(50'000, [](const std::string& i) { return "unknown" + i + " x\n"; }));
    EXPECT_LT(in.diagnostics.size(), 11'000U);
    EXPECT_EQ(in.cluster.passthrough.size(), 50'000U);
    EXPECT_TRUE(says(in, "so many more findings"));
}

TEST(KeepalivedBounds, TakesTimeInProportion) {
    const Named texts[] = {
        {"one line", [](std::size_t n) { return std::string(n * 100, 'x'); }},
        {"one line of braces", [](std::size_t n) { return repeated("a{@^q{~S{$A{include{", n); }},
        {"one line of uses", [](std::size_t n) { return "$A=x\n" + repeated("b${C}{", n * 2); }},
        {"scripts",
         [](std::size_t n) {
             return numbered(n, [](const std::string& i) { return "vrrp_script s" + i + " { script /bin/true }\n"; });
         }},
        {"instances in groups",
         [](std::size_t n) {
             return "vrrp_sync_group g { group {\n" + numbered(n, [](const std::string& i) { return "v" + i + "\n"; }) +
                    "} }\n" + numbered(n, [](const std::string& i) {
                        return "vrrp_instance v" + i + " { interface e\n virtual_router_id 1 }\n";
                    });
         }},
        {"groups and services",
         [](std::size_t n) {
             return numbered(n, [](const std::string& i) {
                 return "virtual_server_group g" + i + " { 10.0.0.1 80 }\nvirtual_server group g" + i +
                        " { protocol TCP\n real_server 10.0.0.2 80 { } }\n";
             });
         }},
        {"services of one group",
         [](std::size_t n) {
             return "virtual_server_group g {\n" + numbered(n, [](const std::string& i) { return "fwmark 1" + i + "\n"; }) +
                    "}\nvirtual_server group g {\n" +
                    numbered(n,
                             [](const std::string& i) {
                                 return "real_server 10." + std::to_string(std::stoi(i) / 60000) + "." +
                                        std::to_string(std::stoi(i) / 250 % 240) + "." + std::to_string(std::stoi(i) % 250) +
                                        " 80 { }\n";
                             }) +
                    "}\n";
         }},
        {"comments", [](std::size_t n) { return "global_defs {\n" + repeated("# c\nrouter_id x # d\n", n) + "}\n"; }},
        {"definitions",
         [](std::size_t n) { return numbered(n, [](const std::string& i) { return "$A" + i + "=x\ny $A" + i + "\n"; }); }},
    };
    for (const Named& named : texts)
        expectProportion(named, [](const std::string& text) { (void)read(text); });
}

const std::string member = " interface e\n virtual_router_id 1\n";

/// What has to be found again among many: by groups, by members, by another director's file, by the writer.
const Named manyOfAKind[] = {
    {"groups without instances",
     [](std::size_t n) {
         return numbered(n, [](const std::string& i) { return "vrrp_sync_group g" + i + " { group { v" + i + " } }\n"; });
     }},
    {"instances of one group",
     [](std::size_t n) {
         return "vrrp_sync_group g { group {\n" + numbered(n, [](const std::string& i) { return "v" + i + "\n"; }) +
                "} }\n" + numbered(n, [](const std::string& i) { return "vrrp_instance v" + i + " {\n" + member + "}\n"; });
     }},
    {"tracked interfaces",
     [](std::size_t n) {
         return "vrrp_instance v {\n" + member + " track_interface {\n" +
                numbered(n, [](const std::string& i) { return "e" + i + "\n"; }) + "}\n}\n";
     }},
    {"tracked scripts",
     [](std::size_t n) {
         return numbered(n, [](const std::string& i) { return "vrrp_script s" + i + " { script /bin/true }\n"; }) +
                "vrrp_instance v {\n" + member + " track_script {\n" +
                numbered(n, [](const std::string& i) { return "s" + i + "\n"; }) + "}\n}\n";
     }},
    {"static entries and their groups",
     [](std::size_t n) {
         return numbered(n / 4,
                         [](const std::string& i) {
                             return "vrrp_instance v" + i + " {\n" + member + "}\ntrack_group g" + i + " { group { v" + i +
                                    " } }\n";
                         }) +
                "static_rules {\n" +
                numbered(n,
                         [](const std::string& i) {
                             return "from 10.0.0.0/8 iif e table " + std::to_string(1 + std::stoi(i)) + " track_group g" +
                                    i + "\n";
                         }) +
                "}\n";
     }},
};

TEST(KeepalivedBounds, MergesInProportion) {
    for (const Named& named : manyOfAKind)
        expectProportion(named, [](const std::string& text) {
            (void)readKeepalived({{"lb1", "one.conf", text, ""}, {"lb2", "two.conf", "# the other\n" + text, ""}});
        });
}

TEST(KeepalivedBounds, WritesInProportion) {
    for (const Named& named : manyOfAKind) {
        std::map<std::size_t, model::Cluster> clusters; // by the length of the text
        const Text text = [&](std::size_t n) {
            std::string all = named.second(n);
            clusters[all.size()] = read(all).cluster;
            return all;
        };
        expectProportion({named.first, text}, [&](const std::string& all) {
            EXPECT_TRUE(writeKeepalived(clusters.at(all.size()), "lb1").has_value());
        });
    }
}

} // namespace
} // namespace lvsdeck::formats
