// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a wizard at its left: done, current, wrong, still open. Window thread.
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

namespace lvsdeck::console {

enum class StepLook { Open, Current, Done, Wrong };

class StepList : public QWidget {
    Q_OBJECT
public:
    explicit StepList(QStringList names, QWidget* parent = nullptr);
    void setLooks(std::vector<StepLook> looks);
    [[nodiscard]] QSize sizeHint() const override;

signals:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    QStringList m_names;
    std::vector<StepLook> m_looks;
};

} // namespace lvsdeck::console
