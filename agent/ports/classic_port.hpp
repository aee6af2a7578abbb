// SPDX-License-Identifier: GPL-3.0-or-later
// The keepalived of this host: the program that lvsdeck watches first and takes the place of later. Real: processes, files and the
// service manager (agent/host); simulated: agent/simulated. Control thread only; no call waits for a process to come or go.
#pragma once

#include "common/base/error.hpp"

#include <boost/describe.hpp>

#include <functional>
#include <string>
#include <vector>

namespace lvsdeck {

/// How keepalived runs here, or ran, so that it can be started in the same way again.
struct ClassicProgram {
    std::vector<int> processes;         ///< all of its own, sorted; none: it does not run
    std::vector<std::string> arguments; ///< the command line, program first
    std::string unit;                   ///< of systemd: "keepalived.service"; empty: somebody started it by hand
    std::string elsewhere;              ///< why this host cannot start it again: "it runs in a container (…)"; empty: it can
    [[nodiscard]] bool runs() const { return !processes.empty(); }
    bool operator==(const ClassicProgram&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClassicProgram, (), (processes, arguments, unit, elsewhere))

struct ClassicFile {
    std::string path;
    std::string text;
    std::string problem; ///< why it could not be read; empty: it could
    bool operator==(const ClassicFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClassicFile, (), (path, text, problem))

/// An include line, and what it stands for on this host.
struct ClassicInclude {
    std::string pattern;            ///< as written
    std::string from;               ///< the file that it stands in
    std::vector<std::string> paths; ///< in the order that they are read; each is one of the files
    bool operator==(const ClassicInclude&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClassicInclude, (), (pattern, from, paths))

struct ClassicConfiguration {
    std::string configId;           ///< keepalived's -i; it decides the lines that begin with @
    std::vector<ClassicFile> files; ///< the main one first; none twice
    std::vector<ClassicInclude> includes;
    std::string problem; ///< why it is not whole: too many files, too much text
    bool operator==(const ClassicConfiguration&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClassicConfiguration, (), (configId, files, includes, problem))

class ClassicPort {
public:
    ClassicPort() = default;
    ClassicPort(const ClassicPort&) = delete;
    ClassicPort& operator=(const ClassicPort&) = delete;
    virtual ~ClassicPort() = default;

    /// In this network namespace.
    [[nodiscard]] virtual Result<ClassicProgram> find() = 0;
    /// What this program reads, or would read when it is started: at most 256 files, 8 MiB and 10,000 folder entries, within 5 s.
    /// A disk may be slow, so the answer comes later, on the control thread (or at once), and once. Timeout: it did not come in
    /// time. Busy: an earlier reading hangs still.
    virtual void read(const ClassicProgram& program, std::function<void(Result<ClassicConfiguration>)> then) = 0;
    /// All of its processes at once, without a goodbye: what it put into the kernel stays, nothing is sent.
    [[nodiscard]] virtual Result<void> kill(const ClassicProgram& program) = 0;
    /// Has it started as it ran before. By whom depends on the host; whether it came is seen by find().
    [[nodiscard]] virtual Result<void> start(const ClassicProgram& program) = 0;
};

} // namespace lvsdeck
