// SPDX-License-Identifier: GPL-3.0-or-later
// Twenty minutes of random faults on two agents, whose memory and descriptors must not grow. LVSDECK_SOAK_SECONDS makes it shorter
// for trying it; LVSDECK_SOAK_SEED repeats a run.
#include "tests/lab/differential/arena_test.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>

namespace lvsdeck::lab {
namespace {

struct Sample {
    long residentKb = 0;
    long descriptors = 0;
    std::map<std::string, long> kinds; ///< of the descriptors
};

/// inode -> "tcp", "netlink 0" …, of the process's own network.
std::map<std::string, std::string> socketsOf(const std::string& process) {
    std::map<std::string, std::string> out;
    for (const char* table : {"tcp", "udp", "icmp", "raw", "raw6", "packet", "netlink", "unix"}) {
        std::ifstream file(process + "/net/" + table);
        std::string line;
        std::getline(file, line); // the names of the columns
        while (std::getline(file, line)) {
            std::istringstream words(line);
            std::vector<std::string> columns;
            for (std::string word; words >> word;)
                columns.push_back(word);
            const std::string_view name = table;
            const std::size_t place = name == "netlink" ? 9 : name == "packet" ? 8 : name == "unix" ? 6 : 9;
            if (columns.size() > place)
                out[columns[place]] = name == "netlink" ? "netlink " + columns[1] : std::string(name);
        }
    }
    return out;
}

Sample sampleOf(pid_t pid) {
    const std::string process = "/proc/" + std::to_string(pid);
    Sample sample;
    std::ifstream status(process + "/status");
    for (std::string word; status >> word;)
        if (word == "VmRSS:") {
            status >> sample.residentKb;
            break;
        }
    const auto sockets = socketsOf(process);
    for (const auto& entry : std::filesystem::directory_iterator(process + "/fd")) {
        ++sample.descriptors;
        std::error_code gone; // closed meanwhile
        std::string what = std::filesystem::read_symlink(entry.path(), gone).string();
        if (const auto number = what.find('['); what.starts_with("socket:")) {
            const auto known = sockets.find(what.substr(number + 1, what.size() - number - 2));
            what = "socket " + (known == sockets.end() ? "not connected" : known->second);
        } else if (what.starts_with("pipe:")) {
            what = "pipe";
        }
        ++sample.kinds[gone ? "closed meanwhile" : what];
    }
    return sample;
}

/// The median of `part` over the samples [first, last).
template <class Part> long medianOf(const std::vector<Sample>& samples, std::size_t first, std::size_t last, Part part) {
    std::vector<long> values;
    for (std::size_t i = first; i < last; ++i)
        values.push_back(std::invoke(part, samples[i]));
    std::ranges::nth_element(values, values.begin() + std::ssize(values) / 2);
    return values[values.size() / 2];
}

/// A check in flight has one; a scan of the folder may meet one that is closed just then.
bool isOfACheck(const std::string& kind) {
    return kind == "socket tcp" || kind == "socket not connected" || kind == "closed meanwhile";
}
constexpr long checksInSoak = 3;

/// Faults that end by themselves or by the next of their kind; each leaves the cluster able to recover.
const std::vector<std::vector<std::string>>& faults() {
    static const std::vector<std::vector<std::string>> list = {
        {"server rs1 down", "server rs1 up"},
        {"server rs2 down", "server rs2 up"},
        {"pull lb1 eth0", "plug lb1 eth0"},
        {"directors apart now", "directors together again"},
        {"on lb1 ip address del 192.168.50.8/32 dev eth0 || true"},
        {"on lb2 ip link set dummy0 down", "on lb2 ip link set dummy0 up"},
        {"on lb1 ipvsadm -d -t 192.168.50.8:80 -r 192.168.50.9 || true"},
        {"reload lb1 |weight 2|weight 3|", "reload lb1 |weight 3|weight 2|"},
        {"reload lb2 |priority 100|priority 200|", "reload lb2 |priority 200|priority 100|"},
        {"on rs3 tc qdisc replace dev eth0 root netem delay 3s", "on rs3 tc qdisc del dev eth0 root"}};
    return list;
}

FaultLine faultFrom(const std::string& text) {
    FaultLine fault;
    std::istringstream words(text);
    for (std::string word; words >> word;)
        fault.words.push_back(word);
    const auto second = text.find(' ', text.find(' ') + 1);
    fault.rest = second == std::string::npos ? "" : text.substr(second + 1);
    return fault;
}

class Soak : public testing::Test {
public:
    void TestBody() override {
        const char* wanted = std::getenv("LVSDECK_SOAK_SECONDS");
        const auto length = std::chrono::seconds(wanted != nullptr ? std::atoi(wanted) : 1200);
        const char* chosen = std::getenv("LVSDECK_SOAK_SEED");
        const auto seed = chosen != nullptr ? static_cast<unsigned>(std::atoi(chosen)) : std::random_device{}();
        std::cout << "seed " << seed << ", " << length.count() << " s\n";
        std::mt19937 random(seed);

        const Configuration configuration =
            readConfiguration(std::filesystem::path(LVSDECK_SOURCE_FOLDER) / "tests/lab/differential/soak.conf");
        Arena& here = arena();
        here.prepare(configuration);
        here.start(configuration, everywhere(configuration, Kind::Agent));
        here.awaitQuiet(configuration, configuration.wait);

        // Who was master once has opened all that it ever opens: the socket for gratuitous ARP comes with the first announcement.
        for (const char* fault : {"pull lb1 eth0", "plug lb1 eth0"}) {
            here.inflict(faultFrom(fault), configuration);
            here.awaitQuiet(configuration, 6s);
        }

        std::map<std::string, std::vector<Sample>> samples;
        std::vector<std::size_t> stage(faults().size());
        const auto end = Clock::now() + length;
        int inflicted = 0;
        while (Clock::now() < end) {
            const std::size_t which = std::uniform_int_distribution<std::size_t>(0, faults().size() - 1)(random);
            here.inflict(faultFrom(faults()[which][stage[which]]), configuration);
            stage[which] = (stage[which] + 1) % faults()[which].size();
            ++inflicted;
            std::this_thread::sleep_for(Milliseconds(std::uniform_int_distribution<int>(500, 4000)(random)));
            for (const auto& director : configuration.directors)
                samples[director].push_back(sampleOf(here.on(director).pid()));
        }
        for (const auto& [director, list] : samples) {
            ASSERT_GE(list.size(), 10U);
            // The first fifth warms caches up; the second is held against the last.
            const std::size_t fifth = list.size() / 5;
            std::set<std::string> kinds;
            for (const Sample& sample : list)
                for (const auto& [kind, count] : sample.kinds)
                    kinds.insert(kind);
            for (const std::string& kind : kinds) {
                const auto count = [&](const Sample& sample) {
                    const auto found = sample.kinds.find(kind);
                    return found == sample.kinds.end() ? 0L : found->second;
                };
                const long before = medianOf(list, fifth, 2 * fifth, count);
                const long after = medianOf(list, list.size() - fifth, list.size(), count);
                const long most = count(*std::ranges::max_element(list, {}, count));
                std::cout << director << ": " << kind << " " << before << " -> " << after << ", at most " << most << "\n";
                if (isOfACheck(kind))
                    EXPECT_LE(most, checksInSoak) << director << ": " << kind;
                else
                    EXPECT_LE(after, before) << director << ": " << kind;
            }
            for (const auto& [name, part, slack] : {std::tuple{"resident kB", &Sample::residentKb, 1024L},
                                                    std::tuple{"descriptors", &Sample::descriptors, checksInSoak}}) {
                const long before = medianOf(list, fifth, 2 * fifth, part);
                const long after = medianOf(list, list.size() - fifth, list.size(), part);
                std::cout << director << ": " << name << " " << before << " -> " << after << " over " << inflicted
                          << " faults\n";
                EXPECT_LE(after, before + slack + before / 50) << director << ": " << name << " grow\n"
                                                               << here.logs(configuration);
            }
        }
    }
};

} // namespace

void registerSoak() {
    testing::RegisterTest("LongStorySoak", "MemoryAndDescriptorsStayFlatUnderRandomFaults", nullptr, nullptr, __FILE__,
                          __LINE__, []() -> testing::Test* { return new Soak; });
}

} // namespace lvsdeck::lab
