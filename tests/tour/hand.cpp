// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/tour/hand.hpp"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScreen>
#include <QScrollArea>
#include <QSpinBox>
#include <QTest>
#include <QTextStream>

#include <cstdio>

namespace lvsdeck::tour {

Hand::Hand(QDir out, QTextStream& transcript) : m_out(std::move(out)), m_transcript(transcript) { m_clock.start(); }

void Hand::say(const QString& line) {
    const QString stamped =
        QStringLiteral("%1 s  %2").arg(static_cast<double>(m_clock.elapsed()) / 1000, 7, 'f', 2).arg(line);
    m_transcript << stamped << '\n';
    m_transcript.flush();
    std::fprintf(stderr, "%s\n", qUtf8Printable(stamped));
}

void Hand::waitFor(const QString& what, const std::function<bool()>& condition, int limitMs) {
    QElapsedTimer waited;
    waited.start();
    while (!condition()) {
        if (waited.elapsed() > limitMs)
            throw Failure(QStringLiteral("waited %1 s in vain for %2").arg(limitMs / 1000).arg(what));
        QTest::qWait(20);
    }
}

QWidget* Hand::visible(const QString& name) {
    // Dialogs lie above: the newest window that has it is the one a person sees.
    const QWidgetList windows = QApplication::topLevelWidgets();
    QWidget* found = nullptr;
    for (QWidget* window : windows) {
        if (!window->isVisible())
            continue;
        QWidget* candidate = nullptr;
        if (window->objectName() == name)
            candidate = window;
        for (QWidget* child : window->findChildren<QWidget*>(name))
            if (child->isVisible())
                candidate = child;
        if (candidate != nullptr && (found == nullptr || window == QApplication::activeWindow()))
            found = candidate;
    }
    return found;
}

void Hand::clickOn(QWidget& widget) {
    for (QWidget* parent = widget.parentWidget(); parent != nullptr; parent = parent->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(parent))
            area->ensureWidgetVisible(&widget);
    QTest::mouseClick(&widget, Qt::LeftButton);
    QTest::qWait(50);
}

void Hand::click(const QString& name, int limitMs) {
    QWidget* widget = nullptr;
    waitFor(
        QStringLiteral("%1 to be there and enabled").arg(name),
        [&] { return (widget = visible(name)) != nullptr && widget->isEnabled(); }, limitMs);
    say(QStringLiteral("click %1").arg(name));
    clickOn(*widget);
}

void Hand::type(const QString& name, const QString& text) {
    QWidget& widget = see(name);
    say(QStringLiteral("type into %1: %2").arg(name, QString(text).replace(QLatin1Char('\n'), QStringLiteral(" ⏎ "))));
    widget.setFocus();
    QTest::keyClick(&widget, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&widget, Qt::Key_Delete);
    if (auto* field = qobject_cast<QPlainTextEdit*>(&widget)) {
        for (const QString& line : text.split(QLatin1Char('\n'))) {
            QTest::keyClicks(field, line);
            QTest::keyClick(field, Qt::Key_Return);
        }
    } else {
        QTest::keyClicks(&widget, text);
    }
    QTest::qWait(20);
    if (const auto* line = qobject_cast<QLineEdit*>(&widget); line != nullptr && line->text() != text)
        throw Failure(QStringLiteral("%1 holds “%2” after typing “%3”").arg(name, line->text(), text));
    if (const auto* spin = qobject_cast<QSpinBox*>(&widget); spin != nullptr && spin->cleanText() != text)
        throw Failure(QStringLiteral("%1 holds “%2” after typing “%3”").arg(name, spin->cleanText(), text));
}

void Hand::choose(const QString& name, const QString& part) {
    auto& box = see<QComboBox>(name);
    say(QStringLiteral("choose in %1: %2").arg(name, part));
    if (box.isEditable()) {
        waitFor(
            QStringLiteral("%1 to offer %2").arg(name, part), [&] { return box.findText(part, Qt::MatchContains) >= 0; },
            20000);
        QTest::keyClick(&box, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(&box, part);
        if (box.currentText() != part)
            throw Failure(QStringLiteral("%1 holds “%2”").arg(name, box.currentText()));
        return;
    }
    waitFor(QStringLiteral("%1 to offer %2").arg(name, part), [&] { return box.findText(part, Qt::MatchContains) >= 0; });
    box.setFocus();
    QTest::keyClick(&box, Qt::Key_Home);
    for (int i = 0; i < box.count() && !box.currentText().contains(part, Qt::CaseInsensitive); ++i)
        QTest::keyClick(&box, Qt::Key_Down);
    if (!box.currentText().contains(part, Qt::CaseInsensitive))
        throw Failure(QStringLiteral("%1 could not be set to %2").arg(name, part));
}

void Hand::pick(const QString& list, const QString& part) {
    auto& view = see<QAbstractItemView>(list);
    QModelIndex index;
    waitFor(QStringLiteral("%1 to show %2").arg(list, part), [&] {
        const QModelIndexList found =
            view.model()->match(view.model()->index(0, 0), Qt::DisplayRole, part, 1, Qt::MatchContains | Qt::MatchRecursive);
        index = found.isEmpty() ? QModelIndex() : found.front();
        return index.isValid();
    });
    say(QStringLiteral("click %1 in %2").arg(part, list));
    view.scrollTo(index);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(index).center());
    QTest::qWait(50);
}

void Hand::answerFolder(const QString& dialog, const QString& folder) {
    auto& files = see<QFileDialog>(dialog);
    auto* line = files.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    if (line == nullptr)
        throw Failure(QStringLiteral("%1 has no place to type a folder").arg(dialog));
    say(QStringLiteral("answer %1: %2").arg(dialog, QDir(folder).dirName()));
    line->setFocus();
    QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(line, folder);
    QTest::qWait(200);
    QTest::keyClick(line, Qt::Key_Return);
    QTest::qWait(200);
    // The completer's list may have taken the first Return.
    if (visible(dialog) != nullptr)
        QTest::keyClick(line, Qt::Key_Return);
    waitFor(QStringLiteral("%1 to close").arg(dialog), [&] { return visible(dialog) == nullptr; }, 5000);
}

void Hand::menu(const QString& name) {
    for (QWidget* window : QApplication::topLevelWidgets())
        if (auto* action = window->findChild<QAction*>(name); action != nullptr && window->isVisible()) {
            if (!action->isEnabled())
                throw Failure(QStringLiteral("the menu entry %1 is disabled").arg(name));
            say(QStringLiteral("menu entry %1").arg(name));
            action->trigger();
            QTest::qWait(50);
            return;
        }
    throw Failure(QStringLiteral("there is no menu entry %1").arg(name));
}

void Hand::picture(const QString& name) {
    QTest::qWait(250);
    const QString file = QStringLiteral("%1-%2.png").arg(++m_pictures, 2, 10, QLatin1Char('0')).arg(name);
    const QPixmap screen = QApplication::primaryScreen()->grabWindow(0);
    if (screen.isNull() || !screen.save(m_out.filePath(file)))
        throw Failure(QStringLiteral("the picture %1 could not be taken").arg(file));
    say(QStringLiteral("picture %1").arg(file));
}

void Hand::pause(int ms) { QTest::qWait(ms); }

} // namespace lvsdeck::tour
