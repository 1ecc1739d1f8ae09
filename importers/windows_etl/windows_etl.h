#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// "windows_etl": event trace logs (.etl), read without Windows. Raw blocks are buffers; a compressed one is
/// given expanded. The file is read twice: what is known of processes and modules first, then the events.
/// Stateless.
[[nodiscard]] std::unique_ptr<const Importer> make_windows_etl_importer();

}  // namespace trocar
