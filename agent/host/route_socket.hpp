// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to the kernel's routing interface (rtnetlink), one after the other, each acknowledged. In the network namespace of the
// thread that first uses it. Owned by whoever asks; one thread.
#pragma once

#include "agent/host/netlink_handles.hpp"
#include "common/base/error.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace lvsdeck::host {

class RouteSocket {
public:
    /// Opens it when it is not. The pointer is for libnl's own calls and valid until close().
    [[nodiscard]] Result<nl_sock*> open();
    /// Sends one request and waits for its acknowledgement; 0 or a positive errno. After an error of the socket itself it is closed,
    /// and the next request opens a fresh one.
    [[nodiscard]] Result<int> request(netlink::Message message);
    /// Sends one question and hands on every message of the answer.
    [[nodiscard]] Result<void> dump(netlink::Message question, const std::function<void(nlmsghdr&)>& each);
    void close() { m_socket.reset(); }

private:
    netlink::Socket m_socket;
};

/// A message with its fixed part; throws std::bad_alloc.
[[nodiscard]] netlink::Message routeRequest(int type, int flags, std::span<const std::byte> header);
template <class Header> [[nodiscard]] netlink::Message routeRequest(int type, int flags, const Header& header) {
    return routeRequest(type, flags, std::as_bytes(std::span(&header, 1)));
}
void putBytes(nl_msg* message, int attribute, std::span<const std::uint8_t> bytes);
void putNumber(nl_msg* message, int attribute, std::uint32_t value);
void putText(nl_msg* message, int attribute, const std::string& text);

/// What an errno means for a change; 0 is success.
[[nodiscard]] Result<void> routeOutcome(int error, const std::string& what);

} // namespace lvsdeck::host
