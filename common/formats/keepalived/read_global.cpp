// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

class GlobalReader : public BlockReader {
public:
    explicit GlobalReader(Reading& reading) : BlockReader(reading, Block::GlobalDefs) {}

    void read(const Node& node) {
        for (const Node& line : node.children)
            if (line.kind != Line::Kind::Plain || !understood(line))
                keepUnread(line);
    }

private:
    bool understood(const Node& line) {
        model::Notification& mail = m_reading.cluster.notification;
        model::Director& director = m_reading.cluster.directors.front();
        const std::string_view word = line.word(0);
        const std::string value(line.word(1));
        if (line.block)
            return word == "notification_email" && recipients(line, mail);
        if (word == "router_id" || word == "lvs_id") {
            if (value.empty())
                return false;
            if (word == "lvs_id")
                say(Severity::Note, line, "lvs_id is the old name of router_id and is read as that");
            director.routerId = value == director.id ? std::string() : value;
            return true;
        }
        if (word == "notification_email_from")
            return assignText(mail.from, value);
        if (word == "smtp_server")
            return smtpServer(line, mail);
        if (word == "smtp_connect_timeout") {
            const auto time = wholeNumber(value, 1, 4294);
            if (time)
                mail.smtpConnectTimeout = std::chrono::seconds(*time);
            return time.has_value();
        }
        if (word == "vrrp_garp_interval" || word == "vrrp_gna_interval") {
            if (wholeNumber(value, 0, 0)) {
                say(Severity::Note, line,
                    std::string(word) + " 0 is refused by keepalived 2 and means the default; dropped");
                return true;
            }
            return false;
        }
        return instanceDefault(line, word, value);
    }

    bool instanceDefault(const Node& line, std::string_view word, std::string_view value) {
        Defaults& defaults = m_reading.defaults;
        bool done = false;
        if (word == "vrrp_version")
            done = assign(defaults.version, wholeNumber(value, 2, 3));
        else if (word == "vrrp_garp_master_delay")
            done = assign(defaults.garp.delay, wholeSeconds(value));
        else if (word == "vrrp_garp_master_repeat")
            done = assign(defaults.garp.repeat, wholeNumber(value, 0, 0xFFFFFFFFU));
        else if (word == "vrrp_garp_master_refresh")
            done = assign(defaults.garp.refresh, wholeSeconds(value));
        else if (word == "vrrp_garp_master_refresh_repeat")
            done = assign(defaults.garp.refreshRepeat, wholeNumber(value, 0, 0xFFFFFFFFU));
        else if (word == "vrrp_down_timer_adverts")
            done = assign(defaults.downTimerAdverts, wholeNumber(value, 1, 100));
        if (done)
            say(Severity::Note, line, "read as a setting of every VRRP instance that has none of its own");
        return done;
    }

    static bool assignText(std::string& target, const std::string& value) {
        target = value;
        return !value.empty();
    }

    bool recipients(const Node& block, model::Notification& mail) {
        for (const Node& line : block.children) {
            if (line.words.size() != 1 || line.block)
                say(Severity::Warning, line, "one mail address a line is wanted here; the first word was taken");
            if (!line.word(0).empty())
                mail.to.emplace_back(line.word(0));
        }
        return true;
    }

    bool smtpServer(const Node& line, model::Notification& mail) {
        const std::string_view host = line.word(1);
        if (host.empty() || line.words.size() > 3)
            return false;
        std::optional<std::uint64_t> port = 25;
        if (line.words.size() == 3)
            port = wholeNumber(line.word(2), 1, 65535);
        if (!port)
            return false;
        mail.smtpServer = host;
        mail.smtpPort = static_cast<std::uint16_t>(*port);
        return true;
    }
};

} // namespace

void readGlobalDefs(Reading& reading, const Node& node) {
    GlobalReader reader(reading);
    reader.read(node);
    for (Kept& kept : reader.takeKept())
        reading.cluster.passthrough.push_back({{}, "global_defs" + kept.place, std::move(kept.text)});
}

} // namespace lvsdeck::formats::keepalived
