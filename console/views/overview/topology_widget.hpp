// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a Topology: clients, virtual addresses, directors and real servers from left to right, lines as thick as their load.
// Also paints into a file. Window thread.
#pragma once

#include "console/theme/pill.hpp"
#include "console/views/overview/topology.hpp"

#include <QWidget>

#include <map>

namespace lvsdeck::console {

class TopologyWidget : public QWidget {
    Q_OBJECT
public:
    explicit TopologyWidget(QWidget* parent = nullptr);
    void setTopology(Topology topology);
    /// Fit: everything is scaled into the widget; otherwise cards keep their size and the widget asks for room.
    void setFit(bool fit);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    void paintInto(QPainter& painter, const QSizeF& size) const;
    /// The picture in words, for screen readers and tests.
    [[nodiscard]] QString description() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Places {
        QRectF clients;
        std::vector<QRectF> vips;
        std::vector<QRectF> directors;
        std::vector<QRectF> servers;
    };
    [[nodiscard]] Places place(const QSizeF& size) const;
    [[nodiscard]] double naturalHeight() const;
    void paintLinks(QPainter& painter, const Places& places, const Tokens& tokens) const;
    void paintDirectors(QPainter& painter, const Places& places, const Tokens& tokens) const;
    void paintServers(QPainter& painter, const Places& places, const Tokens& tokens) const;
    [[nodiscard]] double thickness(std::int64_t active) const;
    [[nodiscard]] const QRectF* directorPlace(const Places& places, const std::string& id) const;

    Topology m_topology;
    bool m_fit = true;
};

} // namespace lvsdeck::console
