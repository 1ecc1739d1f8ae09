#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// Endpoint Security messages as eslogger writes them: one JSON object a line (docs/formats/macos-es.md).
[[nodiscard]] std::unique_ptr<const Importer> make_macos_es_importer();

}  // namespace trocar
