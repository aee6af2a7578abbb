// SPDX-License-Identifier: GPL-3.0-or-later
// Where things stand in the texts, for contradictions between several directors' files.
#include "common/formats/keepalived/read_parts.hpp"

namespace lvsdeck::formats::keepalived {

std::string fieldOf(std::string_view word) {
    static const std::map<std::string_view, std::string> fields{{"virtual_router_id", "vrid"},
                                                                {"advert_int", "advert_interval"},
                                                                {"nopreempt", "preempt"},
                                                                {"garp_master_delay", "garp.delay"},
                                                                {"garp_master_repeat", "garp.repeat"},
                                                                {"garp_master_refresh", "garp.refresh"},
                                                                {"garp_master_refresh_repeat", "garp.refresh_repeat"},
                                                                {"garp_lower_prio_delay", "garp.lower_priority_delay"},
                                                                {"garp_lower_prio_repeat", "garp.lower_priority_repeat"},
                                                                {"no_accept", "accept"},
                                                                {"strict_mode", "strict"},
                                                                {"mcast_dst_ip", "multicast_group"},
                                                                {"check_unicast_src", "check_unicast_source"},
                                                                {"skip_check_adv_addr", "skip_check_addresses"},
                                                                {"use_vmac", "virtual_mac"},
                                                                {"notify", "notify.any"},
                                                                {"notify_master", "notify.master"},
                                                                {"notify_backup", "notify.backup"},
                                                                {"notify_fault", "notify.fault"},
                                                                {"notify_stop", "notify.stop"},
                                                                {"virtual_routes", "routes"},
                                                                {"virtual_rules", "rules"},
                                                                {"track_interface", "tracking.interfaces"},
                                                                {"track_script", "tracking.scripts"},
                                                                {"track_file", "tracking.files"},
                                                                {"track_process", "tracking.processes"},
                                                                {"group", "instances"},
                                                                {"global_tracking", "tracking_weight"},
                                                                {"user", "script"},
                                                                {"file", "path"},
                                                                {"param_match", "match"},
                                                                {"lb_algo", "scheduler"},
                                                                {"lvs_sched", "scheduler"},
                                                                {"lb_kind", "forwarding"},
                                                                {"lvs_method", "forwarding"},
                                                                {"persistence_granularity", "persistence_prefix"},
                                                                {"ops", "one_packet"},
                                                                {"virtualhost", "virtual_host"},
                                                                {"uthreshold", "upper_threshold"},
                                                                {"lthreshold", "lower_threshold"},
                                                                {"sorry_server_inhibit", "sorry_server"},
                                                                {"flag-1", "scheduler_flags"},
                                                                {"flag-2", "scheduler_flags"},
                                                                {"flag-3", "scheduler_flags"},
                                                                {"sh-port", "scheduler_flags"},
                                                                {"sh-fallback", "scheduler_flags"},
                                                                {"mh-port", "scheduler_flags"},
                                                                {"mh-fallback", "scheduler_flags"}};
    const auto found = fields.find(word);
    if (found != fields.end())
        return found->second;
    const bool isCheck = !word.empty() && word.front() >= 'A' && word.front() <= 'Z';
    return isCheck ? "checks" : std::string(word);
}

void BlockReader::remember(const Node& node, const std::string& subject) { m_reading.places.emplace(subject, node.place); }

void rememberBlock(Reading& reading, const Node& block, const std::string& subject) {
    reading.places.emplace(subject, block.place);
    if (!reading.alone)
        for (const Node& line : block.children)
            reading.places.emplace(subject + " " + fieldOf(line.word(0)), line.place);
}

std::string placeText(const Reading& reading, const std::string& subject, const std::string& field) {
    auto found = reading.places.find(subject + " " + field);
    if (found == reading.places.end())
        found = reading.places.find(subject);
    const std::size_t file = found == reading.places.end() ? 0 : found->second.file;
    const std::string name = file < reading.document.files.size() ? reading.document.files[file] : reading.director;
    return (name.empty() ? reading.director : name) +
           (found == reading.places.end() ? "" : ":" + std::to_string(found->second.line));
}

Place placeOf(const Reading& reading, const std::string& subject, const std::string& field) {
    if (const auto exact = reading.places.find(subject + " " + field); exact != reading.places.end())
        return exact->second;
    const auto found = reading.places.find(subject);
    return found == reading.places.end() ? Place{} : found->second;
}

} // namespace lvsdeck::formats::keepalived
