// SPDX-License-Identifier: GPL-3.0-or-later
// One of several answers as a card: what it is, and what it asks of the network. Works as a radio button by mouse and keyboard.
#pragma once

#include <QFrame>

namespace lvsdeck::console {

class ChoiceCard : public QFrame {
    Q_OBJECT
public:
    ChoiceCard(const QString& title, const QString& what, const QString& needs, QWidget* parent = nullptr);
    void setChosen(bool chosen);
    [[nodiscard]] bool isChosen() const { return m_chosen; }

signals:
    void clicked();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    bool m_chosen = false;
};

} // namespace lvsdeck::console
