// SPDX-License-Identifier: GPL-3.0-or-later
// Where the things of a cluster stand in the texts that it was read from. keepalived.conf is looked at as its syntax tree, so that
// definitions, loops and included files are where they really are; in other formats it is the line that names the thing. A thing
// that is in several files is where the first has it. Linear in the texts; values only; any thread.
#pragma once

#include "console/transfer/import_reading.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace lvsdeck::formats::keepalived {
struct Document;
struct Node;
class Nodes;
} // namespace lvsdeck::formats::keepalived

namespace lvsdeck::console {

class PlaceIndex {
public:
    /// `sources` are the first of `reading.texts`, in their order; `resolver` answers as it did when they were read.
    PlaceIndex(const ImportReading& reading, const std::vector<formats::SourceText>& sources,
               const formats::Resolver& resolver);

    /// "instance VI_1", "sync VG_1", "script chk", "global_defs", "director lb1" …
    [[nodiscard]] Place of(const std::string& subject) const;
    [[nodiscard]] Place service(const model::VirtualService& service) const;
    [[nodiscard]] Place server(const model::VirtualService& service, const model::RealServer& server) const;
    [[nodiscard]] Place check(const model::VirtualService& service, const model::RealServer& server,
                              std::size_t number) const;
    /// The block of an instance in one director's file.
    [[nodiscard]] Place member(const std::string& instance, const std::string& director) const;
    /// Of the kept text with this number in the cluster.
    [[nodiscard]] Place kept(std::size_t passthrough) const;
    /// Whether a statement of a kept text is written like the one that begins here.
    [[nodiscard]] bool looksKept(Place place) const { return m_keptLines.contains({place.text, place.line}); }
    /// The index of the text with this file name; -1: none.
    [[nodiscard]] int textOf(std::string_view file) const;

private:
    using Document = formats::keepalived::Document;
    using Node = formats::keepalived::Node;
    void readKeepalived(const std::vector<formats::SourceText>& sources, const formats::Resolver& resolver);
    void walk(const Document& document, const Node& node, const std::string& parent);
    void server(const Document& document, const Node& node, const std::string& subject);
    void remember(const Document& document, const formats::keepalived::Nodes& nodes);
    void remember(const Node& node, Place place);
    [[nodiscard]] Place inService(const model::VirtualService& service, const std::string& key) const;
    void readLines();
    void collectKept(const model::Cluster& cluster);
    void assignKept(const model::Cluster& cluster);
    [[nodiscard]] Place placeOf(const Document& document, const Node& node) const;
    [[nodiscard]] std::optional<Place> near(const std::vector<std::string>& words, Place after) const;
    void put(const std::string& subject, Place place) {
        if (place.known())
            m_subjects.emplace(subject, place);
    }

    const std::vector<ImportText>& m_texts;
    std::map<std::string, int, std::less<>> m_files;
    std::unordered_map<std::string, Place> m_subjects;
    std::unordered_map<std::string, std::vector<Place>> m_words; ///< of formats without a syntax tree here
    std::unordered_set<std::string> m_keptStatements;            ///< folded
    std::unordered_map<std::string, std::vector<Place>> m_keptPlaces;
    std::set<std::pair<int, std::uint32_t>> m_keptLines;
    std::vector<Place> m_kept;
};

/// Blanks folded, without comment and without a brace at the end.
[[nodiscard]] std::string foldedStatement(std::string_view line);

} // namespace lvsdeck::console
