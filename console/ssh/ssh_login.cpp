// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ssh/ssh_login.hpp"

#include "console/ssh/text.hpp"

#include <QStringList>

#include <algorithm>
#include <cstring>
#include <memory>

#include <unistd.h>

namespace lvsdeck::ssh {

namespace {

constexpr int tries = 3;
constexpr int factors = 6;
constexpr int rounds = 20; ///< of keyboard-interactive; a server that asks for ever is left

using Key = std::unique_ptr<std::remove_pointer_t<ssh_key>, void (*)(ssh_key)>;
Key owned(ssh_key key) { return Key(key, ssh_key_free); }

/// What people typed does not stay in freed memory longer than needed.
void wipe(std::string& text) {
    explicit_bzero(text.data(), text.size());
    text.clear();
}

enum class Step { Done, Partial, No };

/// Asks for a passphrase when libssh finds that the file needs one.
struct PassphraseAsker {
    const LoginSubject& subject;
    const Ask& ask;
    std::string file;
    int attempt = 1;
    bool asked = false;
    bool declined = false;

    static int callback(const char*, char* buffer, std::size_t size, int, int, void* self) {
        return static_cast<PassphraseAsker*>(self)->fill(buffer, size);
    }
    int fill(char* buffer, std::size_t size) {
        asked = true;
        Question question;
        question.kind = QuestionKind::Passphrase;
        question.host = subject.host;
        question.port = subject.port;
        question.user = subject.user;
        question.file = file;
        question.attempt = attempt;
        question.text = (attempt == 1 ? Text::tr("The key %1 needs its passphrase.")
                                      : Text::tr("That was not the passphrase of %1. Try again."))
                            .arg(q(file))
                            .toStdString();
        question.prompts = {{Text::tr("Passphrase").toStdString(), false}};
        auto answer = ask(std::move(question));
        if (!answer || !answer->accepted || answer->values.empty() || answer->values.front().size() >= size) {
            declined = true;
            return -1;
        }
        std::memcpy(buffer, answer->values.front().c_str(), answer->values.front().size() + 1);
        wipe(answer->values.front());
        return 0;
    }
};

class Login {
public:
    Login(ssh_session session, const LoginSubject& subject, const Ask& ask)
        : m_session(session), m_subject(subject), m_ask(ask) {}

    Result<void> run() {
        auto first = judged(ssh_userauth_none(m_session, nullptr), {});
        if (!first)
            return std::unexpected(first.error());
        if (*first == Step::Done)
            return {};
        for (int factor = 0; factor < factors; ++factor) {
            auto step = oneFactor(ssh_userauth_list(m_session, nullptr));
            if (!step)
                return std::unexpected(step.error());
            if (*step == Step::Done)
                return {};
            if (*step == Step::No)
                return refused();
        }
        return refused();
    }

private:
    Result<Step> oneFactor(int offered) {
        using Try = Result<Step> (Login::*)();
        const std::pair<int, Try> order[] = {{SSH_AUTH_METHOD_PUBLICKEY, &Login::byOwnKeys},
                                             {SSH_AUTH_METHOD_PUBLICKEY, &Login::byAgent},
                                             {SSH_AUTH_METHOD_PUBLICKEY, &Login::byDefaultKeys},
                                             {SSH_AUTH_METHOD_INTERACTIVE, &Login::byPrompts},
                                             {SSH_AUTH_METHOD_PASSWORD, &Login::byPassword}};
        for (const auto& [method, attempt] : order) {
            if ((offered & method) == 0 || m_declined)
                continue;
            auto step = (this->*attempt)();
            if (!step || *step != Step::No)
                return step;
        }
        m_offered = offered;
        return Step::No;
    }

    /// `what`: for the list of what was tried.
    Result<Step> judged(int rc, const QString& what) {
        switch (rc) {
        case SSH_AUTH_SUCCESS: return Step::Done;
        case SSH_AUTH_PARTIAL: return Step::Partial;
        case SSH_AUTH_DENIED:
            if (!what.isEmpty() && !m_tried.contains(what))
                m_tried << what;
            return Step::No;
        default: break;
        }
        if (ssh_is_connected(m_session) == 0 || ssh_get_error_code(m_session) == SSH_FATAL)
            return failure(ErrorCode::Denied,
                           Text::tr("%1 ended the login: %2. Too many keys may have been offered, or it took too long; "
                                    "name the right key file for this director")
                               .arg(q(m_subject.host), QString::fromUtf8(ssh_get_error(m_session)))
                               .toStdString());
        return Step::No; // the method could not be tried here (no agent, no such key)
    }

    Result<Step> byKeys(const std::vector<std::string>& files) {
        for (const std::string& file : files) {
            if (m_declined)
                return Step::No;
            auto step = byKeyFile(file);
            if (!step || *step != Step::No)
                return step;
        }
        return Step::No;
    }
    Result<Step> byOwnKeys() {
        std::vector<std::string> files;
        if (!m_subject.identityFile.empty())
            files.push_back(m_subject.identityFile);
        files.insert(files.end(), m_subject.configured.begin(), m_subject.configured.end());
        return byKeys(files);
    }
    Result<Step> byDefaultKeys() { return byKeys(m_subject.defaults); }

    Result<Step> byKeyFile(const std::string& file) {
        if (::access(file.c_str(), R_OK) != 0) {
            if (file == m_subject.identityFile)
                m_tried << Text::tr("the key %1, which cannot be read").arg(q(file));
            return Step::No;
        }
        const QString what = Text::tr("the key %1").arg(q(file));
        // Asked first with the public half alone: no passphrase for a key that the server does not want.
        ssh_key half = nullptr;
        if (ssh_pki_import_pubkey_file((file + ".pub").c_str(), &half) == SSH_OK) {
            const Key publicHalf = owned(half);
            auto step = judged(ssh_userauth_try_publickey(m_session, nullptr, publicHalf.get()), what);
            if (!step || *step == Step::No)
                return step;
        }
        PassphraseAsker asker{m_subject, m_ask, file};
        ssh_key raw = nullptr;
        int rc = SSH_ERROR;
        for (asker.attempt = 1; asker.attempt <= tries && rc != SSH_OK && !asker.declined; ++asker.attempt) {
            asker.asked = false;
            rc = ssh_pki_import_privkey_file(file.c_str(), nullptr, &PassphraseAsker::callback, &asker, &raw);
            if (rc != SSH_OK && !asker.asked)
                break;
        }
        if (rc != SSH_OK) {
            m_declined = asker.declined;
            m_tried << (asker.asked ? Text::tr("the key %1, without its passphrase").arg(q(file))
                                    : Text::tr("the key %1, which is not a private key that can be read").arg(q(file)));
            return Step::No;
        }
        const Key key = owned(raw);
        if (auto step = byCertificate(file, key.get()); !step || *step != Step::No)
            return step;
        return judged(ssh_userauth_publickey(m_session, nullptr, key.get()), what);
    }

    Result<Step> byCertificate(const std::string& file, ssh_key key) {
        ssh_key raw = nullptr;
        if (ssh_pki_import_cert_file((file + "-cert.pub").c_str(), &raw) != SSH_OK)
            return Step::No;
        const Key certificate = owned(raw);
        ssh_key both = ssh_key_dup(key);
        const Key copy = owned(both);
        if (both == nullptr || ssh_pki_copy_cert_to_privkey(certificate.get(), both) != SSH_OK)
            return Step::No;
        return judged(ssh_userauth_publickey(m_session, nullptr, both), Text::tr("the certificate of %1").arg(q(file)));
    }

    Result<Step> byAgent() { return judged(ssh_userauth_agent(m_session, nullptr), Text::tr("the keys of the SSH agent")); }

    Result<Step> byPassword() {
        for (int attempt = 1; attempt <= tries; ++attempt) {
            Question question = aboutUser(QuestionKind::Password, attempt);
            question.text =
                (attempt == 1 ? Text::tr("Password of %1 on %2") : Text::tr("%2 refused the password of %1. Try again."))
                    .arg(shownUser(), q(m_subject.host))
                    .toStdString();
            question.prompts = {{Text::tr("Password").toStdString(), false}};
            auto answer = m_ask(std::move(question));
            if (!answer || !answer->accepted || answer->values.empty()) {
                m_declined = true;
                m_tried << Text::tr("no password was given");
                return Step::No;
            }
            auto step = judged(ssh_userauth_password(m_session, nullptr, answer->values.front().c_str()),
                               Text::tr("the password (it is wrong)"));
            wipe(answer->values.front());
            if (!step || *step != Step::No)
                return step;
        }
        return Step::No;
    }

    Result<Step> byPrompts() {
        for (int attempt = 1; attempt <= tries; ++attempt) {
            int rc = ssh_userauth_kbdint(m_session, nullptr, nullptr);
            bool asked = false;
            for (int round = 0; rc == SSH_AUTH_INFO && round < rounds; ++round) {
                if (!answerPrompts(attempt, asked))
                    return Step::No;
                rc = ssh_userauth_kbdint(m_session, nullptr, nullptr);
            }
            auto step = judged(rc, asked ? Text::tr("the answers that were given (they are wrong)") : QString());
            if (!step || *step != Step::No)
                return step;
            if (!asked)
                return Step::No; // the server offers the method and asks nothing: of no use to try again
        }
        return Step::No;
    }

    bool answerPrompts(int attempt, bool& asked) {
        const int count = ssh_userauth_kbdint_getnprompts(m_session);
        if (count <= 0)
            return true;
        asked = true;
        Question question = aboutUser(QuestionKind::KeyboardInteractive, attempt);
        const char* name = ssh_userauth_kbdint_getname(m_session);
        const char* instruction = ssh_userauth_kbdint_getinstruction(m_session);
        QStringList lines;
        lines << (attempt == 1 ? Text::tr("%2 asks %1:") : Text::tr("%2 refused the last answer of %1. Try again:"))
                     .arg(shownUser(), q(m_subject.host));
        for (const char* text : {name, instruction})
            if (text != nullptr && *text != '\0')
                lines << QString::fromUtf8(text).left(500);
        question.text = lines.join('\n').toStdString();
        for (int i = 0; i < std::min(count, 16); ++i) {
            char echo = 0;
            const char* prompt = ssh_userauth_kbdint_getprompt(m_session, static_cast<unsigned>(i), &echo);
            question.prompts.push_back(
                {prompt != nullptr ? QString::fromUtf8(prompt).left(500).toStdString() : std::string(), echo != 0});
        }
        auto answer = m_ask(std::move(question));
        if (!answer || !answer->accepted) {
            m_declined = true;
            m_tried << Text::tr("no answer was given");
            return false;
        }
        for (int i = 0; i < count; ++i) {
            const auto index = static_cast<std::size_t>(i);
            const std::string value = index < answer->values.size() ? answer->values[index] : std::string();
            ssh_userauth_kbdint_setanswer(m_session, static_cast<unsigned>(i), value.c_str());
        }
        for (std::string& value : answer->values)
            wipe(value);
        return true;
    }

    Question aboutUser(QuestionKind kind, int attempt) const {
        Question question;
        question.kind = kind;
        question.host = m_subject.host;
        question.port = m_subject.port;
        question.user = m_subject.user;
        question.attempt = attempt;
        return question;
    }
    QString shownUser() const { return q(m_subject.user); }

    Result<void> refused() {
        QStringList accepted;
        const std::pair<int, const char*> names[] = {{SSH_AUTH_METHOD_PUBLICKEY, "publickey"},
                                                     {SSH_AUTH_METHOD_PASSWORD, "password"},
                                                     {SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
                                                     {SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"},
                                                     {SSH_AUTH_METHOD_HOSTBASED, "hostbased"}};
        for (const auto& [bit, name] : names)
            if ((m_offered & bit) != 0)
                accepted << QString::fromLatin1(name);
        const QString tried = m_tried.isEmpty() ? Text::tr("nothing: there is no key to offer and no agent")
                                                : m_tried.join(QStringLiteral(", "));
        return failure(
            ErrorCode::Denied,
            Text::tr("%1 does not let %2 in. Tried: %3. The server accepts: %4. Give a key file that the server has in "
                     "authorized_keys, or the right user and password")
                .arg(q(m_subject.host), shownUser(), tried,
                     accepted.isEmpty() ? Text::tr("nothing that we know") : accepted.join(QStringLiteral(", ")))
                .toStdString());
    }

    ssh_session m_session;
    const LoginSubject& m_subject;
    const Ask& m_ask;
    QStringList m_tried;
    int m_offered = 0;
    bool m_declined = false; ///< the person does not want to go on
};

} // namespace

Result<void> logIn(ssh_session session, const LoginSubject& subject, const Ask& ask) {
    return Login(session, subject, ask).run();
}

} // namespace lvsdeck::ssh
