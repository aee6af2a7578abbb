// SPDX-License-Identifier: GPL-3.0-or-later
// The lab's own process and mount namespaces. Everything the lab starts is a child of a first process that the kernel makes
// pull all others down with it, so that nothing can be left behind, however the lab ends.
#pragma once

#include <string>

namespace lvsdeck::lab {

/// Where the lab keeps logs and working files while it lives (RAM, only visible inside).
inline constexpr const char* worldFolder = "/run/lvsdeck-lab";

/// Returns in a child process inside the new namespaces; the calling process waits for that child and exits with its status.
/// Must be called before threads are started. Throws LabError when the caller may not (it needs root).
void enterWorld();

} // namespace lvsdeck::lab
