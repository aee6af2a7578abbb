// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

void writeGarp(Writer& out, const model::VrrpInstance& instance, const Common& common, const std::string& subject) {
    const model::Garp standard;
    const model::Garp& garp = instance.garp;
    if (garp.delay != standard.delay && !common.garpDelay)
        out.wholeSeconds("garp_master_delay", garp.delay, subject);
    if (garp.repeat != standard.repeat && !common.garpRepeat)
        out.setting("garp_master_repeat", std::to_string(garp.repeat), subject);
    if (garp.refresh != standard.refresh)
        out.wholeSeconds("garp_master_refresh", garp.refresh, subject);
    if (garp.refreshRepeat != standard.refreshRepeat)
        out.setting("garp_master_refresh_repeat", std::to_string(garp.refreshRepeat), subject);
    if (garp.lowerPriorityDelay && out.offers("garp_lower_prio_delay", subject))
        out.wholeSeconds("garp_lower_prio_delay", *garp.lowerPriorityDelay, subject);
    if (garp.lowerPriorityRepeat)
        out.setting("garp_lower_prio_repeat", std::to_string(*garp.lowerPriorityRepeat), subject);
    if (instance.downTimerAdverts != 3)
        out.setting("down_timer_adverts", std::to_string(instance.downTimerAdverts), subject);
}

/// keepalived has one spacing for all instances; a different one is kept behind the comment mark.
void writeSpacing(Writer& out, const model::Garp& garp, const Common& common, const std::string& subject) {
    const auto fact = [&](std::string_view key, std::chrono::microseconds own,
                          const std::optional<std::chrono::microseconds>& shared) {
        if (shared || own.count() == 0)
            return;
        out.say(Severity::Warning, subject,
                "keepalived spaces gratuitous ARP of all instances alike, and here they differ; written without spacing");
        out.fact(key, microsecondsText(own));
    };
    fact("garp_interval", garp.interval, common.arpInterval);
    fact("gna_interval", garp.neighbourInterval, common.neighbourInterval);
}

void writeAuthentication(Writer& out, const model::VrrpInstance& instance, const std::string& subject) {
    if (instance.password.empty())
        return;
    if (instance.version != 2) {
        out.say(Severity::Warning, subject, "VRRP version 3 has no password; left out");
        return;
    }
    if (out.options().maskPasswords)
        out.say(Severity::Note, subject, "the password is masked; put it in before you use the file");
    out.open("authentication");
    out.line("auth_type PASS");
    out.line("auth_pass " + (out.options().maskPasswords ? "********" : wordText(instance.password)));
    out.close();
}

void writeVirtualMac(Writer& out, const model::VrrpInstance& instance) {
    if (!instance.virtualMac)
        return;
    const std::string& name = instance.virtualMac->interface;
    out.line("use_vmac" + (name.empty() ? std::string() : " " + wordText(name)));
    if (instance.virtualMac->transmitBase)
        out.line("vmac_xmit_base");
}

void writePeers(Writer& out, const model::Member& member, const std::string& subject) {
    if (member.unicastPeers.empty())
        return;
    bool limits = false;
    out.open("unicast_peer");
    for (const model::UnicastPeer& peer : member.unicastPeers) {
        std::string text = peer.address.toString();
        limits = limits || peer.minTtl || peer.maxTtl;
        if (peer.minTtl && out.has("unicast_peer min_ttl"))
            text += " min_ttl " + std::to_string(*peer.minTtl);
        if (peer.maxTtl && out.has("unicast_peer max_ttl"))
            text += " max_ttl " + std::to_string(*peer.maxTtl);
        out.line(text);
    }
    out.close();
    if (limits)
        (void)out.offers("unicast_peer min_ttl", subject, "left out, and max_ttl with it");
}

/// The group that advertisements go to. Older targets have one for all instances only.
void writeMulticastGroup(Writer& out, const model::VrrpInstance& instance, const Common& common,
                         const std::string& subject) {
    if (!instance.multicastGroup)
        return;
    const bool v4 = instance.multicastGroup->isV4();
    if (v4 ? common.multicastGroup4 : common.multicastGroup6)
        out.lacks(Block::Instance, "mcast_dst_ip", Severity::Note, subject,
                  std::string("written as ") + (v4 ? "vrrp_mcast_group4" : "vrrp_mcast_group6") +
                      " in global_defs, because all instances have the same");
    else
        out.setting("mcast_dst_ip", instance.multicastGroup->toString(), subject);
}

/// How advertisements travel: multicast, or to named peers.
void writePath(Writer& out, const model::VrrpInstance& instance, const model::Member& member, const Common& common,
               const std::string& subject) {
    const bool unicast = !member.unicastPeers.empty();
    if (member.sourceAddress)
        out.line((unicast ? "unicast_src_ip " : "mcast_src_ip ") + member.sourceAddress->toString());
    if (member.trackSourceAddress)
        out.setting("track_src_ip", {}, subject);
    if (!unicast)
        writeMulticastGroup(out, instance, common, subject);
    writePeers(out, member, subject);
    if (instance.unicastTtl != 255) {
        if (unicast)
            out.setting("unicast_ttl", std::to_string(instance.unicastTtl), subject);
        else
            out.fact("unicast_ttl", std::to_string(instance.unicastTtl));
    }
    if (instance.checkUnicastSource && common.checkUnicastSource)
        out.lacks(Block::Instance, "check_unicast_src", Severity::Note, subject,
                  "written as vrrp_check_unicast_src in global_defs, because all instances have it");
    else if (instance.checkUnicastSource)
        out.setting("check_unicast_src", {}, subject);
    if (instance.unicastFaultNoPeer)
        out.setting("unicast_fault_no_peer", {}, subject);
    if (instance.oldUnicastChecksum != model::OldUnicastChecksum::Automatic)
        out.setting("old_unicast_checksum", instance.oldUnicastChecksum == model::OldUnicastChecksum::Never ? "never" : "",
                    subject);
    writeVirtualMac(out, instance);
}

void writeManners(Writer& out, const model::VrrpInstance& instance, const model::Member& member,
                  const std::string& subject) {
    if (!member.trackInterface)
        out.line("dont_track_primary");
    if (instance.strict)
        out.setting("strict_mode", "true", subject);
    if (instance.accept == instance.strict)
        out.setting(instance.accept ? "accept" : "no_accept", {}, subject);
    if (instance.skipCheckAddresses)
        out.setting("skip_check_adv_addr", {}, subject);
    // Strict mode does it by itself.
    if (instance.lowerPriorityNoAdvert && !instance.strict)
        out.setting("lower_prio_no_advert", {}, subject);
    // And this it refuses, as validation says.
    if (instance.higherPrioritySendAdvert && !instance.strict)
        out.setting("higher_prio_send_advert", {}, subject);
    if (instance.promoteSecondaries)
        out.setting("promote_secondaries", {}, subject);
    writeAlert(out, instance.smtpAlert, subject);
}

/// Version and interval. Without version 3 there are no parts of a second.
void writeProtocol(Writer& out, const model::VrrpInstance& instance, const std::string& subject) {
    const bool newer =
        instance.version == 2 || out.offers("version", subject, "written as version 2; do the same on all directors");
    if (newer)
        out.line("advert_int " + secondsText(instance.advertInterval));
    else
        out.wholeSeconds("advert_int", instance.advertInterval, subject);
    // Version 2 is what every keepalived takes without the word.
    if (newer && out.has("version"))
        out.line("version " + std::to_string(instance.version));
}

std::string syncInterface(const model::Cluster& cluster, const std::string& id) {
    const model::Director* director = model::findDirector(cluster, id);
    return director == nullptr || director->syncInterface.empty() ? cluster.connectionSync->interface : director->syncInterface;
}

} // namespace

void writeAlert(Writer& out, const std::optional<bool>& alert, const std::string& subject) {
    if (!alert)
        return;
    if (out.has("smtp_alert BOOLEAN"))
        out.line("smtp_alert " + std::string(booleanText(*alert)));
    else if (*alert)
        out.line("smtp_alert");
    else // no mail is what it does without the word
        out.lacks(Block::Instance, "smtp_alert BOOLEAN", Severity::Note, subject, "smtp_alert is left out, which means no");
}

void writeInstance(Writer& out, const model::Cluster& cluster, const model::VrrpInstance& instance,
                   const model::Member& member, const Common& common) {
    const std::string place = "vrrp_instance " + instance.name;
    bool master = member.initialState == model::InitialState::Master;
    if (master && (!instance.preempt || instance.preemptDelay.count() > 0)) {
        out.say(Severity::Warning, place,
                "keepalived ignores nopreempt and preempt_delay with state MASTER; written with state BACKUP");
        master = false;
    }
    out.open("vrrp_instance " + wordText(instance.name), Block::Instance);
    out.line(master ? "state MASTER" : "state BACKUP");
    out.line("interface " + wordText(member.interface));
    out.line("virtual_router_id " + std::to_string(instance.vrid));
    out.line("priority " + std::to_string(member.priority));
    writeProtocol(out, instance, place);
    if (!instance.preempt)
        out.line("nopreempt");
    if (instance.preemptDelay.count() > 0)
        out.seconds("preempt_delay", "preempt_delay FRACTION", instance.preemptDelay, place);
    writePath(out, instance, member, common, place);
    writeManners(out, instance, member, place);
    writeGarp(out, instance, common, place);
    writeSpacing(out, instance.garp, common, place);
    writeAuthentication(out, instance, place);
    writeAddressBlocks(out, instance, place);
    writeTracking(out, cluster, instance.tracking, member.trackInterfaces, place);
    writeNotify(out, instance.notify, place);
    if (cluster.connectionSync && cluster.connectionSync->instance == instance.name &&
        !out.has(Block::GlobalDefs, "lvs_sync_daemon"))
        out.line("lvs_sync_daemon_interface " + wordText(syncInterface(cluster, member.director)));
    std::vector<std::string_view> free;
    if (instance.password.empty())
        free.emplace_back("authentication");
    if (!instance.virtualMac)
        free.emplace_back("use_vmac");
    out.kept(place, Block::Instance, free);
    out.close();
    out.blank();
}

} // namespace lvsdeck::formats::keepalived
