#pragma once

#include "core/detect/analytic.h"

namespace trocar {

/// ATT&CK AN1399 (DET0508): process injection on Windows. Constant.
[[nodiscard]] Analytic make_an1399();

}  // namespace trocar
