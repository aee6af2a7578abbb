// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/health/small_servers.hpp"

#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace lvsdeck::test {

namespace {

std::uint16_t bindLoopback(int socket) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    (void)::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    (void)::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

} // namespace

DatagramServer::DatagramServer(std::function<std::string(const std::string&)> answer)
    : m_answer(std::move(answer)), m_socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
      m_port(bindLoopback(m_socket)) {
    m_thread = std::thread([this] {
        std::array<char, 2048> buffer{};
        for (;;) {
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const ssize_t length =
                ::recvfrom(m_socket, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
            if (length <= 0)
                return; // shut down
            const std::string text = m_answer({buffer.data(), static_cast<std::size_t>(length)});
            if (!text.empty())
                (void)::sendto(m_socket, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
        }
    });
}

DatagramServer::~DatagramServer() {
    ::shutdown(m_socket, SHUT_RDWR);
    m_thread.join();
    ::close(m_socket);
}

PieceServer::PieceServer(std::vector<std::string> pieces, std::chrono::milliseconds pause)
    : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), m_port(bindLoopback(m_listener)) {
    ::listen(m_listener, 5);
    m_thread = std::thread([this, pieces = std::move(pieces), pause] {
        const int client = ::accept(m_listener, nullptr, nullptr);
        std::array<char, 2048> request{}; // one packet; what is left unread would make the end a reset
        (void)::recv(client, request.data(), request.size(), 0);
        for (const std::string& piece : pieces) {
            std::this_thread::sleep_for(pause);
            if (::send(client, piece.data(), piece.size(), MSG_NOSIGNAL) < 0)
                break;
        }
        std::this_thread::sleep_for(pause);
        ::close(client);
    });
}

PieceServer::~PieceServer() {
    ::shutdown(m_listener, SHUT_RDWR);
    m_thread.join();
    ::close(m_listener);
}

LineServer::LineServer(std::vector<std::string> lines)
    : m_lines(std::move(lines)), m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      m_port(bindLoopback(m_listener)) {
    ::listen(m_listener, 5);
    m_thread = std::thread([this] {
        const int client = ::accept(m_listener, nullptr, nullptr);
        for (std::size_t i = 0; client >= 0 && i < m_lines.size(); ++i) {
            (void)::send(client, m_lines[i].data(), m_lines[i].size(), MSG_NOSIGNAL);
            for (char c = 0; i + 1 < m_lines.size() && c != '\n';) {
                if (::recv(client, &c, 1, 0) != 1)
                    break;
                m_heard += c;
            }
        }
        ::close(client);
    });
}

const std::string& LineServer::heard() {
    if (m_thread.joinable())
        m_thread.join();
    return m_heard;
}

LineServer::~LineServer() {
    ::shutdown(m_listener, SHUT_RDWR);
    if (m_thread.joinable())
        m_thread.join();
    ::close(m_listener);
}

} // namespace lvsdeck::test
