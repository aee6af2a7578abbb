// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/health/tls_server.hpp"

#include "agent/health/late_openssl.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace lvsdeck::test {

namespace {

int listenOn(std::uint16_t& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (fd < 0 || ::bind(fd, generic, length) != 0 || ::listen(fd, 64) != 0 || ::getsockname(fd, generic, &length) != 0)
        throw std::runtime_error("no loopback listener");
    port = ntohs(address.sin_port);
    return fd;
}

/// -1 when nobody came within a moment.
int acceptOne(int listener) {
    pollfd waiting{.fd = listener, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 10) != 1)
        return -1;
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    const timeval patience{.tv_sec = 1, .tv_usec = 0};
    if (fd >= 0)
        (void)::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

ssl_ctx_st* makeContext() {
    // The checks under test bring functions of these names that wait for this.
    if (const auto opened = health::openOpenssl(); !opened)
        throw std::runtime_error(opened.error().text);
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    const std::array<unsigned char, 4> name{'t', 'e', 's', 't'};
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, name.data(),
                               static_cast<int>(name.size()), -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_sign(certificate, key, EVP_sha256());
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1)
        throw std::runtime_error("no certificate");
    X509_free(certificate);
    EVP_PKEY_free(key);
    return context;
}

} // namespace

TlsServer::TlsServer(std::string answer)
    : m_answer(std::move(answer)), m_context(makeContext(), &SSL_CTX_free), m_listener(listenOn(m_port)) {
    // OpenSSL writes without MSG_NOSIGNAL, and the client resets.
    std::signal(SIGPIPE, SIG_IGN);
    m_thread = std::thread([this] { serve(); });
}

TlsServer::~TlsServer() {
    m_stop = true;
    m_thread.join();
    ::close(m_listener);
}

std::string TlsServer::lastServerName() {
    const std::lock_guard lock(m_mutex);
    return m_serverName;
}

void TlsServer::serve() {
    while (!m_stop) {
        const int fd = acceptOne(m_listener);
        if (fd < 0)
            continue;
        SSL* tls = SSL_new(m_context.get());
        SSL_set_fd(tls, fd);
        if (SSL_accept(tls) == 1) {
            const char* asked = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
            {
                const std::lock_guard lock(m_mutex);
                m_serverName = asked == nullptr ? "" : asked;
            }
            std::array<char, 4096> request{};
            (void)SSL_read(tls, request.data(), static_cast<int>(request.size()));
            (void)SSL_write(tls, m_answer.data(), static_cast<int>(m_answer.size()));
        }
        SSL_free(tls);
        ::close(fd);
    }
}

PlainTalker::PlainTalker(std::string line) : m_line(std::move(line)), m_listener(listenOn(m_port)) {
    m_thread = std::thread([this] {
        while (!m_stop) {
            const int fd = acceptOne(m_listener);
            if (fd < 0)
                continue;
            (void)::send(fd, m_line.data(), m_line.size(), MSG_NOSIGNAL);
            char ignored = 0;
            (void)::recv(fd, &ignored, 1, 0);
            ::close(fd);
        }
    });
}

PlainTalker::~PlainTalker() {
    m_stop = true;
    m_thread.join();
    ::close(m_listener);
}

} // namespace lvsdeck::test
