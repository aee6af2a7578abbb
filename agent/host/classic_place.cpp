// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/classic_place.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace lvsdeck::host {

namespace {

namespace fs = std::filesystem;

/// How the programs that make containers name the cgroups of theirs, with either driver.
constexpr std::array starts{std::string_view("docker-"),         std::string_view("libpod-"),
                            std::string_view("crio-"),           std::string_view("machine-"),
                            std::string_view("cri-containerd-"), std::string_view("lxc.payload"),
                            std::string_view("containerd-"),     std::string_view("nerdctl-")};
/// The folder above, where the cgroup is only a number.
constexpr std::array folders{std::string_view("docker"), std::string_view("lxc"), std::string_view("machine.slice"),
                             std::string_view("podman")};

/// In one line: the part that names the container.
std::string_view containerInPath(std::string_view path) {
    bool inFolder = false;
    bool inPods = false; // of Kubernetes: the last part is the container
    std::string_view last;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (part.empty())
            continue;
        if (inFolder || std::ranges::any_of(starts, [&](std::string_view start) { return part.starts_with(start); }))
            return part;
        inFolder = std::ranges::find(folders, part) != folders.end();
        inPods = inPods || part == "kubepods" || part == "kubepods.slice";
        last = part;
    }
    return inPods ? last : std::string_view();
}

} // namespace

ProcessPlace placeOf(const std::string& process, const std::string& proc) {
    const std::string folder = proc + "/" + process;
    ProcessPlace out;
    std::error_code error;
    out.pidNamespace = fs::read_symlink(folder + "/ns/pid", error).string();
    struct stat root{};
    if (::stat((folder + "/root/").c_str(), &root) == 0)
        out.root = {root.st_dev, root.st_ino};
    std::ifstream file(folder + "/cgroup");
    out.cgroup.assign(std::istreambuf_iterator<char>(file), {});
    return out;
}

std::string containerIn(const std::string& cgroup) {
    const std::string_view text = cgroup;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        const std::size_t colon = line.rfind(':'); // "4:memory:/docker/4f1d…"; of a path with a colon the end is enough
        if (const auto found = containerInPath(line.substr(colon == std::string_view::npos ? 0 : colon + 1)); !found.empty())
            return std::string(found);
    }
    return {};
}

std::string elsewhere(const ProcessPlace& theirs, const ProcessPlace& ours) {
    const std::string container = containerIn(theirs.cgroup);
    // Inside of one, as in a virtual machine, everything is in it.
    const bool otherContainer = !container.empty() && ours.cgroup.find("/" + container) == std::string::npos;
    const bool otherProcesses =
        !theirs.pidNamespace.empty() && !ours.pidNamespace.empty() && theirs.pidNamespace != ours.pidNamespace;
    const std::pair<std::uint64_t, std::uint64_t> unknown{};
    const bool otherFiles = theirs.root != unknown && ours.root != unknown && theirs.root != ours.root;
    if (otherContainer)
        return "keepalived runs in a container (" + container + ")";
    if (otherProcesses || otherFiles)
        return std::string("keepalived runs in a container or its like (") +
               (otherProcesses ? "it has process numbers of its own" : "it has another root folder") + ")";
    return {};
}

} // namespace lvsdeck::host
