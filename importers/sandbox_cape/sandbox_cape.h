#pragma once

#include <memory>

#include "core/ingest/importer.h"

namespace trocar {

/// API calls from the JSON report of a CAPE or Cuckoo sandbox (docs/formats/cape.md).
[[nodiscard]] std::unique_ptr<const Importer> make_sandbox_cape_importer();

}  // namespace trocar
