// SPDX-License-Identifier: GPL-3.0-or-later
// The HTTP check without a socket: what to ask, and whether the answer is the wanted one. Pure; any thread.
#pragma once

#include "agent/health/body_regex.hpp"
#include "agent/ports/check_port.hpp"
#include "probe/http_answer.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace lvsdeck::health {

/// A GET as keepalived asks it: HTTP/1.0, 1.0 with `Connection: close`, or 1.1 with it. Our own name as User-Agent.
[[nodiscard]] std::string requestFor(const CheckTarget& target, const model::HttpCheck& check, const model::HttpUrl& url);
/// The Host: of the URL, else of the check, else of the server or service, else address:port.
[[nodiscard]] std::string hostFor(const CheckTarget& target, const model::HttpCheck& check, const model::HttpUrl& url);
/// The TLS server name, or empty when none is to be sent (not asked for, no name, or it is an address).
[[nodiscard]] std::string serverNameFor(const CheckTarget& target, const model::HttpCheck& check, const model::HttpUrl& url);

/// Reads the answer to one URL. The body is read to its end, at most 1 MiB of it, and with a digest at most 16 MiB. A regular
/// expression sees the first 1 MiB.
class UrlJudge {
public:
    explicit UrlJudge(const model::HttpUrl& url);
    ~UrlJudge();
    UrlJudge(const UrlJudge&) = delete;
    UrlJudge& operator=(const UrlJudge&) = delete;

    /// Whether the answer is complete.
    [[nodiscard]] bool feed(std::string_view bytes);
    /// The server closed.
    void end();
    /// Of a complete or ended answer; without the latency.
    [[nodiscard]] CheckResult verdict() const;

private:
    struct Digest;
    [[nodiscard]] CheckResult digestVerdict() const;
    [[nodiscard]] CheckResult regexVerdict() const;
    model::HttpUrl m_url;
    std::unique_ptr<Digest> m_digest;   ///< only when the URL wants one
    std::unique_ptr<BodyRegex> m_regex; ///< likewise
    std::string m_body;                 ///< only with a regex
    probe::HttpAnswer m_answer;
    probe::HttpAnswer::Progress m_progress = probe::HttpAnswer::Progress::NeedMore;
};

} // namespace lvsdeck::health
