// SPDX-License-Identifier: GPL-3.0-or-later
// The sync groups of this director: looks at their members after every event and tells them what the group decides. Owned by the
// router; control thread.
#pragma once

#include "agent/vrrp/instance.hpp"
#include "agent/vrrp/sync_group.hpp"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lvsdeck::vrrp {

class SyncGroups {
public:
    using Happened = std::function<void(const Happening&)>;

    /// Instances are told to which group they belong; one that is in two belongs to the first.
    void configure(const std::vector<model::SyncGroup>& groups, std::span<const std::unique_ptr<Instance>> instances);
    /// Those that are about to start are told what they will find: none is BACKUP first because another one starts after it.
    /// Not those that go on as master, which have to say goodbye first.
    void foresee(std::span<const std::unique_ptr<Instance>> instances,
                 std::span<const std::pair<Instance*, Adopted>> starting);
    /// Gives orders until all groups agree; a group's new state is told to `happened`.
    void coordinate(std::span<const std::unique_ptr<Instance>> instances, const Happened& happened);

    [[nodiscard]] const model::SyncGroup* groupOf(const std::string& instance) const;
    [[nodiscard]] const model::SyncGroup* find(const std::string& name) const;
    [[nodiscard]] std::vector<model::SyncGroup> all() const;

private:
    struct Entry {
        model::SyncGroup config;
        std::map<std::string, bool> wasMaster;
        Phase phase = Phase::Initialize;
        bool untoldFault = false; ///< in fault only because results are not there yet
    };
    bool coordinateOne(Entry& entry, std::span<const std::unique_ptr<Instance>> instances);

    std::vector<Entry> m_groups;
};

[[nodiscard]] Happening groupHappening(const model::SyncGroup& group, HappeningKind kind);

} // namespace lvsdeck::vrrp
