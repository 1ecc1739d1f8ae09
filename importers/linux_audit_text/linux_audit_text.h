#pragma once

#include <memory>

#include "core/ingest/importer.h"

namespace trocar {

/// Audit events that a tool has interpreted: the text of `ausearch -i`, and AUOMS lines, also behind a syslog prefix
/// (docs/formats/audit-text.md).
[[nodiscard]] std::unique_ptr<const Importer> make_linux_audit_text_importer();

}  // namespace trocar
