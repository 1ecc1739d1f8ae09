#pragma once

#include "core/ingest/importer.h"

#include <string_view>

namespace trocar {

/// One record for the eye: every value with its dotted name, and the record indented.
[[nodiscard]] RenderedRecord render_json_record(std::string_view record);

}  // namespace trocar
