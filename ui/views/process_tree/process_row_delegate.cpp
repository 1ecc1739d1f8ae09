#include "ui/views/process_tree/process_row_delegate.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <vector>

#include "core/model/signal.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/views/process_tree/process_tree_model.h"

namespace trocar::ui {
namespace {

constexpr int kRowHeight = 26;

/// Classes of the roles seen, in the order of a chain.
std::vector<OperationClass> classesOf(std::uint32_t steps) {
    constexpr std::array<std::pair<Role, OperationClass>, 11> kOrder{{{Role::access, OperationClass::access},
                                                                      {Role::alloc, OperationClass::alloc},
                                                                      {Role::map, OperationClass::alloc},
                                                                      {Role::write, OperationClass::write},
                                                                      {Role::protect, OperationClass::protect},
                                                                      {Role::execute, OperationClass::execute},
                                                                      {Role::tamper, OperationClass::execute},
                                                                      {Role::suspend, OperationClass::execute},
                                                                      {Role::resume, OperationClass::execute},
                                                                      {Role::load, OperationClass::image},
                                                                      {Role::create, OperationClass::process}}};
    std::vector<OperationClass> classes;
    for (const auto& [role, c] : kOrder) {
        const bool seen = (steps & (1U << static_cast<unsigned>(role))) != 0;
        if (seen && std::find(classes.begin(), classes.end(), c) == classes.end()) {
            classes.push_back(c);
        }
    }
    return classes;
}

void drawArrow(QPainter& painter, const QPointF& left, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.3));
    painter.drawLine(left, left + QPointF(2.4, 0));
    painter.drawLine(left + QPointF(4, 0), left + QPointF(7.2, 0));
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const QPointF tip = left + QPointF(11, 0);
    painter.drawPolygon(QPolygonF({tip, tip + QPointF(-4.4, -3), tip + QPointF(-4.4, 3)}));
    painter.restore();
}

}  // namespace

QSize ProcessRowDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {100, kRowHeight};
}

void ProcessRowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* model = qobject_cast<const ProcessTreeModel*>(index.model());
    if (model == nullptr) {
        return;
    }
    const Theme& t = theme();
    const ProcessTreeModel::Node& node = model->node(index);
    const ProcessTreeModel::State state = model->state(node);
    const bool edge = node.kind == ProcessTreeModel::Kind::edge;
    QRectF box = QRectF(option.rect).adjusted(2, 0, -10, 0);
    painter->save();
    painter->setClipRect(option.rect);

    // Marks and pill first: the name is cut before them.
    if (edge) {
        const auto classes = classesOf(node.steps);
        double x = box.right();
        // Deep in a narrow tree the name stays, and of the steps the last.
        constexpr double kArrow = 16, kShortName = 54;
        const double least = box.left() + kArrow + kShortName;
        for (auto c = classes.rbegin(); c != classes.rend() && (c == classes.rbegin() || x - 17 > least); ++c) {
            drawGlyph(*painter, *c, QRectF(x - 11, box.center().y() - 5.5, 11, 11), t,
                      state == ProcessTreeModel::State::damped);
            x -= 17;
        }
        box.setRight(x - 4);
    } else if (state != ProcessTreeModel::State::none) {
        const bool chain = state == ProcessTreeModel::State::chain;
        const bool lone = state == ProcessTreeModel::State::lone;
        const QString word = chain  ? counted(node.chains, ProcessTreeModel::tr("%1 chain"), ProcessTreeModel::tr("%1 chains"))
                             : lone ? (node.lone == 1 ? ProcessTreeModel::tr("lone")
                                                      : ProcessTreeModel::tr("%1 lone").arg(node.lone))
                                    : ProcessTreeModel::tr("damped");
        // A narrow panel keeps the name before the word.
        const QString shortWord = chain ? QString::number(node.chains) : lone ? QString::number(node.lone) : word;
        const double wanted = figuresWidth(t.body, model->label(node)) + QFontMetricsF(t.small).horizontalAdvance(word) + 28;
        const bool cramped = wanted > box.width();
        const double width = drawPill(*painter, box, cramped ? shortWord : word, chain ? t.accent : lone ? t.warning : t.faint);
        box.setRight(box.right() - width - 6);
    }
    if (model->parentSpoofed(node)) {
        const QString word = ProcessTreeModel::tr("parent spoofed");
        const double wanted =
            figuresWidth(t.body, model->label(node)) + QFontMetricsF(t.small).horizontalAdvance(word) + 28;
        const double width =
            drawPill(*painter, box, wanted > box.width() ? ProcessTreeModel::tr("spoofed") : word, t.warning);
        box.setRight(box.right() - width - 6);
    }

    QFont font = t.body;
    font.setItalic(edge);
    if (node.kind == ProcessTreeModel::Kind::host) {
        font = t.heading;
    }
    if (edge) {
        drawArrow(*painter, QPointF(box.left(), box.center().y() + 0.5),
                  state == ProcessTreeModel::State::none || state == ProcessTreeModel::State::damped
                      ? t.faint
                      : t.dark ? t.of(OperationClass::execute) : t.negative);
        box.setLeft(box.left() + 16);
    }
    painter->setFont(font);
    const QString label = model->label(node);
    const auto space = label.lastIndexOf(QLatin1Char(' '));
    QString name = label;
    QString pid;
    if (node.kind != ProcessTreeModel::Kind::host && space > 0) {
        name = label.left(space);
        pid = label.mid(space + 1);
    }
    constexpr double kShortest = 26;  // "ab…": below it the number gives way, the tip has both
    double pidWidth = pid.isEmpty() ? 0 : figuresWidth(font, pid) + 6;
    if (box.width() < pidWidth + kShortest) {
        pid.clear();
        pidWidth = 0;
    }
    name = QFontMetricsF(font).elidedText(name, Qt::ElideRight, qMax(0.0, box.width() - pidWidth));
    const bool quiet = edge && state == ProcessTreeModel::State::none;
    painter->setPen(quiet ? t.faint : edge ? mixed(t.text, t.muted, 0.4) : t.text);
    painter->drawText(box, Qt::AlignLeft | Qt::AlignVCenter, name);
    if (!pid.isEmpty()) {
        QRectF at = box;
        at.setLeft(box.left() + QFontMetricsF(font).horizontalAdvance(name) + 6);
        painter->setPen(mixed(t.faint, t.muted, 0.35));
        drawFigures(*painter, at, Qt::AlignLeft, pid);
    }
    painter->restore();
}

}  // namespace trocar::ui
