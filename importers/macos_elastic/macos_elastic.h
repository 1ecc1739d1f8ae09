#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// Events of Macs as Elastic Defend writes them: ECS documents, one after another, in an array, or as the hits
/// of a search (docs/formats/macos-es.md).
[[nodiscard]] std::unique_ptr<const Importer> make_macos_elastic_importer();

}  // namespace trocar
