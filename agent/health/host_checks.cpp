// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/host_checks.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace lvsdeck::health {

namespace {

class Later final : public RunningCheck {
public:
    Timer timer;
};

class Program final : public RunningCheck {
public:
    std::unique_ptr<RunningScript> script;
};

std::string with(std::string text, const std::string& detail) {
    if (!detail.empty())
        text += ": " + detail;
    constexpr std::size_t most = 200;
    if (text.size() > most) {
        text.resize(most);
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
            text.pop_back();
        if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U)
            text.pop_back();
    }
    return text;
}

/// As strtol reads it, bounded to what a weight can be.
std::int64_t numberIn(std::string_view text) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return 0;
    text.remove_prefix(first);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range)
        return text.starts_with('-') ? -most : most;
    return std::clamp(number, -most, most);
}

} // namespace

CheckResult judgeScript(const model::ScriptCheck& check, const ScriptResult& result, model::Milliseconds timeout) {
    switch (result.end) {
    case ScriptEnd::Exited:
        if (result.status == 0)
            return {.reason = CheckReason::Ok, .detail = with("exit status 0", result.detail)};
        if (check.dynamic && result.status >= 2 && result.status <= 255)
            return {.reason = CheckReason::Ok,
                    .detail = with("weight " + std::to_string(result.status - 2), result.detail),
                    .setWeight = result.status - 2};
        return {.reason = CheckReason::Script,
                .detail = with("exit status " + std::to_string(result.status), result.detail)};
    case ScriptEnd::Signalled:
        return {.reason = CheckReason::Script,
                .detail = with("ended by signal " + std::to_string(result.status), result.detail)};
    case ScriptEnd::TimedOut:
        return {.reason = CheckReason::Timeout,
                .detail = with("not done within " + std::to_string(timeout.count()) + " ms", result.detail)};
    case ScriptEnd::NotStarted: break;
    }
    return {.reason = CheckReason::Local, .detail = with("the program was not started", result.detail)};
}

CheckResult judgeFile(const model::TrackFile& file, std::string_view text) {
    constexpr std::int64_t down = -std::int64_t{std::numeric_limits<std::int32_t>::max()};
    const std::int64_t number = numberIn(text);
    const std::string says = "the file says " + std::to_string(number);
    if (file.weight == 0) {
        if ((number != 0) != file.reverse)
            return {.reason = CheckReason::Script, .detail = says};
        return {.reason = CheckReason::Ok, .detail = says};
    }
    const std::int64_t add = std::clamp(number * file.weight * (file.reverse ? -1 : 1), down, -down);
    if (add == down)
        return {.reason = CheckReason::Script, .detail = says};
    return {.reason = CheckReason::Ok, .detail = says, .addWeight = add};
}

std::unique_ptr<RunningCheck> HostChecks::later(CheckResult result, std::function<void(const CheckResult&)> done) {
    auto check = std::make_unique<Later>();
    check->timer = m_runtime.after(Duration{0}, [result = std::move(result), done = std::move(done)] {
        // Copied first: the receiver destroys the check, and with it this function.
        const auto tell = done;
        // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): `result` ends before the call does.
        const CheckResult answer = result;
        tell(answer);
    });
    return check;
}

std::unique_ptr<RunningCheck> HostChecks::runScript(const CheckTarget& target, const model::ScriptCheck& check,
                                                    std::function<void(const CheckResult&)> done) {
    auto program = std::make_unique<Program>();
    ScriptRun run{.script = check.script, .arguments = {}, .timeout = target.timeout, .security = target.scriptSecurity};
    program->script = m_ports.scripts->run(run, [this, began = m_runtime.now(), check, timeout = target.timeout,
                                                 done = std::move(done)](const ScriptResult& end) {
        const auto tell = done;
        CheckResult result = judgeScript(check, end, timeout);
        result.begun = began;
        result.latency = m_runtime.now() - began;
        tell(result);
    });
    return program;
}

CheckResult HostChecks::readFile(const model::TrackFile& file, const std::string& name) const {
    if (file.path.empty())
        return {.reason = CheckReason::Local, .detail = with("there is no file to track of that name", name)};
    const auto text = m_ports.system->readFile(file.path);
    if (!text)
        return {.reason = CheckReason::Local, .detail = with(text.error().text, {})};
    CheckResult result = judgeFile(file, text->value_or(std::string()));
    if (!*text)
        result.detail = with("there is no file " + file.path, {});
    return result;
}

std::unique_ptr<RunningCheck> HostChecks::run(CheckRequest request, std::function<void(const CheckResult&)> done) {
    const CheckTarget& target = *request.target;
    const auto unable = [&](std::string what) {
        return later({.reason = CheckReason::Local, .detail = "this agent cannot " + std::move(what)}, std::move(done));
    };
    if (const auto* script = std::get_if<model::ScriptCheck>(&target.check))
        return m_ports.scripts == nullptr ? unable("run programs") : runScript(target, *script, std::move(done));
    if (const auto* file = std::get_if<model::FileCheck>(&target.check)) {
        if (m_ports.system == nullptr)
            return unable("read files");
        CheckResult result = readFile(target.file, file->trackFile);
        result.begun = m_runtime.now();
        return later(std::move(result), std::move(done));
    }
    return m_network.run(std::move(request), std::move(done));
}

} // namespace lvsdeck::health
