#pragma once

#include <cstddef>
#include <string_view>

#include "importers/readers/text/pieces.h"

namespace trocar {

/// Pieces::Next for a file of JSON objects: one a line, also behind a syslog prefix; several lines long; in an array. What is
/// none is counted and kept.
[[nodiscard]] std::size_t next_json_object(Pieces& pieces, std::string_view text, std::size_t at, bool whole);

/// Characters that may stand between them.
inline constexpr std::string_view kBetweenJsonObjects = " \t\r\n,[]";

}  // namespace trocar
