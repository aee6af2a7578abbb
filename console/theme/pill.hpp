// SPDX-License-Identifier: GPL-3.0-or-later
// A state as people recognise it: shape, word and colour together. Painted by delegates, or as a small widget.
#pragma once

#include "console/theme/tokens.hpp"

#include <QPainter>
#include <QRect>
#include <QString>
#include <QWidget>

namespace lvsdeck::console {

/// The shape says the state without colour: ● up, ◆ down, ◐ draining, ○ backup or unchecked, ▲ changing, ■ warning.
enum class Glyph { None, Disc, Diamond, Half, Ring, Triangle, Square };

struct Pill {
    Tone tone = Tone::Neutral;
    Glyph glyph = Glyph::None;
    QString text;
    bool operator==(const Pill&) const = default;
};

void paintGlyph(QPainter& painter, const QRectF& box, Glyph glyph, const QColor& color, const QColor& ground);
/// Diagonal lines for what has not been heard from.
void paintHatch(QPainter& painter, const QRect& area, const Tokens& tokens);
/// The ground of a row in a list, with the line below it.
void paintRow(QPainter& painter, const QRect& row, bool selected, const Tokens& tokens);
[[nodiscard]] QSize pillSize(const Pill& pill);
/// Left aligned and centred vertically in `area`.
void paintPill(QPainter& painter, const QRect& area, const Pill& pill, const Tokens& tokens);

/// A pill in a row of widgets. Hidden while it has no text.
class PillLabel : public QWidget {
    Q_OBJECT
public:
    explicit PillLabel(QWidget* parent = nullptr);
    void setPill(Pill pill);
    [[nodiscard]] const Pill& pill() const { return m_pill; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Pill m_pill;
};

/// A glyph and plain words, as in the status bar and the list of clusters: "● lb1 · 4 ms".
class StateLabel : public QWidget {
    Q_OBJECT
public:
    explicit StateLabel(QWidget* parent = nullptr);
    void setState(Pill state);
    [[nodiscard]] QString text() const { return m_state.text; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Pill m_state;
};

} // namespace lvsdeck::console
