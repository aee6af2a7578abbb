// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/overview/topology_widget.hpp"

#include "console/models/format.hpp"

#include <QDateTime>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace lvsdeck::console {

namespace {

constexpr double cardHeight = 64;
constexpr double directorHeight = 90;
constexpr double gap = 28;

struct Card {
    QString title;
    QString address;
    QString words;
    Pill pill;
    QColor border;
    bool mutedWords = false;
};

void paintCard(QPainter& painter, const QRectF& box, const Card& card, const Tokens& tokens) {
    painter.setPen(QPen(card.border, 1.2));
    painter.setBrush(tokens.panel);
    painter.drawRoundedRect(box, metrics::cardRadius, metrics::cardRadius);
    const QRectF inside = box.adjusted(14, 8, -10, -8);
    QFont bold = textFont();
    bold.setWeight(QFont::DemiBold);
    const QSize pill = card.pill.text.isEmpty() ? QSize(0, 0) : pillSize(card.pill);
    painter.setFont(bold);
    painter.setPen(tokens.text);
    const double room = inside.width() - pill.width() - 6;
    painter.drawText(QRectF(inside.left(), inside.top(), room, 20), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(bold).elidedText(card.title, Qt::ElideRight, room));
    if (!card.pill.text.isEmpty())
        paintPill(painter, QRect(int(inside.right()) - pill.width(), int(inside.top()) + 1, pill.width(), 18), card.pill,
                  tokens);
    painter.setFont(monoFont());
    painter.setPen(tokens.muted);
    painter.drawText(QRectF(inside.left(), inside.top() + 21, inside.width(), 18), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(monoFont()).elidedText(card.address, Qt::ElideRight, inside.width()));
    if (!card.words.isEmpty()) {
        QFont small = textFont();
        small.setPixelSize(12);
        painter.setFont(small);
        painter.setPen(card.mutedWords ? tokens.muted : tokens.text);
        painter.drawText(QRectF(inside.left(), inside.top() + 44, inside.width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(small).elidedText(card.words, Qt::ElideRight, inside.width()));
    }
}

void paintLink(QPainter& painter, const QPointF& from, const QPointF& to, const QPen& pen) {
    QPainterPath path(from);
    const double middle = (from.x() + to.x()) / 2;
    path.cubicTo(QPointF(middle, from.y()), QPointF(middle, to.y()), to);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(pen);
    painter.drawPath(path);
}

QPointF leftOf(const QRectF& box) { return {box.left(), box.center().y()}; }
QPointF rightOf(const QRectF& box) { return {box.right(), box.center().y()}; }

std::vector<QRectF> stack(double x, double width, double height, std::size_t count, double room, double between = gap) {
    std::vector<QRectF> out;
    const double whole = static_cast<double>(count) * height + (count > 1 ? static_cast<double>(count - 1) * between : 0.0);
    double y = std::max((room - whole) / 2, 16.0);
    for (std::size_t i = 0; i < count; ++i, y += height + between)
        out.emplace_back(x, y, width, height);
    return out;
}

} // namespace

TopologyWidget::TopologyWidget(QWidget* parent) : QWidget(parent) { setAccessibleName(tr("Picture of the cluster")); }

void TopologyWidget::setTopology(Topology topology) {
    m_topology = std::move(topology);
    setAccessibleDescription(description());
    updateGeometry();
    update();
}

void TopologyWidget::setFit(bool fit) {
    m_fit = fit;
    updateGeometry();
    update();
}

double TopologyWidget::naturalHeight() const {
    const auto tall = [](std::size_t count, double height) { return static_cast<double>(count) * (height + gap) + 32; };
    return std::max({tall(m_topology.servers.size(), cardHeight), tall(m_topology.vips.size(), cardHeight),
                     tall(m_topology.directors.size(), directorHeight + 30), 280.0});
}

QSize TopologyWidget::sizeHint() const { return {900, 480}; }

QSize TopologyWidget::minimumSizeHint() const { return {680, m_fit ? 240 : static_cast<int>(naturalHeight())}; }

TopologyWidget::Places TopologyWidget::place(const QSizeF& size) const {
    const double w = size.width();
    const double room = size.height();
    Places out;
    const double clientWidth = 140;
    const double free = w - 36 - clientWidth;
    const double vipWidth = std::min(200.0, free * 0.22);
    const double directorWidth = std::min(220.0, free * 0.24);
    const double serverWidth = std::min(240.0, free * 0.26);
    const double space = (w - 36 - clientWidth - vipWidth - directorWidth - serverWidth) / 3;
    double x = 18;
    out.clients = QRectF(x, (room - cardHeight) / 2, clientWidth, cardHeight);
    x += clientWidth + space * 0.85;
    out.vips = stack(x, vipWidth, cardHeight, m_topology.vips.size(), room, m_topology.vips.size() < 4 ? gap * 3 : gap);
    x += vipWidth + space;
    out.directors = stack(x, directorWidth, directorHeight, m_topology.directors.size(), room,
                          m_topology.directors.size() < 3 ? gap * 3 : gap);
    x += directorWidth + space * 1.15;
    out.servers = stack(x, serverWidth, cardHeight, m_topology.servers.size(), room);
    return out;
}

double TopologyWidget::thickness(std::int64_t active) const {
    if (active <= 0 || m_topology.active <= 0)
        return 1.2;
    return 1.5 + 6.0 * std::sqrt(static_cast<double>(active) / static_cast<double>(m_topology.active));
}

const QRectF* TopologyWidget::directorPlace(const Places& places, const std::string& id) const {
    for (std::size_t i = 0; i < m_topology.directors.size(); ++i)
        if (m_topology.directors[i].id == id)
            return &places.directors[i];
    return nullptr;
}

void TopologyWidget::paintLinks(QPainter& painter, const Places& places, const Tokens& tokens) const {
    const auto load = [&](std::int64_t active) {
        QColor color = tokens.accent.mark;
        color.setAlpha(200);
        return QPen(color, thickness(active), Qt::SolidLine, Qt::FlatCap);
    };
    const QPen dead(tokens.bad.mark, 1.2, Qt::DashLine);
    for (std::size_t i = 0; i < m_topology.vips.size(); ++i) {
        const TopologyVip& vip = m_topology.vips[i];
        const QRectF* owner = directorPlace(places, vip.owner);
        paintLink(painter, rightOf(places.clients), leftOf(places.vips[i]), owner != nullptr ? load(vip.active) : dead);
        if (owner != nullptr)
            paintLink(painter, rightOf(places.vips[i]), leftOf(*owner), load(vip.active));
    }
    for (std::size_t i = 0; i < m_topology.servers.size(); ++i) {
        const TopologyServer& server = m_topology.servers[i];
        const QRectF* from = directorPlace(places, server.via);
        if (from == nullptr)
            continue;
        QPen pen = load(server.active);
        if (server.state == ServerState::Down)
            pen = dead;
        else if (server.state == ServerState::Draining || server.state == ServerState::Disabled)
            pen = QPen(tokens.idle.mark, 1.4);
        paintLink(painter, rightOf(*from), leftOf(places.servers[i]), pen);
    }
}

void TopologyWidget::paintDirectors(QPainter& painter, const Places& places, const Tokens& tokens) const {
    QFont small = smallFont();
    for (std::size_t i = 1; i < places.directors.size(); ++i) {
        const QPointF from(places.directors[i - 1].center().x(), places.directors[i - 1].bottom());
        const QPointF to(places.directors[i].center().x(), places.directors[i].top());
        painter.setPen(QPen(tokens.muted, 2, Qt::DotLine));
        painter.drawLine(from, to);
        if (i > 1)
            continue;
        painter.setFont(small);
        painter.setPen(tokens.muted);
        double y = (from.y() + to.y()) / 2 - 8.0 * static_cast<double>(m_topology.between.size());
        for (const std::string& line : m_topology.between) {
            painter.drawText(QRectF(from.x() + 10, y, 170, 16), Qt::AlignLeft | Qt::AlignVCenter, text(line));
            y += 16;
        }
    }
    for (std::size_t i = 0; i < m_topology.directors.size(); ++i) {
        const TopologyDirector& director = m_topology.directors[i];
        Card card{text(director.id), {}, {}, {}, tokens.line, true};
        if (!director.heard) {
            card.pill = stalePill(-1);
            card.words = director.reason.empty() ? tr("connecting…") : text(director.reason);
        } else {
            if (director.hasPhase) {
                card.pill = director.maintenance ? maintenancePill() : phasePill(director.phase);
                card.pill.glyph = Glyph::None;
                card.address = tr("prio %1 · %2").arg(director.priority).arg(text(director.interface));
            }
            const bool master = director.hasPhase && director.phase == rpc::VrrpPhase::Master;
            if (master)
                card.border = tokens.ok.mark;
            else if (director.hasPhase && director.phase == rpc::VrrpPhase::Fault)
                card.border = tokens.bad.mark;
            card.mutedWords = !master;
            if (master)
                card.words = tr("%1 conn/s · %2bit/s").arg(countText(director.cps), shortCount(director.bytesPerSecond * 8));
            else
                card.words = director.maintenance ? tr("out of service by decision")
                             : director.sameTable ? tr("ready · table identical")
                                                  : tr("differs from the others");
        }
        paintCard(painter, places.directors[i], card, tokens);
        if (!director.heard)
            paintHatch(painter, places.directors[i].toRect().adjusted(1, 70, -1, -4), tokens);
    }
}

void TopologyWidget::paintServers(QPainter& painter, const Places& places, const Tokens& tokens) const {
    const std::int64_t now = QDateTime::currentMSecsSinceEpoch();
    for (std::size_t i = 0; i < m_topology.servers.size(); ++i) {
        const TopologyServer& server = m_topology.servers[i];
        Pill pill = serverPill(server.state, server.sinceMs, now);
        if (server.state == ServerState::Up || server.state == ServerState::Unchecked)
            pill.text = countText(server.active);
        else if (server.state == ServerState::Draining)
            pill.text += QChar(' ') + countText(server.active);
        const Card card{server.name.empty() ? text(server.address) : text(server.name),
                        server.name.empty() ? QString() : text(server.address),
                        {},
                        pill,
                        server.state == ServerState::Down ? tokens.bad.mark : tokens.line,
                        true};
        paintCard(painter, places.servers[i], card, tokens);
    }
}

void TopologyWidget::paintInto(QPainter& painter, const QSizeF& size) const {
    const Tokens& tokens = tokensOf(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    const double wanted = naturalHeight();
    const double scale = m_fit && wanted > size.height() ? size.height() / wanted : 1.0;
    painter.save();
    painter.scale(scale, scale);
    const Places places = place(size / scale);
    paintLinks(painter, places, tokens);
    paintCard(painter, places.clients,
              {tr("Clients"), tr("%1 conn").arg(shortCount(m_topology.active)), {}, {}, tokens.line, true}, tokens);
    for (std::size_t i = 0; i < m_topology.vips.size(); ++i) {
        const TopologyVip& vip = m_topology.vips[i];
        Pill pill{Tone::Accent, Glyph::None, tr("on %1").arg(text(vip.owner))};
        if (vip.doubled)
            pill = {Tone::Bad, Glyph::Diamond, tr("on two directors")};
        else if (vip.owner.empty())
            pill = {Tone::Bad, Glyph::Diamond, tr("nowhere")};
        paintCard(painter, places.vips[i],
                  {text(vip.name),
                   text(vip.address),
                   {},
                   pill,
                   vip.owner.empty() || vip.doubled ? tokens.bad.mark : tokens.line,
                   true},
                  tokens);
    }
    paintDirectors(painter, places, tokens);
    paintServers(painter, places, tokens);
    painter.restore();
}

void TopologyWidget::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintInto(painter, size());
}

QString TopologyWidget::description() const {
    QStringList out;
    for (const TopologyVip& vip : m_topology.vips)
        out << tr("%1 %2 on %3")
                   .arg(text(vip.name), text(vip.address), vip.owner.empty() ? tr("no director") : text(vip.owner));
    for (const TopologyServer& server : m_topology.servers)
        out << QStringLiteral("%1 %2").arg(text(server.address), serverPill(server.state, 0, 0).text);
    return out.join(QStringLiteral("; "));
}

} // namespace lvsdeck::console
