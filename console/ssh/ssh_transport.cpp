// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ssh/ssh_transport.hpp"

#include "console/ssh/ssh_worker.hpp"

namespace lvsdeck::ssh {

SshTransport::SshTransport(SshTarget target, SshLimits limits, QObject* parent) : Transport(parent) {
    SshReports reports;
    // Reports that were under way when close() was called still arrive here, and go no further.
    const auto open = [this](auto tell) {
        return [this, tell](const auto&... what) {
            if (!m_closed)
                tell(what...);
        };
    };
    reports.stage = open([this](Stage now) { emit stage(now); });
    reports.question = open([this](const Question& what) { emit question(what); });
    reports.ready = open([this] { emit ready(); });
    reports.input = open([this] { emit received(QByteArray::fromStdString(m_worker->takeInput())); });
    reports.failed = open([this](const Error& error) { emit failed(error); });
    m_worker = std::make_shared<SshWorker>(std::move(target), limits, this, std::move(reports));
}

SshTransport::~SshTransport() {
    close();
    if (!m_thread.joinable())
        return;
    if (m_worker->waitFinished(std::chrono::milliseconds(200)))
        m_thread.join();
    else
        m_thread.detach();
}

void SshTransport::start() {
    if (m_thread.joinable())
        return;
    m_thread = std::thread([worker = m_worker] { worker->run(); });
}

void SshTransport::write(QByteArray bytes) {
    if (!bytes.isEmpty())
        m_worker->queue(bytes.toStdString());
}

void SshTransport::close() {
    m_closed = true;
    m_worker->forgetOwner();
    m_worker->stop();
}

} // namespace lvsdeck::ssh
