// SPDX-License-Identifier: GPL-3.0-or-later
// The same faults to keepalived and to the agent: the same states in the same order, each change within one interval of
// keepalived's.
#include "tests/lab/differential/arena_test.hpp"
#include "tests/lab/differential/film.hpp"

#include <iostream>

namespace lvsdeck::lab {
namespace {

struct Told {
    Scenes scenes;
    Milliseconds longestGap{};
    std::string logs;
};

Told tell(const Configuration& story, Kind kind) {
    Arena& here = arena();
    here.prepare(story);
    here.start(story, everywhere(story, kind));
    here.awaitQuiet(story, story.wait);
    std::map<std::string, const Host*> directors;
    for (const auto& name : story.directors)
        directors[name] = &here.lab().host(name);
    Film film(directors);
    for (const FaultLine& fault : story.faults) {
        std::this_thread::sleep_until(film.begin() + fault.at);
        here.inflict(fault, story);
    }
    std::this_thread::sleep_until(film.begin() + story.until);
    Told told;
    told.scenes = film.cut(story.blink);
    told.longestGap = film.longestGap();
    told.logs = here.logs(story);
    return told;
}

std::string compareStory(const Configuration& story) {
    // An interval and what a busy machine adds to it.
    const Milliseconds tolerance = story.interval + 400ms;
    std::string text;
    for (int attempt = 1; attempt <= 2; ++attempt) {
        const Told byKeepalived = tell(story, Kind::Keepalived);
        const Told byAgent = tell(story, Kind::Agent);
        const FilmComparison result = compare(byKeepalived.scenes, byAgent.scenes, tolerance);
        if (result.text.empty())
            return {};
        text = result.text + "\nkeepalived (longest time without a look " + std::to_string(byKeepalived.longestGap.count()) +
               " ms):\n" + toText(byKeepalived.scenes) + "\nagent (" + std::to_string(byAgent.longestGap.count()) +
               " ms):\n" + toText(byAgent.scenes) + "\n" + byKeepalived.logs + byAgent.logs;
        const bool starved = std::max(byKeepalived.longestGap, byAgent.longestGap) > 300ms;
        if (!result.onlyTimes && !starved)
            break;
        if (attempt == 1)
            std::cout << story.name << ": told once more, because "
                      << (starved ? "the machine was too busy to watch closely" : "only the times differ") << ": "
                      << result.text;
    }
    return text;
}

} // namespace

void registerStories() {
    registerCases("Story", "stories", {"server_dies_and_returns", "tracked_script", "peer_crashes"}, compareStory);
}

} // namespace lvsdeck::lab
