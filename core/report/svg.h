#pragma once

#include <string>
#include <string_view>

#include "core/model/operation.h"

namespace trocar {

/// Writes one inline SVG figure. Coordinates are pixels of the view box; text is escaped; colours come as classes of the
/// page's style sheet or as presentation attributes, never as style attributes (a strict policy forbids those).
/// Thread safety: a value. Output depends on nothing but the calls: numbers are written without a locale.
class Svg {
public:
    /// `label` is what a screen reader says.
    Svg(double width, double height, std::string_view label);

    void line(double x1, double y1, double x2, double y2, std::string_view css_class);
    void rect(double x, double y, double width, double height, std::string_view css_class);
    /// "M0 0L1 1" made of numbers by the caller through point().
    void path(std::string_view d, std::string_view css_class);
    enum class Anchor : unsigned char { start, middle, end };
    void text(double x, double y, Anchor anchor, std::string_view css_class, std::string_view content);
    /// The mark of an operation class at its centre, 13 px wide; `title` is its tooltip.
    void glyph(double x, double y, OperationClass operation, std::string_view title);
    /// A 2 px mark for many events close together.
    void tick(double x, double y, OperationClass operation, std::string_view title);

    [[nodiscard]] std::string finish();

private:
    std::string out_;
};

/// "12.5": two decimals at most, no locale, no "-0".
[[nodiscard]] std::string svg_number(double value);
/// Class of an operation class in the page's style sheet: "op-access".
[[nodiscard]] std::string_view operation_css(OperationClass operation);
/// The mark in running text: "\u25B7" for access.
[[nodiscard]] std::string_view operation_mark(OperationClass operation);
/// `text` cut to at most `characters` code points with an ellipsis in its place.
[[nodiscard]] std::string elided(std::string_view text, std::size_t characters);

}  // namespace trocar
