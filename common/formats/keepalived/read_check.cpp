// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

class UrlReader : public BlockReader {
public:
    explicit UrlReader(Reading& reading) : BlockReader(reading, Block::Url) {}

    model::HttpUrl read(const Node& node) {
        for (const Node& line : node.children)
            if (line.kind == Line::Kind::Kept || line.kind == Line::Kind::Opaque || line.block || !understood(line))
                keepUnread(line);
        return std::move(m_url);
    }

private:
    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        if (line.words.size() < 2)
            return false;
        if (word == "path" && line.words.size() == 2)
            m_url.path = line.word(1);
        else if (word == "digest" && line.words.size() == 2)
            m_url.digest = line.word(1);
        else if (word == "virtualhost" && line.words.size() == 2)
            m_url.virtualHost = line.word(1);
        else
            return word == "status_code" && status(line);
        return true;
    }

    /// "200 301-302,404": numbers and ranges, separated by blanks or commas.
    bool status(const Node& line) {
        std::vector<model::StatusRange> ranges;
        for (std::size_t i = 1; i < line.words.size(); ++i) {
            std::string_view rest = line.word(i);
            while (!rest.empty()) {
                const std::string_view item = rest.substr(0, rest.find(','));
                rest.remove_prefix(std::min(item.size() + 1, rest.size()));
                const std::size_t dash = std::min(item.find('-'), item.size());
                const auto first = wholeNumber(item.substr(0, dash), 100, 599);
                const auto last = dash < item.size() ? wholeNumber(item.substr(dash + 1), 100, 599) : first;
                if (!first || !last || *first > *last)
                    return false;
                ranges.push_back({static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)});
            }
        }
        std::ranges::move(ranges, std::back_inserter(m_url.status));
        return true;
    }

    model::HttpUrl m_url;
};

class CheckReader : public BlockReader {
public:
    explicit CheckReader(Reading& reading) : BlockReader(reading, Block::Check) {}

    model::HealthCheck read(const Node& node) {
        m_isHttp = node.word(0) != "TCP_CHECK";
        m_http.tls = node.word(0) == "SSL_GET";
        for (const Node& line : node.children) {
            const bool wanted = line.kind == Line::Kind::Plain || line.kind == Line::Kind::Disabled;
            if (!wanted || !(line.block ? url(line) : understood(line)))
                keepUnread(line);
        }
        if (!m_isHttp)
            return model::TcpCheck{m_http};
        if (m_http.urls.empty())
            say(Severity::Warning, node, "this check has no url block, so it asks for nothing; add one");
        return std::move(m_http);
    }

private:
    bool url(const Node& line) {
        if (line.word(0) != "url" || !m_isHttp)
            return false;
        UrlReader reader(m_reading);
        model::HttpUrl read = reader.read(line);
        absorb(reader.takeKept(), "/url " + std::to_string(m_http.urls.size()));
        m_http.urls.push_back(std::move(read));
        return true;
    }

    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        const std::string_view value = line.word(1);
        if (word == "connect_ip")
            return assign(m_http.connectAddress, addressValue(value));
        if (word == "bindto")
            return assign(m_http.bindAddress, addressValue(value));
        if (word == "connect_port")
            return assign(m_http.connectPort, wholeNumber(value, 1, 65535));
        if (word == "retry" || word == "nb_get_retry")
            return retry(line, word, value);
        if (word == "connect_timeout" || word == "delay_loop") {
            const auto time = secondsValue(value);
            return time && *time > model::Milliseconds(0) &&
                   assign(word == "delay_loop" ? m_http.delayLoop : m_http.connectTimeout, time);
        }
        if (word == "delay_before_retry")
            return assign(m_http.delayBeforeRetry, secondsValue(value));
        if (word == "warmup")
            return assign(m_http.warmup, secondsValue(value));
        if (word == "enable_sni")
            return m_isHttp && assign(m_http.sni, booleanValue(value));
        if (word != "virtualhost" || !m_isHttp)
            return false;
        m_http.virtualHost = value;
        return !value.empty();
    }

    bool retry(const Node& line, std::string_view word, std::string_view value) {
        const auto count = wholeNumber(value, 0, 0xFFFFFFFFU);
        if (!count)
            return false;
        if (word == "nb_get_retry" && m_isHttp)
            say(Severity::Note, line, "nb_get_retry is the old name of retry and is read as that");
        else if (word == "nb_get_retry")
            say(Severity::Warning, line,
                "keepalived does not know nb_get_retry in TCP_CHECK (version 2 complains, older ones ignore "
                "it); read as "
                "retry, which is what was meant");
        m_http.retry = static_cast<std::uint32_t>(*count);
        return true;
    }

    bool m_isHttp = false;
    model::HttpCheck m_http; ///< its common part serves a TCP check too
};

} // namespace

ReadCheck readCheck(Reading& reading, const Node& node) {
    CheckReader reader(reading);
    ReadCheck out;
    out.check = reader.read(node);
    out.kept = reader.takeKept();
    return out;
}

} // namespace lvsdeck::formats::keepalived
