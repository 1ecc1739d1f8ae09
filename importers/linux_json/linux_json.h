#pragma once

#include <memory>

#include "core/ingest/importer.h"

namespace trocar {

/// Linux telemetry as JSON: laurel, auditbeat, and records that carry an AUOMS line, an audit record or a Sysmon for Linux
/// event as text (docs/formats/linux-json.md).
[[nodiscard]] std::unique_ptr<const Importer> make_linux_json_importer();

}  // namespace trocar
