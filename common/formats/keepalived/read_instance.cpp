// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/read_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::keepalived {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class InstanceReader : public BlockReader {
public:
    explicit InstanceReader(Reading& reading) : BlockReader(reading, Block::Instance) {
        m_instance.garp = reading.defaults.garp;
        m_instance.downTimerAdverts = reading.defaults.downTimerAdverts;
        m_member.director = reading.director;
    }

    model::VrrpInstance read(const Node& node) {
        m_instance.name = node.word(1);
        m_subject = "instance " + m_instance.name;
        remember(node, m_subject);
        for (const Node& line : node.children)
            if (line.kind != Line::Kind::Plain || !understood(line))
                keepUnread(line);
        finish(node);
        m_instance.members.push_back(std::move(m_member));
        return std::move(m_instance);
    }

private:
    bool understood(const Node& line) {
        const std::string_view word = line.word(0);
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
        if (word == "mcast_src_ip")
            return assign(m_member.sourceAddress, addressValue(value));
        return garp(word, value);
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
        return word == "down_timer_adverts" && assign(m_instance.downTimerAdverts, wholeNumber(value, 1, 100));
    }

    /// The wire name of the field that a word sets, for the places of contradictions.
    static std::string fieldOf(std::string_view word) {
        static const std::map<std::string_view, std::string> fields{{"virtual_router_id", "vrid"},
                                                                    {"advert_int", "advert_interval"},
                                                                    {"nopreempt", "preempt"},
                                                                    {"garp_master_delay", "garp.delay"},
                                                                    {"garp_master_repeat", "garp.repeat"},
                                                                    {"garp_master_refresh", "garp.refresh"},
                                                                    {"garp_master_refresh_repeat", "garp.refresh_repeat"}};
        const auto found = fields.find(word);
        return found == fields.end() ? std::string(word) : found->second;
    }

    bool block(const Node& line, std::string_view word) {
        if (word == "authentication")
            return authentication(line);
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
        bool other = false;
        for (const Node& entry : line.children) {
            if (entry.word(0) == "auth_pass" && entry.words.size() >= 2)
                password = entry.word(1);
            else if (entry.word(0) != "auth_type" || entry.word(1) != "PASS")
                other = true;
            if (entry.word(0) == "auth_pass" && entry.comment.starts_with('!'))
                say(Severity::Warning, entry,
                    "in keepalived 2 the ! begins a comment, up to 1.2 it was a part of the password; read "
                    "as the "
                    "shorter password: put it in quotes if it is longer");
        }
        if (other || !password) {
            say(Severity::Warning, line,
                "only auth_type PASS with a password is managed; this authentication is kept, not managed");
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
        const std::string_view first = line.word(0);
        const std::size_t slash = std::min(first.find('/'), first.size());
        const auto parsed = addressValue(first.substr(0, slash));
        if (!parsed || line.block)
            return false;
        model::VirtualAddress entry;
        entry.address = *parsed;
        entry.prefixLength = parsed->isV4() ? 32 : 128;
        if (slash < first.size() && !assign(entry.prefixLength, wholeNumber(first.substr(slash + 1), 1, entry.prefixLength)))
            return false;
        std::string rest;
        for (std::size_t i = 1; i < line.words.size(); ++i) {
            const std::string_view word = line.word(i);
            if ((word == "dev" || word == "label") && i + 1 < line.words.size())
                (word == "dev" ? entry.device : entry.label) = line.word(++i);
            else
                rest += (rest.empty() ? "" : " ") + std::string(word);
        }
        if (!rest.empty()) {
            say(Severity::Note, line, "“" + rest + "” is kept with the address, not managed");
            m_kept.push_back({"/virtual_ipaddress " + entry.address.toString(), rest});
        }
        const auto& advertised = m_instance.addresses;
        if (!excluded && !advertised.empty() && advertised.front().address.family() != entry.address.family()) {
            say(Severity::Warning, line,
                "the first address decides whether an instance is IPv4 or IPv6, and keepalived ignores this "
                "one; read as "
                "an excluded address, which moves along");
            excluded = true;
        }
        (excluded ? m_instance.excludedAddresses : m_instance.addresses).push_back(std::move(entry));
        return true;
    }

    void finish(const Node& node) {
        const bool v6 = !m_instance.addresses.empty() && !m_instance.addresses.front().address.isV4();
        m_instance.version = m_version.value_or(m_reading.defaults.version.value_or(v6 ? 3 : 2));
        m_instance.advertInterval = m_interval.value_or(milliseconds(1000));
        const bool master = m_state == model::InitialState::Master;
        m_member.priority = m_priority.value_or(master ? 255 : 100);
        if (!m_priority)
            say(Severity::Note, node,
                "no priority is given; keepalived takes " + std::to_string(m_member.priority) + ", and so does lvsdeck");
        m_member.initialState =
            m_state.value_or(m_member.priority == 255 ? model::InitialState::Master : model::InitialState::Backup);
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
        if (m_instance.version == 3 && !m_instance.password.empty()) {
            say(Severity::Warning, *m_authentication,
                "VRRP version 3 has no authentication, and keepalived ignores it; dropped");
            m_instance.password.clear();
        }
        if (!m_instance.preempt && (m_member.initialState == model::InitialState::Master || m_member.priority == 255)) {
            say(Severity::Warning, *m_preemptLine,
                "keepalived ignores nopreempt on a director that starts as MASTER or has priority 255, so it "
                "is read as preempting; "
                "if nopreempt is wanted, use state BACKUP on all directors");
            m_instance.preempt = true;
        }
        if (m_member.interface.empty())
            say(Severity::Warning, node, "no interface is given; name the one that the advertisements leave by");
        if (m_instance.vrid == 0)
            say(Severity::Error, node, "no virtual_router_id is given (1 to 255); keepalived refuses the instance: set one");
    }

    model::VrrpInstance m_instance;
    model::Member m_member;
    std::string m_subject;
    std::optional<std::uint8_t> m_version;
    std::optional<std::uint8_t> m_priority;
    std::optional<model::InitialState> m_state;
    std::optional<milliseconds> m_interval;
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
