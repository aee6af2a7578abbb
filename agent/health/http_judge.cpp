// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/http_judge.hpp"

#include "agent/health/late_openssl.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace lvsdeck::health {

using probe::HttpAnswer;

namespace {

constexpr std::uint64_t bodyLimit = 1U << 20U;
constexpr std::uint64_t digestedBodyLimit = 16U << 20U;

bool wanted(const model::HttpUrl& url, unsigned status) {
    if (url.status.empty())
        return status >= 200 && status <= 299;
    return std::ranges::any_of(
        url.status, [status](const model::StatusRange& range) { return status >= range.first && status <= range.last; });
}

/// A header value cannot hold a line end; a name that does is cut into harmlessness.
std::string headerValue(std::string_view text) { return probe::printable(text, 255); }

std::string nameFor(const CheckTarget& target, const model::HttpCheck& check, const model::HttpUrl& url) {
    if (!url.virtualHost.empty())
        return url.virtualHost;
    return check.virtualHost.empty() ? target.virtualHost : check.virtualHost;
}

} // namespace

struct UrlJudge::Digest {
    Digest() : context(openOpenssl() ? EVP_MD_CTX_new() : nullptr) {
        good = context != nullptr && EVP_DigestInit_ex(context, EVP_md5(), nullptr) == 1;
    }
    ~Digest() {
        if (context != nullptr)
            EVP_MD_CTX_free(context);
    }
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    void update(std::string_view bytes) { good = good && EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1; }
    [[nodiscard]] std::string hex() const {
        static constexpr std::string_view digits = "0123456789abcdef";
        if (!good)
            return {};
        std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
        unsigned length = 0;
        EVP_MD_CTX* copy = EVP_MD_CTX_new();
        const bool done =
            copy != nullptr && EVP_MD_CTX_copy_ex(copy, context) == 1 && EVP_DigestFinal_ex(copy, raw.data(), &length) == 1;
        EVP_MD_CTX_free(copy);
        std::string out;
        for (unsigned i = 0; done && i < length; ++i)
            out += {digits[raw.at(i) >> 4U], digits[raw.at(i) & 15U]};
        return out;
    }

    EVP_MD_CTX* context;
    bool good = false;
};

std::string hostFor(const CheckTarget& target, const model::HttpCheck& check, const model::HttpUrl& url) {
    const std::string name = nameFor(target, check, url);
    return name.empty() ? endpointText(target.address, target.port) : headerValue(name);
}

std::string serverNameFor(const CheckTarget& target, const model::HttpCheck& check, const model::HttpUrl& url) {
    if (!check.tls || !check.sni)
        return {};
    std::string name = headerValue(nameFor(target, check, url));
    if (const auto colon = name.rfind(':'); colon != std::string::npos && name.find(':') == colon)
        name.resize(colon); // Host may carry a port, the server name must not
    return IpAddress::parse(name) ? std::string() : name;
}

std::string requestFor(const CheckTarget& target, const model::HttpCheck& check, const model::HttpUrl& url) {
    const bool version11 = check.version == model::HttpVersion::Http11;
    std::string request = "GET " + probe::requestPath(url.path) + (version11 ? " HTTP/1.1" : " HTTP/1.0") +
                          "\r\nUser-Agent: lvsdeck\r\nHost: " + hostFor(target, check, url) + "\r\n";
    if (check.version != model::HttpVersion::Http10)
        request += "Connection: close\r\n";
    return request + "\r\n";
}

UrlJudge::UrlJudge(const model::HttpUrl& url)
    : m_url(url), m_digest(url.digest.empty() ? nullptr : std::make_unique<Digest>()),
      m_regex(url.regex.empty() ? nullptr : std::make_unique<BodyRegex>(url)),
      m_answer({.headerBytes = 16384, .bodyBytes = m_digest ? digestedBodyLimit : bodyLimit}, [this](std::string_view body) {
          if (m_digest)
              m_digest->update(body);
          if (m_regex)
              m_body.append(body.substr(0, bodyLimit - m_body.size()));
      }) {}
UrlJudge::~UrlJudge() = default;

bool UrlJudge::feed(std::string_view bytes) {
    m_progress = m_answer.feed(bytes);
    return m_progress != HttpAnswer::Progress::NeedMore;
}

void UrlJudge::end() { m_progress = m_answer.end(); }

CheckResult UrlJudge::verdict() const {
    if (m_progress == HttpAnswer::Progress::NeedMore || m_progress == HttpAnswer::Progress::Bad)
        return {.reason = CheckReason::BadAnswer,
                .detail = m_answer.problem().empty() ? "the answer is not complete" : m_answer.problem()};
    if (!wanted(m_url, m_answer.status()))
        return {.reason = CheckReason::Status, .detail = m_answer.statusText()};
    CheckResult result{.reason = CheckReason::Ok, .detail = m_answer.statusText()};
    if (m_digest)
        result = digestVerdict();
    if (m_regex && result.reason == CheckReason::Ok)
        result = regexVerdict();
    return result;
}

CheckResult UrlJudge::digestVerdict() const {
    if (m_progress == HttpAnswer::Progress::BodyTooLong)
        return {.reason = CheckReason::Digest, .detail = "the body is longer than 16 MiB, too long for a digest"};
    const std::string digest = m_digest->hex();
    if (digest.empty()) {
        const auto opened = openOpenssl();
        return {.reason = CheckReason::Local,
                .detail = opened ? "this host's OpenSSL does not offer MD5" : opened.error().text};
    }
    const bool equal = std::ranges::equal(digest, m_url.digest, [](char ours, char theirs) {
        return ours == static_cast<char>(std::tolower(static_cast<unsigned char>(theirs)));
    });
    if (!equal)
        return {.reason = CheckReason::Digest, .detail = m_answer.statusText() + ", but the body's digest is " + digest};
    return {.reason = CheckReason::Ok, .detail = m_answer.statusText()};
}

CheckResult UrlJudge::regexVerdict() const {
    if (!m_regex->problem().empty())
        return {.reason = CheckReason::Local, .detail = probe::printable(m_regex->problem(), 200)};
    const auto failed = [this](const char* why) {
        return CheckResult{.reason = CheckReason::Regex, .detail = m_answer.statusText() + why};
    };
    switch (m_regex->search(m_body)) {
    case BodyRegex::Answer::Found:
        if (m_url.regexNoMatch)
            return failed(", but the body matches the regular expression");
        break;
    case BodyRegex::Answer::NotFound:
        if (!m_url.regexNoMatch)
            return failed(", but the body does not match the regular expression");
        break;
    case BodyRegex::Answer::TooHard: return failed(", but the regular expression is too costly for this body");
    }
    return {.reason = CheckReason::Ok, .detail = m_answer.statusText()};
}

} // namespace lvsdeck::health
