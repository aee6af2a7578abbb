// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/validate_parts.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::model::detail {

namespace {

bool isHex(std::string_view text, bool wildcards) {
    return std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
               (wildcards && (c == 'x' || c == 'X'));
    });
}

bool isRegexOption(std::string_view text) {
    static constexpr std::array words{"allow_empty_class", "alt_bsux",
                                      "auto_callout",      "caseless",
                                      "dollar_endonly",    "dotall",
                                      "dupnames",          "extended",
                                      "firstline",         "match_unset_backref",
                                      "multiline",         "never_ucp",
                                      "never_utf",         "no_auto_capture",
                                      "no_auto_possess",   "no_dotstar_anchor",
                                      "no_start_optimize", "ucp",
                                      "ungreedy",          "utf",
                                      "never_backslash_c", "alt_circumflex",
                                      "alt_verbnames",     "use_offset_limit"};
    return std::ranges::find(words, text) != words.end();
}

void checkHost(std::string_view name, const std::string& path, ProblemList& problems) {
    if (!name.empty() && !isPlainWord(name))
        problems.error(path, quoted(name) + " is not a host name");
}

void checkRegex(const HttpUrl& url, const std::string& path, ProblemList& problems) {
    for (std::size_t i = 0; i < url.regexOptions.size(); ++i)
        if (!isRegexOption(url.regexOptions[i]))
            problems.error(at(path + ".regex_options", i),
                           quoted(url.regexOptions[i]) +
                               " is not an option of a regular expression; use keepalived's words, such as caseless, "
                               "multiline or dotall");
    if (url.regexMinOffset && url.regexMaxOffset && *url.regexMinOffset >= *url.regexMaxOffset)
        problems.error(path + ".regex_max_offset", "the search would end (" + std::to_string(*url.regexMaxOffset) +
                                                       ") before it begins (" + std::to_string(*url.regexMinOffset) +
                                                       "); exchange them, or leave one out");
    const bool any = url.regexNoMatch || !url.regexOptions.empty() || url.regexMinOffset || url.regexMaxOffset;
    if (url.regex.empty() && any)
        problems.warning(path + ".regex", "there are settings for a regular expression but none to search for; they have no "
                                          "effect: give one, or remove them");
}

struct OwnFields {
    const Cluster& cluster;
    const RealServer& server;
    const std::string& path;
    ProblemList& problems;

    void operator()(const TcpCheck&) const {}
    void operator()(const PingCheck&) const {}
    void operator()(const VipCheck&) const {}

    void operator()(const HttpCheck& check) const {
        checkHost(check.virtualHost, path + ".virtual_host", problems);
        if (check.sni && !check.tls)
            problems.note(path + ".sni", "the server name is sent with HTTPS only; it has no effect here");
        if (check.urls.empty())
            problems.error(path + ".urls", "an HTTP check needs at least one URL to ask for; add / with status 200");
        for (std::size_t i = 0; i < check.urls.size(); ++i)
            url(check.urls[i], at(path + ".urls", i));
    }

    void url(const HttpUrl& url, const std::string& here) const {
        if (!url.path.starts_with('/') || std::ranges::any_of(url.path, [](char c) {
                return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '"';
            }))
            problems.error(here + ".path", "the path " + quoted(url.path) +
                                               " must begin with / and have no blanks and no quotes; write %20 and %22");
        for (std::size_t j = 0; j < url.status.size(); ++j)
            if (const StatusRange& range = url.status[j]; range.first < 100 || range.last > 599 || range.first > range.last)
                problems.error(at(here + ".status", j), "a status range lies between 100 and 599, smaller number first; " +
                                                            std::to_string(range.first) + "-" + std::to_string(range.last) +
                                                            " does not");
        if (!url.digest.empty() && (url.digest.size() != 32 || !isHex(url.digest, false)))
            problems.error(here + ".digest", "a digest is the MD5 of the page: 32 digits 0-9 and a-f, as genhash prints it");
        checkHost(url.virtualHost, here + ".virtual_host", problems);
        checkRegex(url, here, problems);
    }

    void operator()(const SmtpCheck& check) const { checkHost(check.heloName, path + ".helo_name", problems); }

    void operator()(const DnsCheck& check) const {
        if (!isPlainWord(check.name))
            problems.error(path + ".name", "the name to ask for, " + quoted(check.name) +
                                               ", is not a domain name; write one, or . for the root");
    }

    void operator()(const UdpCheck& check) const {
        if (check.payload.size() % 2 != 0 || !isHex(check.payload, false))
            problems.error(path + ".payload", "the bytes to send are written as hex digits, two a byte, such as 00ff17; " +
                                                  quoted(check.payload) + " is not");
        if (check.reply.size() % 2 != 0 || !isHex(check.reply, true))
            problems.error(path + ".reply",
                           "the bytes to expect are written as hex digits, two a byte, with x for any, such "
                           "as 00fx; " +
                               quoted(check.reply) + " is not");
        if (!check.reply.empty() && !check.requireReply)
            problems.warning(path + ".reply",
                             "no reply is required, so this one is never looked at; require one, or remove it");
        if (check.minReplyLength > check.maxReplyLength)
            problems.error(path + ".min_reply_length", "a reply of at least " + std::to_string(check.minReplyLength) +
                                                           " and at most " + std::to_string(check.maxReplyLength) +
                                                           " bytes cannot be; exchange them");
    }

    void operator()(const ScriptCheck& check) const {
        if (check.script.empty())
            problems.error(path + ".script", "a script check needs a program to run; give its path");
        checkServiceScript(check.script, path + ".script", problems);
        if (check.timeout && *check.timeout <= Milliseconds(0))
            problems.error(path + ".timeout",
                           "the time for the program must be more than 0; leave it out to use delay_loop");
    }

    void operator()(const FileCheck& check) const {
        if (std::ranges::find(cluster.trackFiles, check.trackFile, &TrackFile::name) == cluster.trackFiles.end())
            problems.error(path + ".track_file", "there is no file to track called " + quoted(check.trackFile) +
                                                     "; define it, or name another one");
    }
};

void checkCommon(const HealthCheck& kind, const RealServer& server, const std::string& path, ProblemList& problems) {
    const CheckSettings& check = settings(kind);
    const bool local = std::holds_alternative<ScriptCheck>(kind) || std::holds_alternative<FileCheck>(kind);
    const bool ports = !local && !std::holds_alternative<PingCheck>(kind);
    if (ports && check.connectPort && *check.connectPort == 0)
        problems.error(path + ".connect_port", "port 0 cannot be checked; give a port, or leave it out to use the server's");
    else if (ports && !check.connectPort && server.port == 0)
        problems.error(path + ".connect_port",
                       "the server has no port of its own, so the check needs one; set the connect port");
    if (check.bindPort && *check.bindPort == 0)
        problems.error(path + ".bind_port", "port 0 means any source port; leave it out");
    if (!check.bindInterface.empty() && !isInterfaceName(check.bindInterface))
        problems.error(path + ".bind_interface", quoted(check.bindInterface) + " is not the name of an interface");
    if (!local && check.bindAddress && check.bindAddress->family() != check.connectAddress.value_or(server.address).family())
        problems.error(path + ".bind_address", "the check's source and destination must be of the same family");
    if (check.connectTimeout && *check.connectTimeout <= Milliseconds(0))
        problems.error(path + ".connect_timeout", "the connect timeout must be more than 0; 5 s is usual");
    if (check.delayBeforeRetry && *check.delayBeforeRetry < Milliseconds(0))
        problems.error(path + ".delay_before_retry", "the delay before a retry cannot be negative");
    if (check.warmup && *check.warmup < Milliseconds(0))
        problems.error(path + ".warmup", "the warm-up time cannot be negative");
    if (check.delayLoop && *check.delayLoop <= Milliseconds(0))
        problems.error(path + ".delay_loop",
                       "the time between two checks must be more than 0; leave it out to use the service's");
    const bool away = check.connectAddress || check.connectPort || check.bindAddress || check.bindPort ||
                      !check.bindInterface.empty() || check.firewallMark || check.connectTimeout;
    if (local && away)
        problems.note(path,
                      "a program or a file is not connected to, so addresses, ports, interface, mark and connect timeout "
                      "have no effect; remove them");
}

} // namespace

void checkChecks(const Cluster& cluster, const VirtualService& service, const RealServer& server, const std::string& path,
                 ProblemList& problems) {
    for (std::size_t i = 0; i < server.checks.size(); ++i) {
        const std::string here = at(path + ".checks", i);
        checkCommon(server.checks[i], server, here, problems);
        std::visit(OwnFields{cluster, server, here, problems}, server.checks[i]);
        if (std::holds_alternative<VipCheck>(server.checks[i]) && forwardingOf(service, server) == Forwarding::Nat)
            problems.error(here,
                           "with NAT the server never sees the virtual address, so this check has nothing to find out; "
                           "remove it, or use DR or TUN");
    }
}

} // namespace lvsdeck::model::detail
