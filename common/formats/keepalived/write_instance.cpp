// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/keepalived/write_parts.hpp"

namespace lvsdeck::formats::keepalived {

namespace {

using enum KeepalivedVersion;

void writeAddresses(Writer& out, const model::VrrpInstance& instance, bool excluded, const std::string& place) {
    const auto& list = excluded ? instance.excludedAddresses : instance.addresses;
    const std::string word = excluded ? "virtual_ipaddress_excluded" : "virtual_ipaddress";
    if (list.empty() && !out.hasKept(place + "/" + word))
        return;
    out.open(word);
    for (const model::VirtualAddress& entry : list) {
        const std::string address = entry.address.toString();
        std::string text = address;
        if (entry.prefixLength != (entry.address.isV4() ? 32 : 128))
            text += "/" + std::to_string(entry.prefixLength);
        if (!entry.device.empty())
            text += " dev " + wordText(entry.device);
        if (!entry.label.empty())
            text += " label " + wordText(entry.label);
        out.line(text + out.keptWords(place + "/virtual_ipaddress " + address));
    }
    // Entries that no reader understood: never anything that keepalived takes.
    out.kept(place + "/" + word, Block::Url);
    out.close();
}

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
    if (instance.downTimerAdverts != 3)
        out.setting("down_timer_adverts", std::to_string(instance.downTimerAdverts), V2_2, subject);
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

} // namespace

void writeInstance(Writer& out, const model::VrrpInstance& instance, const model::Member& member) {
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
    if (member.sourceAddress)
        out.line("mcast_src_ip " + member.sourceAddress->toString());
    writeGarp(out, instance, place);
    writeAuthentication(out, instance, place);
    writeAddresses(out, instance, false, place);
    writeAddresses(out, instance, true, place);
    out.kept(place, Block::Instance, instance.password.empty() ? "authentication" : "");
    out.close();
    out.blank();
}

} // namespace lvsdeck::formats::keepalived
