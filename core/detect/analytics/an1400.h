#pragma once

#include "core/detect/analytic.h"

namespace trocar {

/// ATT&CK AN1400 (DET0508): process injection on Linux. Constant.
[[nodiscard]] Analytic make_an1400();

}  // namespace trocar
