#pragma once

#include "core/detect/analytic.h"

namespace trocar {

/// ATT&CK AN1401 (DET0508): process injection on macOS. Constant.
[[nodiscard]] Analytic make_an1401();

}  // namespace trocar
