// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/systemd.hpp"

#include "tests/lab/support/wait.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace lvsdeck::lab {
namespace {

constexpr const char* program = "/usr/lib/systemd/systemd";

/// Once for a host: what this machine has enabled is none of the lab's, and what the lab installs none of this machine's.
constexpr const char* furnish = R"(
units=/etc/systemd/system installed=/usr/lib/systemd
mkdir -p /run/cover/usr/changes /run/cover/usr/work
mount -t overlay cover /usr -o lowerdir=/usr,upperdir=/run/cover/usr/changes,workdir=/run/cover/usr/work
rm -rf $units/*.wants $units/*.d $installed/system/*.target.wants $installed/system-generators $installed/system-environment-generators \
  /etc/systemd/system-generators
mkdir -p $units/sysinit.target.wants $units/sockets.target.wants /etc/systemd/journald.conf.d
ln -s $installed/system/systemd-journald.service $installed/system/systemd-journal-flush.service $units/sysinit.target.wants/
ln -s $installed/system/systemd-journald.socket $installed/system/systemd-journald-dev-log.socket $units/sockets.target.wants/
printf '[Journal]\nStorage=persistent\nRateLimitIntervalSec=0\n' > /etc/systemd/journald.conf.d/lab.conf
: > /etc/fstab
tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id
mount -t cgroup2 none /sys/fs/cgroup
)";

/// Each time: a machine's own processes, groups, devices and boot.
constexpr const char* start = R"(
mkdir -p "$1"
echo $$ > "$1/cgroup.procs"
exec unshare --mount --pid --ipc --cgroup --fork --kill-child sh -ec '
umount /sys/fs/cgroup
mount -t proc -o nosuid,nodev,noexec proc /proc
mount -t cgroup2 -o nosuid,nodev,noexec none /sys/fs/cgroup
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 tmp /tmp
mkdir /run/lock /run/dev
cat /proc/sys/kernel/random/uuid > /run/boot_id
mount --bind /run/boot_id /proc/sys/kernel/random/boot_id
mount -t tmpfs -o mode=755 dev /run/dev
cd /run/dev
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  numbers=${device#*:}
  mknod -m 666 "${device%%:*}" c "${numbers%:*}" "${numbers#*:}"
done
mkdir pts shm mqueue
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts pts
mount -t tmpfs -o mode=1777 shm shm
ln -s pts/ptmx ptmx
ln -s /proc/self/fd fd
ln -s fd/0 stdin
ln -s fd/1 stdout
ln -s fd/2 stderr
cd /
mount --move /run/dev /dev
exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$0" --unit=multi-user.target
' "$2"
)";

std::string groupOf(const Host& host) {
    return "/sys/fs/cgroup/lvsdeck-" + host.name() + "-" + std::to_string(host.holder());
}

} // namespace

std::string Systemd::missing() {
    for (const char* needed : {program, "/usr/bin/systemctl", "/usr/bin/systemd-run", "/usr/bin/nsenter"})
        if (!std::filesystem::exists(needed))
            return std::string("there is no ") + needed + " on this machine (packages systemd and util-linux)";
    std::ifstream kinds("/proc/filesystems");
    for (std::string line; std::getline(kinds, line);)
        if (line.ends_with("cgroup2"))
            return {};
    return "this kernel has no cgroup2";
}

Systemd::Systemd(Host& host) : m_host(&host) {
    m_host->must({"sh", "-ec", furnish});
    boot();
}

Systemd::~Systemd() {
    m_process.reset();
    // The groups are the kernel's, and would stay.
    (void)m_host->run({"sh", "-c", "find " + groupOf(*m_host) + " -depth -type d -exec rmdir {} + "});
}

void Systemd::boot() {
    m_process = m_host->start({"sh", "-ec", start, "sh", groupOf(*m_host), program}, "systemd");
    require("systemd of " + m_host->name() + " has started everything", 60s, [&] {
        if (!m_process->running())
            throw LabError("systemd of " + m_host->name() + " has ended: " + m_host->log("systemd"));
        const std::string outer = std::to_string(m_process->pid());
        std::ifstream children("/proc/" + outer + "/task/" + outer + "/children");
        if (!(children >> m_first))
            return false;
        const std::string state = run({"systemctl", "is-system-running"}).output;
        return state == "running\n" || state == "degraded\n";
    });
}

Finished Systemd::run(const std::vector<std::string>& arguments, const std::string& input, Milliseconds limit) {
    std::vector<std::string> line = {"nsenter", "--target", "", "--mount", "--pid", "--cgroup", "--ipc", "--net", "--uts"};
    line[2] = std::to_string(m_first);
    line.insert(line.end(), arguments.begin(), arguments.end());
    ProcessSpec spec;
    spec.arguments = line;
    return runToEnd(spec, input, limit);
}

std::string Systemd::must(const std::vector<std::string>& arguments, const std::string& input, Milliseconds limit) {
    Finished finished = run(arguments, input, limit);
    if (finished.ok())
        return std::move(finished.output);
    std::string line;
    for (const auto& argument : arguments)
        line += argument + " ";
    throw LabError("under systemd on " + m_host->name() + ": " + line + "ended with " + std::to_string(finished.status) +
                   ": " + finished.errors + finished.output);
}

std::string Systemd::shell(const std::string& line) {
    std::string output = must({"sh", "-c", line});
    while (output.ends_with('\n'))
        output.pop_back();
    return output;
}

std::string Systemd::property(const std::string& unit, const std::string& name) {
    return shell("systemctl show --property " + name + " --value " + unit);
}

void Systemd::shutDown() {
    (void)run({"systemctl", "--no-block", "poweroff"});
    if (!m_process->wait(60s))
        throw LabError("systemd of " + m_host->name() + " did not end after 60 s");
}

std::string Systemd::journal() { return run({"journalctl", "--no-pager", "--output", "short-precise"}).output; }

} // namespace lvsdeck::lab
