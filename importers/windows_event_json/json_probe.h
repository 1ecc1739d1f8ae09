#pragma once

#include "core/ingest/importer.h"

#include <string_view>

namespace trocar {

/// Reads the records that lie whole in the first 64 KiB and says which shape they have; declines other JSON
/// by name.
[[nodiscard]] Probe probe_windows_event_json(Bytes head);

}  // namespace trocar
