// SPDX-License-Identifier: GPL-3.0-or-later
// Going on where an agent ended that was on the way from lvsdeck back to keepalived. While keepalived starts, its addresses are off
// their interfaces and nobody else speaks for them: whoever comes after such an agent must not take it for a keepalived that manages
// the director.
#include "agent/core/adopting.hpp"
#include "agent/core/engine.hpp"
#include "agent/core/stored.hpp"

#include <cstdint>
#include <utility>

namespace lvsdeck::core {

namespace {

/// On tmpfs: after a reboot there is nothing to go on with.
const std::string noteName = "way-back.json";

/// Times are of the monotonic clock of this boot, in microseconds.
struct ReturnNote {
    struct Seen {
        bool gone = false;
        std::optional<std::int64_t> backUs;
        BOOST_DESCRIBE_CLASS(Seen, (), (gone, backUs), (), ())
    };
    std::string bootId;
    std::int64_t askedUs = 0;
    std::optional<std::int64_t> ranUs;
    std::map<std::string, Seen> seen;
};
BOOST_DESCRIBE_STRUCT(ReturnNote, (), (bootId, askedUs, ranUs, seen))

std::int64_t toUs(Instant at) { return at.time_since_epoch().count(); }
std::optional<std::int64_t> toUs(const std::optional<Instant>& at) { return at ? std::optional(toUs(*at)) : std::nullopt; }
Instant fromUs(std::int64_t us) { return Instant(Duration(us)); }
std::optional<Instant> fromUs(const std::optional<std::int64_t>& us) {
    return us ? std::optional(fromUs(*us)) : std::nullopt;
}

} // namespace

void Engine::noteReturn() {
    if (!m_returning || m_returning->asked == Instant{})
        return;
    ReturnNote now{m_identity.bootId, toUs(m_returning->asked), toUs(m_returning->ran), {}};
    for (const auto& [instance, seen] : m_returning->seen)
        now.seen[instance] = {seen.gone, toUs(seen.back)};
    std::string text = json::toLine(json::toJson(now));
    // Failing costs what clients feel when this process dies on the way, nothing now.
    if (text != m_returnNote && m_ports.transient.write(noteName, text))
        m_returnNote = std::move(text);
}

void Engine::forgetReturn() {
    if (m_returnNote && m_ports.transient.remove(noteName))
        m_returnNote.reset();
}

std::optional<Engine::Return> Engine::returnBefore() {
    const auto before = readStored<ReturnNote>(m_ports.transient, noteName);
    if (!before || before->bootId != m_identity.bootId || fromUs(before->askedUs) > m_ports.runtime.now())
        return std::nullopt;
    Return out;
    out.asked = fromUs(before->askedUs);
    out.ran = fromUs(before->ranUs);
    for (const auto& [instance, seen] : before->seen)
        out.seen[instance] = {seen.gone, fromUs(seen.backUs)};
    return out;
}

void Engine::resumeOnlooking(InForce next) {
    const auto found = m_ports.classic.find();
    m_classicRuns = found && found->runs();
    const auto mark = m_ports.persistent.read(adopting::markName);
    const bool marked = mark && *mark;
    // As long as the mark is there keepalived has not been asked to come.
    auto before = marked ? std::nullopt : returnBefore();
    const bool wasOurs = marked || before || !m_inherited.instances.empty();
    if (!wasOurs || (m_classicRuns && !before) || !displaced()) {
        takeBackLent();
        m_inherited = {};
        abandonAll();
        return onlook(std::move(next));
    }
    note(rpc::EventLevel::Warning, "agent", "keepalived",
         before
             ? "the agent had ended while keepalived was on its way back; this one goes on with what that one held"
             : "the agent had ended before it was confirmed in the place of keepalived, or on its way back; keepalived is "
               "started again");
    m_displaced = true;
    InForce own = next;
    own.observed = false;
    m_inForce = own;
    m_foundDown = downInTable();
    if (!before) {
        takeBackLent();
        (void)putInForce(std::move(own), OnRefusal::GoOn);
        return beginReturn(std::move(next));
    }
    m_returning = std::move(*before);
    m_returning->next = std::move(next);
    m_router.letAddressesGo(true);
    (void)putInForce(std::move(own), OnRefusal::GoOn);
    keepLent();
    // Away for too long to be master still: what is here is keepalived's by now.
    if (const auto all = mastered(); m_classicRuns && all && all->empty())
        return endReturn();
    goOnReturning();
}

} // namespace lvsdeck::core
