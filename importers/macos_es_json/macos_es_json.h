#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// Endpoint Security events as Santa (protobuf JSON) and Mac Monitor 1.x write them
/// (docs/formats/macos-es.md).
[[nodiscard]] std::unique_ptr<const Importer> make_macos_es_json_importer();

}  // namespace trocar
