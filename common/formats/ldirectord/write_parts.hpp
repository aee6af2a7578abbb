// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the ldirectord writer. Private to this folder.
#pragma once

#include "common/formats/diagnostic.hpp"

#include <string_view>

namespace lvsdeck::formats::ldirectord {

class Writer {
public:
    explicit Writer(const model::Cluster& cluster) : m_cluster(cluster) {}

    void line(std::string_view text);
    /// "word=value" at the margin, or indented below a service.
    void global(std::string_view word, std::string_view value);
    void setting(std::string_view word, std::string_view value);
    void say(Severity severity, std::string_view subject, std::string text);
    /// Said when `lost`.
    void losing(bool lost, Severity severity, std::string_view subject, std::string_view what);
    /// Whole seconds, rounded up, and said so.
    [[nodiscard]] std::string seconds(std::chrono::milliseconds time, std::string_view subject, std::string_view what);
    /// Without what a line cannot have, and said so.
    [[nodiscard]] std::string plain(std::string_view text, std::string_view subject, std::string_view what);

    [[nodiscard]] const model::Cluster& cluster() const { return m_cluster; }
    [[nodiscard]] Exported take() { return std::move(m_out); }

private:
    const model::Cluster& m_cluster;
    Exported m_out;
};

/// How ldirectord would check one server.
struct Plan {
    std::string type = "on";
    std::string service = "none";
    std::string command;
    std::string request;
    std::string receive;
    std::string virtualHost;
    std::uint16_t port = 0;     ///< that is connected to; 0: none
    std::uint16_t textPort = 0; ///< for the line of a server whose packets keep their port; 0: its own
    bool noPort = false;        ///< a program is told port 0
    std::chrono::milliseconds timeout{0};
    std::uint32_t failures = 1;
};
[[nodiscard]] Plan planOf(Writer& out, const model::VirtualService& service, const model::RealServer& server,
                          const std::string& subject);

/// `fork`: services have intervals of their own.
void writeService(Writer& out, const model::VirtualService& service, bool fork);

/// The argument of scripts: "192.0.2.1", "[2001:db8::1]".
[[nodiscard]] std::string bracketed(const IpAddress& address);

} // namespace lvsdeck::formats::ldirectord
