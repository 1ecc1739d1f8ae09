#pragma once

#include <memory>

#include "core/ingest/importer.h"

namespace trocar {

/// API calls from the BSON log that the monitor of a CAPE or Cuckoo sandbox writes for each process
/// (docs/formats/cape.md).
[[nodiscard]] std::unique_ptr<const Importer> make_sandbox_bson_importer();

}  // namespace trocar
