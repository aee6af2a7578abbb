// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of OpenSSL that are called here and by Asio, each as a jump through a pointer. One that is missing in the list is
// one that the linker does not find.
#include "agent/health/late_openssl.hpp"

#include "agent/host/late_library.hpp"

#include <atomic>
#include <cstdlib>
#include <mutex>

// clang-format off
#define LVSDECK_OF_LIBSSL(F) \
    F(SSL_CTX_ctrl) F(SSL_CTX_free) F(SSL_CTX_get_default_passwd_cb_userdata) F(SSL_CTX_get_ex_data) \
    F(SSL_CTX_get_verify_callback) F(SSL_CTX_new) F(SSL_CTX_set_default_passwd_cb_userdata) F(SSL_CTX_set_ex_data) \
    F(SSL_CTX_set_options) F(SSL_CTX_set_verify) F(SSL_accept) F(SSL_connect) F(SSL_ctrl) F(SSL_free) \
    F(SSL_get1_peer_certificate) F(SSL_get_error) F(SSL_get_ex_data) F(SSL_get_shutdown) F(SSL_new) F(SSL_read) \
    F(SSL_set_bio) F(SSL_set_ex_data) F(SSL_write) F(TLS_client_method) F(TLS_method) F(TLS_server_method)
#define LVSDECK_OF_LIBCRYPTO(F) \
    F(ASN1_TIME_to_tm) F(BIO_ctrl) F(BIO_ctrl_pending) F(BIO_free) F(BIO_new_bio_pair) F(BIO_read) F(BIO_write) \
    F(ERR_clear_error) F(ERR_get_error) F(ERR_lib_error_string) F(ERR_reason_error_string) F(EVP_DigestFinal_ex) \
    F(EVP_DigestInit_ex) F(EVP_DigestUpdate) F(EVP_MD_CTX_copy_ex) F(EVP_MD_CTX_free) F(EVP_MD_CTX_new) F(EVP_md5) \
    F(X509_free) F(X509_get0_notAfter)
// clang-format on

#if defined(__x86_64__)
#define LVSDECK_JUMP(name) "jmp *lvsdeck_late_" #name "(%rip)\n"
#elif defined(__aarch64__)
#define LVSDECK_JUMP(name) "adrp x16, lvsdeck_late_" #name "\nldr x16, [x16, :lo12:lvsdeck_late_" #name "]\nbr x16\n"
#else
#error "Tell how this processor jumps through a pointer."
#endif

namespace {
[[noreturn]] void tooEarly() { std::abort(); }
} // namespace

// Hidden: the library's own calls among its functions are no concern of ours.
#define LVSDECK_LATE(name)                                                                                                  \
    extern "C" {                                                                                                            \
    [[gnu::visibility("hidden"), gnu::used]] void (*lvsdeck_late_##name)() = &tooEarly;                                     \
    }                                                                                                                       \
    asm(".pushsection .text\n.globl " #name "\n.hidden " #name "\n.type " #name ", %function\n" #name                       \
        ":\n" LVSDECK_JUMP(name) ".size " #name ", . - " #name "\n.popsection\n");
LVSDECK_OF_LIBSSL(LVSDECK_LATE)
LVSDECK_OF_LIBCRYPTO(LVSDECK_LATE)

namespace lvsdeck::health {

namespace {

Result<void> loadAll() {
    const auto ssl = host::LateLibrary::load("libssl.so.3", "libssl3");
    const auto crypto = host::LateLibrary::load("libcrypto.so.3", "libssl3");
    if (!ssl || !crypto)
        return std::unexpected(ssl ? crypto.error() : ssl.error());
    bool complete = true;
#define LVSDECK_FIND_SSL(name) complete = ssl->find(lvsdeck_late_##name, #name) && complete;
#define LVSDECK_FIND_CRYPTO(name) complete = crypto->find(lvsdeck_late_##name, #name) && complete;
    LVSDECK_OF_LIBSSL(LVSDECK_FIND_SSL)
    LVSDECK_OF_LIBCRYPTO(LVSDECK_FIND_CRYPTO)
    if (!complete)
        return failure(ErrorCode::Unsupported, "the installed OpenSSL lacks a function; install libssl3 of this release");
    return {};
}

} // namespace

Result<void> openOpenssl() {
    static std::atomic<bool> opened = false;
    static std::mutex loading;
    if (opened)
        return {};
    const std::lock_guard lock(loading);
    // Tried again each time: who installs the library is not told to restart the agent as well.
    auto done = loadAll();
    opened = done.has_value();
    return done;
}

} // namespace lvsdeck::health
