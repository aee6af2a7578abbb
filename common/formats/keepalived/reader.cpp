// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/reader.hpp"

#include "common/base/json.hpp"
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>
#include <set>

namespace lvsdeck::formats {

namespace keepalived {

namespace {

class RootReader : public BlockReader {
public:
    explicit RootReader(Reading& reading) : BlockReader(reading, Block::Root) {}

    void read() {
        const Node& root = m_reading.document.root;
        m_reading.cluster.name = factOf(root, "cluster").value_or(std::string());
        facts(root);
        // keepalived applies global_defs to instances that stand above it, too.
        for (const Node& node : root.children)
            if (isBlock(node, "global_defs"))
                readGlobalDefs(m_reading, node);
        std::set<const Node*> groups;
        for (const Node& node : root.children)
            if (isBlock(node, "virtual_server_group") && readServiceGroup(m_reading, node))
                groups.insert(&node);
        for (const Node& node : root.children)
            if (groups.contains(&node))
                continue;
            else if (isBlock(node, "virtual_server_group"))
                keepRoot(node, true);
            else if (isBlock(node, "vrrp_instance"))
                instance(node);
            else if (isBlock(node, "vrrp_sync_group"))
                readSyncGroup(m_reading, node);
            else if (isBlock(node, "vrrp_script"))
                readTrackScript(m_reading, node);
            else if (isBlock(node, "track_file") || isBlock(node, "vrrp_track_file"))
                readTrackFile(m_reading, node);
            else if (isBlock(node, "vrrp_track_process"))
                readTrackProcess(m_reading, node);
            else if (isBlock(node, "virtual_server"))
                readService(m_reading, node);
            else if (isStatic(node))
                statics(node);
            else if (!isBlock(node, "global_defs"))
                keepRoot(node);
        finishGroups();
        settleSync(m_reading);
        settleGlobals(m_reading);
        comments();
    }

private:
    /// What our exports say about the kernel's table, which keepalived has no words for.
    void facts(const Node& root) {
        if (root.remarks == nullptr)
            return;
        for (const auto& [key, value] : root.remarks->facts) {
            const std::size_t blank = value.find(' ');
            if (key == "sysctl" && blank != std::string::npos)
                m_reading.cluster.ipvsSysctls[std::string(value.substr(0, blank))] = value.substr(blank + 1);
            else if (const auto word = json::fromWord<model::ForeignChange>(value); key == "foreign_change" && word)
                m_reading.cluster.foreignChange = *word;
            else if (const auto mass = json::fromWord<model::MassFailure>(value); key == "mass_failure" && mass)
                m_reading.cluster.massFailure = *mass;
        }
    }

    /// Every block's comments are one text, before all other kept texts; those of no block are the file's.
    void comments() {
        const Document& document = m_reading.document;
        std::map<std::string, std::string> texts;
        const auto add = [&](const std::string& place, const std::string& text) {
            std::string& all = texts[place];
            all += (all.empty() || text.empty() ? "" : "\n") + text;
        };
        std::vector<model::Passthrough>& kept = m_reading.cluster.passthrough;
        std::erase_if(kept, [&](const model::Passthrough& entry) {
            const bool comment = isComment(entry.text);
            if (comment)
                add(entry.place, entry.text);
            return comment;
        });
        if (const std::string rest = takeComments(document.root); !rest.empty())
            add({}, rest);
        std::vector<model::Passthrough> out;
        for (auto& [place, text] : texts)
            out.push_back({{}, place, std::move(text)});
        std::ranges::move(kept, std::back_inserter(out));
        kept = std::move(out);
        if (document.comments > 0)
            m_reading.report->add(Severity::Note, document.files, document.firstComment, document.firstCommentText,
                                  std::to_string(document.comments) +
                                      " comments were read; each is kept with the block that it stands in or above, and an "
                                      "export writes it there");
    }

    static bool isBlock(const Node& node, std::string_view word) {
        const bool disabled = node.kind == Line::Kind::Disabled && word == "virtual_server";
        return node.block && (node.kind == Line::Kind::Plain || disabled) && node.word(0) == word;
    }

    static bool isStatic(const Node& node) {
        return isBlock(node, "track_group") || isBlock(node, "static_ipaddress") || isBlock(node, "static_routes") ||
               isBlock(node, "static_rules");
    }

    void statics(const Node& node) {
        for (Kept& kept : readStatics(m_reading, node))
            m_reading.cluster.passthrough.push_back({{}, {}, std::move(kept.text)});
    }

    void instance(const Node& node) {
        const std::string name(node.word(1));
        if (name.empty() || !m_names.insert(name).second) {
            say(Severity::Error, node,
                (name.empty() ? std::string("this VRRP instance has no name")
                              : "the VRRP instance " + name + " is in this file twice, and keepalived drops the second") +
                    "; it is kept, not managed: give it a name of its own");
            keepRoot(node, true);
            return;
        }
        readInstance(m_reading, node);
    }

    /// Instances may stand below the group; only now it is known which exist.
    void finishGroups() {
        finish(m_reading.cluster.syncGroups, "sync group ", "vrrp_sync_group");
        finish(m_reading.cluster.trackGroups, "track group ", "track_group");
        loseTrackGroups(m_reading.cluster.staticAddresses);
        loseTrackGroups(m_reading.cluster.staticRoutes);
        loseTrackGroups(m_reading.cluster.staticRules);
    }

    template <class Group> void finish(std::vector<Group>& groups, const std::string& kind, std::string_view word) {
        const auto say = [&](const Group& group, const std::string& found, std::string text) {
            m_reading.report->add(Severity::Warning, m_reading.document.files, placeOf(m_reading, kind + group.name, {}),
                                  found, "the " + kind + group.name + std::move(text));
        };
        std::set<std::string> empty;
        for (Group& group : groups)
            std::erase_if(group.instances, [&](const std::string& name) {
                const bool unknown = !m_names.contains(name);
                if (unknown)
                    say(group, name,
                        " names an instance that is not in this file: " + shortened(name, 60) +
                            "; left out, as keepalived does");
                return unknown;
            });
        std::erase_if(groups, [&](const Group& group) {
            if (group.instances.empty()) {
                say(group, group.name, " has no instance, and keepalived removes it; kept, not managed");
                empty.insert(group.name);
            }
            return group.instances.empty();
        });
        keepGroups(kind, word, empty);
    }

    /// As a whole: what was kept of their lines has no block to stand in any more.
    void keepGroups(const std::string& kind, std::string_view word, const std::set<std::string>& names) {
        if (names.empty())
            return;
        std::set<std::string> places;
        for (const std::string& name : names)
            places.insert((std::string(word) += ' ') += name);
        std::erase_if(m_reading.cluster.passthrough,
                      [&](const model::Passthrough& kept) { return places.contains(kept.place); });
        for (const Node& node : m_reading.document.root.children) {
            const std::string name(node.word(1));
            // Another block of this name was kept when it was read.
            if (node.word(0) == word && names.contains(name) && placeOf(m_reading, kind + name, {}) == node.place)
                keepRoot(node, true);
        }
    }

    template <class Entry> void loseTrackGroups(std::vector<Entry>& entries) {
        std::set<std::string> groups;
        for (const model::TrackGroup& group : m_reading.cluster.trackGroups)
            groups.insert(group.name);
        for (Entry& entry : entries)
            if (!entry.trackGroup.empty() && !groups.contains(entry.trackGroup)) {
                m_reading.report->add(Severity::Warning, m_reading.document.files, {}, entry.trackGroup,
                                      "there is no track group " + entry.trackGroup +
                                          "; the static entries that name it are read without it, as keepalived does");
                entry.trackGroup.clear();
            }
    }

    void keepRoot(const Node& node, bool reported = false) {
        if (!reported) {
            if (node.block && node.word(0) == "local_address_group")
                say(Severity::Note, node,
                    "this file is for another branch of keepalived (DPVS and its relatives have local "
                    "addresses), whose words "
                    "stock keepalived does not know");
            keepUnread(node);
        } else {
            keep(node);
        }
        m_reading.cluster.passthrough.push_back({{}, {}, std::move(m_kept.back().text)});
        m_kept.clear();
    }

    std::set<std::string> m_names;
};

std::string directorId(std::string id, std::size_t index, std::set<std::string>& taken) {
    if (id.empty())
        id = "lb" + std::to_string(index + 1);
    while (!taken.insert(id).second)
        id += "-" + std::to_string(index + 1);
    return id;
}

} // namespace

} // namespace keepalived

Imported readKeepalived(const std::vector<SourceText>& sources, const Resolver& resolver) {
    using namespace keepalived;
    Imported out;
    Report report(out.diagnostics);
    std::vector<Reading> readings;
    std::set<std::string> taken;
    readings.reserve(sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
        Reading& reading = readings.emplace_back();
        reading.report = &report;
        reading.alone = sources.size() == 1;
        std::vector<std::string> configIds;
        for (const SourceText& source : sources)
            if (!source.configId.empty() && source.text == sources[i].text)
                configIds.push_back(source.configId);
        reading.document = parse(preprocess(sources[i], resolver, report, configIds), report);
        const std::string given = factOf(reading.document.root, "director").value_or(std::string());
        reading.director = directorId(sources[i].director.empty() ? given : sources[i].director, i, taken);
        reading.cluster.directors.emplace_back().id = reading.director;
        RootReader(reading).read();
    }
    out.cluster = merge(readings);
    report.finish();
    return out;
}

} // namespace lvsdeck::formats
