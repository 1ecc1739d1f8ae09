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
    /// Labels show plain text unless they say otherwise, those too that Qt makes (tool tips, questions): left alone, a
    /// label takes text for HTML when it looks like it, and evidence would be drawn, or load a file, by its own markup.
    void polish(QWidget* widget) override;
    using QProxyStyle::polish;
};

}  // namespace trocar::ui
