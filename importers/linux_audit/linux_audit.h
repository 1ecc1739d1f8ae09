#pragma once

#include <memory>

#include "core/ingest/importer.h"

namespace trocar {

/// auditd's raw log, RAW and ENRICHED, also behind a syslog prefix (docs/formats/audit.md).
[[nodiscard]] std::unique_ptr<const Importer> make_linux_audit_importer();

}  // namespace trocar
