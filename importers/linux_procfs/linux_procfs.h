#pragma once

#include <memory>

#include "core/ingest/importer.h"

namespace trocar {

/// Snapshots of /proc as live-response collectors leave them (docs/formats/procfs.md).
[[nodiscard]] std::unique_ptr<const Importer> make_linux_procfs_importer();

}  // namespace trocar
