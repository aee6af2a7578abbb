// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/vrrp_notebook.hpp"
#include "agent/core/stored.hpp"

#include "common/base/json.hpp"

#include <utility>

namespace lvsdeck::core {

namespace {
const std::string documentName = "vrrp.json";
const std::string maintenanceName = "maintenance.json";
const std::string transitionsName = "transitions.json";

std::string textOf(const vrrp::Router& router) { return json::toPretty(json::toJson(router.transitionBook())); }
} // namespace

vrrp::Memory VrrpNotebook::load() {
    vrrp::Memory none;
    none.bootId = m_bootId;
    auto memory = readStored<vrrp::Memory>(m_store, documentName);
    if (!memory || memory->bootId != m_bootId)
        return none;
    return std::move(*memory);
}

void VrrpNotebook::save(vrrp::Memory memory) {
    memory.bootId = m_bootId;
    m_saved = m_runtime.now();
    m_everSaved = true;
    // Failing costs a visible takeover after the next restart, nothing now.
    (void)m_store.write(documentName, json::toPretty(json::toJson(memory)));
}

void VrrpNotebook::forget() {
    m_everSaved = false;
    (void)m_store.remove(documentName);
}

void VrrpNotebook::refresh(const vrrp::Router& router) {
    if (!m_everSaved || m_runtime.now() - m_saved >= std::chrono::milliseconds(200))
        save(router.memory());
}

Result<vrrp::MaintenanceBook> loadMaintenance(StorePort& store) {
    const auto text = store.read(maintenanceName);
    if (text && !*text)
        return vrrp::MaintenanceBook{};
    auto book = text ? json::parseAs<vrrp::MaintenanceBook>(**text) : std::unexpected(text.error());
    if (!book)
        return failure(book.error().code,
                       "what is out of service cannot be read from " + maintenanceName + ": " + book.error().text,
                       maintenanceName);
    return book;
}

Result<void> saveMaintenance(StorePort& store, const vrrp::MaintenanceBook& book) {
    return store.write(maintenanceName, json::toPretty(json::toJson(book)));
}

vrrp::TransitionBook TransitionKeeper::load() {
    // tmpfs is empty after a reboot, and else never older than the disk.
    for (StorePort* store : {&m_transient, &m_persistent})
        if (auto book = readStored<vrrp::TransitionBook>(*store, transitionsName))
            return std::move(*book);
    return {};
}

void TransitionKeeper::happened(const vrrp::Router& router) {
    if (std::exchange(m_waits, true))
        return;
    m_timer = m_runtime.after(std::chrono::seconds(1), [this, &router] {
        m_waits = false;
        // Failing costs what the next process could tell of this one, nothing now.
        (void)m_transient.write(transitionsName, textOf(router));
    });
}

void TransitionKeeper::saveForGood(const vrrp::Router& router) {
    m_waits = false;
    m_timer.cancel();
    const std::string text = textOf(router);
    (void)m_transient.write(transitionsName, text);
    (void)m_persistent.write(transitionsName, text);
}

} // namespace lvsdeck::core
