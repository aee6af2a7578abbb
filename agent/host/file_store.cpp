// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/file_store.hpp"

#include "agent/host/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace lvsdeck::host {

namespace {

namespace fs = std::filesystem;

Error fileError(const std::string& what, const fs::path& path, int number) {
    return {ErrorCode::Io, "cannot " + what + " " + path.string() + ": " + std::strerror(number), {}};
}

bool isNamePart(std::string_view part) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    // A leading dot is ours: temporary files.
    return !part.empty() && part.size() <= 100 && part.front() != '.' && std::ranges::all_of(part, allowed);
}

Result<void> checkName(const std::string& name) {
    const std::size_t slash = name.find('/');
    const bool good = slash == std::string::npos ? isNamePart(name)
                                                 : isNamePart(std::string_view(name).substr(0, slash)) &&
                                                       isNamePart(std::string_view(name).substr(slash + 1));
    if (good)
        return {};
    return failure(ErrorCode::InvalidInput, "\"" + name + "\" cannot be the name of a stored document");
}

Result<void> flushFolder(const fs::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened || ::fsync(opened.get()) != 0)
        return std::unexpected(fileError("flush the folder", folder, errno));
    return {};
}

Result<void> makeFolder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), S_IRWXU) == 0)
        return folder.has_parent_path() ? flushFolder(folder.parent_path()) : Result<void>{};
    if (errno == EEXIST)
        return {};
    if (errno == ENOENT && folder.has_parent_path() && folder.parent_path() != folder) {
        if (const auto parent = makeFolder(folder.parent_path()); !parent)
            return parent;
        return makeFolder(folder);
    }
    return std::unexpected(fileError("make the folder", folder, errno));
}

int writeAll(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

} // namespace

Result<std::optional<std::string>> FileStore::read(const std::string& name) {
    if (const auto good = checkName(name); !good)
        return std::unexpected(good.error());
    const fs::path path = fs::path(m_folder) / name;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        if (errno == ENOENT)
            return std::optional<std::string>();
        return std::unexpected(fileError("read", path, errno));
    }
    std::string text;
    std::array<char, 64U << 10U> part;
    for (;;) {
        const ssize_t size = ::read(file.get(), part.data(), part.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return std::unexpected(fileError("read", path, errno));
        if (size == 0)
            return std::optional<std::string>(std::move(text));
        text.append(part.data(), static_cast<std::size_t>(size));
        if (text.size() > maxDocumentBytes)
            return failure(ErrorCode::TooLarge, path.string() + " is larger than 16 MiB; lvsdeck did not write it");
    }
}

Result<void> FileStore::write(const std::string& name, const std::string& text) {
    if (const auto good = checkName(name); !good)
        return good;
    const fs::path path = fs::path(m_folder) / name;
    const fs::path temporary = path.parent_path() / ("." + path.filename().string() + ".new");
    if (const auto made = makeFolder(path.parent_path()); !made)
        return made;
    // Whatever an earlier crash left under this name is ours to overwrite, but not to write through if it is
    // a link.
    ::unlink(temporary.c_str());
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file)
        return std::unexpected(fileError("write", temporary, errno));
    int number = writeAll(file.get(), text);
    if (number == 0 && ::fsync(file.get()) != 0)
        number = errno;
    if (number == 0 && ::close(file.release()) != 0)
        number = errno;
    if (number == 0 && ::rename(temporary.c_str(), path.c_str()) != 0)
        number = errno;
    if (number != 0) {
        ::unlink(temporary.c_str());
        return std::unexpected(fileError("write", path, number));
    }
    return flushFolder(path.parent_path());
}

Result<void> FileStore::remove(const std::string& name) {
    if (const auto good = checkName(name); !good)
        return good;
    const fs::path path = fs::path(m_folder) / name;
    if (::unlink(path.c_str()) == 0)
        return flushFolder(path.parent_path());
    if (errno == ENOENT || errno == ENOTDIR)
        return {};
    return std::unexpected(fileError("remove", path, errno));
}

Result<std::vector<std::string>> FileStore::list(const std::string& folder) {
    if (!folder.empty() && !isNamePart(folder))
        return failure(ErrorCode::InvalidInput, "\"" + folder + "\" cannot be the name of a folder of stored documents");
    const fs::path path = folder.empty() ? fs::path(m_folder) : fs::path(m_folder) / folder;
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
        std::string name = it->path().filename().string();
        if (isNamePart(name) && it->is_regular_file(error))
            names.push_back(std::move(name));
    }
    if (error && error != std::errc::no_such_file_or_directory)
        return failure(ErrorCode::Io, "cannot list " + path.string() + ": " + error.message());
    std::ranges::sort(names);
    return names;
}

} // namespace lvsdeck::host
