// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/control/attendant.hpp"

#include "tests/lab/control/frames.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace lvsdeck::lab {
namespace {

struct Pipe {
    UniqueFd reading, writing;
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw LabError::fromErrno("pipe");
        reading.reset(ends[0]);
        writing.reset(ends[1]);
    }
};

/// Passes on what one of the program's streams says; closes it at its end.
void relay(UniqueFd& stream, short events, int peer, FrameKind kind) {
    if (events == 0)
        return;
    std::array<char, 32768> buffer{};
    const ssize_t got = ::read(stream.get(), buffer.data(), buffer.size());
    if (got <= 0)
        stream.reset();
    else
        sendFrame(peer, kind, std::string_view(buffer.data(), static_cast<std::size_t>(got)));
}

} // namespace

Attendant::Attendant(StandardLab& lab, std::string token, std::function<boost::json::value()> status)
    : m_lab(&lab), m_token(std::move(token)), m_status(std::move(status)) {}

void Attendant::serve(const UniqueFd& listener, const std::atomic<bool>& signalled) {
    std::vector<std::thread> conversations;
    while (!m_end && !signalled) {
        pollfd wait{listener.get(), POLLIN, 0};
        if (::poll(&wait, 1, 100) <= 0)
            continue;
        UniqueFd peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (peer)
            conversations.emplace_back([this, held = std::move(peer)] {
                try {
                    converse(held);
                } catch (const std::exception& problem) {
                    sendFrame(held.get(), FrameKind::Problem, problem.what());
                }
            });
    }
    m_end = true;
    for (std::thread& conversation : conversations)
        conversation.join();
}

void Attendant::converse(const UniqueFd& peer) {
    const auto frame = receiveFrame(peer.get());
    if (!frame || frame->kind != FrameKind::Request)
        throw LabError("the first frame must be a request");
    boost::json::error_code notJson;
    const auto request = boost::json::parse(frame->payload, notJson);
    const auto* object = request.if_object();
    const auto text = [&](const char* name) -> std::string {
        const auto* member = object != nullptr ? object->if_contains(name) : nullptr;
        return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
    };
    if (notJson || text("token") != m_token)
        throw LabError("the token is not this lab's");
    const std::string action = text("action");
    if (action == "status") {
        sendFrame(peer.get(), FrameKind::Answer, boost::json::serialize(m_status()));
    } else if (action == "stop") {
        m_end = true;
        sendFrame(peer.get(), FrameKind::Answer, "{}");
    } else if (action == "exec" && object->contains("arguments") && object->at("arguments").is_array()) {
        execute(peer, m_lab->host(text("host")), object->at("arguments").get_array());
    } else {
        throw LabError("unknown action \"" + action + "\"");
    }
}

void Attendant::execute(const UniqueFd& peer, Host& host, const boost::json::array& arguments) {
    Pipe input, output, errors;
    ProcessSpec spec;
    for (const auto& argument : arguments)
        spec.arguments.emplace_back(argument.as_string());
    if (spec.arguments.empty())
        throw LabError("exec needs a command");
    spec.enter = host.entrance();
    spec.input = input.reading.get();
    spec.output = output.writing.get();
    spec.errors = errors.writing.get();
    Process process(spec);
    input.reading.reset();
    output.writing.reset();
    errors.writing.reset();
    bool peerGone = false;
    while (!m_end && !peerGone) {
        const bool ended = !process.running();
        std::array<pollfd, 3> waits{
            {{output.reading.get(), POLLIN, 0}, {errors.reading.get(), POLLIN, 0}, {peer.get(), POLLIN, 0}}};
        // After the end of the program only what is already in its pipes is waited for: a daemon may hold them open.
        const int ready = ::poll(waits.data(), waits.size(), ended ? 0 : 20);
        if (ended && waits[0].revents == 0 && waits[1].revents == 0)
            break;
        if (ready <= 0)
            continue;
        relay(output.reading, waits[0].revents, peer.get(), FrameKind::Output);
        relay(errors.reading, waits[1].revents, peer.get(), FrameKind::Errors);
        if (waits[2].revents == 0)
            continue;
        const auto frame = receiveFrame(peer.get());
        peerGone = !frame;
        if (frame && frame->kind == FrameKind::Input && frame->payload.empty())
            input.writing.reset();
        else if (frame && frame->kind == FrameKind::Input && input.writing &&
                 ::write(input.writing.get(), frame->payload.data(), frame->payload.size()) < 0)
            input.writing.reset();
    }
    // The command was given up, or the lab ends: so does the program.
    if (process.running())
        process.terminate(2s);
    sendFrame(peer.get(), FrameKind::Exit, std::to_string(process.wait(0ms).value_or(1)));
}

} // namespace lvsdeck::lab
