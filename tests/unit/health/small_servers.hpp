// SPDX-License-Identifier: GPL-3.0-or-later
// Servers of datagrams and of mail on the loopback interface, each with a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace lvsdeck::test {

/// Answers every datagram with what `answer` makes of it; nothing when that is empty.
class DatagramServer {
public:
    explicit DatagramServer(std::function<std::string(const std::string&)> answer);
    ~DatagramServer();
    DatagramServer(const DatagramServer&) = delete;
    DatagramServer& operator=(const DatagramServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    std::function<std::string(const std::string&)> m_answer;
    int m_socket = -1;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

/// Answers one request in pieces, each after a pause, and closes after one more.
class PieceServer {
public:
    PieceServer(std::vector<std::string> pieces, std::chrono::milliseconds pause);
    ~PieceServer();
    PieceServer(const PieceServer&) = delete;
    PieceServer& operator=(const PieceServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

/// Says the first line at once and each further one after a line of the client; then closes.
class LineServer {
public:
    explicit LineServer(std::vector<std::string> lines);
    ~LineServer();
    LineServer(const LineServer&) = delete;
    LineServer& operator=(const LineServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    /// Waits for the end of the first conversation; what the client said.
    [[nodiscard]] const std::string& heard();

private:
    std::vector<std::string> m_lines;
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::string m_heard;
    std::thread m_thread;
};

} // namespace lvsdeck::test
