// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_store.hpp"

namespace lvsdeck::simulated {

void SimulatedStore::step() {
    if (m_crash != nullptr)
        m_crash->step();
}

Result<std::optional<std::string>> SimulatedStore::read(const std::string& name) {
    const auto found = m_visible.find(name);
    if (found == m_visible.end())
        return std::optional<std::string>();
    return std::optional<std::string>(found->second);
}

Result<void> SimulatedStore::write(const std::string& name, const std::string& text) {
    if (m_full)
        return failure(ErrorCode::Io, "cannot write " + name + ": no space left on device");
    ++m_writes;
    step(); // The temporary file is written and flushed: nobody sees it.
    step();
    m_visible.insert_or_assign(name, text);
    step();
    m_durable.insert_or_assign(name, text);
    return {};
}

Result<void> SimulatedStore::remove(const std::string& name) {
    if (m_full)
        return failure(ErrorCode::Io, "cannot remove " + name + ": input/output error");
    step();
    m_visible.erase(name);
    step();
    m_durable.erase(name);
    return {};
}

Result<std::vector<std::string>> SimulatedStore::list(const std::string& folder) {
    const std::string prefix = folder.empty() ? std::string() : folder + "/";
    std::vector<std::string> names;
    for (auto it = m_visible.lower_bound(prefix); it != m_visible.end() && it->first.starts_with(prefix); ++it)
        if (std::string rest = it->first.substr(prefix.size()); rest.find('/') == std::string::npos)
            names.push_back(std::move(rest));
    return names;
}

} // namespace lvsdeck::simulated
