#include "ui/viewmodel/strip_layout.h"

#include <algorithm>
#include <cmath>

namespace trocar::ui {
namespace {

constexpr double kPage = 4096;
constexpr double kPerDoubling = 1.1;  ///< pixels for each doubling of the size
constexpr std::uint64_t kWide = 1ULL << 30;

double naturalHeight(const StripSpan& span) {
    const double pages = std::max(1.0, static_cast<double>(span.end - span.start) / kPage);
    return StripLayout::kLeast + kPerDoubling * std::log2(pages);
}

}  // namespace

void StripLayout::place(const std::vector<StripSpan>& spans, double height) {
    boxes_.assign(spans.size(), {});
    double natural = 0, fixed = 0;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        Box& box = boxes_[i];
        box.gapBytes = i == 0 ? 0 : spans[i].start - spans[i - 1].end;
        box.gap = box.gapBytes == 0 ? 0 : box.gapBytes < kWide ? kGap : kWideGap;
        fixed += box.gap;
        natural += naturalHeight(spans[i]);
    }
    const double stretch = natural > 0 ? std::clamp((height - fixed) / natural, 1.0, kMostStretch) : 1;
    double y = 0;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        Box& box = boxes_[i];
        box.top = y + box.gap;
        box.height = std::max(naturalHeight(spans[i]) * stretch, spans[i].marked ? kLeastMarked : kLeast);
        y = box.top + box.height;
    }
    height_ = y;
}

std::size_t StripLayout::firstBelow(double y) const {
    return static_cast<std::size_t>(
        std::partition_point(boxes_.begin(), boxes_.end(),
                             [y](const Box& box) { return box.top + box.height <= y; }) -
        boxes_.begin());
}

int StripLayout::at(double y) const {
    const std::size_t i = firstBelow(y);
    return i < boxes_.size() && y >= boxes_[i].top ? static_cast<int>(i) : -1;
}

}  // namespace trocar::ui
