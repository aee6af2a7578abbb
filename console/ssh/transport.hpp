// SPDX-License-Identifier: GPL-3.0-or-later
// A two-way byte stream to an agent: SSH in production, a loopback in tests and the demo. The object and its signals belong to
// the thread that made it (the window's); nothing here blocks that thread.
#pragma once

#include "common/base/error.hpp"
#include "console/ssh/question.hpp"

#include <QByteArray>
#include <QObject>

Q_DECLARE_METATYPE(lvsdeck::Error)

namespace lvsdeck::ssh {

enum class Stage { Connecting, Authenticating };

class Transport : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Once. Ends in ready() or failed().
    virtual void start() = 0;
    /// After ready(); queued without limit by us, the caller keeps few requests open. Ignored when not connected.
    virtual void write(QByteArray bytes) = 0;
    /// Ends the connection soon; no signal follows.
    virtual void close() = 0;

signals:
    void stage(lvsdeck::ssh::Stage stage);
    void question(const lvsdeck::ssh::Question& question);
    void ready();
    void received(const QByteArray& bytes);
    /// The end, at most once. The text says what happened, at which host, and what to do.
    /// Denied: authentication or host key (trying again by itself is of no use); Unavailable, Timeout: the network or the agent.
    void failed(const lvsdeck::Error& error);
};

} // namespace lvsdeck::ssh
