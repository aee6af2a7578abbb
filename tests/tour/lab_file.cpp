// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/tour/lab_file.hpp"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace lvsdeck::tour {

QString LabFile::target(const QString& host) const { return QStringLiteral("admin@127.0.0.1:%1").arg(ports.at(host)); }

Result<LabFile> readLabFile(const QString& path, const QString& program) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::NotFound, "no lab is up: " + path.toStdString() + " cannot be read; run ./dev lab up");
    const QJsonObject lab = QJsonDocument::fromJson(file.readAll()).object();
    LabFile out;
    out.path = path;
    out.program = program;
    out.identity = lab[QStringLiteral("identity")].toString();
    out.knownHosts = lab[QStringLiteral("known_hosts")].toString();
    out.virtualAddress = lab[QStringLiteral("virtual_address")].toString();
    const QJsonObject hosts = lab[QStringLiteral("hosts")].toObject();
    for (auto host = hosts.begin(); host != hosts.end(); ++host)
        out.ports[host.key()] = host.value().toObject()[QStringLiteral("ssh_port")].toInt();
    for (const char* name : {"lb1", "lb2", "client"})
        if (!out.ports.contains(QString::fromLatin1(name)))
            return failure(ErrorCode::InvalidInput, path.toStdString() + " tells of no host " + name);
    return out;
}

} // namespace lvsdeck::tour
