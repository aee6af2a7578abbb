// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class InstanceReader : public TrackingReader {
public:
    explicit InstanceReader(Reading& reading) : TrackingReader(reading, Block::Instance) {
        const Defaults& defaults = reading.defaults;
        m_instance.garp = defaults.garp;
        m_instance.downTimerAdverts = defaults.downTimerAdverts;
        m_instance.strict = defaults.strict;
        m_instance.lowerPriorityNoAdvert = defaults.lowerPriorityNoAdvert;
        m_instance.higherPrioritySendAdvert = defaults.higherPrioritySendAdvert;
        m_instance.checkUnicastSource = defaults.checkUnicastSource;
        m_instance.skipCheckAddresses = defaults.skipCheckAddresses;
        m_instance.notify.priorityChanges = defaults.notifyPriorityChanges;
        m_member.director = reading.director;
    }

    model::VrrpInstance read(const Node& node) {
        m_instance.name = node.word(1);
        m_subject = "instance " + m_instance.name;
        remember(node, m_subject);
        for (const Node& line : node.children)
            if (line.kind != Line::Kind::Plain || !understood(line))
                keepUnread(line);
            else
                tellSurplus(line);
        facts(node);
        finish(node);
        m_instance.members.push_back(std::move(m_member));
        keepComments(node);
        return std::move(m_instance);
    }

private:
    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
        if (word == "lvs_sync_daemon_interface")
            return readSyncInterface(m_reading, line, m_instance.name);
        const std::string_view value = line.word(1);
        if (line.block)
            return block(line, word);
        remember(line, m_subject + " " + fieldOf(word));
        if (word == "state")
            return state(line, value);
        if (word == "interface") {
            m_member.interface = value;
            return !value.empty();
        }
        if (word == "virtual_router_id")
            return assign(m_instance.vrid, wholeNumber(value, 1, 255));
        if (word == "priority")
            return assign(m_priority, wholeNumber(value, 1, 255));
        if (word == "advert_int")
            return assign(m_interval, secondsValue(value)) && (m_intervalLine = &line);
        if (word == "version")
            return assign(m_version, wholeNumber(value, 2, 3));
        if (word == "nopreempt" || word == "preempt") {
            m_instance.preempt = word == "preempt";
            m_preemptLine = &line;
            return line.words.size() == 1;
        }
        if (word == "preempt_delay") {
            const auto time = secondsValue(value);
            return time && *time <= seconds(1000) && assign(m_instance.preemptDelay, time);
        }
        if (word == "mcast_src_ip" || word == "unicast_src_ip")
            return assign(m_member.sourceAddress, addressValue(value));
        if (const auto flag = switched(line, word, value))
            return *flag;
        return notifyLine(line, word, m_instance.notify) || garp(word, value) || path(line, word, value);
    }

    /// Words without a value, or with a yes and no; nothing: another word.
    std::optional<bool> switched(const Node& line, std::string_view word, std::string_view value) {
        for (const auto& [name, target] :
             {std::pair("check_unicast_src", &m_instance.checkUnicastSource),
              std::pair("unicast_fault_no_peer", &m_instance.unicastFaultNoPeer),
              std::pair("track_src_ip", &m_member.trackSourceAddress), std::pair("vmac_xmit_base", &m_transmitBase),
              std::pair("promote_secondaries", &m_instance.promoteSecondaries)})
            if (word == name)
                return *target = true;
        if (word == "dont_track_primary") {
            m_member.trackInterface = false;
            return true;
        }
        if (word == "accept" || word == "no_accept") {
            m_accept = word == "accept";
            return true;
        }
        if (word == "smtp_alert")
            return assign(m_instance.smtpAlert, booleanValue(value));
        for (const auto& [name, target] : {std::pair("lower_prio_no_advert", &m_instance.lowerPriorityNoAdvert),
                                           std::pair("higher_prio_send_advert", &m_instance.higherPrioritySendAdvert),
                                           std::pair("skip_check_adv_addr", &m_instance.skipCheckAddresses),
                                           std::pair("strict_mode", &m_instance.strict)})
            if (word == name) {
                const bool done = assign(*target, booleanValue(value));
                if (done && !*target && word == "skip_check_adv_addr")
                    say(Severity::Warning, line,
                        "read as off; keepalived 2.2.7 has a mistake and switches it on: take the line away there");
                return done;
            }
        return std::nullopt;
    }

    /// How advertisements travel.
    bool path(const Node& line, std::string_view word, std::string_view value) {
        if (word == "unicast_ttl")
            return assign(m_instance.unicastTtl, wholeNumber(value, 0, 255));
        if (word == "old_unicast_checksum") {
            m_instance.oldUnicastChecksum =
                value.empty() ? model::OldUnicastChecksum::Always : model::OldUnicastChecksum::Never;
            return value.empty() || value == "never";
        }
        if (word == "mcast_dst_ip") {
            const auto group = addressValue(value);
            return group && group->isMulticast() && assign(m_instance.multicastGroup, group);
        }
        if (word != "use_vmac" || line.words.size() > 2 || (!value.empty() && !isDeviceName(value)))
            return false;
        m_instance.virtualMac.emplace().interface = value;
        return true;
    }

    /// A MAC address may stand there too, and that is kept.
    static bool isDeviceName(std::string_view text) { return std::ranges::count(text, ':') < 4 && text.size() <= 15; }

    /// What keepalived can say for all instances only.
    void facts(const Node& node) {
        for (const auto& [key, target] : {std::pair("garp_interval", &m_instance.garp.interval),
                                          std::pair("gna_interval", &m_instance.garp.neighbourInterval)})
            if (const auto text = factOf(node, key))
                assign(*target, microsecondsValue(*text));
        if (const auto text = factOf(node, "unicast_ttl"))
            assign(m_instance.unicastTtl, wholeNumber(*text, 0, 255));
    }

    bool garp(std::string_view word, std::string_view value) {
        if (word == "garp_master_delay")
            return assign(m_instance.garp.delay, wholeSeconds(value));
        if (word == "garp_master_repeat")
            return assign(m_instance.garp.repeat, wholeNumber(value, 0, 0xFFFFFFFFU));
        if (word == "garp_master_refresh")
            return assign(m_instance.garp.refresh, wholeSeconds(value));
        if (word == "garp_master_refresh_repeat")
            return assign(m_instance.garp.refreshRepeat, wholeNumber(value, 0, 0xFFFFFFFFU));
        if (word == "garp_lower_prio_delay")
            return assign(m_instance.garp.lowerPriorityDelay, wholeSeconds(value));
        if (word == "garp_lower_prio_repeat")
            return assign(m_instance.garp.lowerPriorityRepeat, wholeNumber(value, 0, 0xFFFFFFFFU));
        return word == "down_timer_adverts" && assign(m_instance.downTimerAdverts, wholeNumber(value, 1, 100));
    }

    bool block(const Node& line, std::string_view word) {
        if (word == "authentication")
            return authentication(line);
        if (word == "unicast_peer")
            return unicastPeers(line);
        if (word == "virtual_routes" || word == "virtual_rules")
            return routing(line, word == "virtual_routes");
        if (trackBlock(line, word, m_instance.tracking, m_member.trackInterfaces)) {
            remember(line, m_subject + " " + fieldOf(word));
            return true;
        }
        if (word != "virtual_ipaddress" && word != "virtual_ipaddress_excluded")
            return false;
        const bool excluded = word == "virtual_ipaddress_excluded";
        remember(line, m_subject + (excluded ? " excluded_addresses" : " addresses"));
        for (const Node& entry : line.children)
            if (entry.kind != Line::Kind::Plain || !address(entry, excluded)) {
                if (entry.kind == Line::Kind::Plain)
                    say(Severity::Error, entry,
                        "this is not a virtual address (wanted: an IP address, /prefix, dev, label); kept as "
                        "a comment "
                        "of the block: correct it and import again");
                keep(entry, excluded ? "/virtual_ipaddress_excluded" : "/virtual_ipaddress");
            }
        return true;
    }

    bool unicastPeers(const Node& block) {
        for (const Node& line : block.children) {
            model::UnicastPeer peer;
            const auto address = addressValue(line.word(0));
            bool done = line.kind == Line::Kind::Plain && address && !line.block;
            for (std::size_t i = 1; done && i < line.words.size(); i += 2) {
                const auto ttl = wholeNumber(line.word(i + 1), 0, 255);
                done = (line.word(i) == "min_ttl" && assign(peer.minTtl, ttl)) ||
                       (line.word(i) == "max_ttl" && assign(peer.maxTtl, ttl));
            }
            if (done) {
                peer.address = *address;
                m_member.unicastPeers.push_back(peer);
                continue;
            }
            if (line.kind == Line::Kind::Plain)
                say(Severity::Error, line,
                    "this is not a peer (wanted: an IP address, and perhaps min_ttl and max_ttl); kept, not managed");
            keepEntry(block, line);
        }
        return true;
    }

    bool routing(const Node& block, bool routes) {
        remember(block, m_subject + (routes ? " routes" : " rules"));
        for (const Node& line : block.children) {
            std::optional<model::VirtualRoute> route;
            std::optional<model::VirtualRule> rule;
            if (line.kind == Line::Kind::Plain && !line.block)
                routes ? void(route = readRoute(line)) : void(rule = readRule(line));
            if (route) {
                addRoute(line, std::move(*route));
            } else if (rule) {
                m_instance.rules.push_back(std::move(*rule));
            } else {
                if (line.kind == Line::Kind::Plain)
                    say(Severity::Warning, line,
                        std::string("lvsdeck does not manage this ") + (routes ? "route" : "rule") +
                            " with all of its words; kept, not managed, and an export writes it again");
                keep(line, routes ? "/virtual_routes" : "/virtual_rules");
            }
        }
        return true;
    }

    void addRoute(const Node& line, model::VirtualRoute route) {
        settleRoute(m_reading, line, route);
        m_instance.routes.push_back(std::move(route));
    }

    bool state(const Node& line, std::string_view value) {
        if (value == "MASTER" || value == "BACKUP") {
            m_state = value == "MASTER" ? model::InitialState::Master : model::InitialState::Backup;
            return true;
        }
        m_state = model::InitialState::Backup;
        say(Severity::Warning, line, "the state is MASTER or BACKUP, in capitals; read as BACKUP, as keepalived does");
        return true;
    }

    bool authentication(const Node& line) {
        std::optional<std::string> password;
        bool type = false;
        bool other = false;
        for (const Node& entry : line.children) {
            if (entry.word(0) == "auth_pass" && entry.words.size() >= 2)
                password = entry.word(1);
            else if (entry.word(0) == "auth_type" && entry.word(1) == "PASS")
                type = true;
            else
                other = true;
            if (entry.word(0) == "auth_pass" && entry.comment().starts_with('!'))
                say(Severity::Warning, entry,
                    "in keepalived 2 the ! begins a comment, up to 1.2 it was a part of the password; read "
                    "as the "
                    "shorter password: put it in quotes if it is longer");
        }
        if (other || !password || !type) {
            say(Severity::Warning, line,
                type || other ? "only auth_type PASS with a password is managed; this authentication is kept, not managed"
                              : "without auth_type PASS keepalived sends no password; kept, not managed: add auth_type PASS "
                                "if the password is wanted");
            keep(line);
            return true;
        }
        if (password->size() > 8) {
            say(Severity::Warning, line, "a VRRP password has at most 8 bytes; cut to 8, as keepalived does");
            password->resize(8);
        }
        m_instance.password = *password;
        m_authentication = &line;
        remember(line, m_subject + " password");
        return true;
    }

    bool address(const Node& line, bool excluded) {
        auto read = line.block ? std::nullopt : readAddress(line);
        if (!read)
            return false;
        model::VirtualAddress& entry = read->address;
        if (!read->rest.empty()) {
            say(Severity::Note, line, "“" + read->rest + "” is kept with the address, not managed");
            m_kept.push_back({"/virtual_ipaddress " + entry.address.toString(), std::move(read->rest)});
        }
        const auto& advertised = m_instance.addresses;
        if (!excluded && !advertised.empty() && advertised.front().address.family() != entry.address.family()) {
            say(Severity::Warning, line,
                "the first address decides whether an instance is IPv4 or IPv6, and keepalived ignores this "
                "one; read as an excluded address, which moves along");
            excluded = true;
        }
        (excluded ? m_instance.excludedAddresses : m_instance.addresses).push_back(std::move(entry));
        return true;
    }

    void finish(const Node& node) {
        finishMember(node);
        finishInterval();
        finishPath(node);
        finishStrict(node);
        if (m_instance.version == 3 && !m_instance.password.empty()) {
            say(Severity::Warning, *m_authentication,
                "VRRP version 3 has no authentication, and keepalived ignores it; dropped");
            m_instance.password.clear();
        }
        const bool first = m_member.initialState == model::InitialState::Master;
        if (!m_instance.preempt && (first || m_member.priority == 255)) {
            say(Severity::Warning, *m_preemptLine,
                "keepalived ignores nopreempt on a director that starts as MASTER or has priority 255, so it "
                "is read as preempting; if nopreempt is wanted, use state BACKUP on all directors");
            m_instance.preempt = true;
        }
        if (m_instance.vrid == 0)
            say(Severity::Error, node, "no virtual_router_id is given (1 to 255); keepalived refuses the instance: set one");
    }

    void finishMember(const Node& node) {
        const bool master = m_state == model::InitialState::Master;
        m_member.priority = m_priority.value_or(master ? 255 : 100);
        if (!m_priority)
            say(Severity::Note, node,
                "no priority is given; keepalived takes " + std::to_string(m_member.priority) + ", and so does lvsdeck");
        m_member.initialState =
            m_state.value_or(m_member.priority == 255 ? model::InitialState::Master : model::InitialState::Backup);
        if (m_member.interface.empty())
            m_member.interface = m_reading.defaults.interface;
        if (m_member.interface.empty())
            say(Severity::Warning, node, "no interface is given; name the one that the advertisements leave by");
    }

    void finishInterval() {
        m_instance.version = m_version.value_or(m_reading.defaults.version.value_or(isV6() ? 3 : 2));
        m_instance.advertInterval = m_interval.value_or(milliseconds(1000));
        if (m_instance.version == 2 && m_instance.advertInterval % seconds(1) != milliseconds(0)) {
            const auto rounded = std::max(seconds(1), std::chrono::round<seconds>(m_instance.advertInterval));
            say(Severity::Warning, *m_intervalLine,
                "VRRP version 2 counts whole seconds; read as " + std::to_string(rounded.count()) +
                    " s, as keepalived does");
            m_instance.advertInterval = rounded;
        }
        if (m_instance.version == 3 && m_instance.advertInterval.count() % 10 != 0) {
            say(Severity::Warning, *m_intervalLine, "VRRP version 3 counts in steps of 10 ms; rounded");
            m_instance.advertInterval = milliseconds((m_instance.advertInterval.count() + 5) / 10 * 10);
        }
    }

    void finishPath(const Node& node) {
        const Defaults& defaults = m_reading.defaults;
        const bool unicast = !m_member.unicastPeers.empty();
        if (unicast && m_instance.multicastGroup)
            say(Severity::Warning, node, "keepalived ignores mcast_dst_ip where there are unicast peers; dropped");
        if (unicast)
            m_instance.multicastGroup.reset();
        else if (!m_instance.multicastGroup)
            m_instance.multicastGroup = isV6() ? defaults.multicastGroup6 : defaults.multicastGroup4;
        if (m_transmitBase && !m_instance.virtualMac)
            say(Severity::Warning, node, "vmac_xmit_base has no effect without use_vmac, and is dropped");
        if (m_instance.virtualMac)
            m_instance.virtualMac->transmitBase = m_transmitBase;
    }

    void finishStrict(const Node& node) {
        m_instance.accept = m_accept.value_or(!m_instance.strict);
        if (m_instance.strict && m_instance.accept && m_instance.version == 2)
            say(Severity::Note, node, "strict_mode and accept contradict each other in VRRP version 2");
        if (m_instance.strict)
            m_instance.lowerPriorityNoAdvert = true;
        if (m_instance.strict && m_instance.higherPrioritySendAdvert) {
            say(Severity::Note, node,
                "strict mode does not know higher_prio_send_advert, and keepalived resets it; dropped");
            m_instance.higherPrioritySendAdvert = false;
        }
    }

    [[nodiscard]] bool isV6() const { return !m_instance.addresses.empty() && !m_instance.addresses.front().address.isV4(); }

    model::VrrpInstance m_instance;
    model::Member m_member;
    std::string m_subject;
    std::optional<std::uint8_t> m_version;
    std::optional<std::uint8_t> m_priority;
    std::optional<model::InitialState> m_state;
    std::optional<milliseconds> m_interval;
    std::optional<bool> m_accept;
    bool m_transmitBase = false;
    const Node* m_intervalLine = nullptr;
    const Node* m_preemptLine = nullptr;
    const Node* m_authentication = nullptr;
};

} // namespace

void readInstance(Reading& reading, const Node& node) {
    InstanceReader reader(reading);
    model::VrrpInstance instance = reader.read(node);
    for (Kept& kept : reader.takeKept())
        reading.cluster.passthrough.push_back({{}, "vrrp_instance " + instance.name + kept.place, std::move(kept.text)});
    reading.cluster.instances.push_back(std::move(instance));
}

} // namespace lvsdeck::formats::keepalived
