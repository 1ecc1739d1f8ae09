#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// Process Monitor's own log, .PML (docs/formats/procmon.md).
[[nodiscard]] std::unique_ptr<const Importer> make_windows_procmon_importer();

}  // namespace trocar
