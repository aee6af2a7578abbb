// SPDX-License-Identifier: GPL-3.0-or-later
// Passwords and passphrases in the desktop's keychain, and nowhere else: without a keychain nothing is kept. Asynchronous;
// window thread.
#pragma once

#include "common/base/error.hpp"

#include <functional>
#include <optional>
#include <string>

#include <QObject>

namespace lvsdeck::ssh {

/// The name under which a secret is kept: "password admin@lb1.example:22", "passphrase /home/me/.ssh/id_ed25519".
[[nodiscard]] std::string passwordKey(const std::string& user, const std::string& host, std::uint16_t port);
[[nodiscard]] std::string passphraseKey(const std::string& file);

class Secrets : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// nullopt: nothing is kept under this name. Unavailable: there is no keychain, or it stays locked.
    void read(const std::string& key, std::function<void(Result<std::optional<std::string>>)> done);
    void store(const std::string& key, const std::string& secret, std::function<void(Result<void>)> done);
    void remove(const std::string& key, std::function<void(Result<void>)> done);
};

} // namespace lvsdeck::ssh
