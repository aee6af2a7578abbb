// SPDX-License-Identifier: GPL-3.0-or-later
// Reads one HTTP/1.x answer from bytes as they come, without a socket: bounded header, bounded body, chunked or not. Used by
// the agent's health checks and by the drill's probes. A value of one conversation; not shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lvsdeck::probe {

class HttpAnswer {
public:
    struct Limits {
        std::size_t headerBytes = 8192;
        std::uint64_t bodyBytes = 1U << 20U;
    };
    enum class Progress {
        NeedMore,
        Done,
        BodyTooLong, ///< the status is known, the body was not read to its end
        Bad,         ///< not an HTTP answer; see problem()
    };
    /// Gets the body without chunk framing, piece by piece.
    using BodySink = std::function<void(std::string_view)>;

    explicit HttpAnswer(Limits limits, BodySink sink = {});
    ~HttpAnswer();
    HttpAnswer(const HttpAnswer&) = delete;
    HttpAnswer& operator=(const HttpAnswer&) = delete;

    /// Takes all bytes; anything other than NeedMore is final, and bytes after it are ignored. Interim answers (100-199, at
    /// most 8) are skipped.
    Progress feed(std::string_view bytes);
    /// The other side closed: the end of a body without a length, or an answer cut short.
    Progress end();

    /// 0 before the status line has been read.
    [[nodiscard]] unsigned status() const;
    /// "HTTP 503 Service Unavailable": printable ASCII, at most 80 bytes.
    [[nodiscard]] std::string statusText() const;
    /// Whether the connection may carry another request after this answer.
    [[nodiscard]] bool keepAlive() const;
    /// Why the answer is Bad.
    [[nodiscard]] const std::string& problem() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Makes bytes from the network or a configuration fit for one line: other than printable ASCII becomes '?', cut at `limit`.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit);

/// A path as it may stand in a request line: blanks, controls and bytes above 126 percent-encoded, "/" when empty.
[[nodiscard]] std::string requestPath(std::string_view path);

} // namespace lvsdeck::probe
