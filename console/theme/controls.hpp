// SPDX-License-Identifier: GPL-3.0-or-later
// The few building blocks every screen is made of: labels by role, buttons, cards, the head of a page, an empty state, and
// a message bar. All are plain QWidgets dressed by the style sheet; parents own them. Window thread only.
#pragma once

#include "console/theme/pill.hpp"

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QString>

class QHBoxLayout;
class QVBoxLayout;

namespace lvsdeck::console {

/// `role` is one of style_sheet.cpp. Text is plain and can be selected when `selectable`.
[[nodiscard]] QLabel* makeLabel(const QString& text, const char* role, QWidget* parent = nullptr);
[[nodiscard]] QPushButton* makeButton(const QString& text, const QString& objectName, QWidget* parent = nullptr);
[[nodiscard]] QPushButton* makePrimaryButton(const QString& text, const QString& objectName, QWidget* parent = nullptr);
/// A frame with this role and a vertical layout with these margins.
[[nodiscard]] QFrame* makeFrame(const char* role, QWidget* parent = nullptr, int margin = 0);
/// Sets a dynamic property that the style sheet looks at, and dresses the widget again.
void dress(QWidget* widget, const char* property, const QVariant& value);

/// Title, a muted sentence beside it, and room for the buttons of the page at the right.
class PageHeader : public QWidget {
    Q_OBJECT
public:
    explicit PageHeader(const QString& title, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setSubtitle(const QString& text);
    void setPill(const Pill& pill);
    void addAction(QWidget* widget);

private:
    QLabel* m_title;
    PillLabel* m_pill;
    QLabel* m_subtitle;
    QHBoxLayout* m_actions;
};

/// What would be here, and the next step.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString& title, const QString& text, QWidget* parent = nullptr);
    QPushButton* addButton(const QString& text, const QString& objectName, bool primary);
    void setText(const QString& title, const QString& text);

private:
    void fitText();

    QLabel* m_title;
    QLabel* m_text;
    QHBoxLayout* m_buttons;
};

/// One line at the top of a page that says what went wrong or what just happened; hidden while there is nothing to say.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);
    void show(Tone tone, const QString& text);
    void clear();
    [[nodiscard]] QString text() const { return m_text->text(); }

private:
    QLabel* m_text;
};

} // namespace lvsdeck::console
