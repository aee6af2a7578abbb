// SPDX-License-Identifier: GPL-3.0-or-later
// Configuration files on this computer, for the command line and the windows: reading them, finding what they include, and how
// an export is called. Blocking; any thread.
#pragma once

#include "common/formats/formats.hpp"

#include <string>

namespace lvsdeck::console {

/// Io names the file; TooLarge above formats::maxSourceBytes.
[[nodiscard]] Result<formats::SourceText> readSource(const std::string& file);
/// TooLarge when it has more than formats::maxSourceBytes.
[[nodiscard]] Result<void> checkSize(const formats::SourceText& source);
/// The files that an include line of `fromFile` means.
[[nodiscard]] formats::Resolver fileResolver();
/// "keepalived.conf", "cluster.json" …
[[nodiscard]] std::string endingOf(formats::Format format);
/// Of heartbeat's file with the virtual addresses, beside ldirectord.cf.
inline constexpr const char* haresourcesName = "haresources";
/// "lb1.keepalived.conf"; without a director the ending alone.
[[nodiscard]] std::string exportName(const std::string& director, const std::string& ending);

} // namespace lvsdeck::console
