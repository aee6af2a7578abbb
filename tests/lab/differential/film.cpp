// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/differential/film.hpp"

#include <algorithm>
#include <sstream>

namespace lvsdeck::lab {
namespace {

void add(std::vector<Scene>& scenes, Milliseconds at, const std::string& state) {
    if (scenes.empty() || scenes.back().state != state)
        scenes.push_back({at, state});
}

/// Without what lasted shorter than `blink`, and without the repetitions that come of it.
std::vector<Scene> withoutBlinks(const std::vector<Scene>& raw, Milliseconds end, Milliseconds blink) {
    std::vector<Scene> out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const Milliseconds until = i + 1 < raw.size() ? raw[i + 1].at : end;
        if (until - raw[i].at >= blink || i + 1 == raw.size())
            add(out, raw[i].at, raw[i].state);
    }
    return out;
}

std::string indented(const std::string& text) {
    std::string out = "        ";
    for (const char letter : text) {
        out += letter;
        if (letter == '\n')
            out += "        ";
    }
    return out.substr(0, out.find_last_not_of(' ') + 1);
}

} // namespace

Film::Film(std::map<std::string, const Host*> directors) : m_directors(std::move(directors)), m_thread([this] { roll(); }) {}

Film::~Film() {
    m_stop = true;
    if (m_thread.joinable())
        m_thread.join();
}

void Film::addTable(const std::string& director, const std::string& table, Milliseconds at) {
    // Each server by itself: in which order several change depends on when each is asked next, which is chance.
    std::map<std::string, std::string> now;
    std::istringstream lines(table);
    std::string service;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string first, second, rest;
        words >> first >> second;
        std::getline(words, rest);
        if (line.starts_with("  "))
            now[director + " " + service + " -> " + first] = second + rest;
        else
            now[director + " " + (service = first + " " + second)] = "there" + rest;
    }
    for (auto& [what, scenes] : m_raw)
        if (what.starts_with(director + " ") && !now.contains(what) && !what.ends_with(" addresses") &&
            !what.ends_with(" states"))
            add(scenes, at, "absent");
    for (const auto& [what, state] : now) {
        auto& scenes = m_raw[what];
        if (scenes.empty() && m_glances > 0)
            scenes.push_back({Milliseconds(0), "absent"});
        add(scenes, at, state);
    }
}

void Film::roll() {
    auto next = m_begin;
    auto previous = m_begin;
    while (!m_stop) {
        const auto now = Clock::now();
        const auto at = std::chrono::duration_cast<Milliseconds>(now - m_begin);
        m_longestGap = std::max(m_longestGap, std::chrono::duration_cast<Milliseconds>(now - previous));
        previous = now;
        for (const auto& [name, host] : m_directors) {
            const Glance glance = glanceAt(*host);
            addTable(name, glance.table, at);
            add(m_raw[name + " addresses"], at, glance.addresses);
            add(m_raw[name + " states"], at, glance.states);
        }
        m_end = at;
        ++m_glances;
        next = std::max(next + 20ms, Clock::now());
        std::this_thread::sleep_until(next);
    }
}

Scenes Film::cut(Milliseconds blink) {
    m_stop = true;
    m_thread.join();
    Scenes out;
    for (const auto& [what, raw] : m_raw)
        out[what] = withoutBlinks(raw, m_end, blink);
    return out;
}

FilmComparison compare(const Scenes& wanted, const Scenes& seen, Milliseconds tolerance) {
    FilmComparison result{{}, true};
    const std::vector<Scene> never;
    for (const auto& [what, scenes] : seen)
        if (!wanted.contains(what)) {
            result.text += what + ": only with the agent\n";
            result.onlyTimes = false;
        }
    for (const auto& [what, scenes] : wanted) {
        const auto found = seen.find(what);
        const auto& others = found == seen.end() ? never : found->second;
        const bool sameStates = std::ranges::equal(scenes, others, {}, &Scene::state, &Scene::state);
        result.onlyTimes = result.onlyTimes && sameStates;
        if (!sameStates) {
            result.text += what + ": other states\n";
            continue;
        }
        for (std::size_t i = 0; i < scenes.size(); ++i)
            if (const auto apart = std::chrono::abs(scenes[i].at - others[i].at); apart > tolerance)
                result.text += what + ": change " + std::to_string(i) + " is " + std::to_string(apart.count()) +
                               " ms apart, more than " + std::to_string(tolerance.count()) + "\n";
    }
    return result;
}

std::string toText(const Scenes& scenes) {
    std::string out;
    for (const auto& [what, list] : scenes) {
        out += "  " + what + ":\n";
        for (const Scene& scene : list)
            out += "    " + std::to_string(scene.at.count()) + " ms:\n" + indented(scene.state) + "\n";
    }
    return out;
}

} // namespace lvsdeck::lab
