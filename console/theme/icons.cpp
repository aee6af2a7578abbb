// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/theme/icons.hpp"

#include "console/theme/tokens.hpp"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include <utility>

namespace lvsdeck::console {

namespace {

class SymbolEngine : public QIconEngine {
public:
    explicit SymbolEngine(QString name) : m_name(std::move(name)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const Tokens& tokens = tokensOf(QApplication::palette());
        const QColor color = mode == QIcon::Disabled ? tokens.muted : tokens.text;
        QSvgRenderer renderer(svg(color));
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, rect);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap out(size);
        out.fill(Qt::transparent);
        QPainter painter(&out);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return out;
    }
    [[nodiscard]] QIconEngine* clone() const override { return new SymbolEngine(m_name); }

private:
    // Breeze symbols take their colour from a style class of the file.
    [[nodiscard]] QByteArray svg(const QColor& color) const {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(m_name));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        QByteArray text = file.readAll();
        const QByteArray wanted = color.name().toLatin1();
        text.replace("color:#232629", "color:" + wanted);
        text.replace("currentColor", wanted);
        return text;
    }

    QString m_name;
};

} // namespace

QIcon symbol(const QString& name) { return QIcon(new SymbolEngine(name)); }

} // namespace lvsdeck::console
