#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// The unified log as macOS stores it (tracev3, timesync, uuidtext, dsc): recognised and not read. The answer
/// is the command of log(1) that exports it (docs/formats/macos-log.md).
[[nodiscard]] std::unique_ptr<const Importer> make_macos_logarchive_importer();

}  // namespace trocar
