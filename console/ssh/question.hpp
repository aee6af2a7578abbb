// SPDX-License-Identifier: GPL-3.0-or-later
// What an SSH connection has to ask a person before it can go on. A value that the window (or the terminal) answers once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <QMetaType>

namespace lvsdeck::ssh {

enum class QuestionKind {
    UnknownHostKey,      ///< accept = trust this key from now on; it is written to our own known-hosts file
    Passphrase,          ///< one value: the passphrase of `file`
    Password,            ///< one value: the password of `user`
    KeyboardInteractive, ///< one value for each of `prompts`, in order
};

struct Prompt {
    std::string text;
    bool echo = false; ///< may be shown while typed
};

struct Answer {
    bool accepted = false;           ///< false: cancelled or not trusted; the connection fails and says so
    std::vector<std::string> values; ///< as the kind asks
    bool remember = false;           ///< for the caller (keychain); the transport does not look at it
};

struct Question {
    QuestionKind kind = QuestionKind::Password;
    std::string host; ///< as the admin wrote it
    std::uint16_t port = 22;
    std::string user;
    std::string text;        ///< what is asked, one or two translated sentences
    std::string keyType;     ///< UnknownHostKey: "ssh-ed25519"
    std::string fingerprint; ///< UnknownHostKey: "SHA256:…", as ssh-keygen -lf prints it
    std::string knownHosts;  ///< UnknownHostKey: the file that an accepted key is written to
    std::string file;        ///< Passphrase: the private key
    std::vector<Prompt> prompts;
    int attempt = 1; ///< 2, 3: what was answered before was wrong; `text` says so
    /// Call once, from any thread; later calls and calls after the connection ended do nothing.
    std::function<void(Answer)> answer;
};

} // namespace lvsdeck::ssh

Q_DECLARE_METATYPE(lvsdeck::ssh::Question)
