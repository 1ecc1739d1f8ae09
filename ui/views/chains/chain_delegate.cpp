#include "ui/views/chains/chain_delegate.h"

#include <QFontMetricsF>
#include <QPainter>

#include "ui/shell/theme.h"
#include "ui/viewmodel/chain_table.h"

namespace trocar::ui {
namespace {

constexpr double kPadding = 8;
constexpr double kBarWidth = 52;
constexpr double kBarHeight = 6;
constexpr double kNumberWidth = 32;  ///< of "100" and the space before it
constexpr double kGlyph = 12;
constexpr double kGlyphPitch = 18;
constexpr double kAroundArrow = 9;
constexpr double kTagHeight = 17;

void paintBar(QPainter& painter, const QRectF& cell, double length, int confidence, const QColor& fill, const QColor& track) {
    const QRectF bar(cell.left(), cell.center().y() - kBarHeight / 2, length, kBarHeight);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(track);
    painter.drawRoundedRect(bar, kBarHeight / 2, kBarHeight / 2);
    if (confidence > 0) {
        const double width = std::max(kBarHeight, bar.width() * std::min(confidence, 100) / 100);
        painter.setBrush(fill);
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), width, bar.height()), kBarHeight / 2, kBarHeight / 2);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// The first of `choices` that fits, else the last one cut.
QString fitting(const QFont& font, const QStringList& choices, double width) {
    for (const QString& words : choices) {
        if (figuresWidth(font, words) <= width) {
            return words;
        }
    }
    return QFontMetricsF(font).elidedText(choices.last(), Qt::ElideRight, width);
}

/// "notepad.exe 2576" cut to `width`: the name gives way, the pid never does.
QString cutLabel(const QFont& font, const QString& label, double width) {
    if (figuresWidth(font, label) <= width + 0.5) {
        return label;
    }
    const auto space = label.lastIndexOf(QLatin1Char(' '));
    const QString pid = space > 0 ? label.mid(space) : QString();
    const QString name = space > 0 ? label.left(space) : label;
    return QFontMetricsF(font).elidedText(name, Qt::ElideRight, std::max(0.0, width - figuresWidth(font, pid))) + pid;
}

/// "source -> target": the arrow is muted, the longer name gives way first.
void paintPair(QPainter& painter, const QRectF& cell, const ChainRow& row, const QColor& text, const QColor& muted) {
    const QFontMetricsF metrics(painter.font());
    if (row.target.isEmpty()) {
        painter.setPen(text);
        painter.drawText(cell, Qt::AlignVCenter, metrics.elidedText(row.source, Qt::ElideRight, cell.width()));
        return;
    }
    const QString arrow = QStringLiteral("\u2192");
    const double arrowWidth = metrics.horizontalAdvance(arrow) + 2 * kAroundArrow;
    const double room = std::max(0.0, cell.width() - arrowWidth);
    double source = figuresWidth(painter.font(), row.source);
    double target = figuresWidth(painter.font(), row.target);
    if (source + target > room) {
        source = std::min(source, std::max(room / 2, room - target));
        target = room - source;
    }
    const auto draw = [&](double x, double width, const QString& words) {
        drawFigures(painter, QRectF(x, cell.top(), width, cell.height()), Qt::AlignLeft, cutLabel(painter.font(), words, width));
    };
    painter.setPen(text);
    draw(cell.left(), source, row.source);
    draw(cell.left() + source + arrowWidth, target, row.target);
    painter.setPen(muted);
    painter.drawText(QRectF(cell.left() + source, cell.top(), arrowWidth, cell.height()), Qt::AlignCenter, arrow);
}

/// Of both names in full and the arrow between them.
double pairWidth(const QFont& font, const ChainRow& row) {
    return figuresWidth(font, row.source) + figuresWidth(font, row.target) +
           QFontMetricsF(font).horizontalAdvance(QStringLiteral("\u2192")) + 2 * kAroundArrow;
}

/// Tags at the right end, as many as the names leave room for; gives the width taken.
double paintTags(QPainter& painter, const QRectF& cell, const QStringList& tags, double names, bool quiet) {
    const Theme& t = theme();
    painter.save();
    painter.setFont(t.small);
    double taken = 0;
    for (const QString& tag : tags) {
        const double wide = QFontMetricsF(t.small).horizontalAdvance(tag) + 12;
        if (names + 10 + taken + wide > cell.width()) {
            break;
        }
        const QRectF chip(cell.right() - taken - wide, cell.center().y() - kTagHeight / 2, wide, kTagHeight);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.raised);
        painter.drawRoundedRect(chip, kTagHeight / 2, kTagHeight / 2);
        painter.setPen(quiet ? t.faint : t.muted);
        painter.drawText(chip, Qt::AlignCenter, tag);
        taken += wide + 5;
    }
    painter.restore();
    return taken;
}

}  // namespace

QSize ChainDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {60, theme().rowHeight + 3};
}

void ChainDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& t = theme();
    const ChainRow& row = table_.row(index.row());
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool quiet = row.damped || faded_ || row.lost;
    const QColor quietText = mixed(t.faint, t.muted, 0.6);  // aside, yet to be read
    const QColor text = quiet ? quietText : t.text;
    const QColor muted = quiet ? quietText : t.muted;
    painter->save();
    const QRect box = option.rect;
    if (selected) {
        painter->fillRect(box, t.selection);
    } else if (hovered_ == index.row()) {
        painter->fillRect(box, t.hover);
    }
    painter->fillRect(QRect(box.left(), box.bottom(), box.width(), 1), t.line);
    if (selected && index.column() == ChainTable::change) {
        painter->fillRect(QRect(box.left(), box.top(), 3, box.height() - 1), t.accent);
    }
    painter->setFont(t.body);
    const QRectF cell = QRectF(box).adjusted(kPadding, 0, -kPadding, -1);
    switch (index.column()) {
        case ChainTable::change:
            if (row.gained || row.lost) {
                painter->setPen(row.gained ? t.positive : t.negative);
                painter->drawText(QRectF(box), Qt::AlignCenter, row.gained ? QStringLiteral("+") : QStringLiteral("\u2212"));
            }
            break;
        case ChainTable::verdict: {
            const Verdict verdict = table_.verdictOf(index.row());
            painter->setPen(verdict == Verdict::true_positive    ? t.positive
                            : verdict == Verdict::false_positive ? t.negative
                                                                 : t.muted);
            painter->drawText(QRectF(box), Qt::AlignCenter, verdictGlyph(verdict));
            break;
        }
        case ChainTable::confidence:
            if (row.known) {
                const double bar = std::min(kBarWidth, cell.width() - kNumberWidth);
                paintBar(*painter, cell, bar, row.confidence, quiet ? mixed(t.window, t.accent, 0.55) : t.accent, t.line);
                painter->setPen(text);
                drawFigures(*painter, cell, Qt::AlignRight, QString::number(row.confidence));
            }
            break;
        case ChainTable::pair: {
            const double tags = paintTags(*painter, cell, table_.tags(index.row()), pairWidth(t.body, row), quiet);
            paintPair(*painter, cell.adjusted(0, 0, -tags, 0), row, text, muted);
            break;
        }
        case ChainTable::steps: {
            double x = cell.left();
            for (const StepMark& step : row.steps) {
                if (x + kGlyph > box.right()) {
                    break;
                }
                const double size = step.observed ? kGlyph : kGlyph - 2;
                const QRectF at(x + (kGlyph - size) / 2, cell.center().y() - size / 2, size, size);
                if (quiet && step.observed) {
                    painter->setOpacity(0.6);
                }
                drawGlyph(*painter, step.operation, at, t, !step.observed);
                painter->setOpacity(1);
                x += kGlyphPitch;
            }
            break;
        }
        case ChainTable::folded:
        case ChainTable::span:
            painter->setPen(text);
            drawFigures(*painter, cell, Qt::AlignRight, index.data(Qt::DisplayRole).toString());
            break;
        default: {
            painter->setPen(index.column() == ChainTable::technique ? text : muted);
            QStringList choices{index.data(Qt::DisplayRole).toString()};
            if (index.column() == ChainTable::vanishes) {
                choices += shorterVanishes(choices.first());
            }
            drawFigures(*painter, cell, Qt::AlignLeft, fitting(painter->font(), choices, cell.width()));
        }
    }
    painter->restore();
}

}  // namespace trocar::ui
