// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/ldirectord/read_parts.hpp"

#include "common/formats/keepalived/lexer.hpp"

#include <algorithm>

namespace lvsdeck::formats::ldirectord {

namespace {

/// Longer ones are a mistake, and would not fit into milliseconds everywhere.
constexpr std::uint32_t mostSeconds = 2'678'400;

constexpr std::size_t mostMailAddresses = 100;

void positive(std::optional<std::uint32_t>& out, const Setting& setting, Report& report) {
    if (const auto value = number(setting.value, 1, mostSeconds))
        out = value;
    else
        report.say(Severity::Error, setting,
                   setting.word + " is a whole number from 1 on; left out, so that the default counts: correct it");
}

void fallback(Common& out, const Setting& setting, Report& report) {
    std::string_view rest = setting.value;
    const std::string_view where = nextWord(rest);
    const std::string_view method = nextWord(rest);
    const auto parsed = endpoint(where);
    const auto way = method.empty() ? std::optional(model::Forwarding::Dr) : forwarding(method);
    if (!parsed || !way || parsed->first != parsed->last || !trimmed(rest).empty())
        return report.say(Severity::Error, setting,
                          "a fallback is an address, if need be with a port, and gate, masq or ipip" +
                              (parsed ? std::string() : ": " + parsed.error()) + "; there is no sorry server now");
    const bool v6 = !parsed->first.isV4();
    if (v6 != setting.word.ends_with('6'))
        report.say(Severity::Warning, setting,
                   std::string("ldirectord wants ") + (v6 ? "fallback6 for IPv6" : "fallback for IPv4") +
                       "; read as if it stood there");
    (v6 ? out.fallback6 : out.fallback) = Fallback{parsed->first, parsed->port, *way};
}

void mailStatus(Common& out, const Setting& setting, Report& report) {
    const std::string_view value = unquoted(setting.value);
    out.mail = value != "none";
    if (value != "none" && value != "all")
        report.say(Severity::Note, setting,
                   "lvsdeck mails what happens to real servers at any time, not only in some states of the program");
}

void mailTo(Common& out, const Setting& setting, Report& report) {
    std::vector<std::string> list;
    for (std::string_view rest = unquoted(setting.value); !rest.empty();) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (const std::string_view one = trimmed(rest.substr(0, end)); !one.empty())
            list.emplace_back(one);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (list.empty())
        return report.say(Severity::Error, setting, "there is no mail address here; left out");
    if (list.size() > mostMailAddresses) {
        list.resize(mostMailAddresses);
        report.say(Severity::Error, setting,
                   "these are more than 100 mail addresses; the first 100 were taken, use a mailing list");
    }
    out.mailTo = std::move(list);
}

/// Global words that lvsdeck has no use for, and what is there instead.
std::string_view withoutEqual(std::string_view word) {
    if (word == "autoreload")
        return "lvsdeck changes its directors when you apply a change; not needed";
    if (word == "logfile")
        return "the agent logs to the system's journal; not taken over";
    if (word == "supervised")
        return "the agent is a service of the system's own supervisor; not needed";
    if (word == "cleanstop")
        return "whether services are removed when the program stops is not part of a cluster; not taken over";
    if (word == "readdquiescent")
        return "a server that was taken out by hand stays as its state in the cluster says; not taken over";
    if (word == "checkcount")
        return "ldirectord itself has given up this setting; failurecount is the one that counts, not taken over";
    if (word == "emailalertfreq")
        return "lvsdeck mails every change once and does not repeat it; not taken over";
    if (word == "monitorfile")
        return "the changes of a service are in the events of lvsdeck; no file is written";
    return {};
}

std::string_view lostGlobal(std::string_view word) {
    if (word == "callback")
        return "lvsdeck runs no program when a configuration changes; not taken over, start it yourself after an apply";
    if (word == "execute")
        return "the other configuration that is started here is not read; give its file as well";
    if (word == "maintenancedir")
        return "lvsdeck does not look at files that take servers out; drain a server, or a whole host, in the console";
    if (word == "connecttimeout" || word == "timeout")
        return "ldirectord itself refuses this word today; not taken over, use checktimeout and negotiatetimeout";
    return {};
}

} // namespace

std::optional<bool> yesOrNo(const Setting& setting, Report& report) {
    if (setting.value == "yes" || setting.value == "no")
        return setting.value == "yes";
    report.say(Severity::Error, setting, setting.word + " is yes or no; left out, so that the default counts: correct it");
    return std::nullopt;
}

bool readCommon(Common& out, const Setting& setting, Report& report) {
    const std::string& word = setting.word;
    if (word == "checktimeout")
        positive(out.checkTimeout, setting, report);
    else if (word == "negotiatetimeout")
        positive(out.negotiateTimeout, setting, report);
    else if (word == "checkinterval")
        positive(out.checkInterval, setting, report);
    else if (word == "failurecount")
        positive(out.failureCount, setting, report);
    else if (word == "quiescent")
        out.quiescent = yesOrNo(setting, report);
    else if (word == "fallback" || word == "fallback6")
        fallback(out, setting, report);
    else if (word == "fallbackcommand")
        out.fallbackCommand = unquoted(setting.value);
    else if (word == "emailalert")
        mailTo(out, setting, report);
    else if (word == "emailalertstatus")
        mailStatus(out, setting, report);
    else if (word == "smtp")
        out.smtp = unquoted(setting.value);
    else if (const std::string_view note = withoutEqual(word); !note.empty())
        report.say(Severity::Note, setting, std::string(note));
    else if (const std::string_view warning = lostGlobal(word); !warning.empty())
        report.say(Severity::Warning, setting, std::string(warning));
    else
        return false;
    return true;
}

void readGlobals(Reading& reading, const std::vector<Setting>& settings) {
    reportRepeats(settings, reading.report);
    for (const Setting& setting : settings)
        if (setting.word == "fork")
            reading.globals.fork = yesOrNo(setting, reading.report).value_or(false);
        else if (setting.word == "emailalertfrom")
            reading.globals.mailFrom = unquoted(setting.value);
        else if (!readCommon(reading.globals, setting, reading.report))
            reading.report.say(Severity::Error, setting,
                               "ldirectord knows no global setting " + quoted(setting.word) +
                                   "; left out: indent it if it belongs to a virtual service, or correct it");
}

void reportRepeats(const std::vector<Setting>& settings, Report& report) {
    std::map<std::string_view, const Setting*> last;
    for (const Setting& setting : settings) {
        if (setting.word == "real" || setting.word == "real6" || setting.word == "execute")
            continue;
        const Setting*& known = last[setting.word];
        if (known != nullptr && known->value != setting.value)
            report.say(Severity::Warning, setting,
                       setting.word + " stands in line " + std::to_string(known->line) +
                           " already with another value; this one counts, as with ldirectord: remove one");
        known = &setting;
    }
}

std::optional<Real> readReal(const Setting& setting, Report& report) {
    Real out;
    out.where = setting;
    const auto refuse = [&](const std::string& why) {
        report.say(Severity::Error, setting, why + "; this real server was left out");
        return std::nullopt;
    };
    std::string_view rest = setting.value;
    const auto where = endpoint(nextWord(rest));
    if (!where)
        return refuse(where.error());
    out.endpoint = *where;
    const auto way = forwarding(nextWord(rest));
    if (!way)
        return refuse("behind its address a real server has gate, masq or ipip");
    out.forwarding = *way;
    rest = trimmed(rest);
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
        const auto weight = number(nextWord(rest), 0, 0x7FFFFFFF);
        if (!weight)
            return refuse("a weight is a number from 0 on");
        out.weight = static_cast<std::int32_t>(*weight);
        rest = trimmed(rest);
    }
    if (rest.starts_with('"')) {
        // The last quote of the line ends the second text, so that a regular expression may have quotes.
        const std::size_t first = rest.find('"', 1);
        const std::size_t second = first == std::string_view::npos ? first : rest.find_first_not_of(" \t,", first + 1);
        const std::size_t end = rest.rfind('"');
        if (second == std::string_view::npos || rest[second] != '"' || end <= second)
            return refuse("a request of a real server's own is two quoted texts, \"request\", \"receive\"");
        out.request = rest.substr(1, first - 1);
        out.receive = rest.substr(second + 1, end - second - 1);
        rest.remove_prefix(end + 1);
    }
    for (std::string_view word = nextWord(rest); !word.empty(); word = nextWord(rest)) {
        std::string_view bare = word;
        if (bare.starts_with('<') && bare.ends_with('>')) {
            bare = bare.substr(1, bare.size() - 2);
            report.say(Severity::Warning, setting,
                       "ldirectord's manual shows thresholds in angle brackets, but the program refuses them; read, write " +
                           std::string(bare));
        }
        const auto limit = number(bare.substr(std::min<std::size_t>(2, bare.size())), 0, 0x7FFFFFFF);
        if (limit && (bare.starts_with("l:") || bare.starts_with("u:")))
            (bare.front() == 'l' ? out.lower : out.upper) = *limit;
        else
            report.say(Severity::Error, setting,
                       quoted(word) + " is neither a weight nor l:NUMBER nor u:NUMBER; left out, the server was read");
    }
    return out;
}

} // namespace lvsdeck::formats::ldirectord
