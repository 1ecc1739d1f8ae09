#pragma once

#include <string_view>
#include <vector>

#include "core/base/string_table.h"

namespace trocar {

/// Which interned strings contain `part`, ignoring ASCII case; by StringId. Reads the table's storage front to back,
/// 16 bytes at a time (no index: any substring, nothing to keep). An empty part is in every string.
[[nodiscard]] std::vector<bool> strings_containing(const StringTable& strings, std::string_view part);
/// contains_ignoring_case of one long text, as fast.
[[nodiscard]] bool contains_fast(std::string_view text, std::string_view part);
/// Which interned strings equal `text`, ignoring ASCII case.
[[nodiscard]] std::vector<bool> strings_equal_to(const StringTable& strings, std::string_view text);

}  // namespace trocar
