#pragma once

#include <string_view>

namespace trocar {

/// "0.1.0": stated in every export, so that a result can be made again.
[[nodiscard]] std::string_view product_version();

}  // namespace trocar
