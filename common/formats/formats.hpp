// SPDX-License-Identifier: GPL-3.0-or-later
// The front door to all formats: find out what a text is, read it, write it. Pure; files are the caller's
// business.
#pragma once

#include "common/formats/diagnostic.hpp"
#include "common/formats/keepalived/writer.hpp"

#include <optional>

namespace lvsdeck::formats {

enum class Format { Cluster, Keepalived, Ldirectord, Piranha, Ipvsadm };
BOOST_DESCRIBE_ENUM(Format, Cluster, Keepalived, Ldirectord, Piranha, Ipvsadm)

/// "cluster", "keepalived", "ldirectord", "piranha", "ipvsadm"; InvalidInput with the list otherwise.
[[nodiscard]] Result<Format> formatFromWord(std::string_view word);

/// By its content; nothing when it could be anything.
[[nodiscard]] std::optional<Format> detectFormat(std::string_view text);

/// InvalidInput when there is no text, when more than
/// one is given to a format that has one for the whole cluster, or when the document is broken.
[[nodiscard]] Result<Imported> readAny(Format format, const std::vector<SourceText>& sources, const Resolver& resolver = {});

struct WriteOptions {
    std::string director; ///< keepalived only; empty: the only one there is, or all with keepalived.conditional
    KeepalivedOptions keepalived;
    bool maskPasswords = false; ///< where the format has any: keepalived.conf, and the document
    bool haresources = false;   ///< ldirectord only: heartbeat's file with the virtual addresses instead of ldirectord.cf
};

[[nodiscard]] Result<Exported> writeAny(Format format, const model::Cluster& cluster, const WriteOptions& options = {});

} // namespace lvsdeck::formats
