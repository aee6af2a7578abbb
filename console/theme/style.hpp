// SPDX-License-Identifier: GPL-3.0-or-later
// Fusion with our measures: what a style sheet cannot say. Installed once by Theme.
#pragma once

#include <QProxyStyle>

namespace lvsdeck::console {

class HouseStyle : public QProxyStyle {
    Q_OBJECT
public:
    HouseStyle();
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
};

} // namespace lvsdeck::console
