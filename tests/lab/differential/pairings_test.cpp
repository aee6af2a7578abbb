// SPDX-License-Identifier: GPL-3.0-or-later
// One director runs keepalived and the other the agent, both from the same file, and neither can tell that the other is not of its
// kind: they elect, hand over, fail over and take back.
#include "tests/lab/differential/arena_test.hpp"

#include <algorithm>

namespace lvsdeck::lab {
namespace {

/// "lb1", "lb2", "lb1+lb2" or "": who has all of the pairing's addresses; "some" after a name when it has not all.
std::string holders(const Configuration& pairing) {
    std::string out;
    for (const auto& director : pairing.directors) {
        const auto has = std::ranges::count_if(
            pairing.virtualAddresses, [&](const auto& address) { return arena().lab().host(director).hasAddress(address); });
        if (has > 0)
            out += (out.empty() ? "" : "+") + director + (has < std::ssize(pairing.virtualAddresses) ? " has some" : "");
    }
    return out;
}

std::string play(const Configuration& pairing, const std::map<std::string, Kind>& kinds) {
    Arena& here = arena();
    here.prepare(pairing);
    here.start(pairing, kinds);
    const auto expect = [&](const std::string& master, const std::string& after, Milliseconds limit) {
        if (!eventually(
                limit, [&] { return holders(pairing) == master; }, 50ms) ||
            !throughout(1500ms, [&] { return holders(pairing) == master; }))
            throw LabError("after " + after + " the addresses should be on " + master + ", but they are on \"" +
                           holders(pairing) + "\"");
    };
    expect("lb1", "the start", 15s);
    here.on("lb1").stop();
    expect("lb2", "lb1's goodbye", 5s);
    here.on("lb1").start(pairing);
    expect("lb1", "lb1's return", 15s);
    here.on("lb1").crash();
    expect("lb2", "lb1's crash", 8s);
    here.on("lb1").start(pairing);
    expect("lb1", "lb1's second return", 15s);
    return {};
}

std::string playBoth(const Configuration& pairing) {
    std::string text;
    for (const Kind first : {Kind::Agent, Kind::Keepalived}) {
        const Kind second = first == Kind::Agent ? Kind::Keepalived : Kind::Agent;
        try {
            text += play(pairing, {{"lb1", first}, {"lb2", second}});
        } catch (const LabError& problem) {
            text += "with the " + toText(first) + " on lb1: " + problem.what() + "\n" + arena().logs(pairing);
        }
    }
    return text;
}

} // namespace

void registerPairings() { registerCases("Pairing", "pairings", {"v2_pass"}, playBoth); }

} // namespace lvsdeck::lab
