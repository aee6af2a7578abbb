// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/control/command.hpp"

#include "tests/lab/control/frames.hpp"
#include "tests/lab/support/unique_fd.hpp"

#include <boost/json.hpp>

#include <arpa/inet.h>
#include <array>
#include <fstream>
#include <iostream>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace lvsdeck::lab {
namespace {

constexpr int unreachable = 125;

/// Connects and sends the request.
UniqueFd ask(const std::string& labFile, boost::json::object request) {
    std::ifstream file(labFile);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    boost::json::error_code notJson;
    const auto lab = boost::json::parse(text, notJson);
    if (!file.good() && text.empty())
        throw LabError("no lab is up (" + labFile + " is not there); './dev lab up' builds one");
    const auto* control = notJson ? nullptr : lab.as_object().if_contains("control");
    if (control == nullptr)
        throw LabError(labFile + " is not a lab's description");
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(control->at("port").to_number<unsigned>()));
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        throw LabError::fromErrno("the lab does not answer; './dev lab down' clears what is left of it");
    request["token"] = control->at("token");
    if (!sendFrame(socket.get(), FrameKind::Request, boost::json::serialize(request)))
        throw LabError("the lab ended the conversation");
    return socket;
}

int guarded(const std::function<int()>& work) {
    try {
        return work();
    } catch (const std::exception& problem) {
        std::cerr << "lab: " << problem.what() << '\n';
        return unreachable;
    }
}

int answerOf(const UniqueFd& lab, std::string& answer) {
    const auto frame = receiveFrame(lab.get());
    if (!frame)
        throw LabError("the lab ended the conversation");
    if (frame->kind == FrameKind::Problem)
        throw LabError(frame->payload);
    answer = frame->payload;
    return 0;
}

void writeAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
        if (wrote <= 0)
            return;
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

/// False at the end of our standard input.
bool passInput(const UniqueFd& lab) {
    std::array<char, 32768> buffer{};
    const ssize_t got = ::read(0, buffer.data(), buffer.size());
    sendFrame(lab.get(), FrameKind::Input,
              std::string_view(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))));
    return got > 0;
}

} // namespace

int executeOn(const std::string& labFile, const std::string& host, const std::vector<std::string>& arguments) {
    return guarded([&] {
        const UniqueFd lab =
            ask(labFile, {{"action", "exec"}, {"host", host}, {"arguments", boost::json::value_from(arguments)}});
        bool inputOpen = true;
        while (true) {
            std::array<pollfd, 2> waits{{{lab.get(), POLLIN, 0}, {inputOpen ? 0 : -1, POLLIN, 0}}};
            if (::poll(waits.data(), waits.size(), -1) < 0)
                continue;
            if (waits[1].revents != 0)
                inputOpen = passInput(lab);
            if (waits[0].revents == 0)
                continue;
            const auto frame = receiveFrame(lab.get());
            if (!frame)
                throw LabError("the lab ended the conversation");
            switch (frame->kind) {
            case FrameKind::Output: writeAll(1, frame->payload); break;
            case FrameKind::Errors: writeAll(2, frame->payload); break;
            case FrameKind::Exit: return std::stoi(frame->payload);
            case FrameKind::Problem: throw LabError(frame->payload);
            case FrameKind::Request:
            case FrameKind::Input:
            case FrameKind::Answer: break;
            }
        }
    });
}

int printStatus(const std::string& labFile) {
    return guarded([&] {
        std::string answer;
        answerOf(ask(labFile, {{"action", "status"}}), answer);
        std::cout << answer << '\n';
        return 0;
    });
}

int stopLab(const std::string& labFile) {
    return guarded([&] {
        std::string answer;
        return answerOf(ask(labFile, {{"action", "stop"}}), answer);
    });
}

} // namespace lvsdeck::lab
