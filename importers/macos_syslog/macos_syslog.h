#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// system.log of macOS: lines of syslogd, without year and zone (docs/formats/macos-log.md).
[[nodiscard]] std::unique_ptr<const Importer> make_macos_syslog_importer();

}  // namespace trocar
