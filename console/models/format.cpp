// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/format.hpp"

#include <QCoreApplication>
#include <QLocale>

namespace lvsdeck::console {

namespace {

QString scaled(double value, bool spaced) {
    static const char* const units[] = {"", "k", "M", "G", "T"};
    int unit = 0;
    while (value >= 1000.0 && unit < 4) {
        value /= 1000.0;
        ++unit;
    }
    const QString number = unit == 0 ? QLocale().toString(static_cast<qlonglong>(value)) : QLocale().toString(value, 'f', 1);
    if (unit == 0)
        return spaced ? number + QStringLiteral("  ") : number;
    return number + QChar(' ') + QLatin1String(units[unit]);
}

} // namespace

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QString countText(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

QString bitsText(std::int64_t bytesPerSecond) { return scaled(static_cast<double>(bytesPerSecond) * 8.0, true); }

QString shortCount(std::int64_t value) { return scaled(static_cast<double>(value), false); }

QString ageText(std::int64_t milliseconds) {
    if (milliseconds < 0)
        return {};
    const std::int64_t seconds = milliseconds / 1000;
    if (seconds < 60)
        return QCoreApplication::translate("States", "%1 s").arg(seconds);
    if (seconds < 3600)
        return QCoreApplication::translate("States", "%1 m").arg(seconds / 60);
    if (seconds < 86400)
        return QCoreApplication::translate("States", "%1 h").arg(seconds / 3600);
    return QCoreApplication::translate("States", "%1 d").arg(seconds / 86400);
}

Pill serverPill(ServerState state, std::int64_t sinceMs, std::int64_t nowMs) {
    const QString age = sinceMs > 0 && nowMs > sinceMs ? QChar(' ') + ageText(nowMs - sinceMs) : QString();
    switch (state) {
    case ServerState::Up: return {Tone::Ok, Glyph::Disc, QCoreApplication::translate("States", "up")};
    case ServerState::Down: return {Tone::Bad, Glyph::Diamond, QCoreApplication::translate("States", "down") + age};
    case ServerState::Draining: return {Tone::Idle, Glyph::Half, QCoreApplication::translate("States", "draining")};
    case ServerState::Disabled: return {Tone::Idle, Glyph::Ring, QCoreApplication::translate("States", "disabled")};
    case ServerState::Unchecked: return {Tone::Accent, Glyph::Ring, QCoreApplication::translate("States", "not checked")};
    case ServerState::Foreign: return {Tone::Warn, Glyph::Square, QCoreApplication::translate("States", "not ours")};
    case ServerState::Standby: return {Tone::Accent, Glyph::Ring, QCoreApplication::translate("States", "standby")};
    }
    return {};
}

QString phaseWord(rpc::VrrpPhase phase) {
    switch (phase) {
    case rpc::VrrpPhase::Initialize: return QStringLiteral("INIT");
    case rpc::VrrpPhase::Backup: return QStringLiteral("BACKUP");
    case rpc::VrrpPhase::Master: return QStringLiteral("MASTER");
    case rpc::VrrpPhase::Fault: return QStringLiteral("FAULT");
    }
    return {};
}

Pill phasePill(rpc::VrrpPhase phase) {
    switch (phase) {
    case rpc::VrrpPhase::Initialize: return {Tone::Warn, Glyph::Triangle, phaseWord(phase)};
    case rpc::VrrpPhase::Backup: return {Tone::Accent, Glyph::Ring, phaseWord(phase)};
    case rpc::VrrpPhase::Master: return {Tone::Ok, Glyph::Disc, phaseWord(phase)};
    case rpc::VrrpPhase::Fault: return {Tone::Bad, Glyph::Diamond, phaseWord(phase)};
    }
    return {};
}

Pill maintenancePill() { return {Tone::Idle, Glyph::Half, QCoreApplication::translate("States", "maintenance")}; }

Pill rolePill(const rpc::VrrpState& state) { return state.maintenance ? maintenancePill() : phasePill(state.phase); }

Pill stalePill(std::int64_t ageMs) {
    const QString age = ageText(ageMs);
    return {Tone::Stale, Glyph::Ring,
            age.isEmpty() ? QCoreApplication::translate("States", "not heard from")
                          : QCoreApplication::translate("States", "not heard for %1").arg(age)};
}

} // namespace lvsdeck::console
