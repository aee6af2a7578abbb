// SPDX-License-Identifier: GPL-3.0-or-later
// The Transport for tests and the demo: the other end is an object in this process. Bytes travel through the event loop, so
// that nothing happens inside the caller's call, as with a real connection. Window thread.
#pragma once

#include "console/ssh/transport.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lvsdeck::ssh {

/// The far end: an agent's session, or a script. All calls on the transport's thread.
class LoopbackPeer {
public:
    struct Wire {
        std::function<void(std::string)> send; ///< towards the console; may be kept until disconnected()
        std::function<void(Error)> drop;       ///< ends the connection as the network would
    };
    LoopbackPeer() = default;
    LoopbackPeer(const LoopbackPeer&) = delete;
    LoopbackPeer& operator=(const LoopbackPeer&) = delete;
    virtual ~LoopbackPeer() = default;

    virtual void connected(Wire wire) = 0;
    virtual void received(std::string_view bytes) = 0;
    virtual void disconnected() = 0;
};

class LoopbackTransport final : public Transport {
    Q_OBJECT
public:
    explicit LoopbackTransport(std::shared_ptr<LoopbackPeer> peer, QObject* parent = nullptr);
    ~LoopbackTransport() override;

    void start() override;
    void write(QByteArray bytes) override;
    void close() override;

private:
    void end();

    std::shared_ptr<LoopbackPeer> m_peer;
    bool m_open = false;
};

} // namespace lvsdeck::ssh
