// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the server is the one that it was: its host key against the known_hosts files, and the question when it is in none of them.
#include "console/ssh/ssh_worker.hpp"

#include "console/ssh/known_hosts.hpp"
#include "console/ssh/text.hpp"

#include <libssh/libssh.h>

#include <QByteArray>

#include <memory>
#include <type_traits>

namespace lvsdeck::ssh {

Result<void> SshWorker::verifyHostKey(ssh_session_struct* session) {
    ssh_key raw = nullptr;
    if (ssh_get_server_publickey(session, &raw) != SSH_OK)
        return std::unexpected(broken(Text::tr("the server showed no host key"), session));
    const std::unique_ptr<std::remove_pointer_t<ssh_key>, void (*)(ssh_key)> key(raw, ssh_key_free);
    char* text = nullptr;
    if (ssh_pki_export_pubkey_base64(key.get(), &text) != SSH_OK)
        return std::unexpected(broken(Text::tr("the host key could not be read"), session));
    const std::string base64(text);
    ssh_string_free_char(text);
    const QByteArray blob = QByteArray::fromBase64(QByteArray::fromStdString(base64));
    const auto nameSize = blob.size() >= 4 ? static_cast<unsigned char>(blob[3]) : 0U; // names of types are short
    const std::string type = blob.mid(4, nameSize).toStdString();
    unsigned char* hash = nullptr;
    std::size_t size = 0;
    std::string fingerprint;
    if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &size) == SSH_OK) {
        if (char* shown = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size); shown != nullptr) {
            fingerprint = shown;
            ssh_string_free_char(shown);
        }
        ssh_clean_pubkey_hash(&hash);
    }

    const bool onlyOne = !m_target.knownHostsFile.empty();
    const std::string writeTo = onlyOne                           ? m_target.knownHostsFile
                                : !m_target.ownKnownHosts.empty() ? m_target.ownKnownHosts
                                                                  : m_userKnownHosts;
    std::vector<KnownHostsFile> files;
    for (const std::string& path :
         onlyOne ? std::vector<std::string>{writeTo}
                 : std::vector<std::string>{m_userKnownHosts, m_target.ownKnownHosts, "/etc/ssh/ssh_known_hosts"})
        if (!path.empty())
            files.push_back(readKnownHosts(path));
    const HostKeyFinding finding = checkHostKey(files, m_host, m_port, type, base64);
    switch (finding.verdict) {
    case HostKeyVerdict::Known: return {};
    case HostKeyVerdict::Revoked:
        return failure(
            ErrorCode::Denied,
            Text::tr(
                "%1 showed a host key that is revoked in %2 line %3 (%4 %5). Do not connect: give the server a new host key")
                .arg(q(m_target.host), q(finding.file))
                .arg(finding.line)
                .arg(q(type), q(fingerprint))
                .toStdString(),
            finding.file + ":" + std::to_string(finding.line));
    case HostKeyVerdict::Changed:
        return failure(
            ErrorCode::Denied,
            Text::tr("the host key of %1 has changed: %2 line %3 knows another %4 key. Now it shows %5 %6. Somebody may be "
                     "between you and the server. Compare with “ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub” on the "
                     "server's own console; if the new key is right, remove that line and connect again")
                .arg(q(m_target.host), q(finding.file))
                .arg(finding.line)
                .arg(q(finding.storedType), q(type), q(fingerprint))
                .toStdString(),
            finding.file + ":" + std::to_string(finding.line));
    case HostKeyVerdict::Unknown: break;
    }
    Question question;
    question.kind = QuestionKind::UnknownHostKey;
    question.host = m_target.host;
    question.port = m_port;
    question.user = m_user;
    question.keyType = type;
    question.fingerprint = fingerprint;
    question.knownHosts = writeTo;
    question.text = Text::tr("%1 (port %2) is not known yet. Its %3 key has the fingerprint %4. Trust it?")
                        .arg(q(m_target.host))
                        .arg(m_port)
                        .arg(q(type), q(fingerprint))
                        .toStdString();
    const auto answer = ask(std::move(question));
    if (!answer || !answer->accepted)
        return failure(
            ErrorCode::Denied,
            Text::tr(
                "the host key of %1 is not known (%2 %3) and was not accepted. Check the fingerprint on the server with "
                "“ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub”, then accept it, or add it to %4")
                .arg(q(m_target.host), q(type), q(fingerprint), q(writeTo))
                .toStdString(),
            "host_key");
    return appendKnownHost(writeTo, m_host, m_port, type, base64);
}

} // namespace lvsdeck::ssh
