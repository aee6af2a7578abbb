// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/log.hpp"

#include <array>
#include <ctime>
#include <string>

#include <unistd.h>

namespace lvsdeck::app {

namespace {

constexpr std::string_view priority(rpc::EventLevel level) {
    switch (level) {
    case rpc::EventLevel::Info: return "<6>";
    case rpc::EventLevel::Notice: return "<5>";
    case rpc::EventLevel::Warning: return "<4>";
    case rpc::EventLevel::Error: return "<3>";
    }
    return "<6>";
}

std::string clockText() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    tm parts{};
    localtime_r(&now.tv_sec, &parts);
    std::array<char, 16> text{};
    const std::size_t size = strftime(text.data(), text.size(), "%H:%M:%S", &parts);
    const std::string thousandths = std::to_string(1000 + now.tv_nsec / 1'000'000);
    return std::string(text.data(), size) + "." + thousandths.substr(1) + " ";
}

} // namespace

void log(rpc::EventLevel level, std::string_view text) {
    static const bool terminal = isatty(STDERR_FILENO) != 0;
    std::string line = terminal ? clockText() : std::string(priority(level));
    for (const char c : text)
        line += c == '\n' ? ' ' : c;
    line += '\n';
    // A full pipe or a closed terminal must not stop a director.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

void log(const rpc::Event& event) {
    std::string text = event.area + ": " + (event.subject.empty() ? "" : event.subject + ": ") + event.text;
    if (!event.by.empty())
        text += " (by " + event.by + ")";
    log(event.level, text);
}

} // namespace lvsdeck::app
