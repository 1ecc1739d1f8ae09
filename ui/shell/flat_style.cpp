#include "ui/shell/flat_style.h"

#include <QLabel>
#include <QPainter>
#include <QStyleOption>

#include "ui/shell/theme.h"

namespace trocar::ui {

FlatStyle::FlatStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const {
    const Theme& t = theme();
    switch (element) {
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck: {
            const bool on = option->state.testFlag(State_On);
            const bool enabled = option->state.testFlag(State_Enabled);
            const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(on ? QPen(Qt::NoPen) : QPen(t.faint, 1));
            painter->setBrush(on ? QBrush(enabled ? t.accent : t.faint) : QBrush(t.window));
            painter->drawRoundedRect(box, 3, 3);
            if (on) {
                painter->setPen(QPen(t.dark ? t.window : t.accentText, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
                const QPointF points[3] = {{box.left() + box.width() * 0.24, box.top() + box.height() * 0.52},
                                           {box.left() + box.width() * 0.43, box.top() + box.height() * 0.70},
                                           {box.left() + box.width() * 0.77, box.top() + box.height() * 0.32}};
                painter->drawPolyline(points, 3);
            }
            painter->restore();
            return;
        }
        case PE_FrameFocusRect:
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(QPen(t.accent, 1));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
            painter->restore();
            return;
        case PE_PanelStatusBar:
        case PE_FrameStatusBarItem:
            return;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void FlatStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (auto* label = qobject_cast<QLabel*>(widget); label != nullptr && label->textFormat() == Qt::AutoText) {
        label->setTextFormat(Qt::PlainText);
    }
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
        case PM_IndicatorWidth:
        case PM_IndicatorHeight: return 14;
        case PM_CheckBoxLabelSpacing: return 8;
        case PM_SplitterWidth: return 1;
        case PM_ToolBarItemSpacing: return 4;
        default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int FlatStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                         QStyleHintReturn* returned) const {
    switch (hint) {
        case SH_UnderlineShortcut:
        case SH_EtchDisabledText:
        case SH_DialogButtonBox_ButtonsHaveIcons: return 0;
        case SH_ToolTip_WakeUpDelay: return 400;
        case SH_Slider_AbsoluteSetButtons: return Qt::LeftButton;
        default: return QProxyStyle::styleHint(hint, option, widget, returned);
    }
}

}  // namespace trocar::ui
