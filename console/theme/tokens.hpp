// SPDX-License-Identifier: GPL-3.0-or-later
// The colours, sizes and fonts of the console, in one place. A view names a token or a tone, never a colour. Plain values;
// which of the two schemes is in force is read from the palette, so that everything repaints itself when it changes.
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

namespace lvsdeck::console {

enum class Scheme { Light, Dark };

/// What a colour means. Neutral is for what has no state, Stale for what has not been heard from.
enum class Tone { Neutral, Accent, Ok, Warn, Bad, Idle, Stale };

/// One tone: for shapes and lines, for words (darker, so that they stand 4.5 : 1 on the fill), for the ground behind words.
struct ToneColors {
    QColor mark;
    QColor ink;
    QColor fill;
};

struct Tokens {
    Scheme scheme;
    QColor background; ///< the window
    QColor panel;      ///< cards and tables
    QColor line;       ///< hairlines
    QColor hover;      ///< a row or button under the pointer
    QColor group;      ///< the row of a group in a table
    QColor text;
    QColor muted;
    QColor onAccent; ///< text on a primary button
    ToneColors accent;
    ToneColors ok;
    ToneColors warn;
    ToneColors bad;
    ToneColors idle;
};

[[nodiscard]] const Tokens& tokensOf(Scheme scheme);
/// The tokens that belong to this palette: dark when its window is dark.
[[nodiscard]] const Tokens& tokensOf(const QPalette& palette);
[[nodiscard]] ToneColors toneColors(const Tokens& tokens, Tone tone);
[[nodiscard]] QPalette paletteOf(const Tokens& tokens);

/// Sizes in device independent pixels; everything sits on a grid of 8 (4 inside).
namespace metrics {
inline constexpr int grid = 8;
inline constexpr int half = 4;
inline constexpr int row = 28;
inline constexpr int radius = 6;
inline constexpr int cardRadius = 8;
inline constexpr int control = 28;
inline constexpr int sidebar = 232;
inline constexpr int header = 44;
inline constexpr int margin = 16;
} // namespace metrics

/// The system's font at 13 px.
[[nodiscard]] QFont textFont();
[[nodiscard]] QFont smallFont();
/// Tabular digits, for addresses, numbers and configuration text.
[[nodiscard]] QFont monoFont();
[[nodiscard]] QFont titleFont();

} // namespace lvsdeck::console
