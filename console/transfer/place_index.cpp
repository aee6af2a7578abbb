// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/place_index.hpp"

#include "common/base/json.hpp"
#include "common/formats/keepalived/syntax.hpp"

#include <algorithm>
#include <charconv>

namespace lvsdeck::console {

namespace keepalived = formats::keepalived;

namespace {

template <class Work> void eachLine(std::string_view text, Work work) {
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        work(number, line);
    }
}

/// "192.0.2.10:80" of the words behind a keyword; the words themselves where they are no address.
std::string endpointOf(const keepalived::Node& node) {
    std::string_view host = node.word(1);
    const auto address = IpAddress::parse(host.substr(0, host.find('/')));
    std::uint16_t port = 0;
    const std::string_view digits = node.word(2);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return address ? endpointText(*address, port) : std::string(host) + " " + std::string(digits);
}

std::string headOf(const model::VirtualService& service) {
    if (!service.group.empty())
        return "group " + service.group;
    if (service.firewallMark)
        return "fwmark " + std::to_string(*service.firewallMark);
    return endpointText(service.address, service.port);
}

std::string headOf(const keepalived::Node& node) {
    const bool named = node.word(1) == "fwmark" || node.word(1) == "group";
    return named ? std::string(node.word(1)) + " " + std::string(node.word(2)) : endpointOf(node);
}

std::string protocolOf(const keepalived::Node& node) {
    for (const keepalived::Node& child : node.children)
        if (child.word(0) == "protocol") {
            std::string word(child.word(1));
            std::ranges::transform(word, word.begin(),
                                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
            return word;
        }
    return "tcp";
}

/// Named blocks of the first level: their keyword and what their subject is called.
std::string_view namedKind(std::string_view keyword) {
    static const std::map<std::string_view, std::string_view> kinds{
        {"vrrp_instance", "instance"},  {"vrrp_sync_group", "sync"},       {"vrrp_script", "script"},
        {"track_file", "file"},         {"vrrp_track_file", "file"},       {"vrrp_track_process", "process"},
        {"track_group", "track group"}, {"virtual_server_group", "group"},
    };
    const auto found = kinds.find(keyword);
    return found == kinds.end() ? std::string_view() : found->second;
}

constexpr std::string_view serverMark = " / server ";
constexpr std::string_view checkMark = " / check ";
constexpr std::string_view memberMark = " @ ";

/// Without the blanks around it; empty when the line is no comment.
std::string commentOf(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || (line[first] != '#' && line[first] != '!'))
        return {};
    return std::string(line.substr(first, line.find_last_not_of(" \t\r") + 1 - first));
}

/// What a kept text is found by: its first statement, or its first comment where it has none.
std::string keyOf(const model::Passthrough& entry) {
    std::string statement;
    std::string comment;
    eachLine(entry.text, [&](std::uint32_t, std::string_view line) {
        if (statement.empty())
            statement = foldedStatement(line);
        if (comment.empty())
            comment = commentOf(line);
    });
    return statement.empty() ? comment : statement;
}

std::string operator+(std::string left, std::string_view right) { return left.append(right); }

bool isWordByte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == ':' || c == '[' ||
           c == ']' || c == '_' || c == '-';
}

} // namespace

std::string foldedStatement(std::string_view line) {
    const std::string_view code = keepalived::cutComment(line).code;
    std::string out;
    for (const char c : code) {
        const bool blank = c == ' ' || c == '\t' || c == '\r';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (!out.empty() && (out.back() == ' ' || out.back() == '{'))
        out.pop_back();
    return out == "}" ? std::string() : out;
}

PlaceIndex::PlaceIndex(const ImportReading& reading, const std::vector<formats::SourceText>& sources,
                       const formats::Resolver& resolver)
    : m_texts(reading.texts) {
    for (std::size_t i = 0; i < m_texts.size(); ++i)
        m_files.emplace(m_texts[i].file, static_cast<int>(i));
    for (std::size_t i = 0; i < sources.size() && i < m_texts.size(); ++i)
        put("director " + m_texts[i].director, {static_cast<int>(i), 0});
    if (reading.format != formats::Format::Keepalived) {
        readLines();
        return;
    }
    collectKept(reading.cluster);
    readKeepalived(sources, resolver);
    assignKept(reading.cluster);
}

int PlaceIndex::textOf(std::string_view file) const {
    const auto found = m_files.find(file);
    return found == m_files.end() ? -1 : found->second;
}

void PlaceIndex::readKeepalived(const std::vector<formats::SourceText>& sources, const formats::Resolver& resolver) {
    for (const formats::SourceText& source : sources) {
        std::vector<formats::Diagnostic> unused;
        keepalived::Report report(unused);
        const Document document = keepalived::parse(keepalived::preprocess(source, resolver, report), report);
        for (const Node& node : document.root.children)
            walk(document, node, {});
    }
}

Place PlaceIndex::placeOf(const Document& document, const Node& node) const {
    if (node.place.file >= document.files.size())
        return {};
    return {textOf(document.files[node.place.file]), node.place.line};
}

void PlaceIndex::walk(const Document& document, const Node& node, const std::string& parent) {
    const Place place = placeOf(document, node);
    if (!m_keptStatements.empty())
        remember(node, place);
    const std::string_view keyword = node.word(0);
    std::string subject = parent;
    if (parent.empty()) {
        if (keyword == "virtual_server") {
            // A service is also found without its protocol, which a firewall mark or a broken word does not have.
            put("service " + headOf(node), place);
            subject = "service " + protocolOf(node) + " " + headOf(node);
        } else if (const std::string_view kind = namedKind(keyword); !kind.empty()) {
            subject = std::string(kind) + " " + std::string(node.word(1));
            if (place.known())
                put(subject + memberMark + m_texts[static_cast<std::size_t>(place.text)].director, place);
        } else {
            subject = std::string(keyword);
        }
        put(subject, place);
    } else if (keyword == "real_server") {
        subject = parent + serverMark + endpointOf(node);
        put(subject, place);
        server(document, node, subject);
        return;
    } else {
        // Entries of lists (virtual addresses, mail addresses, interfaces) by their first word.
        put(parent + " / " + std::string(keyword), place);
    }
    for (const Node& child : node.children)
        walk(document, child, subject);
}

/// Of what stands in a server only the checks have a place of their own.
void PlaceIndex::server(const Document& document, const Node& node, const std::string& subject) {
    std::size_t checks = 0;
    for (const Node& child : node.children)
        if (child.block)
            put(subject + checkMark + std::to_string(checks++), placeOf(document, child));
    remember(document, node.children);
}

void PlaceIndex::remember(const Document& document, const keepalived::Nodes& nodes) {
    if (m_keptStatements.empty())
        return;
    for (const Node& node : nodes) {
        remember(node, placeOf(document, node));
        remember(document, node.children);
    }
}

void PlaceIndex::remember(const Node& node, Place place) {
    std::string statement = foldedStatement(node.raw);
    if (!m_keptStatements.contains(statement))
        return;
    m_keptPlaces[std::move(statement)].push_back(place);
    m_keptLines.emplace(place.text, place.line);
}

void PlaceIndex::readLines() {
    for (std::size_t text = 0; text < m_texts.size(); ++text)
        eachLine(m_texts[text].text, [&](std::uint32_t number, std::string_view line) {
            for (std::size_t at = 0; at < line.size();) {
                if (!isWordByte(line[at])) {
                    ++at;
                    continue;
                }
                std::size_t end = at;
                while (end < line.size() && isWordByte(line[end]))
                    ++end;
                std::vector<Place>& places = m_words[std::string(line.substr(at, end - at))];
                if (const Place here{static_cast<int>(text), number}; places.empty() || places.back() != here)
                    places.push_back(here);
                at = end;
            }
        });
}

std::optional<Place> PlaceIndex::near(const std::vector<std::string>& words, Place after) const {
    for (const std::string& word : words)
        if (const auto found = m_words.find(word); found != m_words.end()) {
            const auto later = std::ranges::lower_bound(found->second, after, [](const Place& a, const Place& b) {
                return std::pair(a.text, a.line) < std::pair(b.text, b.line);
            });
            if (later != found->second.end())
                return *later;
        }
    return std::nullopt;
}

Place PlaceIndex::of(const std::string& subject) const {
    const auto found = m_subjects.find(subject);
    if (found != m_subjects.end())
        return found->second;
    const std::size_t blank = subject.rfind(' ');
    return near({subject.substr(blank == std::string::npos ? 0 : blank + 1)}, {0, 0}).value_or(Place{});
}

Place PlaceIndex::service(const model::VirtualService& service) const {
    const std::string head = headOf(service);
    if (const auto found = m_subjects.find("service " + json::toWord(service.protocol) + " " + head);
        found != m_subjects.end())
        return found->second;
    if (const auto found = m_subjects.find("service " + head); found != m_subjects.end())
        return found->second;
    const std::string mark = service.firewallMark ? std::to_string(*service.firewallMark) : std::string();
    return near(service.firewallMark ? std::vector{mark} : std::vector{head, service.address.toString()}, {0, 0})
        .value_or(Place{});
}

Place PlaceIndex::server(const model::VirtualService& service, const model::RealServer& server) const {
    const std::string key = std::string(serverMark) + model::serverKey(server);
    if (const Place exact = inService(service, key); exact.known() || m_words.empty())
        return exact;
    const Place above = this->service(service);
    if (!above.known())
        return {};
    return near({model::serverKey(server), server.address.toString()}, above).value_or(Place{});
}

Place PlaceIndex::check(const model::VirtualService& service, const model::RealServer& server, std::size_t number) const {
    const Place exact =
        inService(service, std::string(serverMark) + model::serverKey(server) + checkMark + std::to_string(number));
    return exact.known() ? exact : this->server(service, server);
}

Place PlaceIndex::inService(const model::VirtualService& service, const std::string& key) const {
    const std::string start = "service " + json::toWord(service.protocol) + " " + headOf(service);
    if (const auto found = m_subjects.find(start + key); found != m_subjects.end())
        return found->second;
    // A firewall mark's block may name no protocol.
    const auto found = m_subjects.find("service tcp " + headOf(service) + key);
    return found == m_subjects.end() ? Place{} : found->second;
}

Place PlaceIndex::member(const std::string& instance, const std::string& director) const {
    const auto found = m_subjects.find("instance " + instance + memberMark + director);
    return found == m_subjects.end() ? Place{} : found->second;
}

void PlaceIndex::collectKept(const model::Cluster& cluster) {
    std::unordered_set<std::string> comments;
    for (const model::Passthrough& entry : cluster.passthrough) {
        if (std::string key = keyOf(entry); !commentOf(key).empty())
            comments.insert(std::move(key));
        eachLine(entry.text, [&](std::uint32_t, std::string_view line) {
            if (std::string statement = foldedStatement(line); !statement.empty())
                m_keptStatements.insert(std::move(statement));
        });
    }
    if (comments.empty())
        return;
    for (std::size_t text = 0; text < m_texts.size(); ++text)
        eachLine(m_texts[text].text, [&](std::uint32_t number, std::string_view line) {
            if (std::string comment = commentOf(line); comments.contains(comment))
                m_keptPlaces[std::move(comment)].push_back({static_cast<int>(text), number});
        });
}

void PlaceIndex::assignKept(const model::Cluster& cluster) {
    std::set<std::pair<int, std::uint32_t>> taken;
    for (const model::Passthrough& entry : cluster.passthrough) {
        Place& place = m_kept.emplace_back();
        const auto found = m_keptPlaces.find(keyOf(entry));
        if (found == m_keptPlaces.end())
            continue;
        for (const Place& candidate : found->second) {
            const bool here =
                entry.director.empty() ||
                (candidate.known() && m_texts[static_cast<std::size_t>(candidate.text)].director == entry.director);
            if (here && taken.emplace(candidate.text, candidate.line).second) {
                place = candidate;
                break;
            }
        }
    }
}

Place PlaceIndex::kept(std::size_t passthrough) const { return passthrough < m_kept.size() ? m_kept[passthrough] : Place{}; }

} // namespace lvsdeck::console
