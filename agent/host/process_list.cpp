// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/process_list.hpp"

#include "agent/host/descriptor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

namespace lvsdeck::host {

namespace {

constexpr std::uint32_t young = 5;
constexpr std::uint32_t turns = 16;
constexpr std::size_t commandBytes = 4096;
constexpr std::size_t longestComm = 15;

struct FolderDeleter {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// False: it is gone, or none of our business.
bool readAll(int folder, const std::string& path, std::string& out) {
    const Descriptor file(::openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, commandBytes> buffer;
    const ssize_t size = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
    if (size < 0)
        return false;
    out.assign(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

std::string_view fileName(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

} // namespace

bool ProcessList::look(int folder, lvsdeck::Process& process) {
    const std::string number = std::to_string(process.pid);
    std::string text;
    if (!readAll(folder, number + "/cmdline", text))
        return false;
    process.arguments.clear();
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\0', begin), text.size());
        process.arguments.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    std::array<char, commandBytes> link;
    const ssize_t size = ::readlinkat(folder, (number + "/exe").c_str(), link.data(), link.size());
    if (size > 0) {
        std::string_view program(link.data(), static_cast<std::size_t>(size));
        constexpr std::string_view replaced = " (deleted)"; // by an upgrade
        if (program.ends_with(replaced))
            program.remove_suffix(replaced.size());
        process.name = fileName(program);
        return true;
    }
    // The kernel shows the file of another's process to few; its name, cut, to all.
    if (!readAll(folder, number + "/comm", text))
        return false;
    process.name = text.substr(0, text.find('\n'));
    if (!process.arguments.empty() && process.name.size() == longestComm)
        if (const auto whole = fileName(process.arguments.front()); whole.starts_with(process.name))
            process.name = whole;
    return true;
}

Result<std::vector<lvsdeck::Process>> ProcessList::read() {
    const std::unique_ptr<DIR, FolderDeleter> folder(::opendir(m_root.c_str()));
    if (!folder)
        return failure(ErrorCode::Io, "cannot read " + m_root + ": " + std::strerror(errno));
    ++m_call;
    std::map<int, Known> now;
    while (const dirent* entry = ::readdir(folder.get())) {
        const std::string_view name(&entry->d_name[0]);
        int pid = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (error != std::errc() || end != name.data() + name.size())
            continue;
        const auto before = m_known.find(pid);
        if (before != m_known.end() && before->second.inode == entry->d_ino) {
            Known& known = before->second;
            ++known.calls;
            if (known.calls <= young || (m_call + static_cast<std::uint32_t>(pid)) % turns == 0)
                if (!look(::dirfd(folder.get()), known.process))
                    continue;
            now.insert(m_known.extract(before));
            continue;
        }
        Known fresh{{pid, {}, {}}, entry->d_ino, 0};
        if (look(::dirfd(folder.get()), fresh.process))
            now.emplace(pid, std::move(fresh));
    }
    m_known = std::move(now);
    std::vector<lvsdeck::Process> processes;
    processes.reserve(m_known.size());
    for (const auto& [pid, known] : m_known)
        processes.push_back(known.process);
    return processes;
}

} // namespace lvsdeck::host
