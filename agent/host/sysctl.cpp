// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/sysctl.hpp"

#include "agent/host/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace lvsdeck::host {

namespace {

std::unexpected<Error> systemError(const std::string& what, const std::string& name) {
    switch (errno) {
    case ENOENT: return failure(ErrorCode::NotFound, "this kernel has no setting " + name);
    case EACCES:
    case EPERM:
    case EROFS:
        return failure(ErrorCode::Denied, "cannot " + what + " the kernel setting " + name + ": " + std::strerror(errno) +
                                              "; run the agent as root or through its systemd unit");
    default: return failure(ErrorCode::Io, "cannot " + what + " the kernel setting " + name + ": " + std::strerror(errno));
    }
}

} // namespace

Result<std::string> sysctlPath(const std::string& name) {
    std::string path = "/proc/sys/" + name;
    std::string part;
    for (std::size_t i = std::strlen("/proc/sys/"); i <= path.size(); ++i) {
        const char c = i < path.size() ? path[i] : '.';
        if (c == '.') {
            if (part.empty() || part == "/" || part == "//" || part.find('\0') != std::string::npos)
                return failure(ErrorCode::InvalidInput, "\"" + name + "\" is not the name of a kernel setting");
            part.clear();
            if (i < path.size())
                path[i] = '/';
        } else {
            part += c;
            if (c == '/')
                path[i] = '.';
        }
    }
    return path;
}

std::string interfaceSysctl(const std::string& family, const std::string& interface, const std::string& setting) {
    std::string name = interface;
    std::ranges::replace(name, '.', '/');
    return "net." + family + ".conf." + name + "." + setting;
}

Result<std::string> readSysctl(const std::string& name) {
    const auto path = sysctlPath(name);
    if (!path)
        return std::unexpected(path.error());
    const Descriptor file(::open(path->c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> buffer;
    const ssize_t size = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
    if (size < 0)
        return systemError("read", name);
    std::string value(buffer.data(), static_cast<std::size_t>(size));
    if (value.ends_with('\n'))
        value.pop_back();
    return value;
}

Result<void> writeSysctl(const std::string& name, const std::string& value) {
    const auto path = sysctlPath(name);
    if (!path)
        return std::unexpected(path.error());
    const Descriptor file(::open(path->c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size()))
        return systemError("write", name);
    return {};
}

} // namespace lvsdeck::host
