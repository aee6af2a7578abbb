// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/words.hpp"

#include "agent/ipvs/kernel_error.hpp"
#include "agent/ipvs/keys.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace lvsdeck::ipvs {
namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

ServiceKey web() { return {0, Family::V4, model::Protocol::Tcp, ip("192.0.2.10"), 80}; }

TEST(Words, OperationsReadAsTheCommandsThatAnAdminWouldType) {
    const DestinationKey server{ip("192.0.2.20"), 8080};
    EXPECT_EQ(operationText({OperationType::AddService, web(), {"wrr", 1, 60, 24, ""}, {}, {}}),
              "ipvsadm -A -t 192.0.2.10:80 -s wrr -p 60 -M 255.255.255.0");
    EXPECT_EQ(operationText({OperationType::SetService, web(), {"sh", 8 | 16, 0, 32, ""}, {}, {}}),
              "ipvsadm -E -t 192.0.2.10:80 -s sh -b sh-fallback,sh-port");
    EXPECT_EQ(operationText({OperationType::RemoveService, web(), {}, {}, {}}), "ipvsadm -D -t 192.0.2.10:80");
    EXPECT_EQ(operationText({OperationType::AddDestination, web(), {}, server, {Forward::Masq, 3, 10, 5, 0, 0, 0}}),
              "ipvsadm -a -t 192.0.2.10:80 -r 192.0.2.20:8080 -m -w 3 -x 10 -y 5");
    EXPECT_EQ(
        operationText({OperationType::SetDestination, web(), {}, server, {Forward::Tunnel, 0, 0, 0, tunnelGue, 6080, 1}}),
        "ipvsadm -e -t 192.0.2.10:80 -r 192.0.2.20:8080 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum");
    EXPECT_EQ(operationText({OperationType::RemoveDestination, web(), {}, server, {}}),
              "ipvsadm -d -t 192.0.2.10:80 -r 192.0.2.20:8080");
}

TEST(Words, MarksPrintAsSignedNumbersWithTheirFamily) {
    const ServiceKey mark{0xffffffffU, Family::V6, model::Protocol::Tcp, {}, 0};
    EXPECT_EQ(operationText({OperationType::AddService, mark, {"rr", 1, 300, 64, "sip"}, {}, {}}),
              "ipvsadm -A -f -1 -6 -s rr -p 300 -M 64 --pe sip");
    EXPECT_EQ(protocolWord(mark), "FWM");
    EXPECT_EQ(addressText(mark), "4294967295 IPv6");
    EXPECT_EQ(keyText(mark), "fwm 4294967295 ipv6");
}

TEST(Words, KeysReadAsTheModelWritesThem) {
    model::VirtualService service;
    service.address = ip("2001:db8::1");
    service.port = 53;
    service.protocol = model::Protocol::Udp;
    EXPECT_EQ(keyText(keyOf(service)), serviceKey(service));
    service.firewallMark = 9;
    EXPECT_EQ(keyText(keyOf(service)), serviceKey(service));
}

TEST(Words, TunnelsAndFlagsAreNamedAsIpvsadmNamesThem) {
    EXPECT_EQ(tunnelText({Forward::Tunnel, 1, 0, 0, tunnelIpip, 0, 0}), "ipip");
    EXPECT_EQ(tunnelText({Forward::Tunnel, 1, 0, 0, tunnelGue, 6080, 2}), "gue:6080:r+c");
    EXPECT_EQ(tunnelText({Forward::Tunnel, 1, 0, 0, tunnelGre, 0, 1}), "gre:+c");
    EXPECT_EQ(tunnelText({Forward::Route, 1, 0, 0, tunnelGre, 0, 1}), "");
    EXPECT_EQ(flagWords({"mh", 8 | 32, 0, 32, ""}), (std::vector<std::string>{"mh-fallback", "flag-3"}));
    EXPECT_EQ(flagWords({"wlc", 8 | 16, 0, 32, ""}), (std::vector<std::string>{"flag-1", "flag-2"}));
}

TEST(KernelError, AMissingSchedulerSaysWhichModuleToLoad) {
    const Error error = operationError(ENOENT, {OperationType::AddService, web(), {"wrr", 0, 0, 32, ""}, {}, {}});
    EXPECT_EQ(error.code, ErrorCode::Unsupported);
    EXPECT_NE(error.text.find("modprobe ip_vs_wrr"), std::string::npos);
    EXPECT_NE(error.text.find("tcp 192.0.2.10:80"), std::string::npos);
}

TEST(KernelError, TheSameNumberOnAServerMeansThatItIsGone) {
    const Operation operation{OperationType::SetDestination, web(), {}, {ip("192.0.2.20"), 80}, {}};
    EXPECT_EQ(operationError(ENOENT, operation).code, ErrorCode::NotFound);
    EXPECT_NE(operationError(EPERM, operation).text.find("CAP_NET_ADMIN"), std::string::npos);
    EXPECT_NE(operationError(ENOBUFS, operation).text.find("ipvsadm -e"), std::string::npos);
}

} // namespace
} // namespace lvsdeck::ipvs
