// SPDX-License-Identifier: GPL-3.0-or-later
// The hand and the eye of the tour: finds widgets by their names, clicks and types into them by real events, waits for what a
// person would wait for, takes pictures of the whole screen. A step that does not come about throws. Window thread.
#pragma once

#include <QDir>
#include <QElapsedTimer>
#include <QString>
#include <QWidget>

#include <functional>
#include <stdexcept>

class QTextStream;

namespace lvsdeck::tour {

class Failure : public std::runtime_error {
public:
    explicit Failure(const QString& what) : std::runtime_error(what.toStdString()) {}
};

class Hand {
public:
    Hand(QDir out, QTextStream& transcript);

    /// One line of the transcript, with the time since the start.
    void say(const QString& line);
    /// Until `condition`; the failure says what was waited for.
    void waitFor(const QString& what, const std::function<bool()>& condition, int limitMs = 15000);
    /// A visible widget with this object name in any window; waits for it.
    template <class Widget = QWidget> Widget& see(const QString& name, int limitMs = 15000) {
        Widget* found = nullptr;
        waitFor(
            QStringLiteral("the widget ") + name, [&] { return (found = qobject_cast<Widget*>(visible(name))) != nullptr; },
            limitMs);
        return *found;
    }
    [[nodiscard]] static QWidget* visible(const QString& name);
    /// Waits until it is enabled, then presses the mouse on its middle.
    void click(const QString& name, int limitMs = 15000);
    void clickOn(QWidget& widget);
    /// Replaces what stands in a line, spin box or text field.
    void type(const QString& name, const QString& text);
    /// Opens a combo box by the keyboard and walks to the entry whose text contains `part`.
    void choose(const QString& name, const QString& part);
    /// The row of a list whose text contains `part`.
    void pick(const QString& list, const QString& part);
    /// Writes a folder into an open file dialog and accepts it.
    void answerFolder(const QString& dialog, const QString& folder);
    /// Triggers a menu's action as its shortcut or menu entry would.
    void menu(const QString& action);
    /// NN-name.png of the whole screen.
    void picture(const QString& name);
    void pause(int ms);

private:
    QDir m_out;
    QTextStream& m_transcript;
    QElapsedTimer m_clock;
    int m_pictures = 0;
};

} // namespace lvsdeck::tour
