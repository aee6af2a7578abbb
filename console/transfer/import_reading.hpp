// SPDX-License-Identifier: GPL-3.0-or-later
// What a set of configuration texts means, ready to be shown: the cluster, the findings with their places, every text that was
// read (included files too) with a mark for each line, and where each thing of the cluster stands. Values only; any thread.
#pragma once

#include "common/formats/formats.hpp"
#include "console/transfer/understood.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::console {

/// The margin of a line.
enum class LineMark : std::uint8_t { None, Managed, Kept, Attention, Problem };

struct ImportText {
    std::string director;
    std::string file;
    std::string text;
    std::vector<LineMark> marks; ///< one for each line
    bool included = false;       ///< by an include line of another
};

struct Finding {
    formats::Diagnostic said;
    bool kept = false;          ///< the text is kept, not managed
    bool contradiction = false; ///< it names a place in another director's file
    Place place;                ///< text < 0: of no file
    Place other;                ///< the second place; text < 0: none
};

struct ImportRequest {
    std::vector<formats::SourceText> sources; ///< file names are unique
    std::optional<formats::Format> format;    ///< unset: found out
    formats::Resolver includes{}; ///< of texts that are no files of this computer; NotFound for what it does not know
};

struct ImportReading {
    formats::Format format = formats::Format::Keepalived;
    std::vector<std::optional<formats::Format>> detected; ///< of each source
    std::optional<Error> error;                           ///< nothing below but the texts is there then
    model::Cluster cluster;
    std::vector<ImportText> texts;
    std::vector<Finding> findings;
    Understood understood;
};

/// Includes are followed for files of this computer (their names are absolute paths) and as the request says. Looks at `cancelled` between its
/// steps; what it answers then is not complete.
[[nodiscard]] ImportReading readImport(const ImportRequest& request, const std::atomic<bool>& cancelled);

/// How a format is called in the window: "keepalived.conf" … Translated.
[[nodiscard]] std::string formatName(formats::Format format);

} // namespace lvsdeck::console
