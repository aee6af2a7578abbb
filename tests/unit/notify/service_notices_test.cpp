// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/notify/service_notices.hpp"

#include <gtest/gtest.h>

namespace lvsdeck::notify {
namespace {

using Texts = std::vector<std::string>;

model::Script script(const std::string& name) { return {{"/etc/" + name}, "", ""}; }

struct ServiceNotices : testing::Test {
    ServiceNotices() {
        own.director.id = "lb1";
        own.notification.to = {"ops@example.org"};
        own.notification.smtpServer = "127.0.0.1";
        own.notification.checkerFifo = "/run/checkers";
        model::VirtualService service;
        service.address = *IpAddress::parse("192.0.2.10");
        service.port = 80;
        service.quorumUp = script("qup");
        service.quorumDown = script("qdown");
        for (const char* address : {"192.0.2.20", "192.0.2.21"}) {
            model::RealServer server;
            server.address = *IpAddress::parse(address);
            server.port = 80;
            server.checks = {model::TcpCheck{}};
            server.notifyUp = script("up");
            server.notifyDown = script("down");
            service.servers.push_back(server);
        }
        own.services = {service};
        both = {{"tcp 192.0.2.10:80", {true, 2, {{"192.0.2.20:80", Alive::Up}, {"192.0.2.21:80", Alive::Up}}}}};
        none = {{"tcp 192.0.2.10:80", {false, 0, {{"192.0.2.20:80", Alive::Down}, {"192.0.2.21:80", Alive::Down}}}}};
    }
    using Notices = std::vector<Notice>;
    template <class T, class F> static Texts texts(const Notices& notices, F text) {
        Texts out;
        for (const Notice& notice : notices)
            if (const auto* one = std::get_if<T>(&notice))
                out.push_back(text(*one));
        return out;
    }
    static Texts programs(const Notices& notices) {
        return texts<ScriptNotice>(notices, [](const auto& n) { return n.script.command.front(); });
    }
    static Texts lines(const Notices& notices) {
        return texts<FifoNotice>(notices, [](const auto& n) { return n.line; });
    }
    static Texts subjects(const Notices& notices) {
        return texts<MailNotice>(notices, [](const auto& n) { return n.subject; });
    }
    static Texts bodies(const Notices& notices) {
        return texts<MailNotice>(notices, [](const auto& n) { return n.body; });
    }
    model::Effective own;
    ServiceTruths both;
    ServiceTruths none;
};

TEST_F(ServiceNotices, AtTheStartOnlyTheQuorumIsNewsUnlessServersAreAskedFor) {
    Notices notices = serviceNotices(own, {}, both, Occasion::Start);
    EXPECT_EQ(lines(notices), Texts{"VS [192.0.2.10]:tcp:80 UP"});
    EXPECT_EQ(programs(notices), Texts{"/etc/qup"});
    own.notification.notifyUpAtStart = true;
    notices = serviceNotices(own, {}, both, Occasion::Start);
    EXPECT_EQ(lines(notices), (Texts{"RS [192.0.2.20]:tcp:80 [192.0.2.10]:tcp:80 UP",
                                     "RS [192.0.2.21]:tcp:80 [192.0.2.10]:tcp:80 UP", "VS [192.0.2.10]:tcp:80 UP"}));
    EXPECT_TRUE(serviceNotices(own, {}, none, Occasion::Start).empty());
}

TEST_F(ServiceNotices, ServersGoBeforeTheirServiceAndOnlyTheyAreMailedUnlessAskedFor) {
    Notices notices = serviceNotices(own, both, none, Occasion::Change);
    EXPECT_EQ(lines(notices), (Texts{"RS [192.0.2.20]:tcp:80 [192.0.2.10]:tcp:80 DOWN",
                                     "RS [192.0.2.21]:tcp:80 [192.0.2.10]:tcp:80 DOWN", "VS [192.0.2.10]:tcp:80 DOWN"}));
    EXPECT_EQ(programs(notices), (Texts{"/etc/down", "/etc/down", "/etc/qdown"}));
    EXPECT_EQ(subjects(notices),
              (Texts{"[lb1] Realserver [192.0.2.20]:tcp:80 of virtual server [192.0.2.10]:tcp:80 - DOWN",
                     "[lb1] Realserver [192.0.2.21]:tcp:80 of virtual server [192.0.2.10]:tcp:80 - DOWN"}));
    EXPECT_EQ(bodies(notices).front(), "=> TCP CHECK failed on service <=");
    own.services[0].servers[0].checks = {model::HttpCheck{}};
    own.services[0].servers[1].checks = {model::PingCheck{}};
    EXPECT_EQ(bodies(serviceNotices(own, both, none, Occasion::Change)),
              (Texts{"=> CHECK failed on service : HTTP request failed <=", "=> ICMP CHECK failed on service <="}));
    EXPECT_EQ(bodies(serviceNotices(own, none, both, Occasion::Change)),
              (Texts{"=> CHECK succeed on service <=", "=> ICMP CHECK succeed on service <="}));
    own.services[0].smtpAlert = true;
    own.services[0].servers[0].smtpAlert = false;
    own.director.routerId = "R1";
    EXPECT_EQ(subjects(serviceNotices(own, none, both, Occasion::Change)),
              (Texts{"[R1] Realserver [192.0.2.21]:tcp:80 of virtual server [192.0.2.10]:tcp:80 - UP",
                     "[R1] Virtualserver [192.0.2.10]:tcp:80 - UP"}));
    EXPECT_EQ(bodies(serviceNotices(own, none, both, Occasion::Change)).back(), "=> Gained quorum 1+0=1 <= 2 <=");
    own.notification.alertCheckers = false;
    own.services[0].smtpAlert.reset();
    EXPECT_TRUE(subjects(serviceNotices(own, none, both, Occasion::Change)).empty());
}

TEST_F(ServiceNotices, FirstVerdictOnAServerThatBeganOutIsToldButADeathIsNotMailed) {
    ServiceTruths waiting = none;
    waiting.begin()->second.servers["192.0.2.20:80"] = Alive::Unknown;
    const Notices notices = serviceNotices(own, waiting, none, Occasion::Change);
    EXPECT_EQ(lines(notices), Texts{"RS [192.0.2.20]:tcp:80 [192.0.2.10]:tcp:80 DOWN"});
    EXPECT_TRUE(subjects(notices).empty());
}

TEST_F(ServiceNotices, OnlyOmegaSpeaksAtTheEndAndOnlyOfWhatWasUp) {
    EXPECT_EQ(serviceNotices(own, both, {}, Occasion::Stop), Notices{});
    own.services[0].omega = true;
    EXPECT_EQ(programs(serviceNotices(own, both, {}, Occasion::Stop)), (Texts{"/etc/down", "/etc/down", "/etc/qdown"}));
    EXPECT_EQ(serviceNotices(own, none, {}, Occasion::Stop), Notices{});
}

TEST_F(ServiceNotices, ServerThatAReloadRemovesGoesDownWithItsOwnScript) {
    const auto former = own.services;
    own.services[0].servers.pop_back();
    own.services[0].servers[0].notifyDown = script("another");
    ServiceTruths after = both;
    after.begin()->second.servers.erase("192.0.2.21:80");
    Notices notices = serviceNotices(own, both, after, Occasion::Change, former);
    EXPECT_EQ(lines(notices), Texts{"RS [192.0.2.21]:tcp:80 [192.0.2.10]:tcp:80 DOWN"});
    EXPECT_EQ(programs(notices), Texts{"/etc/down"});
    EXPECT_EQ(subjects(notices), Texts{"[lb1] Realserver [192.0.2.21]:tcp:80 of virtual server [192.0.2.10]:tcp:80 - DOWN"});
    EXPECT_EQ(bodies(notices), Texts{"=> Removing <="});
    // One that was dead has said so already.
    EXPECT_EQ(serviceNotices(own, none, after, Occasion::Change, former).size(),
              serviceNotices(own, none, after, Occasion::Change).size());
}

TEST_F(ServiceNotices, ServiceThatAReloadRemovesGoesDownWithItsServersAndNeedsNoOmega) {
    const auto former = own.services;
    own.services[0].port = 81;
    const ServiceTruths after = {{"tcp 192.0.2.10:81", both.begin()->second}};
    const Notices notices = serviceNotices(own, both, after, Occasion::Change, former);
    EXPECT_EQ(lines(notices),
              (Texts{"RS [192.0.2.20]:tcp:80 [192.0.2.10]:tcp:80 DOWN", "RS [192.0.2.21]:tcp:80 [192.0.2.10]:tcp:80 DOWN",
                     "VS [192.0.2.10]:tcp:80 DOWN", "VS [192.0.2.10]:tcp:81 UP"}));
    EXPECT_EQ(programs(notices), (Texts{"/etc/down", "/etc/down", "/etc/qdown", "/etc/qup"}));
    EXPECT_EQ(lines(serviceNotices(own, none, after, Occasion::Change, former)), Texts{"VS [192.0.2.10]:tcp:81 UP"});
}

TEST_F(ServiceNotices, WordsAreKeepalivedsForMarksAndGroups) {
    model::VirtualService service = own.services[0];
    service.firewallMark = 7;
    EXPECT_EQ(serviceWord(service), "FWM 7");
    service.firewallMark.reset();
    service.group = "web";
    service.port = 0;
    EXPECT_EQ(serviceWord(service), "[web]:0");
    EXPECT_EQ(serverWord(service, service.servers[0]), "[192.0.2.20]:tcp:80");
}

TEST_F(ServiceNotices, LinesGoToBothPipes) {
    own.notification.fifo = "/run/all";
    EXPECT_EQ(texts<FifoNotice>(serviceNotices(own, {}, both, Occasion::Start), [](const auto& n) { return n.path; }),
              (Texts{"/run/all", "/run/checkers"}));
}

} // namespace
} // namespace lvsdeck::notify
