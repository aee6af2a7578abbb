// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/cli_session.hpp"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QSysInfo>
#include <QTimer>

#include <filesystem>
#include <fstream>
#include <iostream>

#include <termios.h>
#include <unistd.h>

#ifndef LVSDECK_VERSION
#define LVSDECK_VERSION "0"
#endif

namespace lvsdeck::console {

using cluster::LinkPhase;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds connectLimit{90000};
constexpr milliseconds documentLimit{20000};

cluster::SavedDirector directorOf(const ssh::NamedTarget& named, const CliTarget& target) {
    return {named.id, named.host, named.port, named.user, target.identity, target.remoteCommand};
}

/// On the terminal, or refused at once when there is none.
void answerQuestion(const ssh::Question& question) {
    ssh::Answer answer;
    std::cerr << std::flush;
    if (hasTerminal()) {
        if (question.kind == ssh::QuestionKind::UnknownHostKey) {
            answer.accepted = askYes(question.text);
        } else {
            std::cerr << question.text << "\n";
            answer.accepted = true;
            for (const ssh::Prompt& prompt : question.prompts) {
                auto value = askLine(prompt.text, prompt.echo);
                if (!value) {
                    answer.accepted = false;
                    break;
                }
                answer.values.push_back(std::move(*value));
            }
        }
    }
    question.answer(std::move(answer));
}

bool settled(const cluster::DirectorSnapshot& director, bool needsState) {
    return director.phase == LinkPhase::Failed || (director.phase == LinkPhase::Ready && (!needsState || director.state));
}

} // namespace

cluster::Profile profileOf(const CliTarget& target) {
    return cluster::Profile(target.profile.empty() ? cluster::Profile::defaultFolder()
                                                   : std::filesystem::path(target.profile));
}

Result<cluster::SavedCluster> clusterOf(const CliTarget& target, const std::string& probeFrom) {
    cluster::SavedCluster saved;
    if (!target.cluster.empty()) {
        auto loaded = profileOf(target).load(target.cluster);
        if (!loaded)
            return loaded;
        saved = std::move(*loaded);
        for (cluster::SavedDirector& director : saved.directors) {
            if (!target.identity.empty())
                director.identityFile = target.identity;
            if (!target.remoteCommand.empty())
                director.remoteCommand = target.remoteCommand;
        }
    } else {
        for (const std::string& text : target.directors) {
            auto named = ssh::parseNamedTarget(text);
            if (!named)
                return std::unexpected(named.error());
            saved.directors.push_back(directorOf(*named, target));
            saved.name += (saved.name.empty() ? "" : "+") + named->id;
        }
    }
    if (!probeFrom.empty()) {
        auto named = ssh::parseNamedTarget(probeFrom);
        if (!named)
            return std::unexpected(named.error());
        saved.probeFrom = directorOf(*named, target);
    }
    saved.name = saved.name.substr(0, 100);
    if (auto ok = cluster::checkSaved(saved); !ok)
        return std::unexpected(ok.error());
    return saved;
}

CliSession::CliSession(const CliTarget& target, cluster::SavedCluster saved, std::uint32_t intervalMs) {
    cluster::SessionOptions options;
    options.transports = cluster::sshTransports(profileOf(target).knownHostsFile(), target.knownHosts);
    options.subscription.intervalMs = intervalMs;
    options.client = "lvsdeck " LVSDECK_VERSION " on " + QSysInfo::machineHostName().toStdString();
    options.retry = false;
    m_session = std::make_unique<cluster::ClusterSession>(std::move(saved), std::move(options));
    QObject::connect(m_session.get(), &cluster::ClusterSession::question, m_session.get(),
                     [](const std::string&, const ssh::Question& question) { answerQuestion(question); });
}

Result<void> CliSession::connect() {
    m_session->open();
    const auto probeHost = [this] {
        return m_session->saved().probeFrom ? m_session->director(m_session->saved().probeFrom->id) : std::nullopt;
    };
    const bool inTime = waitUntil(
        [&] {
            for (const auto& director : m_session->directors())
                if (!settled(director, true))
                    return false;
            const auto prober = probeHost();
            return !prober || settled(*prober, false);
        },
        connectLimit);
    auto all = m_session->directors();
    if (auto prober = probeHost())
        all.push_back(*prober);
    for (const auto& director : all) {
        const std::string& id = director.saved.id;
        if (director.phase == LinkPhase::Failed)
            return failure(director.reason->code, id + ": " + director.reason->text, director.reason->path);
        if (!inTime && director.phase != LinkPhase::Ready)
            return failure(ErrorCode::Timeout,
                           id + ": no connection within " + std::to_string(connectLimit.count() / 1000) + " s");
        if (!inTime && !director.state &&
            id != (m_session->saved().probeFrom ? m_session->saved().probeFrom->id : std::string()))
            return failure(ErrorCode::Denied, id + ": the agent sends no state; is the user in one of the groups lvsdeck, "
                                                   "lvsdeck-operator, lvsdeck-admin?");
    }
    return {};
}

Result<void> CliSession::waitDocument() {
    if (m_session->facts().revision == 0)
        return {};
    const auto there = [this] { return m_session->document().error.has_value() || m_session->document().revision > 0; };
    if (!waitUntil(there, documentLimit))
        return failure(ErrorCode::Timeout, "the directors did not send their document");
    if (m_session->document().error)
        return std::unexpected(*m_session->document().error);
    return {};
}

bool waitUntil(const std::function<bool()>& done, milliseconds limit) {
    QElapsedTimer elapsed;
    elapsed.start();
    QTimer beat; // so that a condition about time is looked at, too
    beat.start(50);
    while (!done()) {
        if (elapsed.elapsed() > limit.count())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

bool hasTerminal() { return ::isatty(STDIN_FILENO) == 1 && ::access("/dev/tty", R_OK | W_OK) == 0; }

std::optional<std::string> askLine(const std::string& text, bool echo) {
    if (!hasTerminal())
        return std::nullopt;
    std::fstream tty("/dev/tty", std::ios::in | std::ios::out);
    if (!tty)
        return std::nullopt;
    tty << text << (text.ends_with(' ') ? "" : " ") << std::flush;
    termios before{};
    const bool hidden = !echo && ::tcgetattr(STDIN_FILENO, &before) == 0;
    if (hidden) {
        termios quiet = before;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    std::string line;
    const bool got = static_cast<bool>(std::getline(tty, line));
    if (hidden) {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        std::cerr << "\n";
    }
    return got ? std::optional(line) : std::nullopt;
}

bool askYes(const std::string& text) {
    const auto answer = askLine(text + " [y/N]", true);
    return answer && (*answer == "y" || *answer == "Y" || *answer == "yes");
}

void complain(const Error& error) {
    std::cerr << "lvsdeck: " << error.text
              << (error.path.empty() || error.text.find(error.path) != std::string::npos ? "" : " (" + error.path + ")")
              << "\n";
}

int fail(ExitStatus status, const Error& error, bool asJson) {
    if (asJson) {
        json::Object out;
        out["ok"] = false;
        out["error"] = error.text;
        out["code"] = std::string(toWord(error.code));
        if (!error.path.empty())
            out["path"] = error.path;
        std::cout << json::toPretty(out);
    }
    complain(error);
    return statusOf(status);
}

} // namespace lvsdeck::console
