#include "core/report/svg.h"

#include <array>
#include <charconv>
#include <cmath>

#include "core/base/escape.h"

namespace trocar {
namespace {

std::string attribute(std::string_view name, double value) {
    return " " + std::string(name) + "=\"" + svg_number(value) + "\"";
}

std::string css(std::string_view name) { return " class=\"" + html_escaped(name) + "\""; }

}  // namespace

std::string svg_number(double value) {
    if (!std::isfinite(value)) {
        return "0";
    }
    const double rounded = std::round(value * 100) / 100;
    std::array<char, 40> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded == 0 ? 0.0 : rounded,
                                   std::chars_format::fixed, 2)
                         .ptr;
    std::string out(buffer.data(), end);
    while (out.back() == '0') {
        out.pop_back();
    }
    if (out.back() == '.') {
        out.pop_back();
    }
    return out;
}

std::string_view operation_css(OperationClass operation) {
    switch (operation) {
        case OperationClass::access: return "op-access";
        case OperationClass::alloc: return "op-alloc";
        case OperationClass::write: return "op-write";
        case OperationClass::protect: return "op-protect";
        case OperationClass::execute: return "op-execute";
        case OperationClass::image: return "op-image";
        case OperationClass::process: return "op-process";
        case OperationClass::other: break;
    }
    return "op-other";
}

std::string_view operation_mark(OperationClass operation) {
    switch (operation) {
        case OperationClass::access: return "\u25B7";
        case OperationClass::alloc: return "\u25A2";
        case OperationClass::write: return "\u25AE";
        case OperationClass::protect: return "\u25E9";
        case OperationClass::execute: return "\u25C6";
        case OperationClass::image: return "\u25CF";
        case OperationClass::process: return "\u2500";
        case OperationClass::other: break;
    }
    return "\u00B7";
}

std::string elided(std::string_view text, std::size_t characters) {
    std::size_t seen = 0;
    std::size_t cut = 0;  // byte where the last kept character before the ellipsis ends
    for (std::size_t at = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80) {
            continue;
        }
        if (seen + 1 == characters) {
            cut = at;
        }
        if (seen == characters) {
            return std::string(text.substr(0, cut)) + "\u2026";
        }
        ++seen;
    }
    return std::string(text);
}

Svg::Svg(double width, double height, std::string_view label)
    : out_("<svg viewBox=\"0 0 " + svg_number(width) + " " + svg_number(height) + "\" width=\"" + svg_number(width) +
           "\" height=\"" + svg_number(height) + "\" role=\"img\" aria-label=\"" + html_escaped(label) + "\">") {}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view css_class) {
    out_ += "<line" + css(css_class) + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
            attribute("y2", y2) + "/>";
}

void Svg::rect(double x, double y, double width, double height, std::string_view css_class) {
    out_ += "<rect" + css(css_class) + attribute("x", x) + attribute("y", y) + attribute("width", width) +
            attribute("height", height) + "/>";
}

void Svg::path(std::string_view d, std::string_view css_class) {
    out_ += "<path" + css(css_class) + " d=\"" + html_escaped(d) + "\"/>";
}

void Svg::text(double x, double y, Anchor anchor, std::string_view css_class, std::string_view content) {
    constexpr std::array<std::string_view, 3> kAnchors{"start", "middle", "end"};
    out_ += "<text" + css(css_class) + attribute("x", x) + attribute("y", y) + " text-anchor=\"" +
            std::string(kAnchors[static_cast<std::size_t>(anchor)]) + "\">" + html_escaped(content) + "</text>";
}

void Svg::glyph(double x, double y, OperationClass operation, std::string_view title) {
    const auto n = [](double value) { return svg_number(value); };
    std::string shape;
    switch (operation) {
        case OperationClass::access:
            shape = "<path d=\"M" + n(x - 5) + " " + n(y - 6.5) + "L" + n(x + 6) + " " + n(y) + "L" + n(x - 5) + " " +
                    n(y + 6.5) + "Z\"/>";
            break;
        case OperationClass::execute:
            shape = "<path d=\"M" + n(x) + " " + n(y - 7.5) + "L" + n(x + 7) + " " + n(y) + "L" + n(x) + " " +
                    n(y + 7.5) + "L" + n(x - 7) + " " + n(y) + "Z\"/>";
            break;
        case OperationClass::image:
            shape = "<circle" + attribute("cx", x) + attribute("cy", y) + " r=\"5.5\"/>";
            break;
        case OperationClass::write:
            shape = "<rect" + attribute("x", x - 3) + attribute("y", y - 7) + " width=\"6\" height=\"14\"/>";
            break;
        case OperationClass::alloc:
        case OperationClass::protect:
            shape = "<rect" + attribute("x", x - 5.5) + attribute("y", y - 5.5) + " width=\"11\" height=\"11\"/>";
            break;
        case OperationClass::process:
            shape = "<rect" + attribute("x", x - 1.5) + attribute("y", y - 8) + " width=\"3\" height=\"16\"/>";
            break;
        case OperationClass::other:
            shape = "<circle" + attribute("cx", x) + attribute("cy", y) + " r=\"3\"/>";
            break;
    }
    out_ += "<g" + css("glyph " + std::string(operation_css(operation))) + "><title>" + html_escaped(title) + "</title>" +
            shape + "</g>";
}

void Svg::tick(double x, double y, OperationClass operation, std::string_view title) {
    out_ += "<g" + css("tick " + std::string(operation_css(operation))) + "><title>" + html_escaped(title) +
            "</title><rect" + attribute("x", x - 0.75) + attribute("y", y - 6) + " width=\"1.5\" height=\"12\"/></g>";
}

std::string Svg::finish() {
    out_ += "</svg>";
    return std::move(out_);
}

}  // namespace trocar
