// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/mail.hpp"

#include "agent/host/late_library.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <ctime>
#include <limits>
#include <memory>

namespace lvsdeck::host {

namespace {

constexpr std::size_t waitingAtMost = 200;
constexpr std::chrono::milliseconds connectTimeout{30'000}; // keepalived's default
constexpr std::chrono::seconds conversation{60};
constexpr std::chrono::milliseconds goodbye{500}; // a restart must be shorter than a takeover

std::int64_t steadyNow() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }

std::string oneLine(std::string text) {
    std::ranges::replace_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    return text;
}

std::string hostName() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0)
        return "localhost";
    return name.data();
}

std::string sender(const model::Notification& settings) {
    return settings.from.empty() ? "root@" + hostName() : oneLine(settings.from);
}

std::string dateText(std::int64_t unixSeconds) {
    const auto seconds = static_cast<std::time_t>(unixSeconds);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    // Not strftime's names, which follow the locale.
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 48> rest{};
    std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S +0000", &parts);
    const std::string day = (parts.tm_mday < 10 ? "0" : "") + std::to_string(parts.tm_mday);
    return std::string(days.at(static_cast<std::size_t>(parts.tm_wday))) + ", " + day + " " +
           months.at(static_cast<std::size_t>(parts.tm_mon)) + rest.data();
}

struct Reading {
    std::string_view rest;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* from) {
    auto& reading = *static_cast<Reading*>(from);
    const std::size_t length = std::min(size * count, reading.rest.size());
    std::memcpy(to, reading.rest.data(), length);
    reading.rest.remove_prefix(length);
    return length;
}

/// What is used of libcurl; loaded with the first mail.
struct Curl {
    decltype(&curl_easy_init) init = nullptr;
    decltype(&curl_easy_cleanup) cleanup = nullptr;
    decltype(&curl_easy_setopt) set = nullptr;
    decltype(&curl_easy_perform) perform = nullptr;
    decltype(&curl_easy_strerror) words = nullptr;
    decltype(&curl_slist_append) append = nullptr;
    decltype(&curl_slist_free_all) freeList = nullptr;

    static Result<Curl> load() {
        const auto library = LateLibrary::load("libcurl.so.4", "libcurl4");
        if (!library)
            return std::unexpected(library.error());
        Curl out;
        if (library->find(out.init, "curl_easy_init") && library->find(out.cleanup, "curl_easy_cleanup") &&
            library->find(out.set, "curl_easy_setopt") && library->find(out.perform, "curl_easy_perform") &&
            library->find(out.words, "curl_easy_strerror") && library->find(out.append, "curl_slist_append") &&
            library->find(out.freeList, "curl_slist_free_all"))
            return out;
        return failure(ErrorCode::Unsupported, "the installed libcurl lacks a function; install libcurl4 of this release");
    }
};

} // namespace

std::string mailText(const Mail& mail, std::int64_t unixSeconds) {
    std::string to;
    for (const std::string& receiver : mail.settings.to)
        to += (to.empty() ? "" : ", ") + oneLine(receiver);
    std::string text = "Date: " + dateText(unixSeconds) + "\r\nFrom: " + sender(mail.settings) +
                       "\r\nSubject: " + oneLine(mail.subject) + "\r\nX-Mailer: lvsdeck\r\nTo: " + to +
                       "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: 8bit\r\n\r\n";
    for (std::size_t begin = 0; begin < mail.body.size();) {
        const std::size_t end = std::min(mail.body.find('\n', begin), mail.body.size());
        const std::size_t length = end > begin && mail.body[end - 1] == '\r' ? end - begin - 1 : end - begin;
        text += mail.body.substr(begin, length) + "\r\n";
        begin = end + 1;
    }
    return text;
}

Result<std::string> mailUrl(const model::Notification& settings, const std::string& hostName) {
    const auto plain = [](const std::string& name) {
        return !name.empty() && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                   c == '_' || c == ':';
        });
    };
    if (!plain(settings.smtpServer))
        return failure(ErrorCode::InvalidInput,
                       "\"" + settings.smtpServer + "\" is not the name or address of a mail server");
    const std::string helo = settings.heloName.empty() ? hostName : settings.heloName;
    if (!plain(helo))
        return failure(ErrorCode::InvalidInput, "\"" + helo + "\" is not a name to greet a mail server with");
    const bool v6 = settings.smtpServer.find(':') != std::string::npos;
    return "smtp://" + (v6 ? "[" + settings.smtpServer + "]" : settings.smtpServer) + ":" +
           std::to_string(settings.smtpPort) + "/" + helo;
}

MailSender::MailSender(boost::asio::io_context& loop)
    : m_loop(loop), m_deadline(std::numeric_limits<std::int64_t>::max()), m_worker("mail", waitingAtMost) {}

MailSender::~MailSender() { m_deadline = steadyNow() + std::chrono::nanoseconds(goodbye).count(); }

bool MailSender::late() const { return steadyNow() > m_deadline; }

int MailSender::progress(void* self, std::int64_t, std::int64_t, std::int64_t, std::int64_t) {
    return static_cast<const MailSender*>(self)->late() ? 1 : 0;
}

void MailSender::send(const Mail& mail, const std::function<void(const std::string& why)>& failed) {
    const bool queued = m_worker.post([this, mail, failed] {
        const auto delivered = deliver(mail);
        if (!delivered && failed && !late())
            boost::asio::post(m_loop, [failed, why = delivered.error().text] { failed(why); });
    });
    if (!queued && failed)
        boost::asio::post(m_loop, [failed] { failed("too many mails wait for the mail server; this one is dropped"); });
}

Result<void> MailSender::deliver(const Mail& mail) const {
    if (late())
        return failure(ErrorCode::Unavailable, "the agent ends");
    const auto url = mailUrl(mail.settings, hostName());
    if (!url)
        return std::unexpected(url.error());
    const auto library = Curl::load();
    if (!library)
        return std::unexpected(library.error());
    const Curl& use = *library;
    const std::unique_ptr<CURL, decltype(use.cleanup)> handle(use.init(), use.cleanup);
    std::unique_ptr<curl_slist, decltype(use.freeList)> receivers(nullptr, use.freeList);
    for (const std::string& receiver : mail.settings.to)
        receivers.reset(use.append(receivers.release(), ("<" + oneLine(receiver) + ">").c_str()));
    if (!handle || !receivers)
        return failure(ErrorCode::InvalidInput, "a mail has no receiver");
    const std::string text = mailText(mail, std::time(nullptr));
    const std::string from = "<" + sender(mail.settings) + ">";
    Reading reading{text};
    std::array<char, CURL_ERROR_SIZE> why{};
    const auto connect = mail.settings.smtpConnectTimeout.value_or(connectTimeout);
    CURL* curl = handle.get();
    use.set(curl, CURLOPT_URL, url->c_str());
    use.set(curl, CURLOPT_PROTOCOLS_STR, "smtp");
    use.set(curl, CURLOPT_PROXY, "");
    use.set(curl, CURLOPT_NOSIGNAL, 1L);
    use.set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
    use.set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>((connect + conversation).count()));
    use.set(curl, CURLOPT_MAIL_FROM, from.c_str());
    use.set(curl, CURLOPT_MAIL_RCPT, receivers.get());
    use.set(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    use.set(curl, CURLOPT_READFUNCTION, &give);
    use.set(curl, CURLOPT_READDATA, &reading);
    use.set(curl, CURLOPT_UPLOAD, 1L);
    use.set(curl, CURLOPT_NOPROGRESS, 0L);
    use.set(curl, CURLOPT_XFERINFOFUNCTION, &MailSender::progress);
    use.set(curl, CURLOPT_XFERINFODATA, this);
    use.set(curl, CURLOPT_ERRORBUFFER, why.data());
    const CURLcode result = use.perform(curl);
    if (result == CURLE_OK)
        return {};
    return failure(ErrorCode::Unavailable, "cannot send the mail \"" + mail.subject + "\" by " + mail.settings.smtpServer +
                                               ": " + (why[0] != '\0' ? why.data() : use.words(result)));
}

} // namespace lvsdeck::host
