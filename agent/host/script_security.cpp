// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/script_security.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <system_error>

namespace lvsdeck::host {

namespace {

constexpr int linksAtMost = 40; // as the kernel

void putInFront(std::deque<std::string>& parts, const std::string& path) {
    std::deque<std::string> front;
    for (const auto& part : std::filesystem::path(path).relative_path())
        front.push_back(part.string());
    parts.insert(parts.begin(), front.begin(), front.end());
}

Result<void> check(const std::string& path, const struct stat& found) {
    const bool folder = S_ISDIR(found.st_mode);
    const bool safe =
        found.st_uid == 0 && ((found.st_mode & S_IWGRP) == 0 || found.st_gid == 0) && (found.st_mode & S_IWOTH) == 0;
    const bool sticky = folder && found.st_uid == 0 && (found.st_mode & S_ISVTX) != 0;
    if (safe || sticky)
        return {};
    return failure(ErrorCode::Denied, "others than root may change " + path + (folder ? " (a folder on the way)" : "") +
                                          ": make it root's (chown root:root, chmod go-w), or run it as another user");
}

} // namespace

Result<std::string> findProgram(const std::string& name, const std::string& searchPath) {
    if (name.empty())
        return failure(ErrorCode::NotFound, "no program is named");
    if (name.find('/') != std::string::npos)
        return name;
    for (std::size_t begin = 0; begin <= searchPath.size();) {
        const std::size_t end = std::min(searchPath.find(':', begin), searchPath.size());
        std::string path = searchPath.substr(begin, end - begin);
        path.append("/").append(name);
        struct stat found{};
        if (end > begin && ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0111U) != 0)
            return path;
        begin = end + 1;
    }
    return failure(ErrorCode::NotFound, "there is no program " + name + " in " + searchPath);
}

Result<void> onlyRootMayChange(const std::string& path) {
    if (path.empty() || path.front() != '/')
        return failure(ErrorCode::Denied, "the path of " + path + " is not absolute");
    std::deque<std::string> parts;
    putInFront(parts, path);
    std::string at = "/";
    int links = 0;
    struct stat found{};
    if (::lstat("/", &found) == 0)
        if (auto good = check("/", found); !good)
            return good;
    while (!parts.empty()) {
        const std::string part = parts.front();
        parts.pop_front();
        if (part.empty() || part == ".")
            continue;
        if (part == "..") {
            at = std::filesystem::path(at).parent_path().string();
            continue;
        }
        std::string next = at;
        next.append(at == "/" ? "" : "/").append(part);
        if (::lstat(next.c_str(), &found) != 0)
            return failure(ErrorCode::NotFound, "cannot look at " + next + ": " + std::strerror(errno));
        if (S_ISLNK(found.st_mode)) {
            std::error_code error;
            const std::string target = std::filesystem::read_symlink(next, error).string();
            if (error || ++links > linksAtMost)
                return failure(ErrorCode::Denied, "cannot follow the symbolic links of " + path);
            if (target.starts_with('/'))
                at = "/";
            putInFront(parts, target);
            continue;
        }
        if (auto good = check(next, found); !good)
            return good;
        at = next;
    }
    return {};
}

} // namespace lvsdeck::host
