// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/config_text.hpp"

#include "console/theme/tokens.hpp"
#include "console/transfer/syntax_colours.hpp"

#include <QPainter>
#include <QTextBlock>
#include <QTextLayout>

#include <algorithm>

namespace lvsdeck::console {

namespace {

constexpr qsizetype pieceLines = 2000;
constexpr qsizetype longestLine = 2000;
constexpr int markWidth = 4;

/// What must not end a line or a text here, because line numbers would shift.
QString shownLine(QString line) {
    if (line.endsWith(QChar('\r')))
        line.chop(1);
    if (line.size() > longestLine)
        line = line.left(longestLine) + QStringLiteral(" …");
    for (QChar& c : line)
        if ((c.unicode() < 0x20 && c != QChar('\t')) || c == QChar::ParagraphSeparator || c == QChar::LineSeparator ||
            c.unicode() == 0xFDD0 || c.unicode() == 0xFDD1)
            c = QChar::ReplacementCharacter;
    return line;
}

class Margin : public QWidget {
public:
    explicit Margin(ConfigText* of) : QWidget(of), m_of(of) {}
    [[nodiscard]] QSize sizeHint() const override { return {m_of->marginWidth(), 0}; }

protected:
    void paintEvent(QPaintEvent* event) override { m_of->paintMargin(event); }

private:
    ConfigText* m_of;
};

QTextCharFormat formatOf(SyntaxPart part, const Tokens& tokens) {
    QTextCharFormat out;
    switch (part) {
    case SyntaxPart::Comment:
        out.setForeground(tokens.muted);
        out.setFontItalic(true);
        break;
    case SyntaxPart::Keyword: out.setForeground(tokens.accent.ink); break;
    case SyntaxPart::Block:
        out.setForeground(tokens.text);
        out.setFontWeight(QFont::DemiBold);
        break;
    case SyntaxPart::Quoted: out.setForeground(tokens.ok.ink); break;
    }
    return out;
}

} // namespace

ConfigText::ConfigText(QWidget* parent) : QPlainTextEdit(parent), m_margin(new Margin(this)) {
    setProperty("role", QStringLiteral("inset"));
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setUndoRedoEnabled(false);
    setFont(monoFont());
    setLineWrapMode(QPlainTextEdit::NoWrap);
    m_rest.setInterval(0);
    connect(&m_rest, &QTimer::timeout, this, &ConfigText::addPiece);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &ConfigText::placeMargin);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& rect, int dy) {
        if (dy != 0)
            m_margin->scroll(0, dy);
        else
            m_margin->update(0, rect.y(), m_margin->width(), rect.height());
    });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &ConfigText::markCurrentLine);
    placeMargin();
}

void ConfigText::setText(const std::string& utf8, std::vector<LineMark> marks) {
    m_rest.stop();
    m_wanted = 0;
    m_marks = std::move(marks);
    m_lines = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())).split(QChar('\n'));
    if (m_lines.size() > 1 && m_lines.last().isEmpty())
        m_lines.removeLast();
    m_next = 0;
    clear();
    addPiece();
    moveCursor(QTextCursor::Start);
}

void ConfigText::addPiece() {
    const qsizetype end = std::min(m_next + pieceLines, m_lines.size());
    QString piece;
    for (qsizetype i = m_next; i < end; ++i) {
        if (i > 0)
            piece += QChar('\n');
        piece += shownLine(m_lines[i]);
    }
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    cursor.insertText(piece);
    m_next = end;
    if (m_next < m_lines.size()) {
        if (!m_rest.isActive())
            m_rest.start();
    } else {
        m_rest.stop();
        m_lines.clear();
        m_next = 0;
    }
    if (m_wanted != 0 && (static_cast<int>(m_wanted) <= blockCount() || !isLoading()))
        goTo(m_wanted);
}

void ConfigText::goTo(std::uint32_t line) {
    const int wanted = std::max(1, static_cast<int>(line));
    if (wanted > blockCount() && isLoading()) {
        m_wanted = line;
        return;
    }
    m_wanted = 0;
    const QTextBlock block = document()->findBlockByNumber(std::min(wanted, blockCount()) - 1);
    QTextCursor cursor(block);
    setTextCursor(cursor);
    centerCursor();
}

LineMark ConfigText::markOf(int block) const {
    return block >= 0 && static_cast<std::size_t>(block) < m_marks.size() ? m_marks[static_cast<std::size_t>(block)]
                                                                          : LineMark::None;
}

int ConfigText::marginWidth() const {
    int digits = 3;
    for (int most = std::max(1, blockCount()); most >= 1000; most /= 10)
        ++digits;
    return markWidth + 4 + fontMetrics().horizontalAdvance(QChar('9')) * digits + 10;
}

void ConfigText::placeMargin() {
    setViewportMargins(marginWidth(), 0, 0, 0);
    const QRect inside = contentsRect();
    m_margin->setGeometry(inside.left(), inside.top(), marginWidth(), inside.height());
}

void ConfigText::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    placeMargin();
}

void ConfigText::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        ++m_dress;
        markCurrentLine();
        viewport()->update();
    }
}

void ConfigText::paintEvent(QPaintEvent* event) {
    colourVisible();
    QPlainTextEdit::paintEvent(event);
}

void ConfigText::colourVisible() {
    const Tokens& tokens = tokensOf(palette());
    QTextBlock block = firstVisibleBlock();
    const int bottom = viewport()->height();
    double y = blockBoundingGeometry(block).translated(contentOffset()).top();
    while (block.isValid() && y < bottom) {
        y += blockBoundingRect(block).height();
        if (block.userState() != m_dress) {
            QList<QTextLayout::FormatRange> ranges;
            for (const SyntaxRange& part : syntaxOf(block.text()))
                ranges.append({part.start, part.length, formatOf(part.part, tokens)});
            block.layout()->setFormats(ranges);
            block.setUserState(m_dress);
        }
        block = block.next();
    }
}

void ConfigText::paintMargin(QPaintEvent* event) {
    const Tokens& tokens = tokensOf(palette());
    QPainter painter(m_margin);
    painter.fillRect(event->rect(), tokens.background);
    painter.setFont(font());
    const int current = textCursor().blockNumber();
    QTextBlock block = firstVisibleBlock();
    double y = blockBoundingGeometry(block).translated(contentOffset()).top();
    while (block.isValid() && y <= event->rect().bottom()) {
        const double height = blockBoundingRect(block).height();
        const QRectF line(0, y, m_margin->width(), height);
        const LineMark mark = markOf(block.blockNumber());
        const QColor colors[] = {Qt::transparent, tokens.ok.mark, tokens.idle.mark, tokens.warn.mark, tokens.bad.mark};
        if (mark != LineMark::None)
            painter.fillRect(QRectF(2, y, mark >= LineMark::Kept ? markWidth : 2, height), colors[static_cast<int>(mark)]);
        painter.setPen(block.blockNumber() == current ? tokens.text : tokens.muted);
        painter.drawText(line.adjusted(markWidth + 4, 0, -8, 0), Qt::AlignRight | Qt::AlignTop,
                         QString::number(block.blockNumber() + 1));
        y += height;
        block = block.next();
    }
}

void ConfigText::markCurrentLine() {
    QTextEdit::ExtraSelection line;
    line.format.setBackground(tokensOf(palette()).accent.fill);
    line.format.setProperty(QTextFormat::FullWidthSelection, true);
    line.cursor = textCursor();
    line.cursor.clearSelection();
    setExtraSelections({line});
    m_margin->update();
}

void ConfigText::tellLine() {
    if (!textCursor().hasSelection())
        emit lineChosen(static_cast<std::uint32_t>(textCursor().blockNumber() + 1));
}

void ConfigText::mouseReleaseEvent(QMouseEvent* event) {
    QPlainTextEdit::mouseReleaseEvent(event);
    tellLine();
}

void ConfigText::keyPressEvent(QKeyEvent* event) {
    const int before = textCursor().blockNumber();
    QPlainTextEdit::keyPressEvent(event);
    if (textCursor().blockNumber() != before)
        tellLine();
}

} // namespace lvsdeck::console
