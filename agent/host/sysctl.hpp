// SPDX-License-Identifier: GPL-3.0-or-later
// Kernel settings below /proc/sys, by their names as sysctl(8) writes them: a dot inside of an interface's name is a slash
// ("net.ipv4.conf.eth0/100.rp_filter"). Of the network namespace of the calling thread.
#pragma once

#include "common/base/error.hpp"

#include <string>

namespace lvsdeck::host {

/// "/proc/sys/net/ipv4/conf/eth0.100/rp_filter"; InvalidInput for what is no name.
[[nodiscard]] Result<std::string> sysctlPath(const std::string& name);
/// Without the line end. NotFound: this kernel has none of that name.
[[nodiscard]] Result<std::string> readSysctl(const std::string& name);
[[nodiscard]] Result<void> writeSysctl(const std::string& name, const std::string& value);
/// "net.ipv4.conf.eth0/100.rp_filter" for family "ipv4", the interface "eth0.100" and "rp_filter".
[[nodiscard]] std::string interfaceSysctl(const std::string& family, const std::string& interface,
                                          const std::string& setting);

} // namespace lvsdeck::host
