// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of the writer of lvs.cf. Private to this folder.
#pragma once

#include "common/formats/piranha/probe.hpp"

#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace lvsdeck::formats::piranha {

/// Lines, and what was said about what they lack.
class Output {
public:
    void line(std::string_view key, std::string_view value);
    /// In the quotation marks that the text does not have itself.
    void quoted(std::string_view key, const std::string& text);
    void open(std::string_view kind, const std::string& name);
    void close();
    /// `subject` is the one of model::diff, so that a thing is told once.
    void say(Severity severity, const std::string& subject, std::string text);
    /// As if it had been told.
    void know(const std::string& subject) { m_told.insert(subject); }
    [[nodiscard]] bool isTold(std::string_view subject) const { return m_told.contains(subject); }
    [[nodiscard]] Exported take() { return std::move(m_out); }
    [[nodiscard]] const Exported& get() const { return m_out; }

private:
    Exported m_out;
    std::size_t m_depth = 0;
    std::set<std::string, std::less<>> m_told;
};

/// Names of blocks: one word, none twice.
class Names {
public:
    /// `wanted` as it is, if that can be; otherwise the nearest that can.
    [[nodiscard]] std::string pick(const std::string& wanted, const std::string& otherwise);

private:
    std::map<std::string, std::size_t> m_used;
};

/// "IP DEV:N" and mask of every virtual address.
class Addresses {
public:
    Addresses(const model::Cluster& cluster, Output& out);
    /// The two lines of a virtual.
    void write(const IpAddress& address, std::string_view key, std::string_view maskKey);
    /// Addresses of the instances that no service has for itself; firewall marks have them.
    [[nodiscard]] std::vector<IpAddress> free(const std::vector<model::VirtualService>& services) const;
    [[nodiscard]] std::optional<IpAddress> any() const;

private:
    struct Place {
        std::string device;
        std::string label;
        std::uint8_t prefix = 32;
    };
    std::string freeLabel(const std::string& device);

    Output& m_out;
    std::vector<IpAddress> m_advertised;
    std::map<IpAddress, Place> m_places;
    std::set<std::string> m_labels;
    std::map<std::string, unsigned> m_next;
};

/// Which of the services can be written, with those of groups for each of their addresses; the others are told.
[[nodiscard]] std::vector<model::VirtualService> writableServices(const model::Cluster& cluster, Output& out);

void writeServices(const std::vector<model::VirtualService>& services, Addresses& addresses, Output& out);

} // namespace lvsdeck::formats::piranha
