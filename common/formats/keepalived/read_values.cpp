// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>
#include <charconv>

namespace lvsdeck::formats::keepalived {

void BlockReader::keepUnread(const Node& node) {
    const std::string word(node.word(0));
    if (node.kind == Line::Kind::Kept) {
        say(Severity::Note, node, "kept from an earlier import, not managed");
    } else if (node.kind != Line::Kind::Opaque && !node.raw.empty()) {
        // Those were reported where they were met: an anonymous block by the parser.
        switch (knowledge(m_block, word)) {
        case Knowledge::Managed:
            if (node.raw.contains("${_"))
                break; // reported where its value was missing
            say(Severity::Warning, node,
                "the value of " + word +
                    " is not understood here, keepalived would not take it either; kept, not managed: "
                    "correct it and import again");
            break;
        case Knowledge::Kept:
            say(Severity::Note, node, word + " is kept, not managed by lvsdeck; an export writes it again");
            break;
        case Knowledge::Unknown: {
            // Looking for a near word is dear; a file with hundreds of unknown ones is another kind of file.
            const std::string near = ++m_reading.unknownWords <= 200 ? nearestWord(m_block, word) : std::string();
            say(Severity::Warning, node,
                "keepalived does not know “" + shortened(word, 60) + "” in " + std::string(blockName(m_block)) +
                    (near.empty() ? "" : ", perhaps " + near + " was meant") +
                    (node.block
                         ? "; keepalived 2 reads the lines inside as if they stood in " + std::string(blockName(m_block)) +
                               ", and takes the closing brace for the end of that, so that what follows is lost to it"
                         : "") +
                    "; kept, not managed, and an export writes it as a comment");
            break;
        }
        }
    }
    keep(node);
}

void BlockReader::absorb(std::vector<Kept> kept, const std::string& prefix) {
    for (Kept& entry : kept)
        m_kept.push_back({prefix + entry.place, std::move(entry.text)});
}

void BlockReader::keepComments(const Node& node) {
    if (std::string text = takeComments(node); !text.empty())
        m_kept.insert(m_kept.begin(), {{}, std::move(text)});
}

void BlockReader::tellSurplus(const Node& line) {
    // Those with more than one word behind the first; their readers look at all of them.
    static const std::set<std::string_view> several{"lb_kind",
                                                    "lvs_method",
                                                    "sorry_server",
                                                    "sorry_server_lvs_method",
                                                    "smtp_server",
                                                    "script_user",
                                                    "user",
                                                    "script",
                                                    "misc_path",
                                                    "lvs_sync_daemon",
                                                    "lvs_timeouts",
                                                    "status_code",
                                                    "regex",
                                                    "regex_options",
                                                    "payload",
                                                    "require_reply",
                                                    "process",
                                                    "init_file",
                                                    "quorum_up",
                                                    "quorum_down",
                                                    "notify_up",
                                                    "notify_down",
                                                    "notify",
                                                    "notify_master",
                                                    "notify_stop",
                                                    "notify_fault",
                                                    "notify_backup",
                                                    "notify_deleted",
                                                    "notify_master_rx_lower_pri"};
    if (line.block || line.words.size() <= 2 || several.contains(line.word(0)))
        return;
    if (line.word(0) == "weight" && (line.word(2) == "reverse" || line.word(2) == "noreverse"))
        return;
    tellHeadSurplus(line, 2);
}

void BlockReader::tellHeadSurplus(const Node& node, std::size_t most) {
    if (node.words.size() <= most)
        return;
    std::string surplus;
    for (std::size_t i = most; i < node.words.size() && surplus.size() < 200; ++i)
        (surplus += surplus.empty() ? "" : " ") += node.words[i].text;
    say(Severity::Warning, node,
        "keepalived reads " + std::string(most == 2 ? "one word" : "two words") + " behind " + shortened(node.word(0), 60) +
            ", so “" + shortened(surplus, 60) + "” means nothing; read without it");
}

std::optional<std::uint64_t> wholeNumber(std::string_view text, std::uint64_t least, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> signedNumber(std::string_view text, std::int64_t least, std::int64_t most) {
    std::int64_t value = 0;
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
        return std::nullopt;
    return value;
}

std::optional<std::chrono::microseconds> microsecondsValue(std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
    const auto whole = point == 0 ? std::optional<std::uint64_t>(0) : wholeNumber(text.substr(0, point), 0, 1'000'000'000);
    if (!whole || text.empty() || fraction.size() > 6 || (point == 0 && fraction.empty()))
        return std::nullopt;
    std::uint64_t micros = 0;
    if (!fraction.empty()) {
        const auto digits = wholeNumber(fraction, 0, 999'999);
        if (!digits)
            return std::nullopt;
        micros = *digits;
        for (std::size_t i = fraction.size(); i < 6; ++i)
            micros *= 10;
    }
    return std::chrono::microseconds(static_cast<std::int64_t>(*whole * 1'000'000 + micros));
}

std::optional<std::chrono::milliseconds> secondsValue(std::string_view text) {
    const auto micros = microsecondsValue(text);
    return micros ? std::optional(std::chrono::milliseconds((micros->count() + 500) / 1000)) : std::nullopt;
}

std::optional<std::chrono::seconds> wholeSeconds(std::string_view text) {
    const auto count = wholeNumber(text, 0, 4'294'967);
    return count ? std::optional(std::chrono::seconds(*count)) : std::nullopt;
}

std::optional<bool> booleanValue(std::string_view text) {
    std::string word(text);
    std::ranges::transform(word, word.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (word.empty() || word == "true" || word == "on" || word == "yes")
        return true;
    if (word == "false" || word == "off" || word == "no")
        return false;
    return std::nullopt;
}

std::optional<IpAddress> addressValue(std::string_view text) {
    const auto address = IpAddress::parse(text);
    return address ? std::optional(*address) : std::nullopt;
}

std::optional<std::string> factOf(const Node& node, std::string_view key) {
    if (node.remarks != nullptr)
        for (const auto& [known, value] : node.remarks->facts)
            if (known == key)
                return std::string(value);
    return std::nullopt;
}

std::optional<TunnelWords> forwardingValue(const Node& node, std::size_t first) {
    using model::Forwarding;
    TunnelWords out;
    const std::string_view method = node.word(first);
    if (method == "NAT" || method == "DR") {
        out.forwarding = method == "NAT" ? Forwarding::Nat : Forwarding::Dr;
        return node.words.size() == first + 1 ? std::optional(out) : std::nullopt;
    }
    if (method != "TUN")
        return std::nullopt;
    out.forwarding = Forwarding::Tun;
    for (std::size_t i = first + 1; i < node.words.size(); ++i) {
        const std::string_view word = node.word(i);
        const std::string_view value = node.word(i + 1);
        if (word == "type" && (value == "ipip" || value == "gue" || value == "gre")) {
            out.tunnel.type = value == "ipip"  ? model::TunnelType::Ipip
                              : value == "gue" ? model::TunnelType::Gue
                                               : model::TunnelType::Gre;
            ++i;
        } else if (word == "port") {
            if (!assign(out.tunnel.port, wholeNumber(value, 1, 65535)))
                return std::nullopt;
            ++i;
        } else if (word == "nocsum" || word == "csum" || word == "remcsum") {
            out.tunnel.checksum = word == "nocsum" ? model::TunnelChecksum::None
                                  : word == "csum" ? model::TunnelChecksum::Csum
                                                   : model::TunnelChecksum::Remcsum;
        } else {
            return std::nullopt;
        }
    }
    return out;
}

} // namespace lvsdeck::formats::keepalived
