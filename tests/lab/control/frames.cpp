// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/control/frames.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace lvsdeck::lab {
namespace {

constexpr std::size_t headerSize = 5;

bool sendAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool receiveAll(int fd, char* into, std::size_t size) {
    while (size > 0) {
        const ssize_t got = ::recv(fd, into, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        into += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

} // namespace

bool sendFrame(int fd, FrameKind kind, std::string_view payload) {
    const std::uint32_t length = htonl(static_cast<std::uint32_t>(payload.size()));
    std::string bytes(headerSize, static_cast<char>(kind));
    std::memcpy(bytes.data() + 1, &length, sizeof length);
    bytes.append(payload);
    return sendAll(fd, bytes);
}

std::optional<Frame> receiveFrame(int fd) {
    std::array<char, headerSize> header{};
    if (!receiveAll(fd, header.data(), header.size()))
        return std::nullopt;
    std::uint32_t length = 0;
    std::memcpy(&length, header.data() + 1, sizeof length);
    length = ntohl(length);
    if (length > maxFrame)
        return std::nullopt;
    Frame frame{static_cast<FrameKind>(header[0]), std::string(length, '\0')};
    if (!receiveAll(fd, frame.payload.data(), length))
        return std::nullopt;
    return frame;
}

} // namespace lvsdeck::lab
