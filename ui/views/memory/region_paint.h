#pragma once

#include "core/memory/map_difference.h"

#include <QRectF>

class QColor;
class QPainter;

namespace trocar::ui {

// What strip and table draw alike. Colour never stands alone: rights are written beside it, changes and
// findings have marks.

/// By what may be done with the memory: written and run, run, written, read, nothing.
[[nodiscard]] QColor colourOfRights(const MemoryRegion& region);
/// A bar of the region's colour: hatched when it appeared, hollow when it vanished, the old colour at the
/// left when the rights changed (`was`).
void paintRegion(QPainter& painter, const QRectF& box, const MemoryRegion& now, const MemoryRegion* was,
                 RegionChange change);
/// plus, minus, half square, arrows, ...: one shape for each change; nothing for none.
void paintChangeMark(QPainter& painter, const QRectF& box, RegionChange change);
/// A small triangle: something here is worth a look.
void paintFindingMark(QPainter& painter, const QRectF& box);

}  // namespace trocar::ui
