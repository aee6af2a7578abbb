// SPDX-License-Identifier: GPL-3.0-or-later
// What lab.json tells of the lab that ./dev lab up built.
#pragma once

#include "common/base/error.hpp"

#include <QString>

#include <map>

namespace lvsdeck::tour {

struct LabFile {
    QString path;
    QString program; ///< lvsdeck-lab: runs commands on the lab's hosts
    QString identity;
    QString knownHosts;
    QString virtualAddress;
    std::map<QString, int> ports; ///< host -> port of its sshd on 127.0.0.1

    [[nodiscard]] QString target(const QString& host) const;
};

[[nodiscard]] Result<LabFile> readLabFile(const QString& path, const QString& program);

} // namespace lvsdeck::tour
