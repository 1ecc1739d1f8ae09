#pragma once

#include <string_view>

namespace trocar {

/// The style sheet of the HTML report. Light palette; Inter when the reader has it, else the system's own font.
[[nodiscard]] std::string_view html_style();

}  // namespace trocar
