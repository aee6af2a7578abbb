// SPDX-License-Identifier: GPL-3.0-or-later
// Several simulated hosts on one network segment: who holds an address, who announced it last (which is what
// the neighbours' ARP caches believe). Owned by the test or demo, which must outlive the hosts' users; one
// thread.
#pragma once

#include "agent/ports/host_port.hpp"
#include "agent/ports/runtime.hpp"
#include "agent/simulated/crash_point.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::simulated {

class SimulatedHost;

struct Announcement {
    Instant at;
    std::string host;
    std::string device;
    IpAddress address;
};

class SimulatedSegment {
public:
    /// Names of the powered hosts that hold the address on a link that is up.
    [[nodiscard]] std::vector<std::string> holders(const IpAddress& address) const;
    /// To whom the neighbours send the packets for the address: to the last who announced it, whether it holds the address still or
    /// not, until it is off the wire; then they ask again, and any holder answers, or nobody.
    [[nodiscard]] std::optional<std::string> reaches(const IpAddress& address) const;
    /// The last 10,000.
    [[nodiscard]] const std::deque<Announcement>& announcements() const { return m_announcements; }
    void clearAnnouncements() { m_announcements.clear(); }

private:
    friend class SimulatedHost;
    std::vector<SimulatedHost*> m_hosts;
    std::deque<Announcement> m_announcements;
    struct Believed {
        const SimulatedHost* host = nullptr;
        std::string device;
    };
    std::map<IpAddress, Believed> m_lastAnnouncer;
};

class SimulatedHost final : public HostPort {
public:
    /// Begins with "lo" and "eth0", both up. `runtime` gives the announcements their time and calls the
    /// watchers; `crash` may be null and is asked before every change.
    SimulatedHost(SimulatedSegment& segment, std::string name, Runtime& runtime, CrashPoint* crash = nullptr);
    ~SimulatedHost() override;

    [[nodiscard]] Result<std::vector<Link>> links() override;
    [[nodiscard]] Result<void> addAddress(const std::string& device, const InterfaceAddress& address,
                                          const AddressOptions& options) override;
    [[nodiscard]] Result<void> removeAddress(const std::string& device, const InterfaceAddress& address) override;
    [[nodiscard]] Result<void> announce(const std::string& device, const IpAddress& address) override;
    void watch(std::function<void()> changed) override;

    // What a test or the demo does to it.
    [[nodiscard]] const std::string& name() const { return m_name; }
    void addLink(const std::string& device);
    /// A link on top of another: goes down, up and away with it.
    void addMacvlan(const std::string& device, const std::string& base, const MacAddress& mac);
    /// The link below a macvlan; empty for any other.
    [[nodiscard]] std::string baseOf(const std::string& device) const;
    void removeLink(const std::string& device);
    void setLinkUp(const std::string& device, bool up);
    /// An address of the host itself, as the administrator configured it; watchers are told.
    void configureAddress(const std::string& device, const InterfaceAddress& address);
    /// As `ip address del` by somebody else; watchers are told.
    void takeAddressAway(const std::string& device, const IpAddress& address);
    /// How an address was added; defaults when it is not there or was configured by the administrator.
    [[nodiscard]] AddressOptions optionsOf(const std::string& device, const IpAddress& address) const;
    [[nodiscard]] bool permitted() const { return m_permitted; }
    [[nodiscard]] Runtime& runtime() { return m_runtime; }
    [[nodiscard]] bool holds(const IpAddress& address) const;
    /// Whether a frame to this device arrives.
    [[nodiscard]] bool answers(const std::string& device) const;
    void setPowered(bool powered) { m_powered = powered; } ///< off: its addresses do not count
    /// Every later change fails with Denied, as without CAP_NET_ADMIN.
    void setPermitted(bool permitted) { m_permitted = permitted; }
    /// Whether links() can say what there is.
    void setReadable(bool readable) { m_readable = readable; }

private:
    [[nodiscard]] Link* find(const std::string& device);
    [[nodiscard]] Result<Link*> changeable(const std::string& device);
    void tellWatcher();

    SimulatedSegment& m_segment;
    std::string m_name;
    Runtime& m_runtime;
    CrashPoint* m_crash;
    std::vector<Link> m_links;
    int m_lastIndex = 0;
    std::map<std::string, std::string> m_bases; ///< of the macvlans
    std::map<std::pair<std::string, IpAddress>, AddressOptions> m_options;
    std::function<void()> m_changed;
    std::shared_ptr<bool> m_told; ///< true: a call of the watcher is on its way; its weak copies outlive us safely
    bool m_powered = true;
    bool m_permitted = true;
    bool m_readable = true;
};

} // namespace lvsdeck::simulated
