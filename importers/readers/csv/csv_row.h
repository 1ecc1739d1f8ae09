#pragma once

#include "importers/readers/text/text_arena.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace trocar {

/// Bytes of the row that `text` begins with, its line break left out; npos when it does not end within `text`. Line
/// breaks within quotes belong to the row.
[[nodiscard]] std::size_t csv_row_end(std::string_view text) noexcept;

/// The cells of one row (RFC 4180), blanks outside of quotes trimmed. Cells point into `row`, or into the arena where
/// doubled quotes were resolved. Cells beyond `limit` are left out; the return value is how many there are.
std::size_t split_csv_row(std::string_view row, std::size_t limit, TextArena& arena,
                          std::vector<std::string_view>& cells);

/// The same with the blanks within quotes kept and the rest taken literally; for probes, which have no arena.
[[nodiscard]] std::vector<std::string_view> csv_header(std::string_view text);

}  // namespace trocar
