// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ssh/secrets.hpp"

#include "console/ssh/text.hpp"

#include <qt6keychain/keychain.h>

namespace lvsdeck::ssh {

namespace {

const QString service = QStringLiteral("lvsdeck");

Error errorOf(const QKeychain::Job& job) {
    const bool denied = job.error() == QKeychain::AccessDenied || job.error() == QKeychain::AccessDeniedByUser;
    return {denied ? ErrorCode::Denied : ErrorCode::Unavailable,
            Text::tr("the keychain did not answer as it should: %1; unlock it, or go on without it")
                .arg(job.errorString())
                .toStdString(),
            {}};
}

} // namespace

std::string passwordKey(const std::string& user, const std::string& host, std::uint16_t port) {
    return "password " + user + "@" + host + ":" + std::to_string(port);
}

std::string passphraseKey(const std::string& file) { return "passphrase " + file; }

void Secrets::read(const std::string& key, std::function<void(Result<std::optional<std::string>>)> done) {
    auto* job = new QKeychain::ReadPasswordJob(service, this); // deletes itself when finished
    job->setInsecureFallback(false);
    job->setKey(q(key));
    connect(job, &QKeychain::Job::finished, this, [job, done = std::move(done)] {
        if (job->error() == QKeychain::NoError)
            done(std::optional(job->textData().toStdString()));
        else if (job->error() == QKeychain::EntryNotFound)
            done(std::optional<std::string>());
        else
            done(std::unexpected(errorOf(*job)));
    });
    job->start();
}

void Secrets::store(const std::string& key, const std::string& secret, std::function<void(Result<void>)> done) {
    auto* job = new QKeychain::WritePasswordJob(service, this);
    job->setInsecureFallback(false);
    job->setKey(q(key));
    job->setTextData(q(secret));
    connect(job, &QKeychain::Job::finished, this, [job, done = std::move(done)] {
        done(job->error() == QKeychain::NoError ? Result<void>() : std::unexpected(errorOf(*job)));
    });
    job->start();
}

void Secrets::remove(const std::string& key, std::function<void(Result<void>)> done) {
    auto* job = new QKeychain::DeletePasswordJob(service, this);
    job->setInsecureFallback(false);
    job->setKey(q(key));
    connect(job, &QKeychain::Job::finished, this, [job, done = std::move(done)] {
        const bool gone = job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound;
        done(gone ? Result<void>() : std::unexpected(errorOf(*job)));
    });
    job->start();
}

} // namespace lvsdeck::ssh
