// SPDX-License-Identifier: GPL-3.0-or-later
// HTTPS checks. The certificate is not verified, as with keepalived: real servers are asked by address, and a check tells
// whether a server answers, not who it is.
#include "agent/health/ask_url.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <optional>

namespace lvsdeck::health {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using TlsStream = asio::ssl::stream<asio::ip::tcp::socket&>;

/// Many servers close without the closing message; the answer's own length says whether something is missing.
bool endOfStream(const error_code& ec) { return ec == asio::error::eof || ec == asio::ssl::error::stream_truncated; }

CheckResult tlsFailure(const Conversation& conversation, const error_code& ec) {
    CheckResult result = failureOf(conversation, ec);
    if (result.reason == CheckReason::Timeout || result.reason == CheckReason::Local)
        return result;
    result.reason = CheckReason::Tls;
    result.detail = probe::printable("TLS handshake: " + ec.message(), 200);
    return result;
}

/// Wall clock of the end of the certificate that the server showed.
std::optional<std::int64_t> certificateEnd(const SSL* ssl) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl), &X509_free);
    std::tm end{};
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
        return std::nullopt;
    return static_cast<std::int64_t>(::timegm(&end)) * 1000;
}

asio::awaitable<CheckResult> shakeHands(TlsStream& stream, std::shared_ptr<Conversation> conversation,
                                        std::shared_ptr<HandshakeSlots> slots, std::string serverName) {
    HandshakeSlots::Ticket ticket(conversation->socket->socket().get_executor(), std::move(slots));
    const auto asked = std::chrono::steady_clock::now();
    if (!ticket.granted())
        co_await ticket.turn().async_wait(asTuple);
    conversation->waited += std::chrono::steady_clock::now() - asked;
    if (!serverName.empty())
        (void)::SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, serverName.data());
    conversation->socket->arm(conversation->target.timeout);
    const auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::client, asTuple);
    if (ec || conversation->socket->expired())
        co_return tlsFailure(*conversation, ec);
    co_return CheckResult{};
}

} // namespace

std::shared_ptr<asio::ssl::context> makeTlsContext() {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    context->set_verify_mode(asio::ssl::verify_none);
    // 88 KB a connection otherwise, and many wait for their answer at once.
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    return context;
}

asio::awaitable<CheckResult> checkHttps(std::shared_ptr<Conversation> conversation, std::shared_ptr<asio::ssl::context> tls,
                                        std::shared_ptr<HandshakeSlots> slots) {
    const auto& check = std::get<model::HttpCheck>(conversation->target.check);
    const model::HttpUrl url = urlOf(check, conversation->url);
    std::optional<std::int64_t> certificateUntilMs;
    CheckResult result = co_await connect(conversation);
    if (result.reason == CheckReason::Ok) {
        TlsStream stream(conversation->socket->socket(), *tls);
        result = co_await shakeHands(stream, conversation, slots, serverNameFor(conversation->target, check, url));
        certificateUntilMs = certificateEnd(stream.native_handle());
        if (result.reason == CheckReason::Ok)
            result = co_await askUrl(stream, conversation, url, &endOfStream);
    }
    conversation->socket->disarm();
    conversation->socket->reset();
    result = namingUrl(std::move(result), check, url);
    result.certificateUntilMs = certificateUntilMs;
    co_return result;
}

} // namespace lvsdeck::health
