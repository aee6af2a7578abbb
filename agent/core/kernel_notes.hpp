// SPDX-License-Identifier: GPL-3.0-or-later
// What lvsdeck changed in the kernel besides table and addresses, written down before it is changed: so that a later process, or the
// removal from the configuration, can put the old values back. Forgotten with a reboot, which puts everything back by itself: so
// it lies on tmpfs, and no takeover waits for a disk because of it.
// Owned by the engine, used by its keepers; control thread only.
#pragma once

#include "agent/ports/store_port.hpp"
#include "common/base/error.hpp"
#include "common/model/vrrp_instance.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsdeck::core {

/// A sysctl of ours. Somebody else's later change is recognised by `ours`.
struct KeptSysctl {
    std::string name;
    std::string before;
    std::string ours;
    bool operator==(const KeptSysctl&) const = default;
};
BOOST_DESCRIBE_STRUCT(KeptSysctl, (), (name, before, ours))

/// What is on the host because the configuration says that it stays there (static entries), as it was added.
struct KeptStatics {
    std::vector<model::VirtualAddress> addresses;
    std::vector<model::VirtualRoute> routes;
    std::vector<model::VirtualRule> rules;
    [[nodiscard]] bool empty() const { return addresses.empty() && routes.empty() && rules.empty(); }
    bool operator==(const KeptStatics&) const = default;
};
BOOST_DESCRIBE_STRUCT(KeptStatics, (), (addresses, routes, rules))

struct KernelNotes {
    std::string bootId;
    std::vector<KeptSysctl> sysctls;
    /// Timeouts of before, of those that are ours now.
    std::optional<std::uint32_t> tcp;
    std::optional<std::uint32_t> tcpFin;
    std::optional<std::uint32_t> udp;
    bool syncMaster = false; ///< a sync daemon that we started
    bool syncBackup = false;
    KeptStatics statics;
    bool operator==(const KernelNotes&) const = default;
};
BOOST_DESCRIBE_STRUCT(KernelNotes, (), (bootId, sysctls, tcp, tcpFin, udp, syncMaster, syncBackup, statics))

class KernelNotebook {
public:
    KernelNotebook(StorePort& store, std::string bootId);

    /// Io when the document is damaged: then nothing is known, and nothing is put back.
    [[nodiscard]] Result<void> load();
    [[nodiscard]] const KernelNotes& notes() const { return m_notes; }
    /// Nothing happens on disk when nothing changed.
    [[nodiscard]] Result<void> write(KernelNotes notes);
    /// Nothing of it is ours any more, whatever the disk says to that; the error is of the document, which the next call, or the next
    /// write(), tries to replace again.
    [[nodiscard]] Result<void> forget();

private:
    StorePort& m_store;
    std::string m_bootId;
    KernelNotes m_notes;
    bool m_stale = false; ///< the document says something else
};

} // namespace lvsdeck::core
