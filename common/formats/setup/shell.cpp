// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of POSIX shell that the flavours share. What a run adds is recorded before it is added, in /var/lib/lvsdeck-server/ADDRESS,
// and the settings that a run finds before they are changed, in /var/lib/lvsdeck-server/settings: one machine may be several real
// servers (an IPv4 and an IPv6 address), and the settings are the machine's.
#include "common/formats/setup/setup_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::setup {

namespace {

const char* const basics = R"sh(say() { printf 'lvsdeck: %s\n' "$*"; }
stop() { printf 'lvsdeck: %s\n' "$*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || stop 'run this as root'
command -v ip > /dev/null || stop 'the program ip is missing; install iproute2 (on Red Hat: iproute)'
)sh";

const char* const applyFunctions = R"sh(
# set_value NAME VALUE [GOOD]: saves the value that is there, unless an earlier run has, and sets it unless it is GOOD already.
set_value() {
    now=$(cat "/proc/sys/$1")
    if ! grep -q "^$1 " "$all/settings"; then
        { cat "$all/settings"; printf '%s %s\n' "$1" "$now"; } > "$all/settings.new"
        mv -f "$all/settings.new" "$all/settings"
    fi
    if [ "$now" != "$2" ] && [ "$now" != "${3:-$2}" ]; then
        printf '%s\n' "$2" > "/proc/sys/$1"
    fi
}

# put FILE MODE: writes standard input there, whole or not at all.
put() {
    printf '%s\n' "$1" >> "$own/files"
    printf '%s\n' "$1" >> "$own/files.now"
    mkdir -p "${1%/*}"
    cat > "${1%/*}/.lvsdeck.new"
    chmod "$2" "${1%/*}/.lvsdeck.new"
    mv -f "${1%/*}/.lvsdeck.new" "$1"
}

# Removes what an earlier version of this set-up had written, and this one has not.
settle_files() {
    [ -e "$own/files" ] || return 0
    [ -e "$own/files.now" ] || : > "$own/files.now"
    { grep -vxFf "$own/files.now" "$own/files" || :; } | while read -r file; do rm -f "$file"; done
    mv -f "$own/files.now" "$own/files"
}

# Compares the VIPs on standard input with those on lo: takes away what only an earlier version had, and records what is to be added.
plan_vips() {
    sed -e '/^#/d' -e '/^$/d' > "$own/wanted"
    ip -o address show dev lo | awk '{ print $4 }' > "$own/present"
    [ -e "$own/vips" ] || : > "$own/vips"
    { grep -vxFf "$own/wanted" "$own/vips" || :; } | while read -r vip; do
        ip address del "$vip" dev lo 2> /dev/null || :
    done
    grep -vxFf "$own/present" "$own/wanted" > "$own/missing" || :
    { grep -xFf "$own/wanted" "$own/vips" || :; cat "$own/missing"; } | sort -u > "$own/vips.new"
    mv -f "$own/vips.new" "$own/vips"
}

# plan_devices NAME…: the same for tunnel devices.
plan_devices() {
    [ -e "$own/devices" ] || : > "$own/devices"
    for device in $(cat "$own/devices"); do
        case " $* " in
        *" $device "*) ;;
        *) ip link del dev "$device" 2> /dev/null || : ;;
        esac
    done
    for device; do
        if ip link show dev "$device" > /dev/null 2>&1 && ! grep -qxF "$device" "$own/devices"; then
            stop "there is a device $device already, and this set-up did not make it; see: ip -d link show dev $device"
        fi
    done
    for device; do printf '%s\n' "$device"; done > "$own/devices.new"
    mv -f "$own/devices.new" "$own/devices"
}

# plan_port PORT [-6]: the same for a port of GUE.
plan_port() {
    ip fou show 2> /dev/null | grep -q "^port $1 gue" || printf '%s\n' "$*" >> "$own/ports"
}

# Waits until all VIPs are there.
check_vips() {
    tries=10
    while :; do
        ip -o address show | awk '{ print $4 }' > "$own/present"
        grep -vxFf "$own/present" "$own/wanted" > "$own/missing" || :
        [ -s "$own/missing" ] || break
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || stop "these VIPs are still missing: $(tr '\n' ' ' < "$own/missing")"
        sleep 1
    done
    rm -f "$own/wanted" "$own/present" "$own/missing"
}

mkdir -p "$own"
rm -f "$own/files.now"
[ -e "$all/settings" ] || : > "$all/settings"
)sh";

const char* const undoFunctions = R"sh(
# restore NAME OURS DEFAULT: the saved value comes back, unless somebody has set another one since.
restore() {
    old=$(sed -n "s,^$1 ,,p" "$all/settings" 2> /dev/null || :)
    if [ -z "$old" ]; then
        old=$3
        say "nothing was saved for $1: it gets $3, which is the kernel's default"
    fi
    now=$(cat "/proc/sys/$1")
    if [ "$now" = "$2" ]; then
        printf '%s\n' "$old" > "/proc/sys/$1"
    elif [ "$now" != "$old" ]; then
        say "$1 stays $now: somebody else has set that since"
    fi
}

# recorded NAME: what was recorded, each line once.
recorded() { if [ -e "$own/$1" ]; then sort -u "$own/$1"; fi; }
)sh";

const char* const undoSteps = R"sh(
# Tunnels first: no packet comes any more.
recorded devices | while read -r device; do ip link del dev "$device" 2> /dev/null || :; done
recorded ports | while read -r port family; do ip $family fou del port "$port" gue 2> /dev/null || :; done

# The VIPs.
recorded vips | while read -r vip; do ip address del "$vip" dev lo 2> /dev/null || :; done
left=$(ip -o address show dev lo | awk '{ print $4 }' | { recorded vips > "$own/gone"; grep -xFf "$own/gone" || :; })
[ -z "$left" ] || stop "still on lo: $left (the settings for ARP are left as they are, or the server would claim them)"
)sh";

struct Setting {
    const char* name;
    const char* value;
    const char* good; ///< as good: left alone
};
/// Every device's own value counts too, and the largest wins; lo is set as well because that is where people look.
constexpr Setting arpSettings[] = {
    {"net/ipv4/conf/all/arp_ignore", "1", "2"},
    {"net/ipv4/conf/all/arp_announce", "2", "2"},
    {"net/ipv4/conf/lo/arp_ignore", "1", "2"},
    {"net/ipv4/conf/lo/arp_announce", "2", "2"},
};

std::string variables(const Job& job) {
    const std::string server = job.needs.server.toString();
    std::string tag = setupName(job.needs.server);
    tag.erase(0, std::string_view("lvsdeck-server-").size());
    return "set -eu\nLC_ALL=C\nPATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin\nexport LC_ALL PATH\numask 022\n"
           "all=/var/lib/lvsdeck-server\nown=$all/" +
           tag + "\n\n";
}

std::string vipLines(const Job& job) {
    std::string out;
    for (const IpAddress& vip : job.vips)
        out += hostPrefix(vip) + "\n";
    return out;
}

std::string portText(const Job& job, std::uint16_t port) {
    return std::to_string(port) + (job.needs.server.isV4() ? "" : " -6");
}

std::string deviceNames(const Job& job) {
    std::string out;
    for (const TunnelDevice& device : job.needs.devices)
        out += " " + device.name;
    return out;
}

} // namespace

std::string hereDocument(std::string_view command, std::string_view text) {
    return std::string(command) + " << 'LVSDECK_END'\n" + std::string(text) + "LVSDECK_END\n";
}

std::string applyStart(const Job& job, std::string_view flavour) {
    const std::string name = setupName(job.needs.server);
    return "#!/bin/sh\n" +
           scriptHeading(job, "set-up of the real server " + job.needs.server.toString() + " (" + std::string(flavour) + ")",
                         "run " + name + "-undo.sh here (lvsdeck setup-server … --undo writes it)") +
           variables(job) + basics + applyFunctions;
}

std::string applySettings(const Job& job) {
    std::string out;
    if (job.arp) {
        out += "\n# ARP first: from here on only a device that has an address itself answers for it (arp_ignore), and no "
               "device\n"
               "# speaks in the name of an address of another one (arp_announce).\n";
        for (const Setting& setting : arpSettings)
            out += std::string("set_value ") + setting.name + " " + setting.value +
                   (std::string_view(setting.good) == setting.value ? "" : std::string(" ") + setting.good) + "\n";
        out += "for file in /proc/sys/net/ipv4/conf/*/arp_ignore; do\n"
               "    [ \"$(cat \"$file\")\" -le 2 ] || say \"warning: $file is above 2 and overrides the 1 of “all”\"\n"
               "done\n";
    }
    if (const SetupFile file = sysctlFile(job); !file.text.empty())
        out += hereDocument("put " + file.path + " " + file.mode, file.text);
    return out;
}

std::string applyPlan(const Job& job) {
    std::string out = "\n# The VIPs.\n" + hereDocument("plan_vips", askForMarks(job) + vipLines(job));
    out += "plan_devices" + deviceNames(job) + "\n";
    return out;
}

std::string applyFiles(const std::vector<SetupFile>& files) {
    std::string out;
    for (const SetupFile& file : files)
        out += hereDocument("put " + file.path + " " + file.mode, file.text);
    return out + "settle_files\n";
}

std::string applyEnd(const Job& job) {
    return "\ncheck_vips\nsay 'done: " + job.needs.server.toString() + " has " + std::to_string(job.vips.size()) +
           (job.vips.size() == 1 ? " VIP'\n" : " VIPs'\n");
}

std::string undoStart(const Job& job, std::string_view flavour) {
    std::string out = "#!/bin/sh\n" +
                      heading(job,
                              "takes the set-up of the real server " + job.needs.server.toString() + " away (" +
                                  std::string(flavour) + ")",
                              "run " + setupName(job.needs.server) + "-apply.sh to have it back") +
                      variables(job) + basics + undoFunctions;
    out +=
        "\nif [ ! -d \"$own\" ]; then\n"
        "    say \"there is no record in $own of what was there before: everything that the set-up can have added goes\"\n"
        "    mkdir -p \"$own\"\n";
    out += hereDocument("    cat > \"$own/vips\"", vipLines(job));
    for (const TunnelDevice& device : job.needs.devices)
        out += "    echo " + device.name + " >> \"$own/devices\"\n";
    for (const std::uint16_t port : job.needs.guePorts)
        out += "    echo '" + portText(job, port) + "' >> \"$own/ports\"\n";
    return out + "fi\n";
}

std::string undoFiles(const std::vector<SetupFile>& files) {
    std::string out = "\n# Its files, so that nothing comes back at the next start.\nrecorded files | while read -r file; "
                      "do rm -f \"$file\"; done\n";
    for (const SetupFile& file : files)
        out += "rm -f '" + file.path + "'\n";
    return out;
}

std::string undoEnd(const Job& job) {
    std::string out = undoSteps;
    out += "\n# The settings, last.\nothers=\nfor one in \"$all\"/*/; do\n"
           "    if [ -d \"$one\" ] && [ \"$one\" != \"$own/\" ]; then others=\"$others $one\"; fi\ndone\n"
           "if [ -n \"$others\" ]; then\n"
           "    say \"the settings for ARP stay: this machine is set up for other addresses, too ($others )\"\nelse\n";
    if (job.arp)
        for (const Setting& setting : arpSettings)
            out += std::string("    restore ") + setting.name + " " + setting.value + " 0\n";
    return out +
           "    rm -f \"$all/settings\"\nfi\nrm -rf \"$own\"\nrmdir \"$all\" 2> /dev/null || :\nsay 'done: the set-up of " +
           job.needs.server.toString() + " is gone'\n";
}

SetupFile sysctlFile(const Job& job) {
    SetupFile out{sysctlPath(job), "0644", {}};
    if (job.arp)
        for (const Setting& setting : arpSettings) {
            std::string name = setting.name;
            std::ranges::replace(name, '/', '.');
            out.text += name + " = " + setting.value + "\n";
        }
    for (const TunnelDevice& device : job.needs.devices)
        if (device.carriesV4)
            out.text += "# The device comes later than this file; udev applies the line again then.\n-net.ipv4.conf." +
                        device.name + ".rp_filter = " + reversePathFilter(device) + "\n";
    if (!out.text.empty())
        out.text =
            heading(job, "settings of the real server " + job.needs.server.toString() + ", for every start of the machine",
                    "run " + setupName(job.needs.server) + "-undo.sh, which removes this file") +
            out.text;
    return out;
}

std::vector<SetupFile> unitFile(const Job& job, const std::vector<std::string>& start,
                                const std::vector<std::string>& stop) {
    if (start.empty())
        return {};
    std::string text =
        heading(job, "what the network's own files cannot say, for the real server " + job.needs.server.toString(),
                "run " + setupName(job.needs.server) + "-undo.sh, which removes this file");
    text += "[Unit]\nDescription=lvsdeck: set-up of the real server " + job.needs.server.toString() +
            "\nAfter=network.target\n\n[Service]\nType=oneshot\nRemainAfterExit=yes\n";
    for (const std::string& command : start)
        text += "ExecStart=/bin/sh -c '" + command + "'\n";
    for (const std::string& command : stop)
        text += "ExecStop=-/bin/sh -c '" + command + "'\n";
    return {{"/etc/systemd/system/" + unitName(job), "0644", text + "\n[Install]\nWantedBy=multi-user.target\n"}};
}

std::vector<SetupFile> unitFor(const Job& job, const std::vector<TunnelDevice>& devices,
                               const std::vector<IpAddress>& vips) {
    std::vector<std::string> start;
    std::vector<std::string> stop;
    for (const IpAddress& vip : vips) {
        start.push_back("ip address replace " + hostPrefix(vip) + " dev lo" + (vip.isV4() ? "" : " nodad preferred_lft 0"));
        stop.push_back("ip address del " + hostPrefix(vip) + " dev lo");
    }
    for (const std::uint16_t port : job.needs.guePorts) {
        const std::string family = job.needs.server.isV4() ? "" : "-6 ";
        start.push_back("modprobe -q fou; ip " + family + "fou add port " + std::to_string(port) + " gue");
        stop.push_back("ip " + family + "fou del port " + std::to_string(port) + " gue");
    }
    for (const TunnelDevice& device : devices) {
        std::string commands = "ip link add name " + device.name + " " + linkArguments(job, device);
        if (device.carriesV4)
            commands += " && echo " + reversePathFilter(device) + " > /proc/sys/net/ipv4/conf/" + device.name + "/rp_filter";
        if (device.address)
            commands += " && ip address add " + hostPrefix(*device.address) + " dev " + device.name;
        start.push_back(commands + " && ip link set dev " + device.name + " up");
        stop.push_back("ip link del dev " + device.name);
    }
    return unitFile(job, start, stop);
}

std::string applyUnit(const Job& job, const std::vector<SetupFile>& units) {
    if (units.empty())
        return "settle_files\n";
    const SetupFile& unit = units.front();
    return "\nbefore=$(cksum 2> /dev/null < " + unit.path + " || :)\n" + applyFiles(units) +
           "systemctl daemon-reload\nsystemctl enable " + unitName(job) + "\nif [ \"$before\" = \"$(cksum < " + unit.path +
           ")\" ]; then systemctl start " + unitName(job) + "; else systemctl restart " + unitName(job) + "; fi\n";
}

std::string undoUnit(const Job& job, const std::vector<SetupFile>& units) {
    return units.empty() ? std::string() : "\nsystemctl disable --now " + unitName(job) + " || :\n";
}

} // namespace lvsdeck::formats::setup
