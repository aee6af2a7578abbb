// SPDX-License-Identifier: GPL-3.0-or-later
// A small chart of a few lines over the last minutes, with round numbers on its axis. Fixed-size rings; painted only while
// visible. Window thread.
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>

#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace lvsdeck::console {

class LineChart : public QWidget {
    Q_OBJECT
public:
    explicit LineChart(const QString& title, QWidget* parent = nullptr);
    /// One sample of every line at this time; at most ten minutes are kept. Lines that are missing end here.
    void add(std::int64_t atMs, const std::map<std::string, double>& values);
    void clear();
    [[nodiscard]] QSize minimumSizeHint() const override { return {260, 160}; }
    [[nodiscard]] QSize sizeHint() const override { return {480, 196}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Sample {
        std::int64_t atMs;
        std::map<std::string, double> values;
    };
    void paintGrid(QPainter& painter, const QRectF& plot, double top) const;

    QString m_title;
    std::deque<Sample> m_samples;
};

} // namespace lvsdeck::console
