// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/theme/tokens.hpp"

#include <QFontDatabase>

namespace lvsdeck::console {

namespace {

const Tokens light{
    .scheme = Scheme::Light,
    .background = QColor(0xF6F7F9),
    .panel = QColor(0xFFFFFF),
    .line = QColor(0xE2E5EA),
    .hover = QColor(0xF0F2F6),
    .group = QColor(0xFAFBFC),
    .text = QColor(0x1B2430),
    .muted = QColor(0x5F6B80),
    .onAccent = QColor(0xFFFFFF),
    .accent = {QColor(0x2F6FDE), QColor(0x2563CF), QColor(0xE8F0FD)},
    .ok = {QColor(0x1F9D57), QColor(0x14793F), QColor(0xE5F5EC)},
    .warn = {QColor(0xC77700), QColor(0x9A5B00), QColor(0xFDF3E0)},
    .bad = {QColor(0xD4373A), QColor(0xC92A2E), QColor(0xFCE9E9)},
    .idle = {QColor(0x7C5CD6), QColor(0x6B4AC8), QColor(0xF0ECFB)},
};

const Tokens dark{
    .scheme = Scheme::Dark,
    .background = QColor(0x14181F),
    .panel = QColor(0x1B2029),
    .line = QColor(0x2B323D),
    .hover = QColor(0x232A35),
    .group = QColor(0x1F252F),
    .text = QColor(0xE4E9F0),
    .muted = QColor(0x8F9BAD),
    .onAccent = QColor(0x0E1520),
    .accent = {QColor(0x6AA0F7), QColor(0x6AA0F7), QColor(0x22314B)},
    .ok = {QColor(0x4CC585), QColor(0x4CC585), QColor(0x1B3428)},
    .warn = {QColor(0xE5A443), QColor(0xE5A443), QColor(0x3A2E18)},
    .bad = {QColor(0xF0686B), QColor(0xF0686B), QColor(0x3D2224)},
    .idle = {QColor(0xA48BF0), QColor(0xA48BF0), QColor(0x2C2545)},
};

} // namespace

const Tokens& tokensOf(Scheme scheme) { return scheme == Scheme::Dark ? dark : light; }

const Tokens& tokensOf(const QPalette& palette) {
    return tokensOf(palette.color(QPalette::Window).lightness() < 128 ? Scheme::Dark : Scheme::Light);
}

ToneColors toneColors(const Tokens& t, Tone tone) {
    switch (tone) {
    case Tone::Accent: return t.accent;
    case Tone::Ok: return t.ok;
    case Tone::Warn: return t.warn;
    case Tone::Bad: return t.bad;
    case Tone::Idle: return t.idle;
    case Tone::Neutral:
    case Tone::Stale: break;
    }
    return {t.muted, t.muted, t.background};
}

QPalette paletteOf(const Tokens& t) {
    QPalette p;
    p.setColor(QPalette::Window, t.background);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.panel);
    p.setColor(QPalette::AlternateBase, t.group);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::Button, t.panel);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.onAccent);
    p.setColor(QPalette::Highlight, t.accent.fill);
    p.setColor(QPalette::HighlightedText, t.text);
    p.setColor(QPalette::ToolTipBase, t.panel);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::PlaceholderText, t.muted);
    p.setColor(QPalette::Link, t.accent.ink);
    p.setColor(QPalette::LinkVisited, t.accent.ink);
    p.setColor(QPalette::Light, t.panel);
    p.setColor(QPalette::Midlight, t.line);
    p.setColor(QPalette::Mid, t.line);
    p.setColor(QPalette::Dark, t.line);
    p.setColor(QPalette::Shadow, t.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        p.setColor(QPalette::Disabled, role, t.muted);
    return p;
}

QFont textFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    font.setPixelSize(13);
    return font;
}

QFont smallFont() {
    QFont font = textFont();
    font.setPixelSize(11);
    return font;
}

QFont monoFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(12);
    font.setStyleHint(QFont::Monospace);
    return font;
}

QFont titleFont() {
    QFont font = textFont();
    font.setPixelSize(17);
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace lvsdeck::console
