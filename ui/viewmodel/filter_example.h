#pragma once

#include <QString>

namespace trocar {
struct Analytic;
}

namespace trocar::ui {

/// A filter that means something on captures of the analytic's system: for hints. It always parses.
[[nodiscard]] QString filterExample(const Analytic& analytic);

}  // namespace trocar::ui
