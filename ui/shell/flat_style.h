#pragma once

#include <QProxyStyle>

namespace trocar::ui {

/// Fusion without its bevels: flat check marks, a focus frame in the accent colour, menus that open at once.
class FlatStyle : public QProxyStyle {
    Q_OBJECT

public:
    FlatStyle();
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* returned) const override;
};

}  // namespace trocar::ui
