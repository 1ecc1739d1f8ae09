#pragma once

#include "core/ingest/importer.h"

#include <string_view>

namespace trocar {

/// One event for the eye: System, data and rendering texts by name, and the XML indented. Damaged XML is
/// shown as it is.
[[nodiscard]] RenderedRecord render_event_xml(std::string_view xml);

}  // namespace trocar
