// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/profile.hpp"

#include "console/cluster/text.hpp"

#include <QByteArray>
#include <QStandardPaths>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lvsdeck::cluster {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t maxFile = 64U << 20U;

std::unexpected<Error> ioError(const char* what, const fs::path& path, int why) {
    return failure(ErrorCode::Io,
                   Text::tr("%1 could not be %2: %3")
                       .arg(q(path.string()), QString::fromUtf8(what), QString::fromUtf8(std::strerror(why)))
                       .toStdString(),
                   path.string());
}

class File {
public:
    File(const fs::path& path, int flags) : m_fd(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    [[nodiscard]] int fd() const { return m_fd; }

private:
    int m_fd;
};

/// Letters and digits as they are, the rest as %XX, so that no name leaves its folder.
std::string fileName(const std::string& name) {
    return QByteArray::fromStdString(name).toPercentEncoding({}, "._~").toStdString();
}

std::vector<fs::path> jsonFiles(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == ".json")
            files.push_back(it->path());
    std::ranges::sort(files);
    return files;
}

template <class T> Result<T> readJson(const fs::path& path) {
    auto text = readWhole(path);
    if (!text)
        return std::unexpected(text.error());
    auto value = json::parse(*text, maxFile);
    if (!value)
        return std::unexpected(value.error());
    return json::fromJson<T>(*value);
}

} // namespace

Result<void> writeWhole(const fs::path& file, std::string_view text) {
    std::error_code error;
    const fs::path folder = file.parent_path();
    if (!fs::exists(folder, error)) {
        fs::create_directories(folder, error);
        if (error)
            return ioError("made", folder, error.value());
        fs::permissions(folder, fs::perms::owner_all, error);
    }
    const fs::path temporary = folder / ("." + file.filename().string() + "." + std::to_string(::getpid()) + ".tmp");
    int why = 0;
    {
        const File out(temporary, O_WRONLY | O_CREAT | O_TRUNC);
        if (out.fd() < 0)
            return ioError("written", temporary, errno);
        std::string_view rest = text;
        while (!rest.empty()) {
            const ssize_t written = ::write(out.fd(), rest.data(), rest.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                break;
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        if (!rest.empty() || ::fsync(out.fd()) != 0)
            why = errno != 0 ? errno : EIO;
    }
    if (why == 0 && ::rename(temporary.c_str(), file.c_str()) != 0)
        why = errno;
    if (why != 0) {
        ::unlink(temporary.c_str());
        return ioError("written", file, why);
    }
    if (const File here(folder, O_RDONLY | O_DIRECTORY); here.fd() >= 0)
        ::fsync(here.fd());
    return {};
}

Result<std::string> readWhole(const fs::path& path) {
    const File in(path, O_RDONLY);
    if (in.fd() < 0)
        return ioError("read", path, errno);
    struct stat info{};
    if (::fstat(in.fd(), &info) == 0 && S_ISDIR(info.st_mode))
        return ioError("read", path, EISDIR);
    std::string text;
    char buffer[65536];
    for (;;) {
        const ssize_t got = ::read(in.fd(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ioError("read", path, errno);
        if (got == 0)
            return text;
        text.append(buffer, static_cast<std::size_t>(got));
        if (text.size() > maxFile)
            return failure(ErrorCode::TooLarge, Text::tr("%1 is larger than 64 MiB").arg(q(path.string())).toStdString(),
                           path.string());
    }
}

Profile::Profile(fs::path folder) : m_folder(std::move(folder)) {}

fs::path Profile::defaultFolder() {
    return fs::path(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString()) / "lvsdeck";
}

std::string Profile::knownHostsFile() const { return (m_folder / "known_hosts").string(); }

Profile::Clusters Profile::clusters() const {
    Clusters out;
    for (const fs::path& file : jsonFiles(m_folder / "clusters")) {
        auto cluster = readJson<SavedCluster>(file);
        if (cluster)
            if (auto ok = checkSaved(*cluster); !ok)
                cluster = std::unexpected(ok.error());
        if (cluster)
            out.clusters.push_back(std::move(*cluster));
        else
            out.problems.push_back({file.string(), cluster.error()});
    }
    std::ranges::sort(out.clusters, {}, &SavedCluster::name);
    return out;
}

Result<SavedCluster> Profile::load(const std::string& name) const {
    const fs::path file = m_folder / "clusters" / (fileName(name) + ".json");
    std::error_code error;
    if (!fs::exists(file, error)) {
        std::vector<std::string> names;
        for (const SavedCluster& cluster : clusters().clusters)
            names.push_back(cluster.name);
        return failure(
            ErrorCode::NotFound,
            (names.empty()
                 ? Text::tr("there is no saved cluster “%1”; none is saved in %2. Name the directors with --director")
                       .arg(q(name), q(m_folder.string()))
                 : Text::tr("there is no saved cluster “%1”; there are: %2").arg(q(name), listed(names)))
                .toStdString());
    }
    auto cluster = readJson<SavedCluster>(file);
    if (!cluster)
        return cluster;
    if (auto ok = checkSaved(*cluster); !ok)
        return std::unexpected(ok.error());
    return cluster;
}

Result<void> Profile::save(const SavedCluster& cluster) const {
    if (auto ok = checkSaved(cluster); !ok)
        return ok;
    return writeWhole(m_folder / "clusters" / (fileName(cluster.name) + ".json"), json::toPretty(json::toJson(cluster)));
}

Result<void> Profile::remove(const std::string& name) const {
    std::error_code error;
    const fs::path file = m_folder / "clusters" / (fileName(name) + ".json");
    if (!fs::remove(file, error))
        return failure(error ? ErrorCode::Io : ErrorCode::NotFound,
                       Text::tr("the saved cluster “%1” could not be removed: %2")
                           .arg(q(name), error ? q(error.message()) : Text::tr("there is none"))
                           .toStdString(),
                       file.string());
    return {};
}

Profile::Drills Profile::drills(const std::string& cluster, std::size_t most) const {
    Drills out;
    auto files = jsonFiles(m_folder / "drills" / fileName(cluster));
    std::ranges::reverse(files); // the names begin with the time
    for (const fs::path& file : files) {
        if (out.records.size() >= most)
            break;
        auto record = readJson<DrillRecord>(file);
        if (record && record->schema > drillRecordSchema)
            record =
                failure(ErrorCode::Unsupported,
                        Text::tr("this record was written by a newer lvsdeck; update this one").toStdString(), "schema");
        if (record)
            out.records.push_back(std::move(*record));
        else
            out.problems.push_back({file.string(), record.error()});
    }
    return out;
}

Result<std::string> Profile::saveDrill(const DrillRecord& record) const {
    char started[32];
    std::snprintf(started, sizeof started, "%016lld", static_cast<long long>(record.startedUs));
    const fs::path file =
        m_folder / "drills" / fileName(record.cluster) / (std::string(started) + "-" + fileName(record.id) + ".json");
    if (auto ok = writeWhole(file, json::toPretty(json::toJson(record))); !ok)
        return std::unexpected(ok.error());
    return file.string();
}

} // namespace lvsdeck::cluster
