#include "ui/views/coverage/coverage_delegate.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/coverage_table.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr double kPadding = 12;
constexpr double kDisc = 11;

/// By shape as well as by colour: full, half, hollow.
void paintDisc(QPainter& painter, const QRectF& box, CoverageTable::State state, const Theme& t) {
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF disc = box.adjusted(0.75, 0.75, -0.75, -0.75);
    if (state == CoverageTable::State::present) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.accent);
        painter.drawEllipse(disc);
    } else {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(state == CoverageTable::State::gaps ? t.warning : t.faint, 1.5));
        painter.drawEllipse(disc);
        if (state == CoverageTable::State::gaps) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(t.warning);
            painter.drawPie(disc, 90 * 16, 180 * 16);
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintStrip(QPainter& painter, const QRectF& strip, const CoverageRow& cell, TimeRange span, const Theme& t) {
    const double whole = static_cast<double>(difference(span.to, span.from).count);
    if (whole <= 0 || strip.width() < 8) {
        return;
    }
    const auto xOf = [&](UtcNanos at) {
        return strip.left() + std::clamp(static_cast<double>(difference(at, span.from).count) / whole, 0.0, 1.0) * strip.width();
    };
    painter.fillRect(strip, t.line);
    painter.fillRect(QRectF(xOf(cell.first), strip.top(), std::max(2.0, xOf(cell.last) - xOf(cell.first)), strip.height()),
                     mixed(t.window, t.accent, 0.75));
    for (const auto& [from, to] : cell.gaps) {
        painter.fillRect(QRectF(xOf(from), strip.top(), std::max(1.0, xOf(to) - xOf(from)), strip.height()), t.warning);
    }
}

/// First and last stamp as short as they can be: the tooltip has them whole. Dated stamps are "YYYY-MM-DD HH:MM:SS".
QString spanText(const QString& first, const QString& last) {
    constexpr int kDate = 10, kMinutes = 16, kDated = 19;
    if (first.size() < kDated || last.size() < kDated) {
        return QStringLiteral("%1 \u2013 %2").arg(first, last);
    }
    return first.left(kDate) == last.left(kDate)
               ? QStringLiteral("%1 \u2013 %2").arg(first.left(kMinutes), last.mid(kDate + 1, kMinutes - kDate - 1))
               : QStringLiteral("%1 \u2013 %2").arg(first.left(kDate), last.left(kDate));
}

}  // namespace

void CoverageDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& t = theme();
    const QRect box = option.rect;
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->fillRect(box, t.selection);
    }
    painter->fillRect(QRect(box.left(), box.bottom(), box.width(), 1), t.line);
    const QRectF cell = QRectF(box).adjusted(kPadding, 7, -kPadding, -8);
    const QRectF top(cell.left(), cell.top(), cell.width(), 17);
    const QRectF below(cell.left(), cell.top() + 18, cell.width(), 14);
    const auto line = [&](const QRectF& where, const QFont& font, const QColor& colour, const QString& words) {
        painter->setFont(font);
        painter->setPen(colour);
        painter->drawText(where, Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetricsF(font).elidedText(words, Qt::ElideRight, where.width()));
    };
    if (index.column() == 0) {
        line(top, t.body, t.text, table_.component(index.row()));
        line(below, t.small, t.muted, table_.telemetry(index.row()));
        painter->restore();
        return;
    }
    const CoverageRow* c = table_.cell(index.row(), index.column());
    const auto state = c == nullptr ? CoverageTable::State::absent : CoverageTable::stateOf(*c);
    paintDisc(*painter, QRectF(cell.left(), top.center().y() - kDisc / 2, kDisc, kDisc), state, t);
    const QRectF words = top.adjusted(kDisc + 9, 0, 0, 0);
    if (state == CoverageTable::State::absent) {
        line(words, t.body, t.faint, CoverageTable::tr("absent"));
    } else {
        line(words, t.body, t.text, index.data(Qt::DisplayRole).toString());
        line(below.adjusted(kDisc + 9, 0, 0, 0), t.small, t.muted,
             spanText(workspace_.timeText(c->first, 0), workspace_.timeText(c->last, 0)));
        paintStrip(*painter, QRectF(cell.left() + kDisc + 9, cell.top() + 36, cell.width() - kDisc - 9, 4), *c, table_.span(), t);
    }
    painter->restore();
}

}  // namespace trocar::ui
