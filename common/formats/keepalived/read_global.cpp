// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/check_words.hpp"
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
            else
                tellSurplus(line);
        keepComments(node);
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
        if (word == "smtp_helo_name")
            return assignText(mail.heloName, value);
        if (word == "script_user") {
            m_reading.cluster.scripts.user = value;
            m_reading.cluster.scripts.group = line.word(2);
            return !value.empty() && line.words.size() <= 3;
        }
        if (word == "vrrp_startup_delay")
            return assign(m_reading.cluster.vrrpStartupDelay, secondsValue(value));
        if (word == "vrrp_garp_interval" || word == "vrrp_gna_interval") {
            if (microsecondsValue(value) == std::chrono::microseconds(0)) {
                say(Severity::Note, line,
                    std::string(word) + " 0 is refused by keepalived 2 and means the default; dropped");
                return true;
            }
        }
        if (const auto flag = switched(word, value, mail))
            return *flag;
        if (const auto fifo = notifyFifo(line, word, mail))
            return *fifo;
        return readKernelWord(m_reading, line) || instanceDefault(line, word, value);
    }

    /// Words that are either a flag or a yes and no; nothing: another word.
    std::optional<bool> switched(std::string_view word, std::string_view value, model::Notification& mail) {
        for (const auto& [name, target] :
             {std::pair("no_email_faults", &mail.noFaultMail), std::pair("rs_init_notifies", &mail.notifyUpAtStart),
              std::pair("enable_script_security", &m_reading.cluster.scripts.security)})
            if (word == name)
                return *target = true;
        for (const auto& [name, target] :
             {std::pair("smtp_alert", &m_reading.defaults.alert), std::pair("smtp_alert_vrrp", &mail.alertVrrp),
              std::pair("smtp_alert_checker", &mail.alertCheckers),
              std::pair("checker_log_all_failures", &m_reading.defaults.logAllFailures)})
            if (word == name) {
                const auto on = booleanValue(value);
                if (on)
                    *target = on;
                return on.has_value();
            }
        return std::nullopt;
    }

    /// A FIFO of another user than root is kept as it is.
    static std::optional<bool> notifyFifo(const Node& line, std::string_view word, model::Notification& mail) {
        for (const auto& [name, target] :
             {std::pair("notify_fifo", &mail.fifo), std::pair("vrrp_notify_fifo", &mail.vrrpFifo),
              std::pair("lvs_notify_fifo", &mail.checkerFifo)}) {
            if (word != name)
                continue;
            if (line.words.size() == 2)
                *target = line.word(1);
            return line.words.size() == 2 && !target->empty();
        }
        return std::nullopt;
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
        else if (word == "vrrp_garp_lower_prio_delay")
            done = assign(defaults.garp.lowerPriorityDelay, wholeSeconds(value));
        else if (word == "vrrp_garp_lower_prio_repeat")
            done = assign(defaults.garp.lowerPriorityRepeat, wholeNumber(value, 0, 0xFFFFFFFFU));
        else if (word == "vrrp_garp_interval")
            done = assign(defaults.garp.interval, microsecondsValue(value));
        else if (word == "vrrp_gna_interval")
            done = assign(defaults.garp.neighbourInterval, microsecondsValue(value));
        else if (word == "vrrp_mcast_group4" || word == "vrrp_mcast_group6")
            done = multicastGroup(word.back() == '4', value);
        else if (word == "vrrp_min_garp")
            done = minimalGarp(value);
        else if (word == "default_interface")
            done = assignText(defaults.interface, std::string(value)) && usedElsewhere(line);
        else
            done = instanceFlag(word, value);
        if (done)
            say(Severity::Note, line, "read as a setting of every VRRP instance that has none of its own");
        return done;
    }

    bool instanceFlag(std::string_view word, std::string_view value) {
        Defaults& defaults = m_reading.defaults;
        for (const auto& [name, target] :
             {std::pair("vrrp_strict", &defaults.strict), std::pair("vrrp_check_unicast_src", &defaults.checkUnicastSource),
              std::pair("vrrp_skip_check_adv_addr", &defaults.skipCheckAddresses),
              std::pair("vrrp_lower_prio_no_advert", &defaults.lowerPriorityNoAdvert),
              std::pair("vrrp_higher_prio_send_advert", &defaults.higherPrioritySendAdvert),
              std::pair("vrrp_notify_priority_changes", &defaults.notifyPriorityChanges)})
            if (word == name)
                return assign(*target, booleanValue(value));
        return false;
    }

    bool multicastGroup(bool v4, std::string_view value) {
        const auto group = addressValue(value);
        if (!group || group->isV4() != v4 || !group->isMulticast())
            return false;
        (v4 ? m_reading.defaults.multicastGroup4 : m_reading.defaults.multicastGroup6) = group;
        return true;
    }

    /// One burst of one packet.
    bool minimalGarp(std::string_view value) {
        const auto on = booleanValue(value);
        if (on.value_or(false)) {
            m_reading.defaults.garp.repeat = 1;
            m_reading.defaults.garp.delay = std::chrono::milliseconds(0);
        }
        return on.has_value();
    }

    /// Static addresses and routes take it too, and they are kept.
    bool usedElsewhere(const Node& line) {
        keep(line);
        return true;
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

void settleGlobals(Reading& reading) {
    model::Notification& mail = reading.cluster.notification;
    for (std::optional<bool>* alert : {&mail.alertVrrp, &mail.alertCheckers})
        if (!*alert)
            *alert = reading.defaults.alert;
    if (!reading.defaults.logAllFailures.value_or(false))
        return;
    for (model::VirtualService& service : reading.cluster.services)
        for (model::RealServer& server : service.servers)
            for (model::HealthCheck& check : server.checks.edit())
                if (auto& own = model::settings(check).logAllFailures; commonWords(check).cycle && !own)
                    own = true;
}

} // namespace lvsdeck::formats::keepalived
