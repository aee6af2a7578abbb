// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/formats.hpp"
#include "common/formats/ldirectord/reader.hpp"
#include "common/formats/ldirectord/writer.hpp"
#include "common/model/diff.hpp"

#include "tests/support/cluster_generator.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lvsdeck::formats {
namespace {

using model::Forwarding;
using testing::detail::chance;
using testing::detail::pick;

enum class Kind { None, Tcp, Ping, Http, Smtp, Dns, Script };

/// How all servers of one service are checked.
struct CheckStyle {
    Kind kind = Kind::None;
    bool tls = false;
    std::string path = "/";
    std::string regex;
    std::optional<std::uint16_t> port; ///< instead of the server's
    std::uint32_t failures = 1;
    model::Milliseconds timeout{5000};
};

CheckStyle checkStyle(const model::VirtualService& service) {
    static const std::vector<std::string> regexes{"", "ok", "^<h1>\\d+ \"it's\"$", "naïve|päge", "a, b"};
    CheckStyle out;
    out.kind = static_cast<Kind>(pick(0, 6));
    if (out.kind == Kind::Tcp && !service.firewallMark && service.protocol == model::Protocol::Udp)
        out.kind = Kind::Ping; // a connection over UDP is none
    out.tls = chance(30);
    out.path = chance(50) ? "/" : "/alive?x=1&y={2}";
    out.regex = *rc::gen::elementOf(regexes);
    const bool noPort = service.firewallMark.has_value() || service.port == 0;
    if (noPort || chance(30))
        out.port = pick<std::uint16_t>(1, 65535);
    out.failures = pick<std::uint32_t>(1, 4);
    out.timeout = std::chrono::seconds(pick(1, 60));
    return out;
}

std::string bracketed(const IpAddress& address) {
    return address.isV4() ? address.toString() : "[" + address.toString() + "]";
}

std::vector<model::HealthCheck> checksOf(const CheckStyle& style, const model::VirtualService& service,
                                         const model::RealServer& server, bool own) {
    model::HealthCheck out;
    switch (style.kind) {
    case Kind::None: return {};
    case Kind::Tcp: out = model::TcpCheck{}; break;
    case Kind::Ping: out = model::PingCheck{}; break;
    case Kind::Smtp: out = model::SmtpCheck{}; break;
    case Kind::Dns: out = model::DnsCheck{{}, model::DnsType::A, own ? "own.example.org" : "www.example.org"}; break;
    case Kind::Http: {
        model::HttpCheck http;
        http.tls = style.tls;
        http.urls.emplace_back();
        http.urls[0].path = own ? "/own" : style.path;
        http.urls[0].regex = own ? "own" : style.regex;
        out = http;
        break;
    }
    case Kind::Script: {
        model::ScriptCheck script;
        script.script.command = {
            "/bin/true", service.firewallMark ? std::to_string(*service.firewallMark) : bracketed(service.address),
            std::to_string(service.firewallMark ? 0 : service.port), bracketed(server.address), std::to_string(server.port)};
        script.timeout = style.timeout;
        out = script;
        break;
    }
    }
    if (style.kind != Kind::Ping && style.kind != Kind::Script && style.port && *style.port != server.port)
        model::settings(out).connectPort = style.port;
    if (style.failures == 1)
        model::settings(out).retry = 0;
    return {out};
}

/// Says forwarding as the reader does: the commonest is the service's.
void settleForwarding(model::VirtualService& service) {
    std::map<Forwarding, std::size_t> votes;
    std::vector<Forwarding> ways;
    for (const model::RealServer& server : service.servers) {
        ways.push_back(forwardingOf(service, server));
        ++votes[ways.back()];
    }
    const Forwarding before = service.forwarding;
    service.forwarding = Forwarding::Dr;
    std::size_t most = 0;
    for (const Forwarding way : ways)
        if (votes[way] > most) {
            most = votes[way];
            service.forwarding = way;
        }
    for (std::size_t i = 0; i < ways.size(); ++i)
        service.servers[i].forwarding = ways[i] == service.forwarding ? std::nullopt : std::optional(ways[i]);
    if (service.sorryServer) {
        const Forwarding way = service.sorryServer->forwarding.value_or(before);
        service.sorryServer->forwarding = way == service.forwarding ? std::nullopt : std::optional(way);
    }
}

void reduceServers(model::VirtualService& service) {
    const CheckStyle style = checkStyle(service);
    const bool off = style.kind == Kind::None && !service.sorryServer && chance(20);
    for (model::RealServer& server : service.servers) {
        const bool own = chance(30) && (style.kind == Kind::Http || style.kind == Kind::Dns);
        model::RealServer reduced;
        reduced.address = server.address;
        reduced.port = server.port;
        reduced.weight = server.weight;
        reduced.upperThreshold = server.upperThreshold;
        reduced.lowerThreshold = server.lowerThreshold;
        reduced.forwarding = server.forwarding;
        reduced.admin = off ? model::AdminState::Disabled : model::AdminState::Enabled;
        reduced.checks = checksOf(style, service, reduced, own);
        server = std::move(reduced);
    }
    const bool checked = !service.servers.empty() && style.kind != Kind::None;
    service.alpha = checked;
    service.connectTimeout = checked && style.kind != Kind::Script ? std::optional(style.timeout) : std::nullopt;
    service.retry.reset();
    service.delayBeforeRetry.reset();
    if (checked && style.failures > 1) {
        service.retry = style.failures - 1;
        service.delayBeforeRetry = service.delayLoop;
    }
}

void reduceService(model::VirtualService& service, bool mail, bool globally) {
    service.tunnel = {};
    service.persistenceEngine.clear();
    service.delayLoop = std::chrono::ceil<std::chrono::seconds>(service.delayLoop);
    service.quorum = 1;
    service.hysteresis = 0;
    service.omega = false;
    service.haSuspend = false;
    service.warmup.reset();
    service.drainLimit.reset();
    service.quorumUp = {};
    service.quorumDown = {};
    if (chance(20)) {
        const std::string where = service.firewallMark ? ":0" : endpointText(service.address, service.port);
        const std::string kind = service.firewallMark ? "fwm" : service.protocol == model::Protocol::Udp ? "udp" : "tcp";
        service.quorumDown.command = {"/bin/true", "-x", "start", where, kind};
        service.quorumUp.command = {"/bin/true", "-x", "stop", where, kind};
    }
    service.smtpAlert = mail && chance(30) ? std::optional(!globally) : std::nullopt;
    if (service.sorryServer) {
        service.sorryServer->tunnel.reset();
        service.sorryServer->inhibit = false;
    }
    reduceServers(service);
    settleForwarding(service);
}

/// What of a random cluster ldirectord can say, in the words in which it is read back.
model::Cluster reduced(const model::Cluster& from) {
    model::Cluster out;
    out.directors.emplace_back().id = "lb1";
    out.notification.to = from.notification.to;
    if (!out.notification.to.empty()) {
        out.notification.from = from.notification.from;
        out.notification.smtpServer = from.notification.smtpServer;
        if (chance(30))
            out.notification.alertCheckers = false;
    }
    for (model::VirtualService service : from.services) {
        if (!service.group.empty() || (!service.firewallMark && service.protocol == model::Protocol::Sctp))
            continue;
        reduceService(service, !out.notification.to.empty(), out.notification.alertCheckers.value_or(true));
        out.services.push_back(std::move(service));
    }
    return out;
}

Imported read(const std::string& text) { return readLdirectord({{"", "ldirectord.cf", text, ""}}); }

TEST(LdirectordRoundTrip, GivesTheSameClusterBack) {
    EXPECT_TRUE(rc::check("model, text, model", [] {
        const model::Cluster cluster = reduced(*testing::clusterGenerator());
        const Exported out = writeLdirectord(cluster);
        for (const Diagnostic& diagnostic : out.diagnostics)
            RC_FAIL(toText(diagnostic));
        const Imported back = read(out.text);
        for (const Diagnostic& diagnostic : back.diagnostics)
            if (diagnostic.severity == Severity::Error)
                RC_FAIL(toText(diagnostic));
        for (const model::Change& change : model::diff(cluster, back.cluster))
            RC_FAIL(change.subject + " " + change.field + ": " + change.before + " -> " + change.after);
        RC_ASSERT(back.cluster == cluster);
    }));
}

/// Whatever is lost, it is lost the first time.
TEST(LdirectordRoundTrip, GivesTheSameTextBackForAnyCluster) {
    EXPECT_TRUE(rc::check("model, text, model, text", [] {
        const model::Cluster first = read(writeLdirectord(*testing::clusterGenerator()).text).cluster;
        const std::string text = writeLdirectord(first).text;
        const std::string expected = writeLdirectord(read(text).cluster).text;
        RC_ASSERT(text == expected);
    }));
}

TEST(LdirectordRoundTrip, IsAFixedPointForTheSamples) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(LVSDECK_CORPUS "/ldirectord")) {
        if (entry.path().extension() != ".cf")
            continue;
        ++count;
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(file), {});
        EXPECT_EQ(detectFormat(text), Format::Ldirectord) << entry.path();
        const model::Cluster cluster = readAny(Format::Ldirectord, {{"", "sample", text, ""}}).value().cluster;
        EXPECT_FALSE(cluster.services.empty()) << entry.path();
        const std::string written = writeAny(Format::Ldirectord, cluster).value().text;
        const model::Cluster back = read(written).cluster;
        for (const model::Change& change : model::diff(cluster, back))
            ADD_FAILURE() << entry.path() << ": " << change.subject << " " << change.field << ": " << change.before << " -> "
                          << change.after;
        EXPECT_EQ(writeLdirectord(back).text, written) << entry.path();
    }
    EXPECT_GE(count, 6U);
}

/// Twice the text, about twice the time; here only that no part of it is quadratic, with room for a busy machine.
TEST(LdirectordRoundTrip, TakesLinearTime) {
    static constexpr std::size_t size = 4U << 20U;
    const auto fill = [](std::string_view unit, const std::string& front) {
        std::string out = front;
        while (out.size() + unit.size() <= size)
            out += unit;
        return out;
    };
    std::string services = "quiescent=no\n";
    for (int i = 1; services.size() < size - 100; ++i)
        services += "virtual=" + std::to_string(i) + "\n    real=192.0.2.1 gate\n    checktype=ping\n";
    std::string servers = "quiescent=no\nvirtual=192.0.2.1:80\n";
    for (std::uint32_t i = 1; servers.size() < size - 100; ++i)
        servers += "    real=" + IpAddress::v4(0x0A000000U + i).toString() + ":80 gate\n";
    for (const std::string& text :
         {services, servers, fill("    real=192.0.2.1:80 gate\n", "virtual=192.0.2.1:80\n"), fill("x", ""), fill("\n", ""),
          fill("    scheduler=rr\n    scheduler=wlc\n", "virtual=1\n"), fill("n1 192.0.2.1 \\\n", ""),
          fill("emailalert=a,\n", ""), fill("n1 192.0.2.1/24/eth0 ldirectord::x\n", ""),
          fill("    real=192.0.2.1->192.0.2.9 gate\n", "virtual=1\n"), std::string(50U << 20U, 'v')}) {
        const auto begin = std::chrono::steady_clock::now();
        (void)readLdirectord({{"", "big", text, ""}});
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << text.substr(0, 60);
    }
}

} // namespace
} // namespace lvsdeck::formats
