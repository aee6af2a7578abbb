// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/kernel_notes.hpp"

#include "common/base/json.hpp"

#include <utility>

namespace lvsdeck::core {

namespace {
const std::string documentName = "kernel.json";
}

KernelNotebook::KernelNotebook(StorePort& store, std::string bootId) : m_store(store), m_bootId(std::move(bootId)) {
    m_notes.bootId = m_bootId;
}

Result<void> KernelNotebook::load() {
    auto text = m_store.read(documentName);
    if (!text)
        return std::unexpected(text.error());
    if (!*text)
        return {};
    auto notes = json::parseAs<KernelNotes>(**text);
    if (!notes)
        return failure(ErrorCode::Io,
                       "the stored document " + documentName + " is damaged (" + notes.error().text +
                           "); sysctls and timeouts of an older configuration stay as they are",
                       documentName);
    if (notes->bootId == m_bootId)
        m_notes = std::move(*notes);
    return {};
}

Result<void> KernelNotebook::write(KernelNotes notes) {
    if (notes == m_notes && !m_stale)
        return {};
    if (auto written = m_store.write(documentName, json::toPretty(json::toJson(notes))); !written)
        return written;
    m_notes = std::move(notes);
    m_stale = false;
    return {};
}

Result<void> KernelNotebook::forget() {
    KernelNotes none;
    none.bootId = m_bootId;
    m_stale = m_stale || m_notes != none;
    m_notes = none;
    if (!m_stale)
        return {};
    // A full disk lets a document go when it takes none.
    auto done = write(none);
    if (!done && m_store.remove(documentName)) {
        m_stale = false;
        return {};
    }
    return done;
}

} // namespace lvsdeck::core
