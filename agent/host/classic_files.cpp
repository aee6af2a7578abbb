// SPDX-License-Identifier: GPL-3.0-or-later
// Which files a keepalived reads: its command line, and the include lines in them.
#include "agent/host/classic_keepalived.hpp"

#include "agent/host/descriptor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <string_view>

namespace lvsdeck::host {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostFiles = 256;
constexpr std::size_t mostBytes = 8U << 20U;
constexpr std::size_t mostEntries = 10'000; // of folders that a pattern goes through

/// How much longer a reading may take.
struct Budget {
    std::chrono::steady_clock::time_point until;
    std::size_t entries = mostEntries;
    [[nodiscard]] bool late() const { return std::chrono::steady_clock::now() >= until; }
};

/// "--use-file=X", "--use-file X", "-fX", "-f X"; advances over a value that stands apart.
bool takeOption(const std::vector<std::string>& arguments, std::size_t& at, std::string_view shortName,
                std::string_view longName, std::string& value) {
    const std::string& word = arguments[at];
    const bool isLong = word.starts_with(longName) && (word.size() == longName.size() || word[longName.size()] == '=');
    if (!isLong && (word.starts_with("--") || !word.starts_with(shortName)))
        return false;
    const std::size_t length = isLong ? longName.size() : shortName.size();
    if (word.size() > length)
        value = word.substr(length + (isLong ? 1 : 0));
    else if (at + 1 < arguments.size())
        value = arguments[++at];
    return true;
}

const std::string tooLate = "it takes too long to read";

std::string readText(const std::string& path, std::size_t most, const Budget& budget, std::string& problem) {
    std::string text;
    // Not O_NONBLOCK alone: what is no ordinary file is not read at all, since it might keep us waiting.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat facts{};
    if (!file || ::fstat(file.get(), &facts) != 0) {
        problem = std::strerror(errno);
        return text;
    }
    if (!S_ISREG(facts.st_mode)) {
        problem = "it is not an ordinary file";
        return text;
    }
    std::array<char, 65536> part;
    for (ssize_t got = 0; (got = ::read(file.get(), part.data(), part.size())) != 0;) {
        if (got < 0) {
            problem = std::strerror(errno);
            return text;
        }
        if (budget.late()) {
            problem = tooLate;
            return {};
        }
        text.append(part.data(), static_cast<std::size_t>(got));
        if (text.size() > most) {
            problem = "there is more than " + std::to_string(mostBytes >> 20U) + " MiB to read";
            text.clear();
            return text;
        }
    }
    return text;
}

/// What stands behind include, includer, includem …; empty when the line is no such line.
std::string_view includePattern(std::string_view line) {
    constexpr std::string_view blanks = " \t\r";
    const auto skip = [&] { line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size())); };
    skip();
    constexpr std::string_view word = "include";
    if (!line.starts_with(word))
        return {};
    line.remove_prefix(word.size());
    if (!line.empty() && std::string_view("rmwba").contains(line.front()))
        line.remove_prefix(1);
    if (line.empty() || !blanks.contains(line.front()))
        return {};
    skip();
    std::string_view pattern = line.substr(0, line.find_first_of("\t\r #!"));
    if (pattern.size() > 1 && pattern.front() == '"')
        pattern = pattern.substr(1, pattern.find('"', 1) - 1);
    return pattern;
}

/// glob(3) asks its own functions for folders: a pattern must not walk through a whole disk.
thread_local Budget* walking = nullptr;

dirent* nextEntry(void* folder) {
    if (walking->entries == 0 || walking->late())
        return nullptr;
    --walking->entries;
    return ::readdir(static_cast<DIR*>(folder));
}

std::vector<std::string> matches(const std::string& pattern, const std::string& root, Budget& budget) {
    glob_t found{};
    found.gl_opendir = [](const char* path) -> void* { return ::opendir(path); };
    found.gl_readdir = &nextEntry;
    found.gl_closedir = [](void* folder) { ::closedir(static_cast<DIR*>(folder)); };
    found.gl_stat = [](const char* path, struct stat* facts) { return ::stat(path, facts); };
    found.gl_lstat = [](const char* path, struct stat* facts) { return ::lstat(path, facts); };
    walking = &budget;
    std::vector<std::string> paths;
    if (::glob((root + pattern).c_str(), GLOB_MARK | GLOB_BRACE | GLOB_ALTDIRFUNC, nullptr, &found) == 0)
        for (std::size_t i = 0; i < found.gl_pathc && paths.size() <= mostFiles; ++i)
            if (const std::string path = found.gl_pathv[i]; !path.ends_with('/'))
                paths.push_back(path.substr(root.size()));
    ::globfree(&found);
    walking = nullptr;
    return paths;
}

class Collector {
public:
    Collector(std::string root, std::chrono::steady_clock::time_point until)
        : m_root(std::move(root)), m_budget{until, mostEntries} {}

    /// Breadth first: a file that includes itself is there already.
    ClassicConfiguration collect(const std::string& main) {
        add(main);
        for (std::size_t i = 0; i < m_out.files.size(); ++i)
            followIncludes(i);
        if (m_out.problem.empty() && m_budget.entries == 0)
            m_out.problem = "its include lines go through folders with more than " + std::to_string(mostEntries) +
                            " entries; not all were looked at";
        if (m_budget.late())
            m_out.problem = tooLate + "; not all of it was read";
        return std::move(m_out);
    }

private:
    void add(const std::string& path) {
        if (!m_known.insert(path).second)
            return;
        if (m_out.files.size() == mostFiles) {
            m_out.problem = "it includes more than " + std::to_string(mostFiles) + " files; those after " +
                            m_out.files.back().path + " were not read";
            return;
        }
        ClassicFile file{path, {}, {}};
        file.text = readText(m_root + path, mostBytes - m_bytes, m_budget, file.problem);
        m_bytes += file.text.size();
        m_out.files.push_back(std::move(file));
    }

    void followIncludes(std::size_t index) {
        const std::string from = m_out.files[index].path;
        const std::string text = m_out.files[index].text; // `files` grows below
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            const std::string pattern(includePattern(std::string_view(text).substr(begin, end - begin)));
            begin = end + 1;
            if (pattern.empty() || m_out.includes.size() == mostFiles || m_budget.late())
                continue;
            const fs::path whole = pattern.starts_with('/') ? fs::path(pattern) : fs::path(from).parent_path() / pattern;
            ClassicInclude include{pattern, from, matches(whole.string(), m_root, m_budget)};
            for (const std::string& path : include.paths)
                add(path);
            m_out.includes.push_back(std::move(include));
        }
    }

    std::string m_root;
    Budget m_budget;
    ClassicConfiguration m_out;
    std::set<std::string> m_known;
    std::size_t m_bytes = 0;
};

} // namespace

ClassicOptions classicOptions(const std::vector<std::string>& arguments) {
    ClassicOptions out;
    std::string ignored;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (takeOption(arguments, i, "-f", "--use-file", out.file) ||
            takeOption(arguments, i, "-i", "--config-id", out.configId))
            continue;
        for (const char* ends : {"-t", "--config-test", "-v", "--version", "-h", "--help"})
            out.serves = out.serves && word != ends && !word.starts_with(std::string(ends) + "=");
    }
    return out;
}

ClassicConfiguration readClassic(const ClassicOptions& options, const std::string& root,
                                 std::chrono::steady_clock::time_point until) {
    ClassicConfiguration out = Collector(root, until).collect(options.file);
    out.configId = options.configId;
    return out;
}

} // namespace lvsdeck::host
