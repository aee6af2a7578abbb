// SPDX-License-Identifier: GPL-3.0-or-later
// A configuration text to look at: line numbers, a coloured mark beside each line, words in quiet colours. Made for 200,000 lines:
// the text comes in pieces between the window's events, and only what is on the screen is coloured. Window thread.
#pragma once

#include "console/transfer/import_reading.hpp"

#include <QPlainTextEdit>
#include <QTimer>

namespace lvsdeck::console {

class ConfigText : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit ConfigText(QWidget* parent = nullptr);

    /// Bytes that are no text, and lines of more than 2,000 characters, are shown shortened.
    void setText(const std::string& utf8, std::vector<LineMark> marks);
    /// From 1; waits until so much of the text is there. 0: the first.
    void goTo(std::uint32_t line);
    [[nodiscard]] bool isLoading() const { return m_rest.isActive(); }
    [[nodiscard]] LineMark markOf(int block) const;
    [[nodiscard]] int marginWidth() const;
    void paintMargin(QPaintEvent* event);

signals:
    /// The person moved the cursor to this line (from 1).
    void lineChosen(std::uint32_t line);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void addPiece();
    void placeMargin();
    void colourVisible();
    void markCurrentLine();
    void tellLine();

    QWidget* m_margin;
    QTimer m_rest;
    QStringList m_lines; ///< not inserted yet, from m_next on
    qsizetype m_next = 0;
    std::vector<LineMark> m_marks;
    std::uint32_t m_wanted = 0;
    int m_dress = 1; ///< a block's state when it has its colours; counts up with the palette
};

} // namespace lvsdeck::console
