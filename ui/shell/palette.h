#pragma once

#include <QRgb>
#include <array>

#include "core/model/operation.h"

namespace trocar::ui {

/// The two backgrounds that marks are drawn on.
inline constexpr QRgb kDarkBackground = 0xff171a1f;
inline constexpr QRgb kLightBackground = 0xffffffff;

/// Colour of an operation class in either theme. Found by search under two constraints that tests/ui/test_palette
/// recomputes: contrast of 3:1 or more on the background, and CIEDE2000 of 12 or more between any two under normal,
/// protan, deutan and tritan vision (Machado, Oliveira, Fernandes 2009, severity 1).
struct OperationColour {
    OperationClass operation;
    QRgb light, dark;
};

inline constexpr std::array<OperationColour, 7> kOperationColours{{
    {OperationClass::access, 0xff00406f, 0xff3b87cf},
    {OperationClass::alloc, 0xffa76110, 0xfffcba3c},
    {OperationClass::write, 0xff931525, 0xffd86a53},
    {OperationClass::protect, 0xffdd5bdb, 0xffa06887},
    {OperationClass::execute, 0xff6e9f70, 0xff9cffca},
    {OperationClass::image, 0xff057a90, 0xff3cc0d2},
    {OperationClass::process, 0xff7b6c6b, 0xffb3afa9},
}};

}  // namespace trocar::ui
