// SPDX-License-Identifier: GPL-3.0-or-later
// The Transport over libssh: one worker thread per connection does all of libssh's calls (they block), the object itself lives
// on the window thread and only passes values. Closing wakes the worker at once by shutting the socket down.
#pragma once

#include "console/ssh/target.hpp"
#include "console/ssh/transport.hpp"

#include <chrono>
#include <memory>
#include <thread>

namespace lvsdeck::ssh {

struct SshLimits {
    std::chrono::milliseconds connect{15000};   ///< name resolution excluded (the resolver's own limits hold), all addresses
    std::chrono::milliseconds handshake{15000}; ///< each blocking call of the SSH handshake and login
};

class SshWorker; ///< all that the thread and the object share

class SshTransport final : public Transport {
    Q_OBJECT
public:
    explicit SshTransport(SshTarget target, SshLimits limits = {}, QObject* parent = nullptr);
    /// Waits at most a fifth of a second for the worker; one that is stuck in the resolver or an agent ends by itself later.
    ~SshTransport() override;

    void start() override;
    void write(QByteArray bytes) override;
    void close() override;

private:
    std::shared_ptr<SshWorker> m_worker;
    std::thread m_thread;
    bool m_closed = false;
};

} // namespace lvsdeck::ssh
