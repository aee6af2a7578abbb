// SPDX-License-Identifier: GPL-3.0-or-later
// What the worker thread of an SshTransport does, and all that it shares with the object. run() belongs to the thread, the
// rest may be called from the object's thread. Both hold it by shared_ptr: a worker that is stuck outlives the object.
#pragma once

#include "console/ssh/post_box.hpp"
#include "console/ssh/question.hpp"
#include "console/ssh/ssh_transport.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

struct ssh_session_struct;
struct ssh_channel_struct;

namespace lvsdeck::ssh {

/// What the worker tells; called in the object's thread.
struct SshReports {
    std::function<void(Stage)> stage;
    std::function<void(const Question&)> question;
    std::function<void()> ready;
    std::function<void()> input; ///< takeInput() has something
    std::function<void(const Error&)> failed;
};

class SshWorker : public std::enable_shared_from_this<SshWorker> {
public:
    SshWorker(SshTarget target, SshLimits limits, QObject* owner, SshReports reports);
    SshWorker(const SshWorker&) = delete;
    SshWorker& operator=(const SshWorker&) = delete;
    ~SshWorker();

    void run();

    void queue(std::string bytes);
    [[nodiscard]] std::string takeInput();
    /// Wakes whatever the worker waits for, as far as that can be woken.
    void stop();
    /// No report comes any more.
    void forgetOwner() { m_box.close(); }
    [[nodiscard]] bool waitFinished(std::chrono::milliseconds limit);

private:
    struct Remote; ///< session and channel, freed in the right order

    Result<void> work(Remote& remote);
    Result<void> connect(Remote& remote);
    Result<void> verifyHostKey(ssh_session_struct* session);
    Result<void> openChannel(Remote& remote);
    Result<void> pump(Remote& remote);
    Error ended(Remote& remote);
    Error broken(const QString& step, ssh_session_struct* session);
    std::optional<Answer> ask(Question question);
    bool writeQueued(Remote& remote);
    bool takeIn(std::string_view bytes, bool isError);
    void wake();

    static int onData(ssh_session_struct*, ssh_channel_struct*, void* data, std::uint32_t size, int isError, void* self);

    const SshTarget m_target;
    const SshLimits m_limits;
    const SshReports m_reports;
    PostBox m_box;
    int m_wakeFd = -1;

    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_stop = false;
    bool m_finished = false;
    int m_socket = -1; ///< a duplicate of the session's, to shut it down from outside
    std::string m_input;
    bool m_inputPosted = false;
    std::deque<std::string> m_output;
    std::uint64_t m_questionNumber = 0;
    std::optional<Answer> m_answer;

    // Only in run():
    int m_givenFd = -1; ///< what libssh got
    std::string m_host; ///< after ssh_config
    std::uint16_t m_port = 22;
    std::string m_user;
    std::string m_userKnownHosts;
    std::string m_identity;
    std::string m_errors;   ///< the remote program's stderr, its first 4 KiB
    std::size_t m_sent = 0; ///< of the first queued piece
};

} // namespace lvsdeck::ssh
