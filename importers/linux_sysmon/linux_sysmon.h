#pragma once

#include <memory>

#include "core/ingest/importer.h"

namespace trocar {

/// Sysmon for Linux as it stands in syslog or journald text: an <Event> of XML behind a prefix, among lines of others
/// (docs/formats/linux-sysmon.md).
[[nodiscard]] std::unique_ptr<const Importer> make_linux_sysmon_importer();

}  // namespace trocar
