// SPDX-License-Identifier: GPL-3.0-or-later
// Mail over SMTP in plain text, as keepalived sends it: no encryption, no authentication, to a server of one's own network.
#pragma once

#include "agent/host/worker.hpp"
#include "agent/ports/system_port.hpp"

#include <atomic>
#include <cstdint>
#include <string>

namespace boost::asio {
class io_context;
}

namespace lvsdeck::host {

/// The whole message with CRLF line ends (RFC 5322); `unixSeconds` becomes the Date, in UTC. Pure. Line breaks inside of header
/// fields become blanks.
[[nodiscard]] std::string mailText(const Mail& mail, std::int64_t unixSeconds);

/// "smtp://mail.example:25/lb1.example"; what cannot be in a host's name is refused.
[[nodiscard]] Result<std::string> mailUrl(const model::Notification& settings, const std::string& hostName);

/// Sends mails one after the other on a thread of its own. Owned by HostSystem; control thread.
class MailSender {
public:
    explicit MailSender(boost::asio::io_context& loop);
    /// Mails that wait have half a second more altogether.
    ~MailSender();
    /// At most 200 wait; a further one fails.
    void send(const Mail& mail, const std::function<void(const std::string& why)>& failed);

private:
    [[nodiscard]] Result<void> deliver(const Mail& mail) const;
    [[nodiscard]] bool late() const;
    static int progress(void* self, std::int64_t, std::int64_t, std::int64_t, std::int64_t);

    boost::asio::io_context& m_loop;
    std::atomic<std::int64_t> m_deadline; ///< steady, nanoseconds
    Worker m_worker;
};

} // namespace lvsdeck::host
