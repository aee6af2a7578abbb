// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"
#include "common/formats/formats.hpp"
#include "common/formats/ldirectord/reader.hpp"
#include "common/formats/ldirectord/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvsdeck::formats {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Imported read(std::string text) { return readLdirectord({{"", "ldirectord.cf", std::move(text), ""}}); }

/// One web service with two servers and these settings, a line each.
Imported readService(const std::string& settings, const std::string& head = "virtual=192.0.2.1:80",
                     const std::string& globals = "quiescent=no\n") {
    std::string text = globals + head + "\n    real=198.51.100.1:80 gate\n    real=198.51.100.2:80 gate\n";
    for (std::string_view rest = settings; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        text.append("    ").append(rest.substr(0, end)).append("\n");
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return read(text);
}

model::VirtualService service(const std::string& settings, const std::string& head = "virtual=192.0.2.1:80",
                              const std::string& globals = "quiescent=no\n") {
    const Imported in = readService(settings, head, globals);
    return in.cluster.services.empty() ? model::VirtualService{} : in.cluster.services.front();
}

template <class Check> const Check& checkOf(const model::VirtualService& service, std::size_t server = 0) {
    return std::get<Check>(service.servers.at(server).checks.at(0));
}

std::string all(const Imported& in) {
    std::string out;
    for (const Diagnostic& diagnostic : in.diagnostics)
        out += json::toWord(diagnostic.severity) + " " + toText(diagnostic) + "\n";
    return out;
}

std::string all(const Exported& out) {
    Imported in;
    in.diagnostics = out.diagnostics;
    return all(in);
}

TEST(LdirectordReader, HasTheFormatsDefaults) {
    const model::VirtualService s = service("");
    EXPECT_EQ(s.scheduler, model::Scheduler::Wrr);
    EXPECT_EQ(s.protocol, model::Protocol::Tcp);
    EXPECT_EQ(s.delayLoop, std::chrono::seconds(10));
    EXPECT_EQ(s.connectTimeout, std::chrono::seconds(30)); // an answer, not only a connection
    EXPECT_TRUE(s.alpha);
    EXPECT_FALSE(s.retry);
    EXPECT_EQ(checkOf<model::HttpCheck>(s).retry, 0U);
    EXPECT_EQ(checkOf<model::HttpCheck>(s).urls.at(0).path, "/");
    EXPECT_EQ(service("", "virtual=192.0.2.1:53").protocol, model::Protocol::Udp);
    EXPECT_EQ(service("checktype=connect").connectTimeout, std::chrono::seconds(5));
}

TEST(LdirectordReader, ReadsHeads) {
    EXPECT_EQ(serviceKey(service("", "virtual = 192.0.2.1:https  # shop")), "tcp 192.0.2.1:443");
    EXPECT_EQ(serviceKey(service("", "virtual=4294967295")), "fwm 4294967295");
    EXPECT_EQ(serviceKey(read("virtual6=7\n").cluster.services.at(0)), "fwm 7 ipv6");
    EXPECT_EQ(serviceKey(read("virtual6=[2001:db8::1]:80\n").cluster.services.at(0)), "tcp [2001:db8::1]:80");
    for (const char* bad :
         {"virtual=shop.example.com:80", "virtual=192.0.2.1", "virtual=192.0.2.1:99999", "virtual=0",
          "virtual=", "virtual=[2001:db8::1:80", "virtual=192.0.2.1->192.0.2.3:80", "virtual=4294967296"}) {
        const Imported in = readService("", bad);
        EXPECT_THAT(in.cluster.services, IsEmpty()) << bad;
        EXPECT_THAT(all(in), HasSubstr("error ldirectord.cf:2:1: ")) << bad;
    }
}

TEST(LdirectordReader, RefusesTheSecondOfTwoServices) {
    const Imported in =
        read("quiescent=no\nvirtual=192.0.2.1:80\nvirtual=192.0.2.1:80\n    protocol=udp\nvirtual=192.0.2.1:80\n"
             "    real=198.51.100.1:80 gate\n");
    EXPECT_THAT(in.cluster.services, SizeIs(2)); // tcp and udp
    EXPECT_THAT(all(in), HasSubstr("ldirectord.cf:5:1: the service tcp 192.0.2.1:80 stands in line 2 already"));
}

TEST(LdirectordReader, ReadsRealServers) {
    const auto s =
        read("virtual=192.0.2.1:80\n\treal=198.51.100.1:80 gate 7 \"a b\", \"x\\\"y\" l:2 u:9\n"
             "\treal=198.51.100.254->198.51.101.1:8080 masq 3\n\treal=198.51.102.1 ipip\n\treal=198.51.102.2 masq 0\n")
            .cluster.services.at(0);
    ASSERT_THAT(s.servers, SizeIs(7));
    EXPECT_EQ(s.forwarding, model::Forwarding::Nat); // of most
    EXPECT_EQ(s.servers[0].forwarding, model::Forwarding::Dr);
    EXPECT_EQ(s.servers[0].weight, 7);
    EXPECT_EQ(s.servers[0].lowerThreshold, 2U);
    EXPECT_EQ(s.servers[0].upperThreshold, 9U);
    EXPECT_EQ(checkOf<model::HttpCheck>(s).urls.at(0).path, "/a%20b");
    EXPECT_EQ(checkOf<model::HttpCheck>(s).urls.at(0).regex, "x\\\"y");
    EXPECT_EQ(serverKey(s.servers[4]), "198.51.101.1:8080");
    EXPECT_FALSE(s.servers[4].forwarding);
    EXPECT_EQ(s.servers[5].forwarding, model::Forwarding::Tun);
    EXPECT_EQ(serverKey(s.servers[5]), "198.51.102.1:80");
    EXPECT_EQ(s.servers[6].weight, 0);
    EXPECT_EQ(s.servers[6].port, 80); // of the service
}

TEST(LdirectordReader, LeavesOutServersThatItCannotRead) {
    for (const char* bad :
         {"real=web1:80 gate", "real=198.51.100.3:80", "real=198.51.100.3:80 route", "real=198.51.100.3::80 gate",
          "real=198.51.100.3:80 gate 99999999999", "real=198.51.100.3:80 gate \"x\"",
          "real=198.51.100.9->198.51.100.3:80 gate", "real=0.0.0.0->255.255.255.255:80 gate", "real=[2001:db8::1]:80 gate",
          "real6=[2001:db8::1]->[2001:db8::2]:80 gate", "real=", "real=[ gate", "real=198.51.100.1:80 masq"}) {
        const Imported in = readService(bad);
        EXPECT_THAT(in.cluster.services.at(0).servers, SizeIs(2)) << bad;
        EXPECT_THAT(all(in), HasSubstr("error ldirectord.cf:5:5: ")) << bad;
    }
    EXPECT_THAT(all(readService("real=198.51.100.1:80 gate")), HasSubstr("warning ldirectord.cf:5:5: the real server"));
    EXPECT_THAT(all(readService("real=198.51.100.3:80 gate w:1")), HasSubstr("neither a weight"));
    EXPECT_THAT(all(readService("real=198.51.100.3:80 gate <l:1>")), HasSubstr("angle brackets"));
}

TEST(LdirectordReader, SendsChecksToTheRightPort) {
    // DR does not change ports: a mark's servers have none, and theirs are for the checks.
    const auto mark = service("service=http", "virtual=5");
    EXPECT_EQ(mark.servers.at(0).port, 0);
    EXPECT_EQ(checkOf<model::HttpCheck>(mark).connectPort, 80);
    EXPECT_EQ(checkOf<model::HttpCheck>(service("service=http\ncheckport=81", "virtual=5")).connectPort, 81);
    EXPECT_EQ(checkOf<model::TcpCheck>(service("checktype=connect", "virtual=192.0.2.1:90")).connectPort, 80);
    EXPECT_FALSE(checkOf<model::HttpCheck>(service("")).connectPort);
    EXPECT_FALSE(checkOf<model::HttpCheck>(service("checkport=80")).connectPort);
    const Imported lost = read("quiescent=no\nvirtual=5\n    real=198.51.100.1 gate\n    checktype=connect\n");
    EXPECT_THAT(all(lost), HasSubstr("set checkport"));
    EXPECT_TRUE(std::holds_alternative<model::PingCheck>(lost.cluster.services.at(0).servers.at(0).checks.at(0)));
}

TEST(LdirectordReader, AsksEachServiceInItsWay) {
    const auto https =
        service("service=https\nrequest=\"//index.html\"\nreceive=\"Test \"here\"\"\nvirtualhost=\"a.example.com\"");
    EXPECT_TRUE(checkOf<model::HttpCheck>(https).tls);
    EXPECT_EQ(checkOf<model::HttpCheck>(https).urls.at(0).path, "/index.html");
    EXPECT_EQ(checkOf<model::HttpCheck>(https).urls.at(0).regex, "Test \"here\"");
    EXPECT_EQ(https.virtualHost, "a.example.com");
    (void)checkOf<model::SmtpCheck>(service("service=smtp"));
    (void)checkOf<model::SmtpCheck>(service("service=submission"));
    EXPECT_EQ(checkOf<model::DnsCheck>(service("service=dns\nrequest=\"/www.example.com\"\nreceive=\".\"")).name,
              "www.example.com");
    EXPECT_THAT(all(readService("service=dns\nrequest=\"www.example.com\"\nreceive=\"192\"")),
                HasSubstr("receive was not taken"));
    EXPECT_THAT(all(readService("service=dns\nrequest=\"192.0.2.7\"")), HasSubstr("no domain name"));
    EXPECT_THAT(service("service=none").servers.at(0).checks, IsEmpty());
    for (const char* word : {"ftp", "http_proxy", "imap", "imaps", "ldap", "ldaps", "mysql", "nntp", "oracle", "pgsql",
                             "pop", "pops", "radius", "simpletcp", "sip", "gopher"}) {
        const std::string text = std::string("service=") + word + "\nreceive=\"ok\"";
        (void)checkOf<model::TcpCheck>(service(text));
        EXPECT_THAT(all(readService(text)), HasSubstr("by a TCP connection only (without receive)")) << word;
        (void)checkOf<model::PingCheck>(service(text + "\nprotocol=udp"));
    }
    EXPECT_THAT(all(readService("httpmethod=HEAD")), HasSubstr("GET only"));
    EXPECT_THAT(all(readService("httpmethod=GET")), IsEmpty());
    EXPECT_THAT(all(readService("request=\"http://a.example.com/x\"")), HasSubstr("whole URL"));
}

TEST(LdirectordReader, FindsTheServiceByItsPort) {
    EXPECT_TRUE(checkOf<model::HttpCheck>(service("", "virtual=192.0.2.1:443")).tls);
    (void)checkOf<model::SmtpCheck>(service("", "virtual=192.0.2.1:25"));
    const Imported unknown = readService("", "virtual=192.0.2.1:5555");
    EXPECT_THAT(unknown.cluster.services.at(0).servers.at(0).checks, IsEmpty());
    EXPECT_THAT(all(unknown), HasSubstr("takes every server as up"));
}

TEST(LdirectordReader, KnowsEveryKindOfCheck) {
    (void)checkOf<model::TcpCheck>(service("checktype=connect"));
    (void)checkOf<model::PingCheck>(service("checktype=connect\nprotocol=udp"));
    (void)checkOf<model::PingCheck>(service("checktype=ping"));
    (void)checkOf<model::HttpCheck>(service("checktype=4"));
    (void)checkOf<model::TcpCheck>(service("checktype=external-perl"));
    EXPECT_THAT(service("checktype=on").servers.at(0).checks, IsEmpty());
    const auto off = service("checktype=off\nfallback=127.0.0.1");
    EXPECT_EQ(off.servers.at(1).admin, model::AdminState::Disabled);
    EXPECT_FALSE(off.sorryServer);
    const auto script =
        checkOf<model::ScriptCheck>(service("checktype=external\ncheckcommand=\"/bin/probe\"\nchecktimeout=9"));
    EXPECT_THAT(script.script.command, ::testing::ElementsAre("/bin/probe", "192.0.2.1", "80", "198.51.100.1", "80"));
    EXPECT_EQ(script.timeout, std::chrono::seconds(9));
    EXPECT_THAT(checkOf<model::ScriptCheck>(service("checktype=external", "virtual=5")).script.command,
                ::testing::ElementsAre("/bin/true", "5", "0", "198.51.100.1", "80"));
    EXPECT_THAT(all(readService("checktype=sometimes")), HasSubstr("error ldirectord.cf:5:5: there is no check type"));
}

TEST(LdirectordReader, TakesTheNearestTimeout) {
    const auto timeout = [](const std::string& own, const std::string& globals) {
        return service(own, "virtual=192.0.2.1:80", "quiescent=no\n" + globals).connectTimeout->count() / 1000;
    };
    EXPECT_EQ(timeout("checktimeout=1\nnegotiatetimeout=2", "checktimeout=3\nnegotiatetimeout=4\n"), 2);
    EXPECT_EQ(timeout("checktimeout=1", "checktimeout=3\nnegotiatetimeout=4\n"), 1);
    EXPECT_EQ(timeout("", "checktimeout=3\nnegotiatetimeout=4\n"), 4);
    EXPECT_EQ(timeout("", "checktimeout=3\n"), 3);
    EXPECT_EQ(timeout("checktype=connect", "checktimeout=3\nnegotiatetimeout=4\n"), 3);
    EXPECT_EQ(timeout("checktype=connect\nnegotiatetimeout=2", "checktimeout=3\n"), 2);
    // Global settings count wherever they stand.
    EXPECT_EQ(
        read("virtual=192.0.2.1:80\n    real=198.51.100.1:80 gate\nchecktimeout=3\n").cluster.services.at(0).connectTimeout,
        std::chrono::seconds(3));
}

TEST(LdirectordReader, CountsFailuresAndIntervals) {
    const auto s = service("failurecount=4", "virtual=192.0.2.1:80", "quiescent=no\ncheckinterval=7\n");
    EXPECT_EQ(s.retry, 3U);
    EXPECT_EQ(s.delayBeforeRetry, std::chrono::seconds(7));
    EXPECT_FALSE(checkOf<model::HttpCheck>(s).retry);
    const std::string own = "checkinterval=3";
    EXPECT_EQ(service(own).delayLoop, std::chrono::seconds(10));
    EXPECT_THAT(all(readService(own)), HasSubstr("fork=yes"));
    EXPECT_EQ(service(own, "virtual=192.0.2.1:80", "fork=yes\n").delayLoop, std::chrono::seconds(3));
    for (const char* word : {"checktimeout", "negotiatetimeout", "checkinterval", "failurecount"})
        for (const char* value : {"=0", "=-1", "=5s", "=", "=99999999999999999999"})
            EXPECT_THAT(all(readService(std::string(word) + value)), HasSubstr("error ldirectord.cf:5:5: "))
                << word << value;
}

TEST(LdirectordReader, ReadsWhatTheTableGets) {
    const auto s =
        service("scheduler=sh\npersistent=600\nnetmask=255.255.240.0\nschedflags=sh-port,sh-fallback\nservicename=Shop");
    EXPECT_EQ(s.scheduler, model::Scheduler::Sh);
    EXPECT_EQ(s.persistenceTimeout, 600U);
    EXPECT_EQ(s.persistencePrefix, 20);
    EXPECT_THAT(s.schedulerFlags, ::testing::ElementsAre(model::SchedulerFlag::Flag1, model::SchedulerFlag::Flag2));
    EXPECT_EQ(s.name, "Shop");
    EXPECT_FALSE(service("persistent=9\nnetmask=255.255.255.255").persistencePrefix);
    EXPECT_FALSE(service("netmask=255.255.255.0").persistencePrefix);
    EXPECT_TRUE(service("protocol=udp\nops=yes").onePacket);
    EXPECT_FALSE(service("ops=yes").onePacket);
    EXPECT_EQ(read("virtual6=[2001:db8::1]:80\n    persistent=9\n    netmask=64\n").cluster.services.at(0).persistencePrefix,
              64);
    for (const char* bad :
         {"scheduler=best", "persistent=0", "persistent=x", "persistent=9\nnetmask=255.0.255.0", "protocol=sctp",
          "protocol=fwm", "schedflags=flag-4", "ops=perhaps", "checkport=0", "checkport=65536", "colour=blue",
          "fallback=host:80", "fallback=192.0.2.9:80 route", "quiescent=1", "emailalert="})
        EXPECT_THAT(all(readService(bad)), HasSubstr("error ldirectord.cf:")) << bad;
    EXPECT_THAT(all(readService("protocol=tcp", "virtual=5")), HasSubstr("protocol fwm"));
}

TEST(LdirectordReader, ReadsTheFallback) {
    const auto own = service("fallback=192.0.2.9:8080 masq").sorryServer;
    ASSERT_TRUE(own);
    EXPECT_EQ(own->port, 8080);
    EXPECT_EQ(own->forwarding, model::Forwarding::Nat);
    const auto global =
        service("", "virtual=192.0.2.1:80", "quiescent=no\nfallback=192.0.2.9\nfallback6=[2001:db8::9]\n").sorryServer;
    ASSERT_TRUE(global);
    EXPECT_EQ(endpointText(global->address, global->port), "192.0.2.9:80");
    EXPECT_FALSE(global->forwarding); // gate, as the servers
    EXPECT_EQ(service("fallback=192.0.2.9:81").sorryServer->port, 80);
    EXPECT_THAT(all(readService("fallback=192.0.2.9:81")), HasSubstr("gate and ipip do not change ports"));
    EXPECT_THAT(all(readService("fallback6=[2001:db8::9]:80")), HasSubstr("other family"));
    const auto command = service("fallbackcommand=\"/bin/sorry -x\"");
    EXPECT_THAT(command.quorumDown.command, ::testing::ElementsAre("/bin/sorry", "-x", "start", "192.0.2.1:80", "tcp"));
    EXPECT_THAT(command.quorumUp.command, ::testing::ElementsAre("/bin/sorry", "-x", "stop", "192.0.2.1:80", "tcp"));
}

TEST(LdirectordReader, SaysThatManualAndCodeDifferAboutQuiescent) {
    const std::string head = "virtual=192.0.2.1:80";
    EXPECT_FALSE(service("", head, "").inhibitOnFailure);
    EXPECT_THAT(all(readService("", head, "")), HasSubstr("manual calls yes the default, its code has no"));
    EXPECT_TRUE(service("", head, "quiescent=yes\n").inhibitOnFailure);
    EXPECT_FALSE(service("quiescent=no", head, "quiescent=yes\n").inhibitOnFailure);
    EXPECT_THAT(all(readService("quiescent=yes", head, "")), IsEmpty());
}

TEST(LdirectordReader, ReadsMail) {
    const std::string head = "virtual=192.0.2.1:80";
    const std::string to = "quiescent=no\nemailalert=\"a@example.com, b@example.com\"\n";
    const auto mail = readService("", head, to + "emailalertfrom=c@example.com\nsmtp=mail.example.com\n").cluster;
    EXPECT_THAT(mail.notification.to, ::testing::ElementsAre("a@example.com", "b@example.com"));
    EXPECT_EQ(mail.notification.from, "c@example.com");
    EXPECT_EQ(mail.notification.smtpServer, "mail.example.com");
    EXPECT_FALSE(mail.notification.alertCheckers);
    EXPECT_FALSE(mail.services.at(0).smtpAlert);
    EXPECT_EQ(service("emailalertstatus=none", head, to).smtpAlert, false);
    EXPECT_EQ(readService("", head, to + "emailalertstatus=none\n").cluster.notification.alertCheckers, false);
    const Imported one = readService("emailalert=d@example.com");
    EXPECT_THAT(one.cluster.notification.to, ::testing::ElementsAre("d@example.com"));
    EXPECT_EQ(one.cluster.notification.alertCheckers, false);
    EXPECT_EQ(one.cluster.services.at(0).smtpAlert, true);
    EXPECT_THAT(all(one), HasSubstr("mails all addresses alike"));
    EXPECT_EQ(one.cluster.notification.smtpServer, "127.0.0.1");
}

TEST(LdirectordReader, TellsWhatHasNoEqual) {
    for (const char* word :
         {"autoreload=yes", "logfile=\"local0\"", "supervised=yes", "supervised", "cleanstop=no", "readdquiescent=yes",
          "checkcount=2", "emailalertfreq=3", "monitorfile=/tmp/x", "callback=\"/bin/x\"", "execute=a.cf",
          "maintenancedir=/m", "connecttimeout=3", "timeout=3", "fork=maybe", "nonsense=1", "nonsense"})
        EXPECT_THAT(read(std::string(word) + "\n").diagnostics, SizeIs(1)) << word;
    const Imported secret =
        readService("login=\"me\"\npasswd=\"word7\"\nsecret=\"word8\"\ndatabase=\"d\"\nload=\"l\"\ncomment=c");
    EXPECT_THAT(secret.diagnostics, SizeIs(6));
    EXPECT_THAT(all(secret), Not(HasSubstr("word")));
}

TEST(LdirectordReader, SplitsLinesAsLdirectordDoes) {
    const Imported in =
        read("\xEF\xBB\xBFquiescent=no\r\nvirtual=192.0.2.1:80\r\n# left\n\t real=198.51.100.1:80 gate # right\r\n"
             "  \t # far\n    real=198.51.100.2:80 gate\n\n\n    real=198.51.100.3:80 gate\n  real=198.51.100.4:80 gate\n"
             "checkinterval=4 # four\n    real=198.51.100.5:80 gate\n");
    EXPECT_THAT(in.cluster.services.at(0).servers, SizeIs(4));
    EXPECT_EQ(in.cluster.services.at(0).delayLoop, std::chrono::seconds(4));
    EXPECT_THAT(all(in), Not(HasSubstr("ldirectord.cf:4:"))); // a tab counts as four blanks
    EXPECT_THAT(all(in), HasSubstr("ldirectord.cf:9:5: ldirectord ends a virtual service at a blank line"));
    EXPECT_THAT(all(in), HasSubstr("ldirectord.cf:10:3: ldirectord wants settings"));
    EXPECT_THAT(all(in), HasSubstr("ldirectord.cf:11:1: ldirectord takes a comment"));
    EXPECT_THAT(all(in), HasSubstr("ldirectord.cf:12:5: this line is indented"));
    EXPECT_THAT(all(readService("receive=\"a#b\"")), HasSubstr("inside of quotes"));
    EXPECT_THAT(all(readService("scheduler=rr\nscheduler=wlc")), HasSubstr("scheduler stands in line 5 already"));
    EXPECT_EQ(service("scheduler=rr\nscheduler=wlc").scheduler, model::Scheduler::Wlc);
}

TEST(LdirectordReader, SurvivesWhatIsNoText) {
    using namespace std::string_literals;
    EXPECT_THAT(all(read("quiescent=no\nvirtual=192.0.2.1:80\0\n"s)), HasSubstr("NUL"));
    EXPECT_THAT(all(read("quiescent=no\n\xFF\xFE=1\n")), HasSubstr("U+FFFD"));
    EXPECT_THAT(all(read("quiescent=" + std::string(5000, 'x') + "\n")), HasSubstr("more than 1024 bytes"));
    EXPECT_THAT(all(read(std::string(maxSourceBytes + 1, 'x'))), HasSubstr(" MiB and was not read"));
    EXPECT_THAT(read("").cluster.services, IsEmpty());
}

TEST(LdirectordReader, JoinsTheFilesOfTwoDirectors) {
    const std::string text = "quiescent=no\nvirtual=192.0.2.1:80\n    real=198.51.100.1:80 gate\n";
    const Imported same = readLdirectord({{"one", "one.cf", text, ""}, {"two", "two.cf", "\n" + text, ""}});
    EXPECT_THAT(all(same), IsEmpty());
    EXPECT_THAT(same.cluster.services, SizeIs(1));
    ASSERT_THAT(same.cluster.directors, SizeIs(2));
    EXPECT_EQ(same.cluster.directors[1].id, "two");
    const Imported other = readLdirectord({{"", "one.cf", text, ""},
                                           {"", "two.cf",
                                            "quiescent=yes\nvirtual=192.0.2.1:80\n    real=198.51.100.1:80 gate 5\n"
                                            "    real=198.51.100.2:80 gate\nvirtual=192.0.2.2:80\n",
                                            ""}});
    EXPECT_THAT(
        all(other),
        HasSubstr("two.cf:3: service tcp 192.0.2.1:80 / server 198.51.100.1:80: weight is “5” here and “1” in one.cf:3"));
    EXPECT_THAT(all(other), HasSubstr("two.cf:2: service tcp 192.0.2.1:80: inhibit_on_failure"));
    EXPECT_THAT(all(other), HasSubstr("two.cf:4: service tcp 192.0.2.1:80 / server 198.51.100.2:80 is here and not in"));
    EXPECT_THAT(other.cluster.services, SizeIs(2));
    EXPECT_THAT(other.cluster.services.at(0).servers, SizeIs(2));
    EXPECT_EQ(other.cluster.services.at(0).servers.at(0).weight, 1);
    EXPECT_EQ(other.cluster.directors.at(1).id, "lb2");
}

TEST(LdirectordWriter, WritesEverythingOut) {
    const Imported in = readService("receive=\"ok\"\nfallback=192.0.2.9\nfailurecount=2");
    EXPECT_EQ(writeLdirectord(in.cluster).text, "# ldirectord.cf of a cluster of lvsdeck; the same file on every director\n"
                                                "checkinterval=10\n"
                                                "fork=no\n"
                                                "autoreload=no\n"
                                                "quiescent=no\n"
                                                "\n"
                                                "virtual=192.0.2.1:80\n"
                                                "    real=198.51.100.1:80 gate 1\n"
                                                "    real=198.51.100.2:80 gate 1\n"
                                                "    fallback=192.0.2.9:80 gate\n"
                                                "    checktype=negotiate\n"
                                                "    service=http\n"
                                                "    request=\"/\"\n"
                                                "    receive=\"ok\"\n"
                                                "    httpmethod=GET\n"
                                                "    checktimeout=30\n"
                                                "    negotiatetimeout=30\n"
                                                "    failurecount=2\n"
                                                "    scheduler=wrr\n"
                                                "    protocol=tcp\n"
                                                "    quiescent=no\n");
    EXPECT_THAT(writeLdirectord(in.cluster).diagnostics, IsEmpty());
}

TEST(LdirectordWriter, KeepsTheMeaningOfRegularExpressions) {
    model::Cluster cluster = readService("").cluster;
    std::get<model::HttpCheck>(cluster.services[0].servers[0].checks.edit()[0]).urls[0].regex = "#\\#\\\\#\n\"x\"";
    std::get<model::HttpCheck>(cluster.services[0].servers[1].checks.edit()[0]).urls[0].regex = "\"y\", \"z\"";
    const std::string text = writeLdirectord(cluster).text;
    EXPECT_THAT(text, HasSubstr("    receive=\"\\x23\\x23\\\\\\x23\\x0A\"x\"\"\n"));
    EXPECT_THAT(text, HasSubstr(" \"/\", \"\\x22y\\x22, \\x22z\\x22\"\n"));
}

/// A cluster with one web service, changed by `change`, complains on its way out with `text`.
template <class Change> void expectLoss(Change change, const std::string& subject, const std::string& text) {
    model::Cluster cluster = readService("").cluster;
    ASSERT_THAT(writeLdirectord(cluster).diagnostics, IsEmpty());
    change(cluster, cluster.services[0], cluster.services[0].servers[0]);
    EXPECT_THAT(all(writeLdirectord(cluster)), ::testing::AllOf(HasSubstr(text), HasSubstr("(“" + subject))) << text;
}

TEST(LdirectordWriter, TellsWhatAServiceCannotSay) {
    using model::Cluster, model::RealServer, model::VirtualService;
    const std::string s = "tcp 192.0.2.1:80";
    const auto expect = [](const std::string& subject, const std::string& text, auto change) {
        expectLoss([&](Cluster&, VirtualService& service, RealServer&) { change(service); }, subject, text);
    };
    expect("sctp 192.0.2.1:80", "SCTP", [](VirtualService& v) { v.protocol = model::Protocol::Sctp; });
    expect("group web tcp", "no groups", [](VirtualService& v) { v.group = "web"; });
    expect(s, "quorum", [](VirtualService& v) { v.quorum = 2; });
    expect(s, "omega", [](VirtualService& v) { v.omega = true; });
    expect(s, "ha_suspend", [](VirtualService& v) { v.haSuspend = true; });
    expect(s, "persistence engines", [](VirtualService& v) { v.persistenceEngine = "sip"; });
    expect(s, "drain", [](VirtualService& v) { v.drainLimit = std::chrono::seconds(1); });
    expect(s, "warmup", [](VirtualService& v) { v.warmup = std::chrono::seconds(1); });
    expect(s, "quorum_up", [](VirtualService& v) { v.quorumUp.command = {"/bin/x"}; });
    expect(s, "rounded up to 2 s", [](VirtualService& v) { v.delayLoop = std::chrono::milliseconds(1500); });
    expect(s, "they became blanks", [](VirtualService& v) { v.name = "a#b"; });
    expect(s, "the sorry server was not written", [](VirtualService& v) {
        v.sorryServer = model::SorryServer{IpAddress::parse("2001:db8::1").value(), 80, {}, {}, false};
    });
    expect(s, "inhibit", [](VirtualService& v) {
        v.sorryServer = model::SorryServer{IpAddress::parse("192.0.2.9").value(), 80, {}, {}, true};
    });
    expect("alpha", "also where alpha is not set", [](VirtualService& v) { v.alpha = false; });
    expect(s, "delay_before_retry", [](VirtualService& v) {
        for (model::RealServer& server : v.servers)
            model::settings(server.checks.edit()[0]).retry = 2;
    });
}

TEST(LdirectordWriter, TellsWhatAServerCannotSay) {
    using model::Cluster, model::RealServer, model::VirtualService;
    const auto expect = [](const std::string& text, auto change) {
        expectLoss([&](Cluster&, VirtualService&, RealServer& server) { change(server); }, "tcp 192.0.2.1:80 / ", text);
    };
    expect("a comment in", [](RealServer& r) { r.name = "web 1"; });
    expect("written as a comment", [](RealServer& r) { r.admin = model::AdminState::Disabled; });
    expect("draining", [](RealServer& r) { r.admin = model::AdminState::Drained; });
    expect("quiescent is the same", [](RealServer& r) { r.inhibitOnFailure = true; });
    expect("notify_up", [](RealServer& r) { r.notifyUp.edit().command = {"/bin/x"}; });
    expect("mail is a matter", [](RealServer& r) { r.smtpAlert = true; });
    expect("first success", [](RealServer& r) { r.alpha = false; });
    expect("plain ipip", [](RealServer& r) {
        r.forwarding = model::Forwarding::Tun;
        r.tunnel = model::Tunnel{model::TunnelType::Gre, 0, {}};
    });
    expect("does not mix", [](RealServer& r) { r.address = IpAddress::parse("2001:db8::1").value(); });
    expect("one virtual host", [](RealServer& r) { r.virtualHost = std::string("x"); });
    expect("one kind of check", [](RealServer& r) { r.checks.clear(); });
    expect("one check for a server", [](RealServer& r) { r.checks.emplace_back(model::TcpCheck{}); });
}

TEST(LdirectordWriter, TellsWhatACheckCannotSay) {
    using model::Cluster, model::RealServer, model::VirtualService;
    const auto expect = [](const std::string& text, auto check) {
        expectLoss([&](Cluster&, VirtualService&, RealServer& server) { server.checks = {check}; }, "tcp 192.0.2.1:80 / ",
                   text);
    };
    const auto expectSetting = [&](const std::string& text, auto change) {
        model::HttpCheck check;
        check.urls.emplace_back();
        change(check);
        expect(text, check);
    };
    expect("follow the file", model::FileCheck{{}, "f", {}, {}});
    expect("send datagrams", model::UdpCheck{});
    expect("look for the virtual address", model::VipCheck{});
    expect("ask", model::DnsCheck{});
    expect("helo_name", model::SmtpCheck{{}, "me"});
    expect("and nothing else", model::ScriptCheck{{}, {{"/bin/x", "-v"}, "", ""}, {}, false});
    expect("weights from a program", model::ScriptCheck{{}, {{"/bin/x"}, "", ""}, {}, true});
    expect("its own user", model::ScriptCheck{{}, {{"/bin/x"}, "nobody", ""}, {}, false});
    expectSetting("server name", [](model::HttpCheck& c) { c.tls = c.sni = true; });
    expectSetting("fast recovery", [](model::HttpCheck& c) { c.fastRecovery = true; });
    expectSetting("one URL", [](model::HttpCheck& c) { c.urls.emplace_back(); });
    expectSetting("from 200 to 299", [](model::HttpCheck& c) { c.urls[0].status = {{200, 200}}; });
    expectSetting("MD5", [](model::HttpCheck& c) { c.urls[0].digest = std::string(32, 'a'); });
    expectSetting("absence", [](model::HttpCheck& c) { c.urls[0].regexNoMatch = true; });
    expectSetting("(?i)", [](model::HttpCheck& c) { c.urls[0].regexOptions = {"caseless"}; });
    expectSetting("%23", [](model::HttpCheck& c) { c.urls[0].path = "/#x"; });
    expectSetting("connect_ip", [](model::HttpCheck& c) { c.connectAddress = IpAddress::parse("192.0.2.7").value(); });
    expectSetting("source, interface or mark", [](model::HttpCheck& c) { c.bindPort = 7; });
    expectSetting("interval for all checks", [](model::HttpCheck& c) { c.delayLoop = std::chrono::seconds(1); });
    expectSetting("warmup", [](model::HttpCheck& c) { c.warmup = std::chrono::seconds(1); });
    expectSetting("one time-out", [](model::HttpCheck& c) { c.connectTimeout = std::chrono::seconds(1); });
    expectSetting("number of tries", [](model::HttpCheck& c) { c.retry = 7; });
}

TEST(LdirectordWriter, TellsWhatAClusterCannotSay) {
    using model::Cluster, model::RealServer, model::VirtualService;
    const auto expect = [](const std::string& subject, const std::string& text, auto change) {
        expectLoss([&](Cluster& cluster, VirtualService&, RealServer&) { change(cluster); }, subject, text);
    };
    expect("instance A", "haresources", [](Cluster& c) { c.instances.emplace_back().name = "A"; });
    expect("timeouts", "ipvsadm --set", [](Cluster& c) { c.timeouts.tcp = 1; });
    expect("ipvs_sysctls", "sysctl.conf", [](Cluster& c) { c.ipvsSysctls["x"] = "1"; });
    expect("static entries", "not written", [](Cluster& c) { c.staticAddresses.emplace_back(); });
    expect("passthrough", "keepalived.conf", [](Cluster& c) { c.passthrough.emplace_back(); });
    expect("scripts", "own user", [](Cluster& c) { c.scripts.user = "x"; });
    expect("cluster", "many failures", [](Cluster& c) { c.massFailure = model::MassFailure::Hold; });
    expect("notification", "port 25", [](Cluster& c) { c.notification.smtpPort = 587; });
    expect("notification", "VRRP", [](Cluster& c) { c.notification.alertVrrp = true; });
    expect("notification", "FIFO", [](Cluster& c) { c.notification.fifo = "/run/x"; });
    expect("notification", "nobody gets mail", [](Cluster& c) { c.notification.from = "x@example.com"; });
    expect("notification", "mail server", [](Cluster& c) { c.notification.heloName = "x"; });
}

TEST(LdirectordWriter, WritesAServiceForEachAddressOfAGroup) {
    model::Cluster cluster = readService("").cluster;
    const auto ip = [](std::string_view text) { return IpAddress::parse(text).value(); };
    cluster.serviceGroups = {{"web", {{ip("192.0.2.8"), ip("192.0.2.9"), 80, {}, Family::V4}}}};
    cluster.services[0].group = "web";
    cluster.services[0].address = {};
    cluster.services[0].port = 0;
    const Imported back = read(writeLdirectord(cluster).text);
    ASSERT_THAT(back.cluster.services, SizeIs(2));
    EXPECT_EQ(serviceKey(back.cluster.services[1]), "tcp 192.0.2.9:80");
    cluster.serviceGroups[0].entries[0].lastAddress = ip("192.0.12.9");
    EXPECT_THAT(all(writeLdirectord(cluster)), HasSubstr("use a firewall mark"));
}

} // namespace
} // namespace lvsdeck::formats
