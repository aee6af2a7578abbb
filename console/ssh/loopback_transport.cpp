// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ssh/loopback_transport.hpp"

#include <QPointer>

namespace lvsdeck::ssh {

LoopbackTransport::LoopbackTransport(std::shared_ptr<LoopbackPeer> peer, QObject* parent)
    : Transport(parent), m_peer(std::move(peer)) {}

LoopbackTransport::~LoopbackTransport() { end(); }

void LoopbackTransport::start() {
    const QPointer<LoopbackTransport> self(this);
    const auto later = [self](auto work) {
        if (self)
            QMetaObject::invokeMethod(
                self,
                [self, work] {
                    if (self && self->m_open)
                        work();
                },
                Qt::QueuedConnection);
    };
    m_open = true;
    LoopbackPeer::Wire wire;
    wire.send = [self, later](std::string bytes) {
        later([self, bytes = std::move(bytes)] { emit self->received(QByteArray::fromStdString(bytes)); });
    };
    wire.drop = [self, later](Error error) {
        later([self, error = std::move(error)] {
            self->end();
            emit self->failed(error);
        });
    };
    later([self, wire = std::move(wire)] {
        emit self->stage(Stage::Authenticating);
        self->m_peer->connected(wire);
        if (self && self->m_open)
            emit self->ready();
    });
}

void LoopbackTransport::write(QByteArray bytes) {
    QMetaObject::invokeMethod(
        this,
        [this, bytes = std::move(bytes)] {
            if (m_open)
                m_peer->received({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        },
        Qt::QueuedConnection);
}

void LoopbackTransport::close() { end(); }

void LoopbackTransport::end() {
    if (!m_open)
        return;
    m_open = false;
    m_peer->disconnected();
}

} // namespace lvsdeck::ssh
