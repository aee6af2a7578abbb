// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/words.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>

namespace lvsdeck::formats::keepalived {

namespace {

using Words = std::span<const std::string_view>;

struct Vocabulary {
    std::string_view name;
    Words managed;
    Words kept;
};

constexpr std::string_view rootManaged[] = {"global_defs",     "vrrp_instance", "virtual_server_group", "virtual_server",
                                            "vrrp_sync_group", "vrrp_script",   "vrrp_track_process",   "track_file",
                                            "vrrp_track_file", "track_group",   "static_ipaddress",     "static_routes",
                                            "static_rules"};
constexpr std::string_view rootKept[] = {"linkbeat_use_polling",
                                         "net_namespace",
                                         "net_namespace_ipvs",
                                         "namespace_with_ipsets",
                                         "use_pid_dir",
                                         "instance",
                                         "child_wait_time",
                                         "garp_group",
                                         "linkbeat_interfaces",
                                         "interface_up_down_delays",
                                         "bfd_instance",
                                         "SSL",
                                         "include",
                                         "includer",
                                         "includem",
                                         "includew",
                                         "includeb",
                                         "includea"};

constexpr std::string_view globalManaged[] = {"lvs_sync_daemon",
                                              "lvs_timeouts",
                                              "router_id",
                                              "notification_email",
                                              "notification_email_from",
                                              "smtp_server",
                                              "smtp_connect_timeout",
                                              "vrrp_version",
                                              "vrrp_garp_master_delay",
                                              "vrrp_garp_master_repeat",
                                              "vrrp_garp_master_refresh",
                                              "vrrp_garp_master_refresh_repeat",
                                              "vrrp_down_timer_adverts",
                                              "smtp_helo_name",
                                              "smtp_alert",
                                              "smtp_alert_vrrp",
                                              "smtp_alert_checker",
                                              "checker_log_all_failures",
                                              "no_email_faults",
                                              "rs_init_notifies",
                                              "vrrp_mcast_group4",
                                              "vrrp_mcast_group6",
                                              "vrrp_garp_lower_prio_delay",
                                              "vrrp_garp_lower_prio_repeat",
                                              "vrrp_garp_interval",
                                              "vrrp_gna_interval",
                                              "vrrp_min_garp",
                                              "vrrp_lower_prio_no_advert",
                                              "vrrp_higher_prio_send_advert",
                                              "vrrp_check_unicast_src",
                                              "vrrp_skip_check_adv_addr",
                                              "vrrp_strict",
                                              "notify_fifo",
                                              "vrrp_notify_fifo",
                                              "lvs_notify_fifo",
                                              "vrrp_notify_priority_changes",
                                              "script_user",
                                              "enable_script_security",
                                              "vrrp_startup_delay"};
constexpr std::string_view globalKept[] = {"no_checker_emails",
                                           "dynamic_interfaces",
                                           "default_interface",
                                           "lvs_flush",
                                           "lvs_flush_on_stop",
                                           "lvs_flush_onstop",
                                           "vrrp_garp_extra_if",
                                           "vrrp_iptables",
                                           "nftables",
                                           "nftables_priority",
                                           "nftables_ifindex",
                                           "nftables_counters",
                                           "nftables_ipvs",
                                           "nftables_ipvs_priority",
                                           "nftables_ipvs_start_fwmark",
                                           "notify_fifo_script",
                                           "vrrp_notify_fifo_script",
                                           "lvs_notify_fifo_script",
                                           "fifo_write_vrrp_states_on_reload",
                                           "startup_script",
                                           "startup_script_timeout",
                                           "shutdown_script",
                                           "shutdown_script_timeout",
                                           "vrrp_priority",
                                           "checker_priority",
                                           "bfd_priority",
                                           "vrrp_rt_priority",
                                           "checker_rt_priority",
                                           "bfd_rt_priority",
                                           "vrrp_no_swap",
                                           "checker_no_swap",
                                           "bfd_no_swap",
                                           "vrrp_cpu_affinity",
                                           "checker_cpu_affinity",
                                           "bfd_cpu_affinity",
                                           "vrrp_rlimit_rttime",
                                           "checker_rlimit_rttime",
                                           "bfd_rlimit_rttime",
                                           "process_names",
                                           "process_name",
                                           "vrrp_process_name",
                                           "lvs_process_name",
                                           "checker_process_name",
                                           "bfd_process_name",
                                           "enable_snmp_vrrp",
                                           "enable_snmp_checker",
                                           "enable_snmp_rfc",
                                           "enable_snmp_rfcv2",
                                           "enable_snmp_rfcv3",
                                           "enable_snmp_keepalived",
                                           "snmp_socket",
                                           "enable_traps",
                                           "enable_dbus",
                                           "dbus_service_name",
                                           "umask",
                                           "random_seed",
                                           "log_unknown_vrids",
                                           "disable_local_igmp",
                                           "vmac_prefix",
                                           "vmac_addr_prefix",
                                           "reload_check_config",
                                           "reload_time_file",
                                           "reload_repeat",
                                           "reload_file",
                                           "include_check",
                                           "config_save_dir",
                                           "tmp_config_directory",
                                           "data_use_instance",
                                           "max_auto_priority",
                                           "min_auto_priority_delay",
                                           "vrrp_netlink_cmd_rcv_bufs",
                                           "vrrp_netlink_cmd_rcv_bufs_force",
                                           "vrrp_netlink_monitor_rcv_bufs",
                                           "vrrp_netlink_monitor_rcv_bufs_force",
                                           "lvs_netlink_cmd_rcv_bufs",
                                           "lvs_netlink_cmd_rcv_bufs_force",
                                           "lvs_netlink_monitor_rcv_bufs",
                                           "lvs_netlink_monitor_rcv_bufs_force",
                                           "vrrp_rx_bufs_policy",
                                           "vrrp_rx_bufs_multiplier",
                                           "process_monitor_rcv_bufs",
                                           "process_monitor_rcv_bufs_force",
                                           "use_pid_dir",
                                           "net_namespace",
                                           "instance",
                                           "config_id"};

constexpr std::string_view instanceManaged[] = {"lvs_sync_daemon_interface",
                                                "state",
                                                "interface",
                                                "virtual_router_id",
                                                "priority",
                                                "advert_int",
                                                "version",
                                                "authentication",
                                                "virtual_ipaddress",
                                                "virtual_ipaddress_excluded",
                                                "nopreempt",
                                                "preempt",
                                                "preempt_delay",
                                                "mcast_src_ip",
                                                "garp_master_delay",
                                                "garp_master_repeat",
                                                "garp_master_refresh",
                                                "garp_master_refresh_repeat",
                                                "down_timer_adverts",
                                                "virtual_routes",
                                                "virtual_rules",
                                                "track_interface",
                                                "track_script",
                                                "track_file",
                                                "track_process",
                                                "unicast_src_ip",
                                                "unicast_peer",
                                                "unicast_ttl",
                                                "check_unicast_src",
                                                "unicast_fault_no_peer",
                                                "old_unicast_checksum",
                                                "mcast_dst_ip",
                                                "track_src_ip",
                                                "use_vmac",
                                                "vmac_xmit_base",
                                                "dont_track_primary",
                                                "garp_lower_prio_delay",
                                                "garp_lower_prio_repeat",
                                                "lower_prio_no_advert",
                                                "higher_prio_send_advert",
                                                "skip_check_adv_addr",
                                                "strict_mode",
                                                "accept",
                                                "no_accept",
                                                "promote_secondaries",
                                                "notify_master",
                                                "notify_backup",
                                                "notify_fault",
                                                "notify_stop",
                                                "notify_deleted",
                                                "notify",
                                                "notify_master_rx_lower_pri",
                                                "smtp_alert",
                                                "notify_priority_changes"};
constexpr std::string_view instanceKept[] = {"track_bfd",          "use_vmac_addr",       "use_ipvlan",      "vrf",
                                             "native_ipv6",        "garp_extra_if",       "vmac_garp_intvl", "debug",
                                             "kernel_rx_buf_size", "linkbeat_use_polling"};

constexpr std::string_view groupManaged[] = {"group",
                                             "track_interface",
                                             "track_script",
                                             "track_file",
                                             "track_process",
                                             "notify_master",
                                             "notify_backup",
                                             "notify_fault",
                                             "notify_stop",
                                             "notify",
                                             "smtp_alert",
                                             "notify_priority_changes",
                                             "sync_group_tracking_weight",
                                             "global_tracking"};
constexpr std::string_view groupKept[] = {"track_bfd"};

constexpr std::string_view scriptManaged[] = {"script", "interval", "timeout", "weight",
                                              "rise",   "fall",     "user",    "init_fail"};
constexpr std::string_view fileManaged[] = {"file", "weight", "init_file"};
constexpr std::string_view processManaged[] = {"process", "param_match",     "weight",     "quorum",      "quorum_max",
                                               "delay",   "terminate_delay", "fork_delay", "full_command"};

constexpr std::string_view serviceManaged[] = {"quorum_up",
                                               "quorum_down",
                                               "smtp_alert",
                                               "delay_loop",
                                               "lb_algo",
                                               "lvs_sched",
                                               "lb_kind",
                                               "lvs_method",
                                               "protocol",
                                               "persistence_timeout",
                                               "persistence_granularity",
                                               "persistence_engine",
                                               "ops",
                                               "flag-1",
                                               "flag-2",
                                               "flag-3",
                                               "sh-port",
                                               "sh-fallback",
                                               "mh-port",
                                               "mh-fallback",
                                               "ip_family",
                                               "ha_suspend",
                                               "alpha",
                                               "omega",
                                               "quorum",
                                               "hysteresis",
                                               "sorry_server",
                                               "sorry_server_inhibit",
                                               "sorry_server_lvs_method",
                                               "inhibit_on_failure",
                                               "virtualhost",
                                               "weight",
                                               "retry",
                                               "delay_before_retry",
                                               "warmup",
                                               "connect_timeout",
                                               "real_server"};
constexpr std::string_view serviceKept[] = {"hashed", "snmp_name"};

constexpr std::string_view serverManaged[] = {
    "notify_up",  "notify_down",        "smtp_alert",  "SMTP_CHECK", "DNS_CHECK",          "UDP_CHECK",
    "PING_CHECK", "MISC_CHECK",         "FILE_CHECK",  "weight",     "lvs_method",         "uthreshold",
    "lthreshold", "inhibit_on_failure", "alpha",       "retry",      "delay_before_retry", "warmup",
    "delay_loop", "connect_timeout",    "virtualhost", "TCP_CHECK",  "HTTP_GET",           "SSL_GET"};
constexpr std::string_view serverKept[] = {"snmp_name", "BFD_CHECK"};

constexpr std::string_view checkManaged[] = {"bind_port",
                                             "bind_if",
                                             "fwmark",
                                             "alpha",
                                             "log_all_failures",
                                             "http_protocol",
                                             "fast_recovery",
                                             "helo_name",
                                             "host",
                                             "type",
                                             "name",
                                             "payload",
                                             "require_reply",
                                             "min_reply_length",
                                             "max_reply_length",
                                             "misc_path",
                                             "misc_timeout",
                                             "misc_dynamic",
                                             "user",
                                             "track_file",
                                             "weight",
                                             "connect_ip",
                                             "connect_port",
                                             "bindto",
                                             "connect_timeout",
                                             "retry",
                                             "delay_before_retry",
                                             "warmup",
                                             "delay_loop",
                                             "url",
                                             "virtualhost",
                                             "enable_sni",
                                             "nb_get_retry"};
constexpr std::string_view urlManaged[] = {
    "regex", "regex_no_match", "regex_options", "regex_min_offset", "regex_max_offset",
    "path",  "digest",         "status_code",   "virtualhost"};
constexpr std::string_view urlKept[] = {"regex_stack"};

const Vocabulary& vocabulary(Block block) {
    static constexpr Vocabulary root{"the top level", rootManaged, rootKept};
    static constexpr Vocabulary global{"global_defs", globalManaged, globalKept};
    static constexpr Vocabulary instance{"vrrp_instance", instanceManaged, instanceKept};
    static constexpr Vocabulary group{"vrrp_sync_group", groupManaged, groupKept};
    static constexpr Vocabulary script{"vrrp_script", scriptManaged, {}};
    static constexpr Vocabulary file{"track_file", fileManaged, {}};
    static constexpr Vocabulary process{"vrrp_track_process", processManaged, {}};
    static constexpr Vocabulary serviceGroup{"virtual_server_group", {}, {}};
    static constexpr Vocabulary service{"virtual_server", serviceManaged, serviceKept};
    static constexpr Vocabulary server{"real_server", serverManaged, serverKept};
    static constexpr Vocabulary check{"a check", checkManaged, {}};
    static constexpr Vocabulary url{"url", urlManaged, urlKept};
    switch (block) {
    case Block::Root: return root;
    case Block::GlobalDefs: return global;
    case Block::Instance: return instance;
    case Block::SyncGroup: return group;
    case Block::Script: return script;
    case Block::TrackFile: return file;
    case Block::TrackProcess: return process;
    case Block::ServiceGroup: return serviceGroup;
    case Block::Service: return service;
    case Block::Server: return server;
    case Block::Check: return check;
    case Block::Url: return url;
    }
    return root;
}

constexpr std::size_t longestWord = 40; // of those that are asked for

/// Which characters a word has; one bit may stand for several.
std::uint64_t lettersOf(std::string_view word) {
    std::uint64_t out = 0;
    for (const char c : word)
        out |= std::uint64_t{1} << (static_cast<unsigned char>(c) % 64U);
    return out;
}

/// Edits between two short words; exchanged neighbours count one. More than `most`: some number above it.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most) {
    // This is asked for every unknown word and every word that is known.
    std::array<std::array<std::uint8_t, longestWord + 8>, longestWord + 8>
        rows; // NOLINT(cppcoreguidelines-pro-type-member-init): all that is read is written
    if (a.size() >= rows.size() || b.size() >= rows.size())
        return most + 1;
    std::size_t leastAbove = 0; // in the row above
    for (std::size_t i = 0; i <= a.size(); ++i) {
        std::size_t least = rows.size();
        for (std::size_t j = 0; j <= b.size(); ++j) {
            std::size_t edits = i + j;
            if (i > 0 && j > 0)
                edits = std::min({rows[i - 1][j] + std::size_t{1}, rows[i][j - 1] + std::size_t{1},
                                  rows[i - 1][j - 1] + std::size_t{a[i - 1] == b[j - 1] ? 0U : 1U}});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                edits = std::min(edits, rows[i - 2][j - 2] + std::size_t{1});
            rows[i][j] = static_cast<std::uint8_t>(edits);
            least = std::min(least, edits);
        }
        if (least > most && leastAbove > most)
            return most + 1; // rows below come of these two
        leastAbove = least;
    }
    return rows[a.size()][b.size()];
}

} // namespace

Knowledge knowledge(Block block, std::string_view word) {
    const Vocabulary& words = vocabulary(block);
    if (std::ranges::find(words.managed, word) != words.managed.end())
        return Knowledge::Managed;
    return std::ranges::find(words.kept, word) != words.kept.end() ? Knowledge::Kept : Knowledge::Unknown;
}

std::string nearestWord(Block block, std::string_view word) {
    if (word.size() < 3 || word.size() > longestWord)
        return {};
    const Vocabulary& words = vocabulary(block);
    std::string_view best;
    const std::uint64_t letters = lettersOf(word);
    std::size_t bestDistance = std::max<std::size_t>(1, word.size() / 4) + 1;
    for (const Words list : {words.managed, words.kept})
        for (const std::string_view candidate : list) {
            const std::size_t lengths = std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size());
            // A word whose beginning was lost in copying, such as "bal_defs".
            const bool tail = word.size() >= 5 && candidate.ends_with(word);
            if (!tail && lengths >= bestDistance)
                continue;
            // One edit changes two letters at most.
            if (!tail && std::popcount(letters ^ lettersOf(candidate)) > static_cast<int>(2 * (bestDistance - 1)))
                continue;
            if (const std::size_t edits = tail ? 1 : distance(word, candidate, bestDistance - 1); edits < bestDistance) {
                bestDistance = edits;
                best = candidate;
            }
        }
    return std::string(best);
}

std::string_view blockName(Block block) { return vocabulary(block).name; }

} // namespace lvsdeck::formats::keepalived
