#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// The unified log of macOS as log(1) exports it: ndjson, json, default, syslog, compact
/// (docs/formats/macos-log.md).
[[nodiscard]] std::unique_ptr<const Importer> make_macos_log_importer();

}  // namespace trocar
