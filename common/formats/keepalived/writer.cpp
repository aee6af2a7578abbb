// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"

#include "common/formats/keepalived/preprocess.hpp"
#include "common/model/secrets.hpp"

#include <algorithm>

namespace lvsdeck::formats {

namespace keepalived {

namespace {

constexpr std::size_t maxLine = 1022; // keepalived's line buffer, without the line's end

std::string oneLine(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return std::string(trimmed(out));
}

} // namespace

Writer::Writer(const model::Cluster& cluster, std::string_view director, const KeepalivedOptions& options)
    : m_options(options) {
    for (const model::Passthrough& entry : cluster.passthrough)
        if (entry.director.empty() || entry.director == director)
            m_kept.emplace(entry.place, entry.text);
}

void Writer::line(std::string_view text) {
    const std::size_t begin = m_out.text.size();
    if (m_disabled > 0)
        m_out.text += disabledMark;
    m_out.text.append(4 * (m_blocks.size() - 1), ' ');
    m_out.text += text;
    if (m_out.text.size() - begin > maxLine)
        say(Severity::Error, shortened(text, 60),
            "the line is longer than the 1022 bytes that keepalived reads; shorten it");
    m_out.text += '\n';
}

void Writer::lacks(Block block, std::string_view word, Severity severity, std::string_view subject, std::string_view done) {
    say(severity, subject,
        std::string(word) + " needs keepalived " + toText(since(block, word)) + ", and the text is for " +
            toText(releaseOf(m_options.target)) + "; " + std::string(done));
}

bool Writer::offers(std::string_view word, std::string_view subject, std::string_view done) {
    if (!has(word))
        lacks(m_blocks.back(), word, Severity::Warning, subject, done);
    return has(word);
}

void Writer::setting(std::string_view word, std::string_view value, std::string_view subject) {
    if (!offers(word, subject))
        return;
    line(std::string(word) + (value.empty() ? "" : " ") + std::string(value));
    if (const Release release = since(m_blocks.back(), word); release > firstOf(m_options.target))
        say(Severity::Note, subject,
            std::string(word) + " needs keepalived " + toText(release) + "; see that the director has no older one");
}

void Writer::wholeSeconds(std::string_view word, std::chrono::milliseconds time, std::string_view subject) {
    const auto whole = std::chrono::ceil<std::chrono::seconds>(time);
    if (whole != time)
        say(Severity::Warning, subject,
            std::string(word) + " takes whole seconds in keepalived; rounded up to " + secondsText(whole) + " s");
    line(std::string(word) + " " + secondsText(whole));
}

void Writer::seconds(std::string_view word, std::string_view fraction, std::chrono::milliseconds time,
                     std::string_view subject) {
    const auto whole = std::chrono::ceil<std::chrono::seconds>(time);
    if (whole != time && !has(fraction)) {
        std::string done = "rounded up to ";
        done.append(secondsText(whole)).append(" s, because ").append(word).append(" takes whole seconds there");
        lacks(m_blocks.back(), fraction, Severity::Warning, subject, done);
        time = whole;
    }
    line(std::string(word) + " " + secondsText(time));
}

void Writer::open(std::string_view head, std::optional<Block> inner) {
    line(std::string(head) + " {");
    m_blocks.push_back(inner.value_or(m_blocks.back()));
}

void Writer::list(std::string_view head, const std::vector<std::string>& lines) {
    if (lines.empty())
        return;
    open(head);
    for (const std::string& entry : lines)
        line(entry);
    close();
}

void Writer::close() {
    m_blocks.pop_back();
    line("}");
}

void Writer::blank() { m_out.text += '\n'; }

void Writer::fact(std::string_view key, std::string_view value) {
    line(std::string(factMark) + std::string(key) + " " + oneLine(value));
}

std::string Writer::keptWords(const std::string& place) const {
    std::string out;
    const auto [first, last] = m_kept.equal_range(place);
    for (auto entry = first; entry != last; ++entry)
        out += " " + oneLine(entry->second);
    return out;
}

void Writer::keptEntries(const std::string& place) {
    const auto [first, last] = m_kept.equal_range(place);
    for (auto entry = first; entry != last; ++entry)
        for (std::string_view rest = entry->second; !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            line(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
}

void Writer::kept(const std::string& place, Block block, const std::vector<std::string_view>& contested) {
    const auto [first, last] = m_kept.equal_range(place);
    for (auto entry = first; entry != last; ++entry)
        keptText(entry->second, block, contested);
}

void Writer::keptText(const std::string& text, Block block, const std::vector<std::string_view>& contested) {
    std::vector<std::string> lines;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        lines.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto isCode = [](const std::string& candidate) { return !cutComment(candidate).code.empty(); };
    const auto statement = std::ranges::find_if(lines, isCode);
    if (statement == lines.end()) {
        comments(lines);
        return;
    }
    const std::string_view code = cutComment(*statement).code;
    const std::string word(code.substr(0, code.find_first_of(" \t{\"")));
    const bool preprocessed = code.front() == '@' || code.front() == '$' || code.front() == '~';
    const bool known =
        knowledge(block, word) == Knowledge::Kept ||
        (knowledge(block, word) == Knowledge::Unknown && since(block, word) > releaseOf(KeepalivedVersion::V2_2));
    const bool plain = preprocessed || word == "include" ||
                       std::ranges::find(contested, std::string_view(word)) != contested.end() ||
                       (known && has(block, word));
    if (known && !has(block, word))
        lacks(block, word, Severity::Warning, word, "this kept text is written as a comment");
    else if (!plain)
        say(Severity::Warning, word, "this kept text is written as a comment, because keepalived would not take it here");
    const bool masking = m_options.maskPasswords;
    for (const std::string& one : lines)
        line((plain ? std::string() : std::string(keptMark)) + (masking ? model::maskedText(one) : one));
}

/// An empty line keeps them apart from what follows, which would make them its own.
void Writer::comments(const std::vector<std::string>& lines) {
    for (const std::string& one : lines) {
        const bool secret = m_options.maskPasswords && (one.contains("auth_pass") || one.contains("password"));
        line(secret ? std::string("# a comment with a password") : one);
    }
    if (!lines.empty())
        blank();
}

void Writer::say(Severity severity, std::string_view subject, std::string text) {
    m_out.diagnostics.push_back({severity, {}, 0, 0, std::string(subject), std::move(text)});
}

std::string wordText(std::string_view text) {
    std::string clean = oneLine(text);
    std::erase(clean, '"'); // there is no way to write one
    const bool plain = !clean.empty() && clean.find_first_of(" \t#!{}\\") == std::string::npos;
    return plain ? clean : "\"" + clean + "\"";
}

std::string secondsText(std::chrono::milliseconds time) { return microsecondsText(time); }

std::string microsecondsText(std::chrono::microseconds time) {
    std::string out = std::to_string(time.count() / 1'000'000);
    if (const auto rest = time.count() % 1'000'000; rest > 0) {
        std::string digits = std::to_string(1'000'000 + rest).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        out += "." + digits;
    }
    return out;
}

std::string forwardingText(model::Forwarding forwarding, const model::Tunnel& tunnel) {
    if (forwarding != model::Forwarding::Tun)
        return forwarding == model::Forwarding::Nat ? "NAT" : "DR";
    std::string out = "TUN";
    if (tunnel.type != model::TunnelType::Ipip)
        out += tunnel.type == model::TunnelType::Gue ? " type gue" : " type gre";
    if (tunnel.port != 0)
        out += " port " + std::to_string(tunnel.port);
    if (tunnel.checksum != model::TunnelChecksum::None)
        out += tunnel.checksum == model::TunnelChecksum::Csum ? " csum" : " remcsum";
    return out;
}

std::string_view booleanText(bool value) { return value ? "true" : "false"; }

} // namespace keepalived

Result<KeepalivedVersion> keepalivedVersion(std::string_view text) {
    if (text == "1.2")
        return KeepalivedVersion::V1_2;
    if (text == "2.0")
        return KeepalivedVersion::V2_0;
    if (text == "2.2")
        return KeepalivedVersion::V2_2;
    if (text == "2.3")
        return KeepalivedVersion::V2_3;
    return failure(ErrorCode::InvalidInput,
                   "“" + std::string(text) + "” is not a target for keepalived; choose 1.2, 2.0, 2.2 or 2.3");
}

namespace {

using namespace keepalived;

std::string targetText(KeepalivedVersion target) {
    const Release release = releaseOf(target);
    return std::to_string(release.major) + "." + std::to_string(release.minor);
}

void writeHead(Writer& out, const model::Cluster& cluster, const std::string& whose) {
    out.fact("Written", "by lvsdeck for " + whose + " and keepalived " + targetText(out.options().target) +
                            ", from revision " + std::to_string(cluster.revision) +
                            (cluster.name.empty() ? " of the cluster" : " of the cluster “" + cluster.name + "”"));
    out.fact("Lines", "that begin like this one say what keepalived has no word for");
    if (!cluster.name.empty())
        out.fact("cluster", cluster.name);
    out.fact("revision", std::to_string(cluster.revision));
}

/// Everything behind the head.
void writeBody(Writer& out, const model::Cluster& cluster, const model::Director& director) {
    writeKernelFacts(out, cluster);
    out.blank();
    const Common common = commonSettings(out, cluster, director.id);
    writeGlobalDefs(out, cluster, director, common);
    out.blank();
    out.kept({}, Block::Root, {"track_group", "static_ipaddress", "static_routes", "static_rules"});
    writeTrackedThings(out, cluster);
    writeStatics(out, cluster, director.id);
    writeSyncGroups(out, cluster, director.id);
    for (const model::VrrpInstance& instance : cluster.instances)
        if (const model::Member* member = model::findMember(instance, director.id))
            writeInstance(out, cluster, instance, *member, common);
    for (const model::ServiceGroup& group : cluster.serviceGroups)
        writeGroup(out, group);
    for (const model::VirtualService& service : cluster.services)
        writeService(out, cluster, service);
}

Result<Exported> writeForAll(const model::Cluster& cluster, const KeepalivedOptions& options) {
    if (cluster.directors.empty())
        return failure(ErrorCode::InvalidInput, "the cluster “" + cluster.name + "” has no director to write a file for",
                       "directors");
    if (const Release needed = since(Block::Root, "@"); needed > releaseOf(options.target))
        return failure(ErrorCode::Unsupported, "one file for all directors needs the conditions (@) of keepalived " +
                                                   toText(needed) +
                                                   "; write a file for each director, or for a newer target");
    Writer head(cluster, {}, options);
    writeHead(head, cluster, "all directors");
    std::vector<std::string> ids;
    std::vector<std::string> texts;
    Exported out;
    for (const model::Director& director : cluster.directors) {
        Writer one(cluster, director.id, options);
        writeBody(one, cluster, director);
        Exported part = one.take();
        ids.push_back(director.id);
        texts.push_back(std::move(part.text));
        // What all directors have is said once.
        for (Diagnostic& diagnostic : part.diagnostics)
            if (std::ranges::find(out.diagnostics, diagnostic) == out.diagnostics.end())
                out.diagnostics.push_back(std::move(diagnostic));
    }
    std::string list;
    for (const std::string& id : ids)
        list += (list.empty() ? "" : " ") + id;
    head.fact("directors", list);
    head.fact("Behind", "“@ID” stands what is only for the director ID: start each keepalived with --config-id ID");
    out.text = head.take().text + mergedTexts(ids, texts);
    return out;
}

} // namespace

Result<Exported> writeKeepalived(const model::Cluster& cluster, std::string_view directorId,
                                 const KeepalivedOptions& options) {
    if (options.conditional && directorId.empty())
        return writeForAll(cluster, options);
    if (options.conditional)
        return failure(ErrorCode::InvalidInput,
                       "one file for all directors cannot be the file of “" + std::string(directorId) +
                           "” too; leave the director out, or the wish for one file",
                       "directors");
    const model::Director* director = model::findDirector(cluster, directorId);
    if (director == nullptr)
        return failure(ErrorCode::NotFound,
                       "the cluster “" + cluster.name + "” has no director “" + std::string(directorId) +
                           "”; name one of its directors",
                       "directors");
    Writer out(cluster, directorId, options);
    writeHead(out, cluster, director->id);
    out.fact("director", director->id);
    writeBody(out, cluster, *director);
    return out.take();
}

} // namespace lvsdeck::formats
