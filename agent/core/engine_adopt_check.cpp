// SPDX-License-Identifier: GPL-3.0-or-later
// What speaks against the next step between keepalived and lvsdeck: files or a configuration that are not what they were, and what
// could not be undone.
#include "agent/core/engine.hpp"
#include "agent/core/stored.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lvsdeck::core {

using rpc::AdoptConcern;
using rpc::AdoptConcernKind;

namespace {

std::vector<AdoptConcern> flushConcerns(const ClassicConfiguration& configuration, const std::string& consequence) {
    std::vector<AdoptConcern> out;
    for (std::string& place : flushingLines(configuration)) {
        std::string text = place + ": with lvs_flush keepalived empties the IPVS table when it starts" + consequence +
                           "; remove that line first";
        out.push_back({AdoptConcernKind::TableFlush, false, std::move(place), std::move(text)});
    }
    return out;
}

} // namespace

std::optional<SeenFiles> Engine::seenFiles() { return readStored<SeenFiles>(m_ports.persistent, seenName); }

std::vector<AdoptConcern> Engine::takeConcerns(const ClassicProgram& program, const ClassicConfiguration& configuration) {
    const std::string again = "; look on again, so that it is read anew";
    std::vector<AdoptConcern> out;
    if (!program.elsewhere.empty())
        out.push_back({AdoptConcernKind::Elsewhere,
                       true,
                       {},
                       program.elsewhere +
                           ", so it could be ended and not be brought back from here; lvsdeck can look on at "
                           "it. To take over, run keepalived on the host itself first"});
    else if (!program.unit.empty() && program.unit != "keepalived.service")
        out.push_back({AdoptConcernKind::Unit, true, program.unit,
                       "keepalived runs as " + program.unit +
                           ", and only keepalived.service is kept from starting again and can be brought back"});
    const auto before = seenFiles();
    if (!before) {
        out.push_back({AdoptConcernKind::FilesUnknown,
                       true,
                       {},
                       "it is not known which files of keepalived lvsdeck's configuration was read from" + again});
    } else {
        if (before->cluster != m_inForce.hash)
            out.push_back(
                {AdoptConcernKind::Configuration,
                 true,
                 {},
                 "lvsdeck's configuration is not what was read from keepalived's files, because it was changed under "
                 "lvsdeck before this director went back to keepalived" +
                     again});
        for (AdoptConcern& concern : differences(*before, seen(configuration))) {
            concern.blocks = true;
            concern.text += ", since lvsdeck began to look on" + again;
            out.push_back(std::move(concern));
        }
    }
    for (auto& [instance, text] : m_onlooker.disputed())
        out.push_back({AdoptConcernKind::Disputed, true, instance,
                       instance + ": " + text +
                           ". Take over when only one of the two has them: find out who put them here by hand, or why "
                           "keepalived does not hear the other router"});
    std::ranges::move(flushConcerns(configuration, ", and so it would also when it comes back from a take-over that was not "
                                                   "confirmed"),
                      std::back_inserter(out));
    return out;
}

/// What keepalived will do otherwise than lvsdeck does now, as far as the revision that was read from its files is there still.
void Engine::addConfigurationChange(const SeenFiles& before, rpc::AdoptCheck& out) {
    if (before.cluster == m_inForce.hash)
        return;
    if (const auto old = m_store.revision(before.revision); old && old->hash == before.cluster)
        if (const config::Understood meaning = understood(old->cluster, director()); meaning.own)
            if (auto operations = plan(*meaning.own))
                out.operations = std::move(*operations);
    const std::size_t count = out.operations.size();
    out.concerns.push_back(
        {AdoptConcernKind::Configuration, false, std::to_string(before.revision),
         "the configuration was changed under lvsdeck since it was read from keepalived's files (revision " +
             std::to_string(before.revision) + " then, " + std::to_string(m_store.book().revision()) +
             " now): keepalived comes back with its own files and knows nothing of that" +
             (count > 0 ? "; " + std::to_string(count) + (count == 1 ? " thing" : " things") + " will be otherwise" : "") +
             ". To keep it, export it to keepalived's files first"});
}

rpc::AdoptCheck Engine::backCheck(const ClassicConfiguration& configuration) {
    rpc::AdoptCheck out;
    out.back = true;
    out.concerns = flushConcerns(configuration, ", and every connection through this director would break");
    const auto before = seenFiles();
    if (!before) {
        out.concerns.push_back(
            {AdoptConcernKind::FilesUnknown,
             false,
             {},
             "it is not known whether keepalived's files are those of when lvsdeck took over; look at them "
             "before it comes back"});
        return out;
    }
    addConfigurationChange(*before, out);
    for (AdoptConcern& concern : differences(*before, seen(configuration))) {
        concern.text +=
            " since lvsdeck took over: keepalived comes back with what stands there now; test it (keepalived -t)";
        out.concerns.push_back(std::move(concern));
    }
    return out;
}

void Engine::checkAdoption(Then<rpc::AdoptCheck> then) {
    const bool takes = isObserving();
    auto program = takes ? m_ports.classic.find() : mayGiveBack();
    if (!program)
        return then(std::unexpected(program.error()));
    readClassic(*program, [this, takes, program = *program, then = std::move(then)](Result<ClassicConfiguration> found) {
        if (!found)
            return then(std::unexpected(found.error()));
        if (takes != isObserving() || m_returning)
            return then(failure(ErrorCode::Busy, "this director has just gone another way; ask again"));
        if (takes)
            return then(rpc::AdoptCheck{false, takeConcerns(program, *found), {}});
        then(backCheck(*found));
    });
}

} // namespace lvsdeck::core
