// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ssh/ssh_worker.hpp"

#include "console/ssh/known_hosts.hpp"
#include "console/ssh/ssh_login.hpp"
#include "console/ssh/tcp_connect.hpp"
#include "console/ssh/text.hpp"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <QDir>

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lvsdeck::ssh {

namespace {

constexpr std::size_t maxInput = 32U << 20U; ///< what the window has not taken yet; beyond it the SSH window closes
constexpr std::size_t maxErrors = 4096;
constexpr std::size_t piece = 32768;
constexpr int idleMs = 1000;
constexpr int lastWordsMs = 500;

void replaceAll(std::string& text, std::string_view what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

/// "~/" and the percent words of ssh_config(5). libssh's own defaults use %d for ~/.ssh, OpenSSH for the home folder.
std::string expanded(std::string path, const std::string& host, const std::string& user) {
    const std::string home = QDir::homePath().toStdString();
    if (path.starts_with("~/"))
        path.replace(0, 1, home);
    replaceAll(path, "%d/.ssh", home + "/.ssh");
    replaceAll(path, "%d", home + "/.ssh");
    replaceAll(path, "%h", host);
    replaceAll(path, "%r", user);
    return path;
}

std::string option(ssh_session session, ssh_options_e which) {
    char* value = nullptr;
    if (ssh_options_get(session, which, &value) != SSH_OK || value == nullptr)
        return {};
    std::string out(value);
    ssh_string_free_char(value);
    return out;
}

/// "ssh-rsa" keys sign with SHA-2 by other names; libssh wants the algorithms.
QString hostKeyAlgorithms(const std::vector<std::string>& known) {
    static const QStringList all{"ssh-ed25519",         "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                 "ecdsa-sha2-nistp521", "rsa-sha2-512",        "rsa-sha2-256"};
    QStringList out;
    for (const std::string& type : known) {
        if (type == "ssh-rsa")
            out << "rsa-sha2-512" << "rsa-sha2-256";
        else if (all.contains(q(type)))
            out << q(type);
    }
    for (const QString& algorithm : all)
        if (!out.contains(algorithm))
            out << algorithm;
    return out.join(',');
}

/// Whether two descriptors are the same socket; the second is ours for certain, so its inode is not used again meanwhile.
bool sameFile(int one, int ours) {
    struct stat a{};
    struct stat b{};
    return ::fstat(one, &a) == 0 && ::fstat(ours, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int drain(socket_t fd, int, void*) {
    eventfd_t count = 0;
    ::eventfd_read(fd, &count);
    return SSH_OK;
}

} // namespace

struct SshWorker::Remote {
    ssh_session session = nullptr;
    ssh_channel channel = nullptr;
    ssh_event event = nullptr;
    ssh_channel_callbacks_struct callbacks{};
    bool sessionInEvent = false;

    Remote() = default;
    Remote(const Remote&) = delete;
    Remote& operator=(const Remote&) = delete;
    ~Remote() {
        if (channel != nullptr) {
            ssh_remove_channel_callbacks(channel, &callbacks);
            ssh_channel_free(channel);
        }
        if (sessionInEvent)
            ssh_event_remove_session(event, session);
        if (event != nullptr)
            ssh_event_free(event);
        if (session != nullptr) {
            ssh_disconnect(session);
            ssh_free(session);
        }
    }
};

SshWorker::SshWorker(SshTarget target, SshLimits limits, QObject* owner, SshReports reports)
    : m_target(std::move(target)), m_limits(limits), m_reports(std::move(reports)), m_box(owner),
      m_wakeFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

SshWorker::~SshWorker() {
    if (m_wakeFd >= 0)
        ::close(m_wakeFd);
}

void SshWorker::run() {
    Result<void> result = failure(ErrorCode::Internal, {});
    {
        Remote remote;
        result = work(remote);
    }
    {
        const std::lock_guard lock(m_mutex);
        // libssh closes a socket that it was given only on some of its ways out.
        if (m_givenFd >= 0 && sameFile(m_givenFd, m_socket))
            ::close(m_givenFd);
        if (m_socket >= 0)
            ::close(m_socket);
        m_socket = -1;
    }
    m_box.post([report = m_reports.failed, error = result.error()] { report(error); });
    const std::lock_guard lock(m_mutex);
    m_finished = true;
    m_changed.notify_all();
}

void SshWorker::wake() { ::eventfd_write(m_wakeFd, 1); }

void SshWorker::queue(std::string bytes) {
    const std::lock_guard lock(m_mutex);
    m_output.push_back(std::move(bytes));
    wake();
}

std::string SshWorker::takeInput() {
    const std::lock_guard lock(m_mutex);
    m_inputPosted = false;
    if (m_input.size() >= maxInput)
        wake();
    return std::exchange(m_input, {});
}

void SshWorker::stop() {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
    if (m_socket >= 0)
        ::shutdown(m_socket, SHUT_RDWR);
    wake();
    m_changed.notify_all();
}

bool SshWorker::waitFinished(std::chrono::milliseconds limit) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, limit, [this] { return m_finished; });
}

Error SshWorker::broken(const QString& step, ssh_session_struct* session) {
    return Error{ErrorCode::Unavailable,
                 Text::tr("%1: %2: %3").arg(q(m_target.host), step, QString::fromUtf8(ssh_get_error(session))).toStdString(),
                 {}};
}

/// Never succeeds: it ends with the reason.
Result<void> SshWorker::work(Remote& remote) {
    if (auto ok = checkHost(m_target.host); !ok)
        return ok;
    if (auto ok = checkUser(m_target.user); !ok)
        return ok;
    m_box.post([report = m_reports.stage] { report(Stage::Connecting); });
    if (auto ok = connect(remote); !ok)
        return ok;
    if (auto ok = verifyHostKey(remote.session); !ok)
        return ok;
    m_box.post([report = m_reports.stage] { report(Stage::Authenticating); });
    LoginSubject subject{m_target.host, m_port, m_user, m_target.identityFile, {}, {}};
    for (const char* name : {"id_ed25519", "id_ecdsa", "id_rsa"})
        subject.defaults.push_back(expanded(std::string("~/.ssh/") + name, m_host, m_user));
    if (!m_identity.empty() && std::ranges::find(subject.defaults, m_identity) == subject.defaults.end())
        subject.configured.push_back(m_identity);
    if (auto ok = logIn(remote.session, subject, [this](Question question) { return ask(std::move(question)); }); !ok)
        return ok;
    if (auto ok = openChannel(remote); !ok)
        return ok;
    m_box.post([report = m_reports.ready] { report(); });
    return pump(remote);
}

Result<void> SshWorker::connect(Remote& remote) {
    ssh_session session = remote.session = ssh_new();
    if (session == nullptr)
        return failure(ErrorCode::Internal, "libssh could not make a session");
    ssh_options_set(session, SSH_OPTIONS_HOST, m_target.host.c_str());
    if (m_target.configFile != "none") {
        const char* file = m_target.configFile.empty() ? nullptr : m_target.configFile.c_str();
        if (ssh_options_parse_config(session, file) != SSH_OK)
            return failure(ErrorCode::InvalidInput,
                           Text::tr("the SSH configuration %1 could not be read: %2; mend it, or try it with “ssh -G %3”")
                               .arg(file != nullptr ? q(m_target.configFile) : QStringLiteral("~/.ssh/config"),
                                    QString::fromUtf8(ssh_get_error(session)), q(m_target.host))
                               .toStdString());
    }
    // What the admin typed goes over the file, and the file's relaxed checks are not for us.
    const int no = 0;
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    if (m_target.port) {
        const unsigned port = *m_target.port;
        ssh_options_set(session, SSH_OPTIONS_PORT, &port);
    }
    if (!m_target.user.empty())
        ssh_options_set(session, SSH_OPTIONS_USER, m_target.user.c_str());
    const auto seconds = static_cast<long>(std::max<std::int64_t>(1, m_limits.handshake.count() / 1000));
    ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds);

    unsigned port = 22;
    ssh_options_get_port(session, &port);
    m_port = static_cast<std::uint16_t>(port);
    m_host = option(session, SSH_OPTIONS_HOST);
    m_user = option(session, SSH_OPTIONS_USER);
    if (m_user.empty()) {
        m_user = qEnvironmentVariable("USER", QStringLiteral("root")).toStdString();
        ssh_options_set(session, SSH_OPTIONS_USER, nullptr); // the local user, by the system's word
        if (const std::string local = option(session, SSH_OPTIONS_USER); !local.empty())
            m_user = local;
    }
    for (auto ok : {checkHost(m_host), checkUser(m_user)})
        if (!ok)
            return ok;
    m_identity = expanded(option(session, SSH_OPTIONS_IDENTITY), m_host, m_user);
    m_userKnownHosts = expanded(option(session, SSH_OPTIONS_KNOWNHOSTS), m_host, m_user);
    if (m_userKnownHosts.empty())
        m_userKnownHosts = expanded("~/.ssh/known_hosts", m_host, m_user);
    if (const auto known =
            knownKeyTypes(m_target.knownHostsFile.empty()
                              ? std::vector{readKnownHosts(m_userKnownHosts), readKnownHosts(m_target.ownKnownHosts),
                                            readKnownHosts("/etc/ssh/ssh_known_hosts")}
                              : std::vector{readKnownHosts(m_target.knownHostsFile)},
                          m_host, m_port);
        !known.empty())
        ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, hostKeyAlgorithms(known).toUtf8().constData());
    ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");

    if (option(session, SSH_OPTIONS_PROXYCOMMAND).empty()) {
        auto fd = connectTcp(m_host, m_port, m_limits.connect, m_wakeFd);
        if (!fd)
            return std::unexpected(fd.error());
        {
            const std::lock_guard lock(m_mutex);
            m_socket = ::fcntl(*fd, F_DUPFD_CLOEXEC, 0);
            if (m_stop) {
                ::close(*fd);
                return failure(ErrorCode::Unavailable, "closed");
            }
        }
        const socket_t socket = m_givenFd = *fd;
        ssh_options_set(session, SSH_OPTIONS_FD, &socket);
    }
    if (ssh_connect(session) != SSH_OK)
        return std::unexpected(broken(Text::tr("the SSH handshake failed"), session));
    const std::lock_guard lock(m_mutex);
    if (m_socket < 0)
        m_socket = ::fcntl(ssh_get_fd(session), F_DUPFD_CLOEXEC, 0); // of a proxy command
    if (m_stop)
        return failure(ErrorCode::Unavailable, "closed");
    return {};
}

Result<void> SshWorker::openChannel(Remote& remote) {
    remote.channel = ssh_channel_new(remote.session);
    if (remote.channel == nullptr || ssh_channel_open_session(remote.channel) != SSH_OK)
        return std::unexpected(broken(Text::tr("the server opens no session"), remote.session));
    remote.callbacks.userdata = this;
    remote.callbacks.channel_data_function = &SshWorker::onData;
    ssh_callbacks_init(&remote.callbacks);
    ssh_set_channel_callbacks(remote.channel, &remote.callbacks);
    if (ssh_channel_request_exec(remote.channel, m_target.remoteCommand.c_str()) != SSH_OK)
        return std::unexpected(
            broken(Text::tr("the server does not run “%1”").arg(q(m_target.remoteCommand)), remote.session));
    return {};
}

int SshWorker::onData(ssh_session_struct*, ssh_channel_struct*, void* data, std::uint32_t size, int isError, void* self) {
    const std::string_view bytes(static_cast<const char*>(data), size);
    return static_cast<SshWorker*>(self)->takeIn(bytes, isError != 0) ? static_cast<int>(size) : 0;
}

/// False: not now, the window has enough to do.
bool SshWorker::takeIn(std::string_view bytes, bool isError) {
    if (isError) {
        m_errors.append(bytes.substr(0, maxErrors - std::min(maxErrors, m_errors.size())));
        return true;
    }
    const std::lock_guard lock(m_mutex);
    if (m_input.size() >= maxInput)
        return false;
    m_input.append(bytes);
    if (!m_inputPosted) {
        m_inputPosted = true;
        m_box.post([report = m_reports.input] { report(); });
    }
    return true;
}

bool SshWorker::writeQueued(Remote& remote) {
    for (;;) {
        std::string_view bytes;
        {
            const std::lock_guard lock(m_mutex);
            if (m_output.empty())
                return true;
            // Only this thread removes the front, so the view stays good while others append.
            bytes = std::string_view(m_output.front()).substr(m_sent, piece);
        }
        const int written = ssh_channel_write(remote.channel, bytes.data(), static_cast<std::uint32_t>(bytes.size()));
        if (written < 0)
            return false;
        if (written == 0)
            return true; // the peer's window is used up; its next packet wakes us
        m_sent += static_cast<std::size_t>(written);
        const std::lock_guard lock(m_mutex);
        if (m_sent == m_output.front().size()) {
            m_output.pop_front();
            m_sent = 0;
        }
    }
}

Result<void> SshWorker::pump(Remote& remote) {
    ssh_set_blocking(remote.session, 0);
    remote.event = ssh_event_new();
    if (remote.event == nullptr || ssh_event_add_session(remote.event, remote.session) != SSH_OK)
        return failure(ErrorCode::Internal, "libssh could not watch the session");
    remote.sessionInEvent = true;
    ssh_event_add_fd(remote.event, m_wakeFd, POLLIN, &drain, nullptr);
    std::array<char, piece> buffer{};
    for (;;) {
        bool room = false;
        {
            const std::lock_guard lock(m_mutex);
            if (m_stop)
                return failure(ErrorCode::Unavailable, "closed");
            room = m_input.size() < maxInput;
        }
        if (!writeQueued(remote))
            return std::unexpected(ended(remote));
        // What the callback left behind while the window was busy.
        for (int got = 1; room && got > 0;) {
            got = ssh_channel_read_nonblocking(remote.channel, buffer.data(), static_cast<std::uint32_t>(buffer.size()), 0);
            if (got > 0)
                takeIn({buffer.data(), static_cast<std::size_t>(got)}, false);
        }
        if (ssh_channel_is_eof(remote.channel) != 0 || ssh_channel_is_closed(remote.channel) != 0 ||
            ssh_is_connected(remote.session) == 0)
            return std::unexpected(ended(remote));
        if (ssh_event_dopoll(remote.event, idleMs) == SSH_ERROR)
            return std::unexpected(ended(remote));
    }
}

/// The remote program's last words and its exit status often follow the end of its output.
Error SshWorker::ended(Remote& remote) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::milliseconds(lastWordsMs);
    while (ssh_is_connected(remote.session) != 0 && ssh_channel_is_closed(remote.channel) == 0 && Clock::now() < until)
        if (ssh_event_dopoll(remote.event, 50) == SSH_ERROR)
            break;
    const int status = ssh_channel_get_exit_status(remote.channel);
    const QString errors = QString::fromUtf8(m_errors.c_str()).simplified();
    if (status == 127)
        return {ErrorCode::Unavailable,
                Text::tr("%1 has no “%2” (%3); install lvsdeck-agent there")
                    .arg(q(m_target.host), q(m_target.remoteCommand.substr(0, m_target.remoteCommand.find(' '))), errors)
                    .toStdString(),
                {}};
    if (status >= 0)
        return {ErrorCode::Unavailable,
                Text::tr("“%1” on %2 ended with status %3%4")
                    .arg(q(m_target.remoteCommand), q(m_target.host))
                    .arg(status)
                    .arg(errors.isEmpty() ? QString() : QStringLiteral(": ") + errors)
                    .toStdString(),
                {}};
    return {ErrorCode::Unavailable,
            Text::tr("the connection to %1 was lost%2")
                .arg(q(m_target.host), errors.isEmpty() ? QString() : QStringLiteral(": ") + errors)
                .toStdString(),
            {}};
}

std::optional<Answer> SshWorker::ask(Question question) {
    std::unique_lock lock(m_mutex);
    const std::uint64_t number = ++m_questionNumber;
    m_answer.reset();
    question.answer = [weak = weak_from_this(), number](Answer answer) {
        const auto self = weak.lock();
        if (!self)
            return;
        const std::lock_guard inner(self->m_mutex);
        if (self->m_questionNumber == number && !self->m_answer)
            self->m_answer = std::move(answer);
        self->m_changed.notify_all();
    };
    m_box.post([report = m_reports.question, question = std::move(question)] { report(question); });
    m_changed.wait(lock, [this] { return m_answer.has_value() || m_stop; });
    ++m_questionNumber;
    if (m_stop)
        return std::nullopt;
    return std::exchange(m_answer, std::nullopt);
}

} // namespace lvsdeck::ssh
