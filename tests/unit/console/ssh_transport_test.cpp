// SPDX-License-Identifier: GPL-3.0-or-later
// Against a real sshd on the loopback interface, with keys that live as long as the test.
#include "console/ssh/ssh_transport.hpp"

#include "event_loop.hpp"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QHostAddress>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>

#include <gmock/gmock.h>

#include <pwd.h>
#include <unistd.h>

namespace lvsdeck::ssh {
namespace {

using test::eventually;
using testing::HasSubstr;

void keygen(const QString& file, const QString& passphrase = {}) {
    QFile::remove(file);
    QFile::remove(file + ".pub");
    ASSERT_EQ(QProcess::execute("ssh-keygen", {"-q", "-t", "ed25519", "-N", passphrase, "-f", file}), 0);
}

class Sshd : public testing::Test {
protected:
    void SetUp() override {
        if (!QFile::exists("/usr/sbin/sshd"))
            GTEST_SKIP() << "/usr/sbin/sshd is missing (package openssh-server)";
        if (::geteuid() == 0)
            QDir().mkpath("/run/sshd"); // sshd's own empty folder for privilege separation
        keygen(path("host"));
        keygen(path("user"));
        keygen(path("locked"), "open sesame");
        keygen(path("stranger"));
        QFile authorized(path("authorized"));
        ASSERT_TRUE(authorized.open(QIODevice::WriteOnly));
        for (const char* name : {"user.pub", "locked.pub"}) {
            QFile key(path(name));
            ASSERT_TRUE(key.open(QIODevice::ReadOnly));
            authorized.write(key.readAll());
        }
        authorized.close();
        start();
    }
    void TearDown() override { stop(); }

    void start() {
        QTcpServer free;
        ASSERT_TRUE(free.listen(QHostAddress::LocalHost));
        if (port == 0)
            port = free.serverPort();
        free.close();
        sshd.setProcessChannelMode(QProcess::MergedChannels);
        sshd.start("/usr/sbin/sshd", {"-D", "-e",
                                      "-f", "/dev/null",
                                      "-p", QString::number(port),
                                      "-h", path("host"),
                                      "-o", "ListenAddress=127.0.0.1",
                                      "-o", "AuthorizedKeysFile=" + path("authorized"),
                                      "-o", "StrictModes=no",
                                      "-o", "PidFile=none",
                                      "-o", "UsePAM=no",
                                      "-o", "PasswordAuthentication=yes",
                                      "-o", "KbdInteractiveAuthentication=no",
                                      "-o", "PermitRootLogin=yes",
                                      "-o", "MaxAuthTries=20"});
        ASSERT_TRUE(sshd.waitForStarted());
        ASSERT_TRUE(eventually([this] {
            output += sshd.readAll();
            return output.contains("listening on 127.0.0.1") || sshd.state() == QProcess::NotRunning;
        })) << output.toStdString();
        ASSERT_EQ(sshd.state(), QProcess::Running) << output.toStdString();
    }
    void stop() {
        if (sshd.state() == QProcess::NotRunning)
            return;
        sshd.terminate();
        sshd.waitForFinished(5000);
        output.clear();
    }
    QString path(const QString& name) const { return folder.filePath(name); }

    SshTarget target() const {
        SshTarget t;
        t.host = "127.0.0.1";
        t.port = port;
        t.user = ::getpwuid(::geteuid())->pw_name;
        t.identityFile = path("user").toStdString();
        t.knownHostsFile = path("known").toStdString();
        t.configFile = "none";
        t.remoteCommand = "cat";
        return t;
    }

    /// Connects with these answers, in order; what happened is in the members.
    void run(const SshTarget& t, std::vector<Answer> answers = {}) {
        transport = std::make_unique<SshTransport>(t);
        questions.clear();
        error.reset();
        ready = false;
        bytes.clear();
        QObject::connect(transport.get(), &Transport::ready, transport.get(), [this] { ready = true; });
        QObject::connect(transport.get(), &Transport::received, transport.get(),
                         [this](const QByteArray& more) { bytes += more; });
        QObject::connect(transport.get(), &Transport::failed, transport.get(), [this](const Error& e) { error = e; });
        QObject::connect(transport.get(), &Transport::question, transport.get(), [this, answers](const Question& q) {
            questions.push_back(q);
            q.answer(questions.size() <= answers.size() ? answers[questions.size() - 1] : Answer{});
        });
        transport->start();
        ASSERT_TRUE(eventually([this] { return ready || error.has_value(); })) << output.toStdString();
    }
    void trust() { run(target(), {{true, {}, false}}); }

    QTemporaryDir folder;
    QProcess sshd;
    quint16 port = 0;
    QByteArray output;
    std::unique_ptr<SshTransport> transport;
    std::vector<Question> questions;
    std::optional<Error> error;
    bool ready = false;
    QByteArray bytes;
};

TEST_F(Sshd, AsksAboutAnUnknownHostOnceAndRemembersIt) {
    trust();
    ASSERT_TRUE(ready) << error->text;
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].kind, QuestionKind::UnknownHostKey);
    EXPECT_EQ(questions[0].keyType, "ssh-ed25519");
    QProcess keygen;
    keygen.start("ssh-keygen", {"-lf", path("host.pub")});
    ASSERT_TRUE(keygen.waitForFinished());
    EXPECT_THAT(keygen.readAll().toStdString(), HasSubstr(questions[0].fingerprint));
    run(target());
    EXPECT_TRUE(ready) << error->text;
    EXPECT_TRUE(questions.empty());
}

TEST_F(Sshd, DoesNotConnectToAHostThatIsNotTrusted) {
    run(target(), {{false, {}, false}});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::Denied);
    EXPECT_THAT(error->text, HasSubstr("SHA256:"));
    EXPECT_FALSE(QFile::exists(path("known")));
}

TEST_F(Sshd, RefusesAChangedHostKeyAndNamesTheLine) {
    QFile known(path("known"));
    ASSERT_TRUE(known.open(QIODevice::WriteOnly));
    known.write("# mine\n");
    known.close();
    trust();
    ASSERT_TRUE(ready);
    transport.reset();
    stop();
    keygen(path("host"));
    start();
    run(target());
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::Denied);
    EXPECT_TRUE(questions.empty()) << "a changed key is no question";
    EXPECT_THAT(error->text, HasSubstr(path("known").toStdString() + " line 2"));
    EXPECT_EQ(error->path, path("known").toStdString() + ":2");
}

TEST_F(Sshd, CarriesBytesBothWays) {
    trust();
    ASSERT_TRUE(ready) << error->text;
    const QByteArray much(3'000'000, 'x');
    transport->write("hello\n");
    transport->write(much);
    ASSERT_TRUE(eventually([&] { return bytes.size() == much.size() + 6; })) << bytes.size();
    EXPECT_TRUE(bytes.startsWith("hello\nxxx"));
}

TEST_F(Sshd, SaysWhatTheRemoteProgramSaid) {
    trust();
    SshTarget t = target();
    t.remoteCommand = "lvsdeck-agent-that-is-not-there attach";
    run(t);
    ASSERT_TRUE(eventually([&] { return error.has_value(); }));
    EXPECT_EQ(error->code, ErrorCode::Unavailable);
    EXPECT_THAT(error->text, HasSubstr("install lvsdeck-agent"));
    t.remoteCommand = "echo the socket is missing >&2; exit 3";
    run(t);
    ASSERT_TRUE(eventually([&] { return error.has_value(); }));
    EXPECT_THAT(error->text, HasSubstr("status 3: the socket is missing"));
}

TEST_F(Sshd, AsksForThePassphraseAndAgainWhenItIsWrong) {
    trust();
    SshTarget t = target();
    t.identityFile = path("locked").toStdString();
    run(t, {{true, {"wrong"}, false}, {true, {"open sesame"}, false}});
    ASSERT_TRUE(ready) << error->text;
    ASSERT_EQ(questions.size(), 2U);
    EXPECT_EQ(questions[0].kind, QuestionKind::Passphrase);
    EXPECT_EQ(questions[0].file, t.identityFile);
    EXPECT_EQ(questions[1].attempt, 2);
}

TEST_F(Sshd, RefusesAWrongPasswordAfterThreeTries) {
    trust();
    SshTarget t = target();
    t.identityFile = path("stranger").toStdString();
    run(t, {{true, {"one"}, false}, {true, {"two"}, false}, {true, {"three"}, false}, {true, {"four"}, false}});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::Denied);
    EXPECT_EQ(questions.size(), 3U);
    EXPECT_EQ(questions[0].kind, QuestionKind::Password);
    EXPECT_EQ(questions[2].attempt, 3);
    EXPECT_THAT(error->text, HasSubstr("password (it is wrong)"));
    EXPECT_THAT(error->text, HasSubstr(path("stranger").toStdString()));
}

TEST_F(Sshd, ReportsTheEndOfTheConnection) {
    trust();
    ASSERT_TRUE(ready);
    SshTarget t = target();
    t.remoteCommand = "read line";
    run(t);
    ASSERT_TRUE(ready);
    transport->write("bye\n");
    ASSERT_TRUE(eventually([&] { return error.has_value(); }));
    EXPECT_EQ(error->code, ErrorCode::Unavailable);
}

TEST_F(Sshd, ClosesAtOnceAtAnyMoment) {
    trust();
    ASSERT_TRUE(ready);
    for (int wait = 0; wait < 12; ++wait) {
        SshTransport one(target());
        bool failed = false;
        QObject::connect(&one, &Transport::failed, &one, [&](const Error&) { failed = true; });
        one.start();
        (void)eventually([] { return false; }, wait * 15);
        QElapsedTimer elapsed;
        elapsed.start();
        one.close();
        EXPECT_LT(elapsed.elapsed(), 150);
        EXPECT_FALSE(failed);
    }
}

TEST_F(Sshd, LeavesNoDescriptorsBehind) {
    trust();
    transport.reset();
    const auto count = [] {
        return QDir("/proc/self/fd").entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System).size();
    };
    const auto before = count();
    for (int i = 0; i < 3; ++i) {
        run(target());
        ASSERT_TRUE(ready);
        SshTarget wrong = target();
        wrong.identityFile = path("stranger").toStdString();
        run(wrong);
        transport.reset();
    }
    EXPECT_TRUE(eventually([&] { return count() == before; })) << count() << " instead of " << before;
}

TEST(SshTransport, SaysThatNothingListens) {
    QTcpServer free;
    ASSERT_TRUE(free.listen(QHostAddress::LocalHost));
    SshTarget t;
    t.host = "127.0.0.1";
    t.port = free.serverPort();
    t.configFile = "none";
    free.close();
    SshTransport transport(t);
    std::optional<Error> error;
    QObject::connect(&transport, &Transport::failed, &transport, [&](const Error& e) { error = e; });
    transport.start();
    ASSERT_TRUE(eventually([&] { return error.has_value(); }));
    EXPECT_EQ(error->code, ErrorCode::Unavailable);
    EXPECT_THAT(error->text, HasSubstr("refused"));
}

TEST(SshTransport, SaysThatAServerIsSilent) {
    QTcpServer silent;
    ASSERT_TRUE(silent.listen(QHostAddress::LocalHost));
    SshTarget t;
    t.host = "127.0.0.1";
    t.port = silent.serverPort();
    t.configFile = "none";
    SshTransport transport(t, {.connect = std::chrono::milliseconds(1000), .handshake = std::chrono::milliseconds(1000)});
    std::optional<Error> error;
    QObject::connect(&transport, &Transport::failed, &transport, [&](const Error& e) { error = e; });
    transport.start();
    ASSERT_TRUE(eventually([&] { return error.has_value(); }));
    EXPECT_THAT(error->text, HasSubstr("handshake"));
}

} // namespace
} // namespace lvsdeck::ssh
