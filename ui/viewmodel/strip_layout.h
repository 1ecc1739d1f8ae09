#pragma once

#include <cstdint>
#include <vector>

namespace trocar::ui {

/// One region to be placed: bytes [start, end); `marked` ones (changed, found) get room for a word.
struct StripSpan {
    std::uint64_t start = 0, end = 0;
    bool marked = false;
};

/// Where the regions of an address space lie on a strip, low addresses on top: heights grow with the
/// logarithm of the size, gaps are cut to a few pixels, so that a page of 4 KiB shows beside gaps of
/// terabytes. Pure. Spans ascend, without overlap.
class StripLayout {
public:
    static constexpr double kLeast = 3, kLeastMarked = 15;  ///< pixels of a region
    static constexpr double kGap = 4, kWideGap = 13;        ///< of unmapped memory; wide from 1 GiB on

    struct Box {
        double top = 0, height = 0;
        double gap = 0;  ///< pixels of unmapped memory above it
        std::uint64_t gapBytes = 0;
    };

    /// Fills `height` pixels where that takes no more than kMostStretch; what needs more is higher and
    /// scrolls.
    void place(const std::vector<StripSpan>& spans, double height);
    [[nodiscard]] const std::vector<Box>& boxes() const { return boxes_; }
    [[nodiscard]] double height() const { return height_; }
    /// Index of the region at a height, -1 in a gap or outside. O(log regions).
    [[nodiscard]] int at(double y) const;
    /// The first region that ends below `y`. O(log regions).
    [[nodiscard]] std::size_t firstBelow(double y) const;

    static constexpr double kMostStretch = 2.5;

private:
    std::vector<Box> boxes_;
    double height_ = 0;
};

}  // namespace trocar::ui
