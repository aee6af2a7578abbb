// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/attach.hpp"

#include "agent/app/client.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <iostream>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lvsdeck::app {

namespace {

/// One direction: at most one buffer of bytes between two descriptors.
struct Lane {
    int from;
    int to;
    std::array<char, 65'536> bytes{};
    std::size_t begin = 0;
    std::size_t end = 0;
    bool over = false; ///< the source has ended

    [[nodiscard]] bool wantsRead() const { return !over && begin == end; }
    [[nodiscard]] bool wantsWrite() const { return begin != end; }

    void read() {
        const ssize_t size = ::read(from, bytes.data(), bytes.size());
        if (size < 0 && (errno == EINTR || errno == EAGAIN))
            return;
        over = size <= 0;
        begin = 0;
        end = over ? 0 : static_cast<std::size_t>(size);
    }
    /// False: nobody takes it any more.
    [[nodiscard]] bool write() {
        const ssize_t size = ::write(to, bytes.data() + begin, end - begin);
        if (size < 0)
            return errno == EINTR || errno == EAGAIN;
        begin += static_cast<std::size_t>(size);
        return true;
    }
};

} // namespace

Exit attach(const std::string& socket) {
    auto client = Client::connect(socket);
    if (!client) {
        std::cerr << "lvsdeck-agent: " << client.error().text << '\n';
        return Exit::Unreachable;
    }
    std::signal(SIGPIPE, SIG_IGN);
    const int agent = client->descriptor();
    Lane up{STDIN_FILENO, agent};
    Lane down{agent, STDOUT_FILENO};
    bool passedOn = false;
    while (true) {
        if (up.over && !up.wantsWrite() && !passedOn) {
            ::shutdown(agent, SHUT_WR);
            passedOn = true;
        }
        if (down.over && !down.wantsWrite())
            return Exit::Done;
        const auto events = [](bool on, int event) { return static_cast<short>(on ? event : 0); };
        std::array<pollfd, 3> watched{{
            {up.wantsRead() ? up.from : -1, POLLIN, 0},
            {agent, static_cast<short>(events(up.wantsWrite(), POLLOUT) | events(down.wantsRead(), POLLIN)), 0},
            {down.wantsWrite() ? down.to : -1, POLLOUT, 0},
        }};
        // While standard output is not taken, the agent's hang-up must not turn this loop.
        if (watched[1].events == 0)
            watched[1].fd = -1;
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
            return Exit::Problem;
        if (watched[0].revents != 0)
            up.read();
        if ((watched[1].revents & POLLOUT) != 0 && up.wantsWrite() && !up.write())
            up.begin = up.end = 0;
        if ((watched[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && down.wantsRead())
            down.read();
        if (watched[2].revents != 0 && !down.write())
            return Exit::Done;
    }
}

} // namespace lvsdeck::app
