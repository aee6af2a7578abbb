// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/validate_parts.hpp"

#include <map>
#include <tuple>

namespace lvsdeck::model::detail {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Facts that must be unique over all instances.
struct Seen {
    std::set<std::string> names;
    std::map<IpAddress, std::string> addresses;                                  ///< -> the path that has it first
    std::map<std::tuple<std::string, std::string, unsigned>, std::string> vrids; ///< director, interface, VRID -> instance
};

void checkVersion(const VrrpInstance& instance, const std::string& path, ProblemList& problems) {
    const milliseconds interval = instance.advertInterval;
    if (instance.version != 2 && instance.version != 3) {
        problems.error(path + ".version",
                       "VRRP version " + std::to_string(instance.version) + " does not exist; use 2 or 3");
    } else if (instance.version == 2 &&
               (interval < seconds(1) || interval > seconds(255) || interval % seconds(1) != milliseconds(0))) {
        problems.error(path + ".advert_interval",
                       "VRRP version 2 counts the advertisement interval in whole seconds, 1 to 255, not " +
                           std::to_string(interval.count()) + " ms; use whole seconds, or version 3 on all directors");
    } else if (instance.version == 3 &&
               (interval < milliseconds(10) || interval > milliseconds(40950) || interval.count() % 10 != 0)) {
        problems.error(path + ".advert_interval",
                       "VRRP version 3 counts the advertisement interval in steps of 10 ms, from 10 ms to "
                       "40.95 s, not " +
                           std::to_string(interval.count()) + " ms; choose such a value");
    }
    if (!instance.password.empty() && instance.version == 3)
        problems.error(path + ".password",
                       "VRRP version 3 has no password (RFC 5798 section 9); remove it, or use version 2");
    if (instance.password.size() > 8)
        problems.error(path + ".password", "a VRRP password has at most 8 bytes, this one has " +
                                               std::to_string(instance.password.size()) + "; shorten it on all directors");
    if (!instance.password.empty() && !isPlainWord(instance.password))
        problems.warning(path + ".password", "the password has a blank, a quote, # or ! or the like in it, which keepalived "
                                             "may cut off without a word; use letters and digits");
}

void checkTimes(const VrrpInstance& instance, const std::string& path, ProblemList& problems) {
    if (instance.preemptDelay < milliseconds(0) || instance.preemptDelay > seconds(1000))
        problems.error(path + ".preempt_delay", "the preempt delay must be between 0 and 1000 s");
    else if (!instance.preempt && instance.preemptDelay > milliseconds(0))
        problems.note(path + ".preempt_delay", "without preemption the preempt delay has no effect; set it to 0");
    if (instance.downTimerAdverts < 1 || instance.downTimerAdverts > 100)
        problems.error(path + ".down_timer_adverts",
                       "a backup may wait for 1 to 100 missing advertisements; 3 is the standard's number");
    const Garp& garp = instance.garp;
    if (garp.delay < milliseconds(0) || garp.refresh < milliseconds(0))
        problems.error(path + ".garp", "the times of gratuitous ARP cannot be negative; use 0 to switch one off");
    if (garp.interval.count() < 0 || garp.neighbourInterval.count() < 0 || garp.interval > seconds(60) ||
        garp.neighbourInterval > seconds(60))
        problems.error(path + ".garp.interval", "the time between two gratuitous ARP must be between 0 and 60 s");
    if (garp.lowerPriorityDelay.value_or(milliseconds(0)) < milliseconds(0))
        problems.error(path + ".garp.lower_priority_delay", "the time cannot be negative; use 0 for no second burst");
    if (garp.repeat == 0)
        problems.error(path + ".garp.repeat",
                       "at least one gratuitous ARP must be sent, or the switches never learn where the address "
                       "went; use 5");
    if (garp.refreshRepeat == 0)
        problems.error(path + ".garp.refresh_repeat", "a refresh sends at least one gratuitous ARP; use 1");
}

void checkAddressList(const VrrpInstance& instance, const std::string& path, bool excluded, Seen& seen,
                      ProblemList& problems) {
    const auto& list = excluded ? instance.excludedAddresses : instance.addresses;
    const std::string listPath = path + (excluded ? ".excluded_addresses" : ".addresses");
    for (std::size_t i = 0; i < list.size(); ++i) {
        const VirtualAddress& entry = list[i];
        const std::string here = at(listPath, i);
        const std::string text = entry.address.toString();
        if (entry.address.isUnspecified() || entry.address.isMulticast() || entry.address.isLoopback())
            problems.error(here + ".address",
                           text + " cannot be a virtual address; give an address of the clients' network");
        else if (const auto [first, isNew] = seen.addresses.emplace(entry.address, here); !isNew)
            problems.error(here + ".address",
                           text + " is already at " + first->second + "; an address can move with one instance only");
        if (!excluded && entry.address.family() != instance.addresses.front().address.family())
            problems.error(here + ".address",
                           "the advertised addresses of an instance are all IPv4 or all IPv6; make a second instance "
                           "for " +
                               text + ", or list it under excluded addresses");
        if (const unsigned most = entry.address.isV4() ? 32 : 128; entry.prefixLength == 0 || entry.prefixLength > most)
            problems.error(here + ".prefix_length",
                           "the prefix length of " + text + " must be between 1 and " + std::to_string(most));
        if (!entry.device.empty() && !isInterfaceName(entry.device))
            problems.error(here + ".device", quoted(entry.device) + " is not the name of an interface");
        if (entry.label.size() > 15 || (!entry.label.empty() && !isPlainWord(entry.label)))
            problems.error(here + ".label", "the label " + quoted(entry.label) +
                                                " must be one word of at most 15 characters, such as eth0:1");
        if (!entry.label.empty() && !entry.address.isV4())
            problems.error(here + ".label", "only IPv4 addresses can have a label; remove it");
        checkAddressWords(entry, here, problems);
    }
}

void checkAddresses(const VrrpInstance& instance, const std::string& path, Seen& seen, ProblemList& problems) {
    if (instance.addresses.empty())
        problems.error(path + ".addresses",
                       "the instance " + quoted(instance.name) + " has no virtual address; add at least one");
    if (instance.addresses.size() > 255)
        problems.error(path + ".addresses",
                       "an advertisement has room for 255 addresses; put the rest under excluded addresses");
    else if (instance.addresses.size() > 20)
        problems.warning(path + ".addresses", std::to_string(instance.addresses.size()) +
                                                  " addresses in every advertisement are many (old "
                                                  "versions of keepalived take 20); leave one advertised and "
                                                  "put the rest under excluded addresses");
    checkAddressList(instance, path, false, seen, problems);
    checkAddressList(instance, path, true, seen, problems);
}

void checkMember(const Cluster& cluster, const VrrpInstance& instance, const Member& member, const std::string& path,
                 Seen& seen, ProblemList& problems) {
    if (findDirector(cluster, member.director) == nullptr)
        problems.error(path + ".director",
                       "there is no director " + quoted(member.director) + "; add it, or take this part away");
    if (member.interface.empty())
        problems.error(path + ".interface", "the director " + quoted(member.director) +
                                                " needs an interface for its advertisements, such as eth0");
    else if (!isInterfaceName(member.interface))
        problems.error(path + ".interface",
                       quoted(member.interface) + " is not the name of an interface; names have at most 15 characters");
    else if (member.interface == "lo")
        problems.error(path + ".interface", "VRRP cannot run on the loopback interface; choose the one towards the clients");
    else if (const auto [first, isNew] =
                 seen.vrids.emplace(std::tuple(member.director, member.interface, unsigned{instance.vrid}), instance.name);
             !isNew)
        problems.error(path + ".interface", "the instance " + quoted(first->second) + " has the same VRID " +
                                                std::to_string(instance.vrid) + " on " + member.interface + " of " +
                                                quoted(member.director) + "; give one of them another VRID");
    if (member.priority == 0)
        problems.error(path + ".priority", "priority 0 means resigning; use 1 to 254, the highest for the preferred master");
    if (!instance.preempt && (member.priority == 255 || member.initialState == InitialState::Master))
        problems.warning(path + (member.priority == 255 ? ".priority" : ".initial_state"),
                         "without preemption no director may start as master or have priority 255; start it as backup");
    if (member.trackSourceAddress && !member.sourceAddress)
        problems.note(path + ".track_source_address",
                      "no source address is given, so none can be lost; give one, or switch this off");
    for (const auto* list : {&instance.tracking.interfaces, &member.trackInterfaces})
        for (const TrackedInterface& tracked : *list)
            if (tracked.interface == member.interface)
                problems.note(path + ".interface",
                              member.interface + " is watched anyway, and keepalived ignores it in track_interface");
    for (std::size_t i = 0; i < member.trackInterfaces.size(); ++i)
        checkTrackedInterface(member.trackInterfaces[i], at(path + ".track_interfaces", i), problems);
    if (member.sourceAddress && !instance.addresses.empty() &&
        member.sourceAddress->family() != instance.addresses.front().address.family())
        problems.error(path + ".source_address", "the source address and the virtual addresses must be of the same family");
}

void checkMembers(const Cluster& cluster, const VrrpInstance& instance, const std::string& path, Seen& seen,
                  ProblemList& problems) {
    const auto& members = instance.members;
    if (members.empty())
        problems.warning(path + ".members", "no director takes part in the instance " + quoted(instance.name) + "; add two");
    else if (members.size() == 1)
        problems.note(path + ".members", "only one director takes part in the instance " + quoted(instance.name) +
                                             ": nobody takes over when it dies; add a second one");
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::string here = at(path + ".members", i);
        bool twice = false;
        for (std::size_t j = 0; j < i; ++j) {
            twice = twice || members[j].director == members[i].director;
            if (members[j].director != members[i].director && members[j].priority == members[i].priority &&
                members[i].priority != 0)
                problems.warning(here + ".priority",
                                 "the directors " + quoted(members[j].director) + " and " + quoted(members[i].director) +
                                     " have the same priority " + std::to_string(members[i].priority) +
                                     "; then the higher IP address decides: give the preferred one more");
        }
        if (twice)
            problems.error(here + ".director",
                           "the director " + quoted(members[i].director) + " is listed twice; remove one");
        else
            checkMember(cluster, instance, members[i], here, seen, problems);
    }
}

} // namespace

void checkInstances(const Cluster& cluster, ProblemList& problems) {
    Seen seen;
    for (std::size_t i = 0; i < cluster.instances.size(); ++i) {
        const VrrpInstance& instance = cluster.instances[i];
        const std::string path = at("instances", i);
        if (instance.name.empty())
            problems.error(path + ".name", "the VRRP instance has no name; give it one, such as VI_1");
        else if (!isQuotableName(instance.name))
            problems.error(
                path + ".name",
                "the name " + quoted(instance.name) +
                    " must have no quotation mark, backslash or control character: keepalived.conf has no way to write it");
        else if (!seen.names.insert(instance.name).second)
            problems.error(path + ".name",
                           "two VRRP instances are called " + quoted(instance.name) + "; rename one of them");
        if (instance.vrid == 0)
            problems.error(path + ".vrid",
                           "the VRID must be between 1 and 255, and not used by another router on the same network");
        checkVersion(instance, path, problems);
        checkTimes(instance, path, problems);
        checkAddresses(instance, path, seen, problems);
        checkRouting(instance, path, problems);
        checkPath(instance, path, problems);
        checkTracking(cluster, instance.tracking, path + ".tracking", problems);
        checkNotify(instance.notify, path + ".notify", problems);
        checkMembers(cluster, instance, path, seen, problems);
    }
}

} // namespace lvsdeck::model::detail
