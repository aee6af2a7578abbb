// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ssh/known_hosts.hpp"

#include "console/ssh/text.hpp"

#include <QByteArray>
#include <QMessageAuthenticationCode>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace lvsdeck::ssh {

namespace {

constexpr std::size_t maxBytes = 4U << 20U;

struct Line {
    std::string_view marker; ///< "@revoked", "@cert-authority" or empty
    std::string_view hosts;
    std::string_view type;
    std::string_view key;
};

std::string_view word(std::string_view& rest) {
    const auto begin = rest.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) {
        rest = {};
        return {};
    }
    rest.remove_prefix(begin);
    const auto end = std::min(rest.find_first_of(" \t\r"), rest.size());
    const std::string_view out = rest.substr(0, end);
    rest.remove_prefix(end);
    return out;
}

Line split(std::string_view text) {
    Line line;
    line.hosts = word(text);
    if (!line.hosts.empty() && line.hosts.front() == '@') {
        line.marker = line.hosts;
        line.hosts = word(text);
    }
    line.type = word(text);
    line.key = word(text);
    return line;
}

/// The names under which known_hosts has a host: bare for port 22, else in brackets with the port.
std::string nameOf(std::string_view host, std::uint16_t port) {
    std::string lower(host);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return port == 22 ? lower : "[" + lower + "]:" + std::to_string(port);
}

/// '*' and '?' as in sshd(8); linear backtracking, so a hostile file costs no more than its length times the name's.
bool matchesPattern(std::string_view name, std::string_view pattern) {
    std::size_t n = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (n < name.size()) {
        const char c = p < pattern.size() ? static_cast<char>(std::tolower(static_cast<unsigned char>(pattern[p]))) : '\0';
        if (p < pattern.size() && c == '*') {
            star = p++;
            resume = n;
        } else if (p < pattern.size() && (c == '?' || c == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

bool matchesHashed(std::string_view name, std::string_view hashed) {
    hashed.remove_prefix(3); // "|1|"
    const auto bar = hashed.find('|');
    if (bar == std::string_view::npos)
        return false;
    const auto decode = [](std::string_view text) {
        return QByteArray::fromBase64(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
    };
    const QByteArray salt = decode(hashed.substr(0, bar));
    const QByteArray wanted = decode(hashed.substr(bar + 1));
    const QByteArray got = QMessageAuthenticationCode::hash(QByteArray(name.data(), static_cast<qsizetype>(name.size())),
                                                            salt, QCryptographicHash::Sha1);
    return !wanted.isEmpty() && got == wanted;
}

bool matches(std::string_view name, std::string_view hosts) {
    if (hosts.starts_with("|1|"))
        return matchesHashed(name, hosts);
    bool found = false;
    while (!hosts.empty()) {
        const auto comma = std::min(hosts.find(','), hosts.size());
        std::string_view pattern = hosts.substr(0, comma);
        hosts.remove_prefix(std::min(comma + 1, hosts.size()));
        const bool negated = !pattern.empty() && pattern.front() == '!';
        if (negated)
            pattern.remove_prefix(1);
        if (!pattern.empty() && matchesPattern(name, pattern)) {
            if (negated)
                return false;
            found = true;
        }
    }
    return found;
}

template <class Visit> void forEachMatch(const std::vector<KnownHostsFile>& files, const std::string& name, Visit visit) {
    for (const KnownHostsFile& file : files) {
        std::string_view rest = file.text;
        for (std::size_t number = 1; !rest.empty(); ++number) {
            const auto end = std::min(rest.find('\n'), rest.size());
            const std::string_view text = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const auto first = text.find_first_not_of(" \t\r");
            if (first == std::string_view::npos || text[first] == '#')
                continue;
            const Line line = split(text);
            if (!line.key.empty() && matches(name, line.hosts))
                visit(file.path, number, line);
        }
    }
}

} // namespace

KnownHostsFile readKnownHosts(const std::string& path) {
    KnownHostsFile file{path, {}};
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return file;
    file.text.resize(maxBytes);
    in.read(file.text.data(), static_cast<std::streamsize>(maxBytes));
    file.text.resize(static_cast<std::size_t>(in.gcount()));
    return file;
}

HostKeyFinding checkHostKey(const std::vector<KnownHostsFile>& files, std::string_view host, std::uint16_t port,
                            std::string_view type, std::string_view base64) {
    HostKeyFinding known;
    HostKeyFinding other;
    HostKeyFinding revoked;
    forEachMatch(files, nameOf(host, port), [&](const std::string& path, std::size_t number, const Line& line) {
        const bool same = line.type == type && line.key == base64;
        if (line.marker == "@revoked") {
            if (same && revoked.file.empty())
                revoked = {HostKeyVerdict::Revoked, path, number, {}};
        } else if (!line.marker.empty()) {
            return; // certificates of hosts are not used
        } else if (same) {
            if (known.file.empty())
                known = {HostKeyVerdict::Known, path, number, {}};
        } else if (other.file.empty() || (line.type == type && other.storedType != type)) {
            other = {HostKeyVerdict::Changed, path, number, std::string(line.type)};
        }
    });
    if (!revoked.file.empty())
        return revoked;
    return known.file.empty() ? other.file.empty() ? HostKeyFinding{} : other : known;
}

std::vector<std::string> knownKeyTypes(const std::vector<KnownHostsFile>& files, std::string_view host, std::uint16_t port) {
    std::vector<std::string> types;
    forEachMatch(files, nameOf(host, port), [&](const std::string&, std::size_t, const Line& line) {
        if (line.marker.empty() && std::ranges::find(types, line.type) == types.end())
            types.emplace_back(line.type);
    });
    return types;
}

Result<void> appendKnownHost(const std::string& path, std::string_view host, std::uint16_t port, std::string_view type,
                             std::string_view base64) {
    const auto refuse = [&](const std::string& why) {
        return failure(ErrorCode::Io,
                       Text::tr("the host key could not be written to %1: %2; check the folder's permissions")
                           .arg(q(path), q(why))
                           .toStdString(),
                       path);
    };
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty() && std::filesystem::create_directories(folder, error))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    const int fd = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return refuse(std::strerror(errno));
    std::string line = nameOf(host, port) + " " + std::string(type) + " " + std::string(base64) + "\n";
    // A last line without its newline would swallow ours.
    char last = '\n';
    if (::lseek(fd, -1, SEEK_END) >= 0 && ::read(fd, &last, 1) == 1 && last != '\n')
        line.insert(line.begin(), '\n');
    const ssize_t written = ::write(fd, line.data(), line.size());
    const int why = errno;
    ::close(fd);
    if (written != static_cast<ssize_t>(line.size()))
        return refuse(written < 0 ? std::strerror(why) : "the disk is full");
    return {};
}

} // namespace lvsdeck::ssh
