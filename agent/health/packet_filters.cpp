// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/packet_filters.hpp"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace lvsdeck::health {

namespace {

constexpr std::uint32_t v6Header = 40;

sock_filter instruction(unsigned code, std::uint32_t k, std::uint8_t jumpTrue = 0, std::uint8_t jumpFalse = 0) {
    return {.code = static_cast<std::uint16_t>(code), .jt = jumpTrue, .jf = jumpFalse, .k = k};
}

/// Each test loads (`code`, `at`) and compares; the last two instructions are "drop" and "take".
struct Test {
    unsigned load;
    std::uint32_t at;
    std::uint32_t value;
};
void append(std::vector<sock_filter>& program, const std::vector<Test>& tests) {
    for (std::size_t i = 0; i < tests.size(); ++i) {
        program.push_back(instruction(BPF_LD | tests[i].load, tests[i].at));
        const auto toDrop = static_cast<std::uint8_t>(2 * (tests.size() - 1 - i) + 1);
        program.push_back(instruction(BPF_JMP | BPF_JEQ | BPF_K, tests[i].value, 0, toDrop));
    }
    program.push_back(instruction(BPF_RET | BPF_K, 0xFFFF));
    program.push_back(instruction(BPF_RET | BPF_K, 0));
}

} // namespace

std::vector<sock_filter> answerFilter(const TcpFlow& flow) {
    std::vector<sock_filter> program;
    if (!flow.destination.isV4()) {
        append(program, {{BPF_B | BPF_ABS, 6, IPPROTO_TCP},
                         {BPF_H | BPF_ABS, v6Header, flow.destinationPort},
                         {BPF_H | BPF_ABS, v6Header + 2, flow.sourcePort}});
        return program;
    }
    program.push_back(instruction(BPF_LDX | BPF_B | BPF_MSH, 0));
    append(program, {{BPF_B | BPF_ABS, 9, IPPROTO_TCP},
                     {BPF_W | BPF_ABS, 12, flow.destination.v4HostOrder()},
                     {BPF_H | BPF_IND, 0, flow.destinationPort},
                     {BPF_H | BPF_IND, 2, flow.sourcePort}});
    return program;
}

std::vector<sock_filter> synReplyFilter(Family family, std::uint16_t firstPort) {
    constexpr std::uint32_t synOrRst = 0x06;
    // With IPv4 a raw socket sees the IP header, too.
    const unsigned from = family == Family::V4 ? BPF_IND : BPF_ABS;
    std::vector<sock_filter> program;
    if (family == Family::V4)
        program.push_back(instruction(BPF_LDX | BPF_B | BPF_MSH, 0));
    program.push_back(instruction(BPF_LD | BPF_H | from, 2));
    program.push_back(instruction(BPF_ALU | BPF_AND | BPF_K, 0xFFF0));
    program.push_back(instruction(BPF_JMP | BPF_JEQ | BPF_K, firstPort, 0, 3));
    program.push_back(instruction(BPF_LD | BPF_B | from, 13));
    program.push_back(instruction(BPF_JMP | BPF_JSET | BPF_K, synOrRst, 0, 1));
    program.push_back(instruction(BPF_RET | BPF_K, 0xFFFF));
    program.push_back(instruction(BPF_RET | BPF_K, 0));
    return program;
}

std::vector<sock_filter> arpReplyFilter() {
    std::vector<sock_filter> program;
    append(program, {{BPF_H | BPF_ABS, 6, 2}});
    return program;
}

bool attachFilter(int descriptor, std::vector<sock_filter> program) {
    const sock_fprog what{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
    return ::setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &what, sizeof what) == 0;
}

} // namespace lvsdeck::health
