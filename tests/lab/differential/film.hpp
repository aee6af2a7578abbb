// SPDX-License-Identifier: GPL-3.0-or-later
// The states that directors went through, with their times: a thread glances at them every 20 ms while a story is told. A state
// that lasted less than `blink` is part of the change and not a state: programs change a table and an address in steps.
#pragma once

#include "tests/lab/differential/recording.hpp"

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace lvsdeck::lab {

struct Scene {
    Milliseconds at{}; ///< since the film began
    std::string state;
};

/// By "lb1 addresses", "lb1 states", "lb1 TCP 0A091E01:0050" for a service and "… -> C0A83209:0050" for one of its servers.
using Scenes = std::map<std::string, std::vector<Scene>>;

class Film {
public:
    explicit Film(std::map<std::string, const Host*> directors);
    ~Film();
    Film(const Film&) = delete;
    Film& operator=(const Film&) = delete;

    [[nodiscard]] Clock::time_point begin() const { return m_begin; }
    /// Ends the recording.
    [[nodiscard]] Scenes cut(Milliseconds blink);
    /// The longest time between two glances: how far the times can be trusted.
    [[nodiscard]] Milliseconds longestGap() const { return m_longestGap; }

private:
    void roll();
    void addTable(const std::string& director, const std::string& table, Milliseconds at);

    std::map<std::string, const Host*> m_directors;
    Clock::time_point m_begin = Clock::now();
    Scenes m_raw;
    Milliseconds m_end{}, m_longestGap{};
    int m_glances = 0; ///< rounds over all directors
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

/// Empty when both films show the same states and no change is further away than `tolerance` from its counterpart; otherwise what
/// differs. `onlyTimes` is set when the states agree.
struct FilmComparison {
    std::string text;
    bool onlyTimes = false;
};
[[nodiscard]] FilmComparison compare(const Scenes& wanted, const Scenes& seen, Milliseconds tolerance);
[[nodiscard]] std::string toText(const Scenes& scenes);

} // namespace lvsdeck::lab
