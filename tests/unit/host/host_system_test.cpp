// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/host_system.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <istream>
#include <thread>

namespace lvsdeck::host {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using testing::HasSubstr;
using testing::StartsWith;

class System : public testing::Test {
protected:
    System() {
        std::string name = testing::TempDir() + "lvsdeck_system_XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder = name;
    }
    ~System() override { fs::remove_all(folder); }

    asio::io_context loop;
    HostSystem system{loop};
    fs::path folder;
};

TEST_F(System, FilesAreReadToALimitAndOnlyWhenTheyAreFiles) {
    const std::string path = (folder / "weight").string();
    EXPECT_EQ(*system.readFile(path), std::nullopt);
    ASSERT_TRUE(system.writeFile(path, "-20\n"));
    EXPECT_EQ(*system.readFile(path), "-20\n");
    ASSERT_TRUE(system.writeFile(path, std::string(10'000, 'x')));
    EXPECT_EQ((*system.readFile(path))->size(), 4096U);
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(system.readFile((folder / "pipe").string()).error().code, ErrorCode::InvalidInput);
    EXPECT_FALSE(system.readFile(folder.string()));
    fs::create_symlink(path, folder / "link");
    EXPECT_TRUE(system.readFile((folder / "link").string()));
    EXPECT_FALSE(system.writeFile((folder / "link").string(), "x")) << "not through a link";
}

TEST_F(System, AFifoKeepsLinesForItsReaderAndNeverWaits) {
    const std::string path = (folder / "notify").string();
    ASSERT_TRUE(system.writeFifo(path, "INSTANCE \"VI_1\" MASTER 100"));
    ASSERT_TRUE(system.writeFifo(path, "GROUP \"G1\" MASTER 0\n"));
    struct stat made{};
    ASSERT_EQ(::stat(path.c_str(), &made), 0);
    EXPECT_TRUE(S_ISFIFO(made.st_mode));
    EXPECT_EQ(made.st_mode & 0777U, 0600U);
    const Descriptor reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
    std::array<char, 200> buffer{};
    ASSERT_GT(::read(reader.get(), buffer.data(), buffer.size()), 0);
    EXPECT_STREQ(buffer.data(), "INSTANCE \"VI_1\" MASTER 100\nGROUP \"G1\" MASTER 0\n");
    Result<void> last;
    for (int i = 0; i < 5000 && last; ++i)
        last = system.writeFifo(path, std::string(100, 'x'));
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().code, ErrorCode::Busy);
    fs::remove(path);
    EXPECT_TRUE(system.writeFifo(path, "again")) << "a new one is made";
    EXPECT_TRUE(fs::is_fifo(path));
    std::ofstream(folder / "file") << "x";
    EXPECT_EQ(system.writeFifo((folder / "file").string(), "x").error().code, ErrorCode::InvalidInput);
}

TEST_F(System, ProcessesHaveTheirProgramAndCommandLine) {
    const auto processes = system.processes();
    ASSERT_TRUE(processes);
    const auto self = std::ranges::find(*processes, ::getpid(), &Process::pid);
    ASSERT_NE(self, processes->end());
    EXPECT_EQ(self->name, "unit_host");
    ASSERT_FALSE(self->arguments.empty());
    EXPECT_THAT(self->arguments.front(), HasSubstr("unit_host"));
}

class ProcessFolder : public System {
protected:
    void process(int pid, const std::string& comm, const std::string& command, const std::string& program = {}) {
        const fs::path path = folder / std::to_string(pid);
        fs::create_directory(path);
        std::ofstream(path / "comm") << comm << "\n";
        std::ofstream(path / "cmdline") << command;
        fs::remove(path / "exe");
        if (!program.empty())
            fs::create_symlink(program, path / "exe");
    }
    ProcessList list{folder.string()};
};

TEST_F(ProcessFolder, NamesComeFromTheProgramOrElseFromTheKernel) {
    using namespace std::string_literals;
    process(7, "nginx", "nginx: master process\0"s, "/usr/sbin/nginx (deleted)");
    process(8, "a-very-long-nam", "/opt/a-very-long-name\0-x\0"s);
    process(9, "kthreadd", "");
    fs::create_directory(folder / "sys");
    const auto read = list.read();
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, (std::vector<Process>{{7, "nginx", {"nginx: master process"}},
                                           {8, "a-very-long-name", {"/opt/a-very-long-name", "-x"}},
                                           {9, "kthreadd", {}}}));
}

TEST_F(ProcessFolder, AReplacedProgramIsSeenAtOnceWhileYoungAndLaterInTurn) {
    process(7, "sh", "sh", "/bin/sh");
    EXPECT_EQ(list.read()->at(0).name, "sh");
    process(7, "nginx", "nginx", "/usr/sbin/nginx");
    EXPECT_EQ(list.read()->at(0).name, "nginx");
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(list.read());
    process(7, "other", "other", "/usr/sbin/other");
    int calls = 1;
    while (list.read()->at(0).name != "other" && calls < 100)
        ++calls;
    EXPECT_LE(calls, 16);
    fs::remove_all(folder / "7");
    EXPECT_TRUE(list.read()->empty());
}

Mail mail() {
    Mail out;
    out.settings.to = {"ops@example.org", "night@example.org"};
    out.settings.from = "lb1@example.org";
    out.settings.smtpServer = "127.0.0.1";
    out.settings.heloName = "lb1.example.org";
    out.subject = "[lb1] VRRP Instance VI_1 - Entering MASTER state";
    out.body = "=> VRRP Instance is now owning VRRP VIPs <=\n.dot";
    return out;
}

TEST(MailText, HasTheHeadersAndNoOthers) {
    const std::string text = mailText(mail(), 1'700'000'000);
    EXPECT_THAT(
        text, StartsWith("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nFrom: lb1@example.org\r\nSubject: [lb1] VRRP Instance "
                         "VI_1 - Entering MASTER state\r\nX-Mailer: lvsdeck\r\nTo: ops@example.org, night@example.org\r\n"));
    EXPECT_THAT(text, testing::EndsWith("\r\n\r\n=> VRRP Instance is now owning VRRP VIPs <=\r\n.dot\r\n"));
    Mail wicked = mail();
    wicked.subject = "x\r\nBcc: evil@example.org";
    EXPECT_THAT(mailText(wicked, 0), HasSubstr("Subject: x  Bcc: evil@example.org\r\n"));
}

TEST(MailUrl, TakesNamesAndAddressesOnly) {
    model::Notification settings = mail().settings;
    EXPECT_EQ(*mailUrl(settings, "host"), "smtp://127.0.0.1:25/lb1.example.org");
    settings.smtpServer = "2001:db8::25";
    settings.heloName.clear();
    settings.smtpPort = 2525;
    EXPECT_EQ(*mailUrl(settings, "host"), "smtp://[2001:db8::25]:2525/host");
    settings.smtpServer = "mail.example/../x";
    EXPECT_FALSE(mailUrl(settings, "host"));
    settings.smtpServer.clear();
    EXPECT_FALSE(mailUrl(settings, "host"));
}

/// Takes one conversation, and says `refusal` to the first receiver when there is one.
struct MailServer {
    MailServer() : thread([this] { serve(); }) {}
    ~MailServer() { thread.join(); }
    void serve() {
        asio::ip::tcp::socket socket(context);
        acceptor.accept(socket);
        const auto say = [&](const std::string& line) { asio::write(socket, asio::buffer(line + "\r\n")); };
        asio::streambuf buffer;
        std::istream stream(&buffer);
        say("220 ready");
        bool data = false;
        for (std::string line;;) {
            boost::system::error_code error;
            asio::read_until(socket, buffer, "\r\n", error);
            if (error)
                return;
            std::getline(stream, line);
            received += line + "\n";
            if (data) {
                data = line != ".\r";
                if (!data)
                    say("250 taken");
            } else if (line.starts_with("RCPT") && !refusal.empty()) {
                say(refusal);
            } else if (line.starts_with("DATA")) {
                data = true;
                say("354 go on");
            } else if (line.starts_with("QUIT")) {
                say("221 bye");
                return;
            } else {
                say("250 fine");
            }
        }
    }
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    std::string received;
    std::string refusal;
    std::thread thread;
};

TEST_F(System, AMailArrivesWhole) {
    std::string why;
    auto server = std::make_unique<MailServer>();
    Mail one = mail();
    one.settings.smtpPort = server->acceptor.local_endpoint().port();
    system.sendMail(one, [&](const std::string& text) { why = text; });
    server->thread.join();
    server->thread = std::thread([] {});
    loop.poll();
    EXPECT_EQ(why, "");
    EXPECT_THAT(server->received, HasSubstr("EHLO lb1.example.org\r\n"));
    EXPECT_THAT(server->received, HasSubstr("MAIL FROM:<lb1@example.org>"));
    EXPECT_THAT(server->received, HasSubstr("RCPT TO:<ops@example.org>\r\n"));
    EXPECT_THAT(server->received, HasSubstr("RCPT TO:<night@example.org>\r\n"));
    EXPECT_THAT(server->received, HasSubstr("\r\n..dot\r\n")) << "a dot is doubled on the wire";
}

TEST_F(System, AMailThatNobodyTakesIsTold) {
    std::string why;
    Mail one = mail();
    {
        asio::ip::tcp::acceptor closed(loop, {asio::ip::address_v4::loopback(), 0});
        one.settings.smtpPort = closed.local_endpoint().port();
    }
    system.sendMail(one, [&](const std::string& text) { why = text; });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (why.empty() && std::chrono::steady_clock::now() < end) {
        loop.restart();
        loop.run_for(std::chrono::milliseconds(20));
    }
    EXPECT_THAT(why, HasSubstr("by 127.0.0.1"));
    EXPECT_THAT(why, HasSubstr("Entering MASTER"));
}

} // namespace
} // namespace lvsdeck::host
