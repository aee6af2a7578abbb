// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

using enum KeepalivedVersion;

void writeGarp(Writer& out, const model::VrrpInstance& instance, const std::string& subject) {
    const model::Garp standard;
    const model::Garp& garp = instance.garp;
    if (garp.delay != standard.delay)
        out.wholeSeconds("garp_master_delay", garp.delay, subject);
    if (garp.repeat != standard.repeat)
        out.line("garp_master_repeat " + std::to_string(garp.repeat));
    if (garp.refresh != standard.refresh)
        out.wholeSeconds("garp_master_refresh", garp.refresh, subject);
    if (garp.refreshRepeat != standard.refreshRepeat)
        out.line("garp_master_refresh_repeat " + std::to_string(garp.refreshRepeat));
    if (garp.lowerPriorityDelay)
        out.wholeSeconds("garp_lower_prio_delay", *garp.lowerPriorityDelay, subject);
    if (garp.lowerPriorityRepeat)
        out.line("garp_lower_prio_repeat " + std::to_string(*garp.lowerPriorityRepeat));
    if (instance.downTimerAdverts != 3)
        out.setting("down_timer_adverts", std::to_string(instance.downTimerAdverts), V2_2, subject);
}

/// keepalived has one spacing for all instances; a different one is kept behind the comment mark.
void writeSpacing(Writer& out, const model::Garp& garp, const CommonIntervals& common, const std::string& subject) {
    const auto fact = [&](std::string_view key, std::chrono::microseconds own,
                          const std::optional<std::chrono::microseconds>& shared) {
        if (shared || own.count() == 0)
            return;
        out.say(Severity::Warning, subject,
                "keepalived spaces gratuitous ARP of all instances alike, and here they differ; written without spacing");
        out.fact(key, microsecondsText(own));
    };
    fact("garp_interval", garp.interval, common.arp);
    fact("gna_interval", garp.neighbourInterval, common.neighbour);
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
        if (peer.minTtl && out.has(V2_2))
            text += " min_ttl " + std::to_string(*peer.minTtl);
        if (peer.maxTtl && out.has(V2_2))
            text += " max_ttl " + std::to_string(*peer.maxTtl);
        out.line(text);
    }
    out.close();
    if (limits && !out.has(V2_2))
        out.say(Severity::Warning, subject,
                "the TTL limits of the peers are newer than the keepalived that the text is for; left out");
}

/// How advertisements travel: multicast, or to named peers.
void writePath(Writer& out, const model::VrrpInstance& instance, const model::Member& member, const std::string& subject) {
    const bool unicast = !member.unicastPeers.empty();
    if (member.sourceAddress)
        out.line((unicast ? "unicast_src_ip " : "mcast_src_ip ") + member.sourceAddress->toString());
    if (member.trackSourceAddress)
        out.setting("track_src_ip", {}, V2_0, subject);
    if (instance.multicastGroup && !unicast)
        out.setting("mcast_dst_ip", instance.multicastGroup->toString(), V2_2, subject);
    writePeers(out, member, subject);
    if (instance.unicastTtl != 255) {
        if (unicast)
            out.setting("unicast_ttl", std::to_string(instance.unicastTtl), V2_2, subject);
        else
            out.fact("unicast_ttl", std::to_string(instance.unicastTtl));
    }
    if (instance.checkUnicastSource)
        out.setting("check_unicast_src", {}, V2_2, subject);
    if (instance.unicastFaultNoPeer)
        out.setting("unicast_fault_no_peer", {}, V2_2, subject);
    if (instance.oldUnicastChecksum != model::OldUnicastChecksum::Automatic)
        out.setting("old_unicast_checksum", instance.oldUnicastChecksum == model::OldUnicastChecksum::Never ? "never" : "",
                    V2_0, subject);
    writeVirtualMac(out, instance);
}

void writeManners(Writer& out, const model::VrrpInstance& instance, const model::Member& member,
                  const std::string& subject) {
    if (!member.trackInterface)
        out.line("dont_track_primary");
    if (instance.strict)
        out.setting("strict_mode", "true", V2_0, subject);
    if (instance.accept == instance.strict)
        out.setting(instance.accept ? "accept" : "no_accept", {}, V2_0, subject);
    if (instance.skipCheckAddresses)
        out.setting("skip_check_adv_addr", {}, V2_0, subject);
    // Strict mode does it by itself.
    if (instance.lowerPriorityNoAdvert && !instance.strict)
        out.setting("lower_prio_no_advert", {}, V2_0, subject);
    // And this it refuses, as validation says.
    if (instance.higherPrioritySendAdvert && !instance.strict)
        out.setting("higher_prio_send_advert", {}, V2_0, subject);
    if (instance.promoteSecondaries)
        out.setting("promote_secondaries", {}, V2_0, subject);
    if (instance.smtpAlert)
        out.line("smtp_alert" + std::string(out.has(V2_0) ? *instance.smtpAlert ? " true" : " false" : ""));
}

} // namespace

void writeInstance(Writer& out, const model::VrrpInstance& instance, const model::Member& member,
                   const CommonIntervals& common) {
    const std::string place = "vrrp_instance " + instance.name;
    bool master = member.initialState == model::InitialState::Master;
    if (master && (!instance.preempt || instance.preemptDelay.count() > 0)) {
        out.say(Severity::Warning, place,
                "keepalived ignores nopreempt and preempt_delay with state MASTER; written with state BACKUP");
        master = false;
    }
    out.open("vrrp_instance " + wordText(instance.name));
    out.line(master ? "state MASTER" : "state BACKUP");
    out.line("interface " + wordText(member.interface));
    out.line("virtual_router_id " + std::to_string(instance.vrid));
    out.line("priority " + std::to_string(member.priority));
    out.line("advert_int " + secondsText(instance.advertInterval));
    // Version 2 is what every keepalived takes without the word; 1.2 before 1.2.17 does not know it.
    if (instance.version != 2 || out.has(V2_0))
        out.line("version " + std::to_string(instance.version));
    if (!instance.preempt)
        out.line("nopreempt");
    if (instance.preemptDelay.count() > 0)
        out.line("preempt_delay " + secondsText(instance.preemptDelay));
    writePath(out, instance, member, place);
    writeManners(out, instance, member, place);
    writeGarp(out, instance, place);
    writeSpacing(out, instance.garp, common, place);
    writeAuthentication(out, instance, place);
    writeAddressBlocks(out, instance, place);
    writeTracking(out, instance.tracking, member.trackInterfaces);
    writeNotify(out, instance.notify, place);
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
