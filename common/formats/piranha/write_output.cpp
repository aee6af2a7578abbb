// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/formats/piranha/syntax.hpp"
#include "common/formats/piranha/write_parts.hpp"

#include <algorithm>

namespace lvsdeck::formats::piranha {

void Output::line(std::string_view key, std::string_view value) {
    m_out.text.append(4 * m_depth, ' ');
    m_out.text.append(key).append(" = ").append(value) += '\n';
}

void Output::quoted(std::string_view key, const std::string& text) {
    const char quote = text.contains('"') ? '\'' : '"';
    line(key, quote + text + quote);
}

void Output::open(std::string_view kind, const std::string& name) {
    m_out.text.append(4 * m_depth, ' ');
    m_out.text.append(kind).append(" ").append(name) += " {\n";
    ++m_depth;
}

void Output::close() {
    --m_depth;
    m_out.text.append(4 * m_depth, ' ') += "}\n";
}

void Output::say(Severity severity, const std::string& subject, std::string text) {
    m_told.insert(subject);
    m_out.diagnostics.push_back({severity, {}, 0, 0, subject, std::move(text)});
}

std::string Names::pick(const std::string& wanted, const std::string& otherwise) {
    std::string name = shortened(wanted.empty() ? otherwise : wanted, 90);
    std::ranges::replace_if(
        name,
        [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || std::string_view("\"'#{}=").contains(c); },
        '_');
    for (const std::string_view blank : {"\xC2\xA0", "\xE3\x80\x80"}) // read as blanks
        for (std::size_t at = name.find(blank); at != std::string::npos; at = name.find(blank))
            name.replace(at, blank.size(), "_");
    std::string out = name;
    while (!m_used.emplace(out, 1).second)
        out = name + "-" + std::to_string(++m_used[name]);
    return out;
}

Addresses::Addresses(const model::Cluster& cluster, Output& out) : m_out(out) {
    for (const model::VrrpInstance& instance : cluster.instances) {
        const std::string own = instance.members.empty() ? std::string() : instance.members.front().interface;
        for (const auto* list : {&instance.addresses, &instance.excludedAddresses})
            for (const model::VirtualAddress& entry : *list) {
                if (!entry.address.isV4())
                    continue;
                if (list == &instance.addresses)
                    m_advertised.push_back(entry.address);
                std::string device = entry.device.empty() ? own : entry.device;
                if (device.empty())
                    device = entry.label.substr(0, entry.label.find(':'));
                const bool usable = entry.label.starts_with(device + ":") && entry.label.size() > device.size() + 1;
                if (usable)
                    m_labels.insert(entry.label);
                m_places.emplace(entry.address, Place{device, usable ? entry.label : std::string(), entry.prefixLength});
            }
    }
}

std::string Addresses::freeLabel(const std::string& device) {
    std::string out;
    do
        out = device + ":" + std::to_string(++m_next[device]);
    while (!m_labels.insert(out).second);
    return out;
}

void Addresses::write(const IpAddress& address, std::string_view key, std::string_view maskKey) {
    const auto [known, isNew] = m_places.emplace(address, Place{});
    Place& place = known->second;
    if (isNew)
        m_out.say(Severity::Warning, "address " + address.toString(),
                  "this address belongs to no VRRP instance, but Piranha brings up the address of every virtual itself");
    if (place.device.empty()) {
        place.device = "eth0";
        m_out.say(Severity::Warning, "interface of " + address.toString(),
                  "no interface is known for this address; written as eth0, put in the right one");
    }
    if (place.label.empty())
        place.label = freeLabel(place.device);
    m_out.line(key, address.toString() + " " + place.label);
    m_out.line(
        maskKey,
        IpAddress::v4(place.prefix == 0 ? 0U : 0xFFFFFFFFU << (32U - std::min<unsigned>(place.prefix, 32))).toString());
}

std::vector<IpAddress> Addresses::free(const std::vector<model::VirtualService>& services) const {
    std::set<IpAddress> taken;
    for (const model::VirtualService& service : services)
        if (!service.firewallMark)
            taken.insert(service.address);
    std::vector<IpAddress> out;
    for (const IpAddress& address : m_advertised)
        if (taken.insert(address).second)
            out.push_back(address);
    return out;
}

std::optional<IpAddress> Addresses::any() const {
    return m_advertised.empty() ? std::nullopt : std::optional(m_advertised.front());
}

} // namespace lvsdeck::formats::piranha
