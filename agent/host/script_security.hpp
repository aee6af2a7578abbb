// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a program may be run as root: nobody but root may be able to change it, nor replace it, nor any folder or link on the way
// to it. Looks at files; may block on slow ones.
#pragma once

#include "common/base/error.hpp"

#include <string>

namespace lvsdeck::host {

/// The path of the program to execute: as it is when it has a slash, else out of `searchPath` ("/usr/bin:/bin"). NotFound: none.
[[nodiscard]] Result<std::string> findProgram(const std::string& name, const std::string& searchPath);

/// Follows the absolute path component by component, through symbolic links. Denied names the component and how to mend it; a folder
/// that all may write is fine when it has the sticky bit.
[[nodiscard]] Result<void> onlyRootMayChange(const std::string& path);

} // namespace lvsdeck::host
