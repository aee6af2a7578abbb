// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/reader.hpp"

#include "common/formats/ldirectord/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats {

namespace {

using namespace ldirectord;

/// What mails go where, as far as the whole file says it.
void settleMail(Reading& reading) {
    const Globals& globals = reading.globals;
    model::Notification& mail = reading.cluster.notification;
    mail.to.insert(mail.to.begin(), globals.mailTo.begin(), globals.mailTo.end());
    mail.from = globals.mailFrom;
    mail.smtpServer = globals.smtp;
    if (mail.to.empty())
        return;
    if (globals.mailTo.empty() || !globals.mail.value_or(true))
        mail.alertCheckers = false;
    if (mail.smtpServer.empty()) {
        mail.smtpServer = "127.0.0.1";
        reading.report.say(
            Severity::Note, 0, 0, {},
            "there is no smtp=, so ldirectord sends mail with the programs of its host; read as the mail server "
            "127.0.0.1, look whether one listens there");
    }
}

void readFile(Reading& reading, const SourceText& source) {
    const Text text = split(source, reading.report);
    readGlobals(reading, text.globals);
    for (const Block& block : text.virtuals)
        readVirtual(reading, block);
    settleMail(reading);
    if (reading.quiescentUnsaid > 0)
        reading.report.say(Severity::Warning, 0, 0, {},
                           "quiescent is not said for " + std::to_string(reading.quiescentUnsaid) +
                               " services; ldirectord's manual calls yes the default, its code has no. Read as no (a server "
                               "that fails is removed): write it down");
}

/// The nodes of heartbeat first, then the directors that the caller names, then nameless ones.
std::vector<model::Director> directors(const Resources& resources, const std::vector<std::string>& named,
                                       std::size_t files) {
    std::vector<model::Director> out;
    std::set<std::string> taken;
    const auto add = [&](const std::string& id) {
        if (!id.empty() && taken.insert(id).second)
            out.emplace_back().id = id;
    };
    for (const std::string& node : resources.nodes)
        add(node);
    for (const std::string& name : named)
        add(directorId(name));
    for (std::size_t number = 1; out.size() < std::max<std::size_t>(files, 1); ++number)
        add("lb" + std::to_string(number));
    return out;
}

/// A resource that only heartbeat has, or crm's name of one.
bool isHeartbeatWord(std::string_view word) {
    for (const std::string_view script : {"IPaddr", "IPaddr2", "IPv6addr", "ldirectord", "LVSSyncDaemonSwap"})
        if (word == script || (word.starts_with(script) && word.substr(script.size()).starts_with("::")) ||
            (word.starts_with("ocf:") && word.ends_with(script)))
            return true;
    return false;
}

/// Every line with code in ldirectord.cf is an assignment.
bool hasNoAssignment(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = trimmed(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(std::min(text.find('\n'), text.size()) + 1, text.size()));
        if (!line.empty() && !line.starts_with('#'))
            return !line.contains('=') && line.contains(' ');
    }
    return false;
}

} // namespace

bool looksLikeHaresources(std::string_view text) {
    for (int lines = 0; lines < 200 && !text.empty(); ++lines) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view rest = text.substr(0, std::min<std::size_t>(end, 1024));
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool isCrm = trimmed(rest).starts_with("primitive ");
        const std::string_view assignment = trimmed(rest.substr(0, rest.find('=')));
        if (assignment.starts_with('#'))
            continue;
        if (!isCrm && rest.contains('=') && !assignment.contains(' '))
            return false;
        for (std::string_view word = nextWord(rest); !word.empty(); word = nextWord(rest))
            if (isHeartbeatWord(word))
                return true;
    }
    return false;
}

Imported readLdirectord(const std::vector<SourceText>& sources) {
    Imported out;
    Findings findings(out.diagnostics);
    std::vector<Reading> readings;
    std::vector<std::string> named;
    Resources resources;
    std::optional<Report> resourcesReport;
    readings.reserve(sources.size());
    for (const SourceText& source : sources) {
        named.push_back(source.director);
        if (looksLikeHaresources(source.text) || hasNoAssignment(source.text)) {
            resourcesReport.emplace(source.file, findings);
            readResources(source, resources, *resourcesReport);
        } else {
            readFile(readings.emplace_back(source.file, source.director, findings), source);
        }
    }
    out.cluster.directors = directors(resources, named, readings.size());
    merge(out.cluster, readings);
    if (resourcesReport)
        takeResources(out.cluster, resources, *resourcesReport);
    findings.finish();
    return out;
}

} // namespace lvsdeck::formats
