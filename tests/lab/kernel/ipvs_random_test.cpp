// SPDX-License-Identifier: GPL-3.0-or-later
// The same random operations, sensible and not, to the real and to the simulated kernel: they must give the same answers.
#include "agent/app/background_counters.hpp"
#include "agent/ipvs/counters_reader.hpp"
#include "agent/ipvs/netlink_ipvs.hpp"
#include "agent/ipvs/proc_file.hpp"
#include "agent/ipvs/reconcile.hpp"
#include "agent/ipvs/words.hpp"
#include "agent/simulated/simulated_ipvs.hpp"
#include "tests/support/random_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <sstream>
#include <thread>

#include <sys/resource.h>

namespace lvsdeck::ipvs {
namespace {

IpAddress ip(const char* text) { return *IpAddress::parse(text); }
void run(const std::string& command) { (void)!std::system(("(" + command + ") >/dev/null 2>&1").c_str()); }

class BothKernels : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(real.version());
        run("ipvsadm -C; ipvsadm --stop-daemon master; ipvsadm --stop-daemon backup");
        run("ip link add sync0 type dummy; ip link set sync0 up; ip address add 198.51.100.1/24 dev sync0");
        simulated.setInterfaces({"lo", "sync0"});
        // This kernel has no scheduler of that name.
        simulated.setSchedulers({"rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"});
    }
    void TearDown() override {
        run("ipvsadm --stop-daemon master; ipvsadm --stop-daemon backup; ipvsadm -C; ip link del sync0");
    }
    NetlinkIpvs real;
    simulated::SimulatedIpvs simulated;
};

class Operations {
public:
    explicit Operations(std::uint32_t seed) : m_random(seed) {}
    std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(m_random() % limit); }
    bool oneIn(std::uint32_t n) { return below(n) == 0; }
    template <class T, std::size_t N> T pick(const std::array<T, N>& from) { return from[below(N)]; }

    Operation next() {
        Operation operation;
        constexpr std::array types{OperationType::AddService,     OperationType::SetService,
                                   OperationType::RemoveService,  OperationType::AddDestination,
                                   OperationType::AddDestination, OperationType::SetDestination,
                                   OperationType::SetDestination, OperationType::RemoveDestination};
        operation.type = pick(types);
        operation.service = key();
        operation.serviceSettings = service(operation.service);
        operation.destination = destination(operation.service.family);
        operation.destinationSettings = settings();
        return operation;
    }

private:
    ServiceKey key() {
        ServiceKey out;
        out.family = oneIn(2) ? Family::V4 : Family::V6;
        if (oneIn(4)) {
            out.firewallMark = 1 + below(2);
            return out;
        }
        constexpr std::array protocols{model::Protocol::Tcp, model::Protocol::Udp, model::Protocol::Sctp};
        out.protocol = pick(protocols);
        out.address = out.family == Family::V4 ? ip("192.0.2.10") : ip("2001:db8::10");
        out.port = oneIn(8) ? std::uint16_t{0} : static_cast<std::uint16_t>(80 + below(2));
        return out;
    }
    ServiceSettings service(const ServiceKey& of) {
        constexpr std::array<const char*, 10> schedulers{"rr",    "wrr", "wlc", "sh",   "mh",
                                                         "lblcr", "fo",  "ovf", "none", "nosuch"};
        ServiceSettings out;
        out.scheduler = pick(schedulers);
        out.prefixLength = of.family == Family::V4 ? 32 : 128;
        if (oneIn(3)) {
            out.flags |= serviceFlagPersistent;
            out.persistenceTimeout = below(400);
            out.prefixLength = below(of.family == Family::V4 ? 33 : 131);
        }
        if (oneIn(6))
            out.persistenceEngine = oneIn(3) ? "nosuch" : "sip";
        if (oneIn(5))
            out.flags |= serviceFlagOnePacket;
        for (const std::uint32_t flag : {serviceFlagSched1, serviceFlagSched2, serviceFlagSched3})
            if (oneIn(5))
                out.flags |= flag;
        return out;
    }
    DestinationKey destination(Family of) {
        constexpr std::array<const char*, 5> v4{"192.0.2.20", "192.0.2.21", "224.0.0.9", "255.255.255.255", "127.0.0.1"};
        constexpr std::array<const char*, 4> v6{"2001:db8::20", "2001:db8::21", "ff02::1", "fe80::1"};
        const bool asV4 = (of == Family::V4) != oneIn(6);
        return {ip(asV4 ? v4[oneIn(4) ? below(5) : below(2)] : v6[oneIn(4) ? below(4) : below(2)]),
                static_cast<std::uint16_t>(80 * below(2))};
    }
    DestinationSettings settings() {
        constexpr std::array forwards{Forward::Masq, Forward::Tunnel, Forward::Route};
        DestinationSettings out;
        out.forward = pick(forwards);
        out.weight = oneIn(12) ? -1 : static_cast<std::int32_t>(below(70'000));
        if (oneIn(3)) {
            out.upperThreshold = below(10);
            out.lowerThreshold = below(10);
        }
        if (out.forward == Forward::Tunnel) {
            out.tunnelType = static_cast<std::uint8_t>(below(3));
            out.tunnelPort = out.tunnelType == tunnelGue && !oneIn(3) ? std::uint16_t{6080} : std::uint16_t{0};
            out.tunnelFlags = out.tunnelType == tunnelIpip ? std::uint16_t{0} : static_cast<std::uint16_t>(below(3));
        }
        return out;
    }
    std::mt19937 m_random;
};

/// What the kernel makes of an address of its own host is its own matter.
void setAsked(Table& table, const Table& asked) {
    for (auto& [key, service] : table)
        for (auto& [destination, settings] : service.destinations)
            if (settings.forward == Forward::Local)
                if (const auto known = asked.find(key); known != asked.end())
                    if (const auto server = known->second.destinations.find(destination);
                        server != known->second.destinations.end())
                        settings.forward = server->second.forward;
}

std::string firstDifference(const std::string& real, const std::string& simulated) {
    std::istringstream a(real);
    std::istringstream b(simulated);
    std::string lineA;
    std::string lineB;
    do {
        lineA.clear();
        lineB.clear();
        std::getline(a, lineA);
        std::getline(b, lineB);
    } while (lineA == lineB && (a || b));
    return "real: " + lineA + "\nsimulated: " + lineB;
}

TEST_F(BothKernels, GiveTheSameAnswersToTheSameRandomOperations) {
    std::size_t refused = 0;
    std::size_t done = 0;
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Operations random(seed);
        const bool syncing = seed % 3 == 0;
        if (syncing) {
            const SyncDaemon daemon{seed % 2 == 0 ? SyncRole::Master : SyncRole::Backup, "sync0", 3, {}, {}, {}, {}};
            const auto a = real.startSync(daemon);
            const auto b = simulated.startSync(daemon);
            ASSERT_EQ(a.has_value(), b.has_value()) << (a ? "" : a.error().text) << (b ? "" : b.error().text);
        }
        std::vector<Operation> operations;
        for (int i = 0; i < 120; ++i)
            operations.push_back(random.next());
        const auto failedReal = real.apply(operations);
        const auto failedSimulated = simulated.apply(operations);
        ASSERT_TRUE(failedReal && failedSimulated);
        const auto text = [&](const std::vector<IpvsPort::Failed>& failed) {
            std::string out;
            for (const auto& f : failed)
                out += std::to_string(f.index) + " " + operationText(operations[f.index]) + ": " + f.error.text + "\n";
            return out;
        };
        auto sorted = *failedReal;
        std::ranges::sort(sorted, {}, &IpvsPort::Failed::index);
        ASSERT_TRUE(text(sorted) == text(*failedSimulated)) << firstDifference(text(sorted), text(*failedSimulated));
        Table actual = *real.read();
        setAsked(actual, simulated.table());
        ASSERT_EQ(saveText(actual), saveText(simulated.table()));
        ASSERT_EQ(actual, simulated.table());
        EXPECT_TRUE(reconcile(simulated.table(), *real.read(), {}).empty()) << "a second reconcile would do something";
        refused += sorted.size();
        done += operations.size() - sorted.size();
        if (syncing)
            for (const SyncRole role : {SyncRole::Master, SyncRole::Backup}) {
                ASSERT_TRUE(real.stopSync(role));
                ASSERT_TRUE(simulated.stopSync(role));
            }
        if (seed % 10 == 0) {
            run("ipvsadm -C");
            for (const auto& entry : Table(simulated.table())) {
                Operation removal;
                removal.type = OperationType::RemoveService;
                removal.service = entry.first;
                ASSERT_EQ(simulated.change(removal), 0);
            }
        }
    }
    std::printf("%zu operations done, %zu refused, by both alike\n", done, refused);
    EXPECT_GT(refused, 500U);
    EXPECT_GT(done, 500U);
}

TEST_F(BothKernels, RunTheSameSyncDaemonsAndTimeouts) {
    const std::array daemons{
        SyncDaemon{SyncRole::Master, "sync0", 7, {}, {}, {}, {}},
        SyncDaemon{SyncRole::Master, "sync0", 7, {}, {}, {}, {}},
        SyncDaemon{SyncRole::Backup, "sync0", 7, std::uint16_t{900}, std::uint16_t{9000}, std::uint8_t{9}, ip("239.7.7.7")},
        SyncDaemon{SyncRole::Backup, "nosuch0", 1, {}, {}, {}, {}},
        SyncDaemon{SyncRole::Backup, "sync0", 1, {}, {}, {}, ip("192.0.2.1")},
    };
    for (const SyncDaemon& daemon : daemons) {
        if (daemon.interface == "nosuch0") {
            const auto stopped = real.stopSync(SyncRole::Backup);
            ASSERT_TRUE(stopped) << stopped.error().text;
            ASSERT_TRUE(simulated.stopSync(SyncRole::Backup));
        }
        const auto a = real.startSync(daemon);
        const auto b = simulated.startSync(daemon);
        ASSERT_EQ(a.has_value(), b.has_value());
        if (!a) {
            EXPECT_EQ(a.error().text, b.error().text);
        }
        EXPECT_EQ(*real.syncDaemons(), *simulated.syncDaemons());
    }
    EXPECT_TRUE(real.stopSync(SyncRole::Backup));
    ASSERT_TRUE(real.stopSync(SyncRole::Master));
    EXPECT_TRUE(real.syncDaemons()->empty());
    const Timeouts before = *real.timeouts();
    EXPECT_EQ(before, *simulated.timeouts());
    for (const Timeouts& timeouts : {Timeouts{600, 0, 0}, Timeouts{0, 60, 90}, before}) {
        ASSERT_TRUE(real.setTimeouts(timeouts) && simulated.setTimeouts(timeouts));
        EXPECT_EQ(*real.timeouts(), *simulated.timeouts());
    }
}

/// Stopped before its thread has run, the kernel does not acknowledge; whoever waits for that makes VRRP late.
TEST_F(BothKernels, StopADaemonThatHasHardlyStartedWithoutWaiting) {
    const SyncDaemon daemon{SyncRole::Backup, "sync0", 3, {}, {}, {}, {}};
    for (int i = 0; i < 100; ++i) {
        const auto started = real.startSync(daemon);
        ASSERT_TRUE(started) << started.error().text;
        const auto since = std::chrono::steady_clock::now();
        const auto stopped = real.stopSync(SyncRole::Backup);
        ASSERT_TRUE(stopped) << stopped.error().text;
        ASSERT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds(5));
        ASSERT_TRUE(real.syncDaemons()->empty());
    }
}

TEST_F(BothKernels, LookSeesWhatIpvsadmDoesAndNothingElse) {
    app::BackgroundCounters port;
    Operation service;
    service.service = {0, Family::V4, model::Protocol::Tcp, ip("192.0.2.10"), 80};
    service.serviceSettings = {"wrr", 0, 0, 32, ""};
    Operation server = service;
    server.type = OperationType::AddDestination;
    server.destination = {ip("192.0.2.20"), 80};
    ASSERT_TRUE(port.apply({service, server})->empty());
    const auto look = [&] {
        (void)port.look();
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return port.look();
    };
    const auto first = look();
    ASSERT_TRUE(first && *first);
    EXPECT_EQ(**first, *port.read());
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    (void)port.look();
    EXPECT_FALSE(look().has_value()) << "nothing changed";
    run("ipvsadm -e -t 192.0.2.10:80 -r 192.0.2.20:80 -g -w 9");
    const auto changed = look();
    ASSERT_TRUE(changed && *changed);
    EXPECT_EQ((*changed)->begin()->second.destinations.begin()->second.weight, 9);
    EXPECT_EQ(port.counters()->connections->front().weight, 9);
}

double processor() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double childrenProcessor() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const auto s = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    return s(usage.ru_utime) + s(usage.ru_stime);
}

TEST_F(BothKernels, ReadingConnectionsIsAFractionOfADumpAndOfIpvsadm) {
    Table table;
    for (std::uint32_t s = 0; s < 1000; ++s) {
        const ServiceKey key{0, Family::V4, model::Protocol::Tcp, IpAddress::v4(0x0a010000U + s), 80};
        table[key].settings = {"wrr", 0, 0, 32, ""};
        for (std::uint32_t d = 0; d < 20; ++d)
            table[key].destinations[{IpAddress::v4(0x0a020000U + s * 20 + d), 80}].weight = static_cast<std::int32_t>(d + 1);
    }
    ASSERT_TRUE(real.apply(reconcile(table, {}, {}))->empty());
    CountersReader reader(real);
    double since = processor();
    auto counters = reader.dump();
    const double dump = processor() - since;
    ASSERT_TRUE(counters);
    since = processor();
    ASSERT_TRUE(reader.refresh());
    const double quick = processor() - since;
    since = processor();
    const auto proc = readProcFile();
    std::vector<Connections> connections = *counters->connections;
    ASSERT_TRUE(proc && overlay(*counters->traffic, *proc, connections));
    const double text = processor() - since;
    const double before = childrenProcessor();
    run("ipvsadm -ln");
    const double theirs = childrenProcessor() - before;
    std::printf("1,000 x 20, processor seconds: dump %.3f, /proc %.3f, structs %.3f, ipvsadm -ln %.3f: 1/%.0f of ipvsadm\n",
                dump, text, quick, theirs, theirs / quick);
    EXPECT_LT(text * 2, dump);
    EXPECT_LT(quick * 1.5, text);
    EXPECT_LT(quick * 10, theirs);
}

} // namespace
} // namespace lvsdeck::ipvs
