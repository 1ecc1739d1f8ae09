#include "ui/views/memory/address_strip.h"

#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/memory_table.h"
#include "ui/viewmodel/memory_words.h"
#include "ui/views/memory/region_paint.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace trocar::ui {
namespace {

constexpr double kMargin = 10;  ///< above the lowest and below the highest address
constexpr double kMark = 18;    ///< column of the change marks
constexpr double kBar = 34;
constexpr double kMarkSize = 9;
constexpr double kNameHeight = 11;  ///< least room for a name

/// "libc.so.6": the last part of the path, else what kind of memory it is.
QString shortName(const MemoryRegion& region) {
    return region.path.empty() ? kindText(region.kind) : fromEvidence(file_name(region.path));
}

}  // namespace

AddressStrip::AddressStrip(MemoryTable& table, QWidget* parent) : QAbstractScrollArea(parent), table_(table) {
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Address space"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalScrollBar()->setFocusPolicy(Qt::NoFocus);
    verticalScrollBar()->setSingleStep(24);
    viewport()->setMouseTracking(true);
    connect(&table_, &MemoryTable::modelReset, this, &AddressStrip::layOut);
    layOut();
}

int AddressStrip::count() const {
    return static_cast<int>(layout_.boxes().size());
}

void AddressStrip::layOut() {
    std::vector<StripSpan> spans;
    const MemoryComparison* shown = table_.comparison();
    const int all = shown == nullptr ? 0 : static_cast<int>(shown->rows.size());
    spans.reserve(static_cast<std::size_t>(all));
    for (int place = 0; place < all; ++place) {
        const MemoryRegion& region = table_.regionAt(place);
        const bool marked =
            table_.isSuspicious(place) || table_.differenceAt(place).change != RegionChange::same;
        spans.push_back({region.start, region.end, marked});
    }
    layout_.place(spans, viewport()->height() - 2 * kMargin);
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(
        0, std::max(0, static_cast<int>(layout_.height() + 2 * kMargin) - viewport()->height()));
    current_ = current_ < all ? current_ : -1;
    hovered_ = -1;
    describe();
    viewport()->update();
}

void AddressStrip::describe() {
    if (current_ < 0) {
        setAccessibleDescription(
            counted(static_cast<std::uint64_t>(count()), tr("%1 region"), tr("%1 regions")));
        return;
    }
    const MemoryRegion& region = table_.regionAt(current_);
    const QString words[] = {fromOurs(hex(region.start)),
                             sizeText(region.size()),
                             fromEvidence(region.rights()),
                             backingText(region),
                             changeText(table_.differenceAt(current_).change),
                             table_.findingAt(current_)};
    QStringList said;
    for (const QString& word : words) {
        if (!word.isEmpty()) {
            said += word;
        }
    }
    setAccessibleDescription(said.join(QStringLiteral(", ")));
}

QRect AddressStrip::placeRect(int place) const {
    if (place < 0 || place >= count()) {
        return {};
    }
    const StripLayout::Box& box = layout_.boxes()[static_cast<std::size_t>(place)];
    const double top = box.top + kMargin - verticalScrollBar()->value();
    return QRectF(0, top, viewport()->width(), box.height).toAlignedRect() & viewport()->rect();
}

void AddressStrip::setCurrentPlace(int place) {
    current_ = place < count() ? place : -1;
    describe();
    if (current_ >= 0) {
        const StripLayout::Box& box = layout_.boxes()[static_cast<std::size_t>(current_)];
        const int top = static_cast<int>(box.top),
                  bottom = static_cast<int>(box.top + box.height + 2 * kMargin);
        QScrollBar* bar = verticalScrollBar();
        if (top < bar->value()) {
            bar->setValue(top);
        } else if (bottom > bar->value() + viewport()->height()) {
            bar->setValue(bottom - viewport()->height());
        }
    }
    viewport()->update();
}

void AddressStrip::setHoveredPlace(int place) {
    if (hovered_ != place) {
        hovered_ = place;
        viewport()->update();
    }
}

int AddressStrip::placeAt(const QPoint& point) const {
    return layout_.at(point.y() + verticalScrollBar()->value() - kMargin);
}

void AddressStrip::choose(int place) {
    if (place >= 0 && place < count()) {
        setCurrentPlace(place);
        Q_EMIT placeChosen(place);
    }
}

void AddressStrip::paintName(QPainter& painter, int place, const QRectF& box) const {
    const bool suspicious = table_.isSuspicious(place);
    QRectF room = box;
    if (suspicious) {
        paintFindingMark(painter,
                         QRectF(room.left(), box.center().y() - kMarkSize / 2, kMarkSize, kMarkSize));
        room.setLeft(room.left() + kMarkSize + 5);
    }
    if (box.height() < kNameHeight) {
        return;
    }
    const bool marked = suspicious || table_.differenceAt(place).change != RegionChange::same;
    const MemoryRegion& region = table_.regionAt(place);
    // The parts of one file follow one another: it is named once.
    const bool named =
        place == 0 || suspicious || region.path.empty() || table_.regionAt(place - 1).path != region.path;
    if (!named && !marked) {
        return;
    }
    painter.setFont(named ? theme().small : theme().mono);
    painter.setPen(marked || place == current_ ? theme().text : theme().muted);
    const QString name = QFontMetricsF(painter.font())
                             .elidedText(named ? shortName(region) : fromEvidence(region.rights()),
                                         Qt::ElideRight, room.width());
    painter.drawText(room, Qt::AlignVCenter | Qt::TextSingleLine, name);
}

void AddressStrip::paintPlace(QPainter& painter, int place, double top) const {
    const Theme& t = theme();
    const StripLayout::Box& box = layout_.boxes()[static_cast<std::size_t>(place)];
    const double width = viewport()->width();
    if (box.gap >= StripLayout::kWideGap) {
        painter.setFont(t.small);
        painter.setPen(t.faint);
        painter.drawText(QRectF(kMark, top - box.gap, kBar, box.gap), Qt::AlignCenter,
                         QStringLiteral("\u22ee"));
    }
    if (place == current_ || place == hovered_) {
        painter.fillRect(QRectF(0, top - 1, width, box.height + 2),
                         place == current_ ? t.selection : t.hover);
    }
    const RegionChange change = table_.differenceAt(place).change;
    paintRegion(painter, QRectF(kMark, top, kBar, std::max(2.0, box.height - 1)), table_.regionAt(place),
                table_.regionBefore(place), change);
    const double middle = top + box.height / 2;
    paintChangeMark(painter, QRectF((kMark - kMarkSize) / 2, middle - kMarkSize / 2, kMarkSize, kMarkSize),
                    change);
    paintName(painter, place, QRectF(kMark + kBar + 8, top, width - kMark - kBar - 10, box.height));
    if (place == current_) {
        painter.setPen(QPen(t.accent, hasFocus() ? 2 : 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(kMark - 1, top - 1, kBar + 2, std::max(3.0, box.height + 1)));
    }
}

void AddressStrip::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme().window);
    painter.fillRect(QRect(viewport()->width() - 1, 0, 1, viewport()->height()), theme().line);
    const double scrolled = verticalScrollBar()->value() - kMargin;
    for (std::size_t i = layout_.firstBelow(scrolled); i < layout_.boxes().size(); ++i) {
        const StripLayout::Box& box = layout_.boxes()[i];
        if (box.top - box.gap - scrolled > viewport()->height()) {
            break;
        }
        paintPlace(painter, static_cast<int>(i), box.top - scrolled);
    }
    if (current_ >= 0) {  // its frame lies over its neighbours
        paintPlace(painter, current_, layout_.boxes()[static_cast<std::size_t>(current_)].top - scrolled);
    }
}

void AddressStrip::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    layOut();
    setCurrentPlace(current_);
}

void AddressStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        choose(placeAt(event->position().toPoint()));
    }
}

void AddressStrip::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const int place = placeAt(event->position().toPoint()); place >= 0) {
        Q_EMIT placeActivated(place);
    }
}

void AddressStrip::mouseMoveEvent(QMouseEvent* event) {
    const int place = placeAt(event->position().toPoint());
    setHoveredPlace(place);
    Q_EMIT placeHovered(place);
}

void AddressStrip::leaveEvent(QEvent* event) {
    setHoveredPlace(-1);
    Q_EMIT placeHovered(-1);
    QAbstractScrollArea::leaveEvent(event);
}

bool AddressStrip::event(QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        viewport()->update();
    }
    return QAbstractScrollArea::event(event);
}

void AddressStrip::keyPressEvent(QKeyEvent* event) {
    const int last = count() - 1;
    switch (event->key()) {
        case Qt::Key_Down: choose(std::min(current_ + 1, last)); break;
        case Qt::Key_Up: choose(current_ < 0 ? last : std::max(current_ - 1, 0)); break;
        case Qt::Key_Home: choose(0); break;
        case Qt::Key_End: choose(last); break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (current_ >= 0) {
                Q_EMIT placeActivated(current_);
            }
            break;
        default: QAbstractScrollArea::keyPressEvent(event); break;
    }
}

}  // namespace trocar::ui
