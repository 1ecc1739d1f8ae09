#pragma once

#include "core/ingest/importer.h"

namespace trocar {

/// Every importer of this build. Adding one: a folder of importers/ and a line in builtin_importers.cpp.
[[nodiscard]] ImporterList builtin_importers();

}  // namespace trocar
