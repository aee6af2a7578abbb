// SPDX-License-Identifier: GPL-3.0-or-later
// Two whole agents on one simulated segment in virtual time, with everything that can happen to them in a day: what fails, what
// people do, who looks on. Random by its seed alone. What each agent keeps in memory is counted apart. One thread.
#pragma once

#include "agent/api/session.hpp"
#include "agent/simulated/simulated_checks.hpp"
#include "agent/simulated/simulated_classic.hpp"
#include "agent/simulated/simulated_host.hpp"
#include "agent/simulated/simulated_ipvs.hpp"
#include "agent/simulated/simulated_network.hpp"
#include "agent/simulated/simulated_network_config.hpp"
#include "agent/simulated/simulated_scripts.hpp"
#include "agent/simulated/simulated_store.hpp"
#include "agent/simulated/simulated_system.hpp"
#include "tests/simulation/live_memory.hpp"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace lvsdeck::simulation {

/// The clocks of one director, and the count of what it keeps: everything that a timer of its runs is its turn.
class OwnRuntime final : public Runtime {
public:
    OwnRuntime(simulated::SimulatedTime& time, std::size_t owner) : m_inner(time), m_owner(owner) {}
    [[nodiscard]] Instant now() const override { return m_inner.now(); }
    [[nodiscard]] std::int64_t wallUs() const override { return m_inner.wallUs() + m_step.count(); }
    [[nodiscard]] Timer after(Duration delay, std::function<void()> work) override;
    void post(std::function<void()> work) override;
    /// The wall clock is this far from the true one.
    void setStep(Duration step) { m_step = step; }

private:
    simulated::SimulatedRuntime m_inner;
    std::size_t m_owner;
    Duration m_step{0};
};

/// The same for what the network brings.
class OwnVrrp final : public VrrpPort {
public:
    OwnVrrp(VrrpPort& inner, std::size_t owner) : m_inner(inner), m_owner(owner) {}
    [[nodiscard]] Result<std::unique_ptr<VrrpEndpoint>> open(const Listening& listening,
                                                             std::function<void(const ReceivedAdvert&)> received) override;

private:
    VrrpPort& m_inner;
    std::size_t m_owner;
};

/// What lies on the disk is not in the agent's memory.
class OutsideStore final : public StorePort {
public:
    explicit OutsideStore(StorePort& inner) : m_inner(inner) {}
    [[nodiscard]] Result<std::optional<std::string>> read(const std::string& name) override { return m_inner.read(name); }
    [[nodiscard]] Result<void> write(const std::string& name, const std::string& text) override;
    [[nodiscard]] Result<void> remove(const std::string& name) override { return m_inner.remove(name); }
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) override { return m_inner.list(folder); }

private:
    StorePort& m_inner;
};

/// Nobody measures anything here.
class NoProbes final : public ProbePort {
public:
    [[nodiscard]] Result<std::unique_ptr<RunningProbe>> run(const rpc::ProbeRunParams& params,
                                                            std::function<void(rpc::ProbeNews)> news) override;
};

/// A console that looks on: it subscribes, and keeps the state as a console does.
class Viewer {
public:
    Viewer(api::Services& services, std::uint32_t intervalMs, bool reads);
    /// Takes what waits for it; from then on it reads at once.
    void read();
    void say(const std::string& line) { m_session.receive(line); }
    [[nodiscard]] bool isDismissed() const { return m_dismissed; }
    [[nodiscard]] bool isReading() const { return m_reads; }
    /// Something that it got did not fit what it had.
    [[nodiscard]] bool isBroken() const { return m_broken; }
    [[nodiscard]] const rpc::State& state() const { return m_state; }

private:
    void take(const std::string& line);
    bool m_reads;
    bool m_dismissed = false;
    bool m_broken = false;
    std::size_t m_waiting = 0;
    rpc::State m_state;
    api::Session m_session;
};

struct PairDirector {
    PairDirector(simulated::SimulatedTime& time, simulated::SimulatedSegment& segment, simulated::SimulatedNetwork& network,
                 std::string id, std::size_t owner);

    std::string name;
    std::size_t owner;
    simulated::CrashPoint crash;
    OwnRuntime runtime;
    simulated::SimulatedHost host;
    OwnVrrp vrrp;
    simulated::SimulatedNetworkConfig networkConfig;
    simulated::SimulatedScripts scripts;
    simulated::SimulatedSystem system;
    simulated::SimulatedChecks checks;
    simulated::SimulatedIpvs ipvs;
    simulated::SimulatedClassic classic;
    simulated::SimulatedStore persistent;
    simulated::SimulatedStore transient;
    OutsideStore persistentOutside{persistent};
    OutsideStore transientOutside{transient};
    NoProbes probes;
    std::unique_ptr<core::Engine> engine; ///< null: not running
    std::unique_ptr<api::Services> services;
    std::vector<std::unique_ptr<Viewer>> viewers;
    std::string drill; ///< the lease that somebody holds; empty: nobody
    std::uint64_t starts = 0;
};

/// What must not grow, of both directors, at a quiet moment.
struct Sample {
    std::array<Live, 2> memory;
    std::map<std::string, std::size_t> sizes;
};

class PairWorld {
public:
    explicit PairWorld(std::uint64_t seed);
    ~PairWorld();
    PairWorld(const PairWorld&) = delete;
    PairWorld& operator=(const PairWorld&) = delete;

    void run(Duration duration);
    /// One random thing happens to one of them, or to the network. The first one is only stopped while `mayRestartFirst`.
    void anything(bool mayRestartFirst);
    /// Fills what is kept up to a limit: events, transitions, revisions, peers, rows of foreign services.
    void fill();
    /// Everything is repaired, everybody goes home, the cluster of the beginning is in force.
    void heal();
    /// Waits until both are as they should be; a breach when they are not after this time.
    void settle(Duration limit);
    /// At a settled moment.
    [[nodiscard]] Sample sample();

    /// What went wrong; empty: nothing.
    [[nodiscard]] const std::string& breach() const { return m_breach; }
    [[nodiscard]] Instant now() const { return m_time.now(); }
    [[nodiscard]] Duration longestSettling() const { return m_longestSettling; }
    /// Faults by name.
    [[nodiscard]] const std::map<std::string, std::uint64_t>& inflicted() const { return m_inflicted; }
    [[nodiscard]] std::uint64_t starts() const { return m_directors[0]->starts + m_directors[1]->starts; }
    /// A number made of all that both logged: two runs of one seed have the same.
    [[nodiscard]] std::uint64_t fingerprint() const { return m_fingerprint; }
    [[nodiscard]] std::size_t pick(std::size_t below) { return below == 0 ? 0 : m_random() % below; }
    [[nodiscard]] Duration between(Duration least, Duration most);

private:
    struct Fault {
        const char* name;
        unsigned weight;
        void (PairWorld::*inflict)(PairDirector& who);
    };
    static const std::vector<Fault>& faults();

    void start(PairDirector& who);
    void kill(PairDirector& who);
    void kill(PairDirector& who, vrrp::Stop how);
    void startLater(PairDirector& who);
    /// Calls `work` as the director, which may die in it.
    void as(PairDirector& who, const std::function<void(core::Engine&)>& work);
    /// In force now; that it cannot be read is a breach.
    [[nodiscard]] rpc::ConfigDocument documentOf(core::Engine& engine);
    void crashed();
    void clearDay(PairDirector& who);
    [[nodiscard]] std::string differenceOf(PairDirector& who);
    [[nodiscard]] std::string whatIsWrong();
    void awaitSilence();
    void lookersAgree(PairDirector& who);
    [[nodiscard]] std::string lastEvents() const;

    // pair_faults.cpp: what fails
    void serverFails(PairDirector& who);
    void networkIsBad(PairDirector& who);
    void networkParts(PairDirector& who);
    void cableIsPulled(PairDirector& who);
    void linkFails(PairDirector& who);
    void addressIsTaken(PairDirector& who);
    void trackedThingFails(PairDirector& who);
    void kernelRefuses(PairDirector& who);
    void diskIsFull(PairDirector& who);
    void tableIsChanged(PairDirector& who);
    void foreignServiceComes(PairDirector& who);
    void strangersSpeak(PairDirector& who);
    void clockSteps(PairDirector& who);
    void tellingFails(PairDirector& who);
    void restarts(PairDirector& who);
    void crashesInTheMiddle(PairDirector& who);
    // pair_people.cpp: what people do
    void somebodyApplies(PairDirector& who);
    void somebodyConfirms(PairDirector& who);
    void somebodyReverts(PairDirector& who);
    void somebodySetsAServer(PairDirector& who);
    void somebodyMaintains(PairDirector& who);
    void somebodyDrills(PairDirector& who);
    void somebodyChecks(PairDirector& who);
    void somebodyLooksOn(PairDirector& who);
    void somebodyTalksNonsense(PairDirector& who);
    [[nodiscard]] model::Cluster changedCluster();

    std::mt19937_64 m_random;
    simulated::SimulatedTime m_time;
    simulated::SimulatedSegment m_segment;
    simulated::SimulatedNetwork m_network;
    std::array<std::unique_ptr<PairDirector>, 2> m_directors;
    PairDirector* m_armed = nullptr; ///< whose crash is set up
    bool m_mayRestartFirst = true;
    std::string m_breach;
    std::string m_story; ///< the last things that happened
    Duration m_longestSettling{0};
    std::map<std::string, std::uint64_t> m_inflicted;
    std::uint64_t m_fingerprint = 14695981039346656037ULL;
};

/// What both keep in force when nobody changes anything: three instances, two of them in a sync group, three services.
[[nodiscard]] model::Cluster pairCluster();

} // namespace lvsdeck::simulation
