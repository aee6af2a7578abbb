// SPDX-License-Identifier: GPL-3.0-or-later
// keepalived itself as a judge. Needs root and keepalived; each file is tested in a network namespace of its own with the
// interfaces that it names, which vanishes with the process.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace lvsdeck::formats {

struct Verdict {
    int status = -1;
    std::string output;
};

/// `configId` decides the lines that begin with @.
inline Verdict configTest(const std::string& text, const std::string& configId = "lb1") {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("lvsdeck-export-" + std::to_string(getpid()) + ".conf");
    std::ofstream(file) << text;
    const std::string command = "unshare -n sh -c 'for i in eth0 eth1 eth2 eth3 dummy0 mgmt0; do ip link add $i type "
                                "bridge; ip link set $i up; done; "
                                "keepalived -t -i " +
                                configId + " -f " + file.string() + "' 2>&1";
    Verdict out;
    if (FILE* pipe = popen(command.c_str(), "r")) {
        char buffer[512];
        while (std::fgets(buffer, sizeof buffer, pipe) != nullptr)
            out.output += buffer;
        const int status = pclose(pipe);
        out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::filesystem::remove(file);
    return out;
}

class KeepalivedItself : public ::testing::Test {
protected:
    void SetUp() override {
        if (geteuid() != 0)
            GTEST_SKIP() << "keepalived -t needs root";
        if (std::system("command -v keepalived >/dev/null 2>&1") != 0)
            GTEST_SKIP() << "keepalived is not installed";
        if (std::system("unshare -n ip link add eth0 type bridge >/dev/null 2>&1") != 0)
            GTEST_SKIP() << "a network namespace with an interface cannot be made here";
    }
};

} // namespace lvsdeck::formats
