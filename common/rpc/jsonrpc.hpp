// SPDX-License-Identifier: GPL-3.0-or-later
// JSON-RPC 2.0, one message a line, UTF-8 (resources/docs/protocol.md). Both ends use this; it has no socket. Any thread.
#pragma once

#include "common/base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace lvsdeck::rpc {

struct Request {
    std::int64_t id = 0;
    std::string method;
    json::Value params; ///< an object, or null
};
struct Notification {
    std::string method;
    json::Value params;
};
struct Response {
    std::optional<std::int64_t> id; ///< none: the peer could not even read the id
    Result<json::Value> result;
};
using Message = std::variant<Request, Notification, Response>;

/// One line without its newline. InvalidInput says what is wrong; the connection stays usable.
[[nodiscard]] Result<Message> decode(std::string_view line);
/// Each ends with a newline and has no other.
[[nodiscard]] std::string encode(const Request& request);
[[nodiscard]] std::string encode(const Notification& notification);
[[nodiscard]] std::string encode(const Response& response);

/// Cuts a byte stream into lines. A line longer than the limit is dropped up to its newline, and reported once.
class LineSplitter {
public:
    explicit LineSplitter(std::size_t maxLine);
    void append(std::string_view bytes);
    /// The next whole line without newline; nullopt: more bytes are needed; TooLarge: a line was too long and is gone.
    [[nodiscard]] std::optional<Result<std::string>> next();
    /// Bytes that are kept; never more than the limit plus one append.
    [[nodiscard]] std::size_t buffered() const { return m_buffer.size() - m_start; }

private:
    std::size_t m_maxLine;
    std::string m_buffer;
    std::size_t m_start = 0;
    std::size_t m_scanned = 0;
    bool m_skipping = false;
};

} // namespace lvsdeck::rpc
