// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/plan.hpp"

#include "agent/ipvs/words.hpp"
#include "common/base/json.hpp"
#include "common/model/routing_words.hpp"

#include <algorithm>
#include <map>

namespace lvsdeck::core {

namespace {

using rpc::OperationKind;
using rpc::PlannedOperation;
using Operations = std::vector<PlannedOperation>;

OperationKind kindOf(ipvs::OperationType type) {
    switch (type) {
    case ipvs::OperationType::AddService:
    case ipvs::OperationType::AddDestination: return OperationKind::Add;
    case ipvs::OperationType::RemoveService:
    case ipvs::OperationType::RemoveDestination: return OperationKind::Remove;
    case ipvs::OperationType::SetService:
    case ipvs::OperationType::SetDestination: return OperationKind::Change;
    }
    return OperationKind::Change;
}

std::uint64_t touched(const ipvs::Operation& operation, const ipvs::TableCounters& counters) {
    const auto service = counters.traffic->find(operation.service);
    if (service == counters.traffic->end())
        return 0;
    std::uint64_t active = 0;
    switch (operation.type) {
    case ipvs::OperationType::AddService:
    case ipvs::OperationType::AddDestination: return 0;
    case ipvs::OperationType::SetService:
    case ipvs::OperationType::RemoveService:
        for (const auto& entry : service->second.destinations)
            active += counters.of(entry.second).active;
        return active;
    case ipvs::OperationType::SetDestination:
    case ipvs::OperationType::RemoveDestination: break;
    }
    const ipvs::Connections* server = counters.find(operation.service, operation.destination);
    return server == nullptr ? 0 : server->active;
}

std::string seconds(std::chrono::milliseconds time) {
    std::string text = std::to_string(time.count() / 1000);
    if (const auto rest = time.count() % 1000; rest != 0) {
        std::string digits = std::to_string(1000 + rest).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        text += "." + digits;
    }
    return text + " s";
}

std::string addressText(const model::VirtualAddress& address, const model::Member& member) {
    return address.address.toString() + "/" + std::to_string(address.prefixLength) + " dev " +
           (address.device.empty() ? member.interface : address.device) +
           (address.label.empty() ? "" : " label " + address.label);
}

/// What an admin would name of an instance, besides its addresses: title and value, in a fixed order.
std::vector<std::pair<std::string, std::string>> traits(const model::OwnInstance& own) {
    const model::VrrpInstance& instance = own.instance;
    const auto yesNo = [](bool on) { return std::string(on ? "yes" : "no"); };
    return {{"VRID", std::to_string(instance.vrid)},
            {"VRRP version", std::to_string(instance.version)},
            {"priority", std::to_string(own.member.priority)},
            {"interface", own.member.interface},
            {"advertisement every", seconds(instance.advertInterval)},
            {"source address", own.member.sourceAddress ? own.member.sourceAddress->toString() : "the interface's first"},
            {"password", instance.password.empty() ? "none" : "set"},
            {"preempt", yesNo(instance.preempt)},
            {"preempt delay", seconds(instance.preemptDelay)},
            {"missed advertisements", std::to_string(instance.downTimerAdverts)},
            {"gratuitous ARP", std::to_string(instance.garp.repeat) + " times, again after " + seconds(instance.garp.delay)},
            {"initial state", json::toWord(own.member.initialState)}};
}

std::map<std::string, std::string> addressesOf(const model::OwnInstance& own) {
    std::map<std::string, std::string> out;
    for (const auto* list : {&own.instance.addresses, &own.instance.excludedAddresses})
        for (const model::VirtualAddress& address : *list) {
            const std::string text = addressText(address, own.member);
            out[text] = text + (list == &own.instance.addresses ? "" : " (not advertised)");
        }
    return out;
}

void planAddresses(const model::OwnInstance* before, const model::OwnInstance* after, const std::string& name,
                   Operations& out) {
    const auto old = before ? addressesOf(*before) : std::map<std::string, std::string>{};
    const auto wanted = after ? addressesOf(*after) : std::map<std::string, std::string>{};
    const std::string gone = " (instance " + name + ")";
    const std::string fresh = " (instance " + name + ", while master)";
    const auto plan = [&](OperationKind kind, std::string command, const std::string& text, const std::string& why) {
        out.push_back({kind, "vrrp", std::move(command.append(text).append(why)), 0});
    };
    for (const auto& [key, text] : old)
        if (!wanted.contains(key))
            plan(OperationKind::Remove, "ip address del ", text, gone);
    for (const auto& [key, text] : wanted)
        if (!old.contains(key))
            plan(OperationKind::Add, "ip address add ", text, fresh);
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

/// "ip route add 10.0.0.0/8 via …" for what one list has and the other has not. "no_track" is not among
/// them: it is no word of ip(8).
template <class Entry, class Text>
void planEntries(const std::vector<Entry>& before, const std::vector<Entry>& after, const char* area,
                 const std::string& what, const std::string& removed, const std::string& added, Text text, Operations& out) {
    const auto lacks = [&](const std::vector<Entry>& list, const Entry& entry) {
        return std::ranges::none_of(list, [&](const Entry& one) { return text(one) == text(entry); });
    };
    for (const Entry& entry : before)
        if (lacks(after, entry))
            out.push_back({OperationKind::Remove, area, "ip " + what + " del " + text(entry) + removed, 0});
    for (const Entry& entry : after)
        if (lacks(before, entry))
            out.push_back({OperationKind::Add, area, "ip " + what + " add " + text(entry) + added, 0});
}

template <class Entry> std::string ipWords(Entry entry, std::vector<std::string> (*words)(const Entry&)) {
    entry.noTrack = false;
    return joined(words(entry));
}
std::string routeText(const model::VirtualRoute& route) { return ipWords(route, model::routeWords); }
std::string ruleText(const model::VirtualRule& rule) { return ipWords(rule, model::ruleWords); }
std::string staticText(const model::VirtualAddress& address) { return ipWords(address, model::addressWords); }

void planRouting(const model::OwnInstance* before, const model::OwnInstance* after, const std::string& name,
                 Operations& out) {
    static const model::VrrpInstance none;
    const model::VrrpInstance& old = before ? before->instance : none;
    const model::VrrpInstance& wanted = after ? after->instance : none;
    const std::string removed = " (instance " + name + ")";
    const std::string added = " (instance " + name + ", while master)";
    planEntries(old.routes, wanted.routes, "vrrp", "route", removed, added, routeText, out);
    planEntries(old.rules, wanted.rules, "vrrp", "rule", removed, added, ruleText, out);
}

std::string introduction(const model::OwnInstance& own) {
    return "vrrp instance " + own.instance.name + ": VRID " + std::to_string(own.instance.vrid) + ", version " +
           std::to_string(own.instance.version) + ", priority " + std::to_string(own.member.priority) + " on " +
           own.member.interface;
}

void planChange(const model::OwnInstance& before, const model::OwnInstance& after, Operations& out) {
    std::string text;
    const auto old = traits(before);
    const auto wanted = traits(after);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (old[i].second != wanted[i].second)
            text += (text.empty() ? "" : ", ") + wanted[i].first + " " + old[i].second + " → " + wanted[i].second;
    if (text.empty() && before.instance.password != after.instance.password)
        text = "another password";
    if (text.empty() && before.instance.garp != after.instance.garp)
        text = "other gratuitous ARP refresh";
    if (!text.empty())
        out.push_back({OperationKind::Change, "vrrp", "vrrp instance " + after.instance.name + ": " + text, 0});
}

const model::OwnInstance* find(const std::vector<model::OwnInstance>& instances, const std::string& name) {
    for (const model::OwnInstance& own : instances)
        if (own.instance.name == name)
            return &own;
    return nullptr;
}

struct CheckedServer {
    std::string text;  ///< "192.0.2.20:80 in tcp 192.0.2.10:80"
    std::string kinds; ///< "tcp, http every 6 s"
    SharedList<model::HealthCheck> checks;
    std::vector<model::Milliseconds> rhythm;
};

std::map<std::string, CheckedServer> checkedServers(const std::vector<model::VirtualService>& services) {
    std::map<std::string, CheckedServer> out;
    for (const model::VirtualService& service : services)
        for (const model::RealServer& server : service.servers) {
            if (server.checks.empty())
                continue;
            CheckedServer entry{model::serverKey(server) + " in " + model::serviceKey(service), {}, server.checks, {}};
            for (const model::HealthCheck& check : server.checks) {
                entry.kinds += (entry.kinds.empty() ? "" : ", ") +
                               std::visit([](const auto& c) { return std::string(std::decay_t<decltype(c)>::kind); }, check);
                entry.rhythm.push_back(model::settings(check).delayLoop.value_or(service.delayLoop));
            }
            entry.kinds += " every " + seconds(entry.rhythm.front());
            std::string key = entry.text;
            out.emplace(std::move(key), std::move(entry));
        }
    return out;
}

} // namespace

Operations tablePlan(const std::vector<ipvs::Operation>& operations, const ipvs::TableCounters& counters) {
    Operations out;
    out.reserve(operations.size());
    for (const ipvs::Operation& operation : operations)
        out.push_back({kindOf(operation.type), "ipvs", ipvs::operationText(operation), touched(operation, counters)});
    return out;
}

Operations vrrpPlan(const std::vector<model::OwnInstance>& before, const std::vector<model::OwnInstance>& after) {
    Operations out;
    for (const model::OwnInstance& old : before)
        if (find(after, old.instance.name) == nullptr) {
            out.push_back({OperationKind::Remove, "vrrp", introduction(old) + " resigns and ends", 0});
            planAddresses(&old, nullptr, old.instance.name, out);
            planRouting(&old, nullptr, old.instance.name, out);
        }
    for (const model::OwnInstance& wanted : after) {
        const model::OwnInstance* old = find(before, wanted.instance.name);
        if (old == nullptr)
            out.push_back({OperationKind::Add, "vrrp", introduction(wanted), 0});
        else
            planChange(*old, wanted, out);
        planAddresses(old, &wanted, wanted.instance.name, out);
        planRouting(old, &wanted, wanted.instance.name, out);
    }
    return out;
}

Operations staticPlan(const KeptStatics& before, const KeptStatics& after) {
    Operations out;
    planEntries(before.addresses, after.addresses, "network", "address", "", "", staticText, out);
    planEntries(before.routes, after.routes, "network", "route", "", "", routeText, out);
    planEntries(before.rules, after.rules, "network", "rule", "", "", ruleText, out);
    return out;
}

Operations healthPlan(const std::vector<model::VirtualService>& before, const std::vector<model::VirtualService>& after) {
    Operations out;
    const auto old = checkedServers(before);
    const auto wanted = checkedServers(after);
    for (const auto& [key, server] : old)
        if (!wanted.contains(key))
            out.push_back({OperationKind::Remove, "health", "no more checks of " + server.text, 0});
    for (const auto& [key, server] : wanted) {
        const auto known = old.find(key);
        if (known == old.end())
            out.push_back({OperationKind::Add, "health", "check " + server.text + ": " + server.kinds, 0});
        else if (known->second.checks != server.checks || known->second.rhythm != server.rhythm)
            out.push_back({OperationKind::Change, "health", "check " + server.text + " anew: " + server.kinds, 0});
    }
    return out;
}

} // namespace lvsdeck::core
