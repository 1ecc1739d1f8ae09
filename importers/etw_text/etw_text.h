#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// Events of Windows' trace providers as text: CSV of krabsetw consumers, tracerpt's XML and CSV, JSON of SilkETW,
/// Sealighter, RedEdr and Elastic Defend, Process Monitor's CSV (docs/formats/etw-text.md).
[[nodiscard]] std::unique_ptr<const Importer> make_etw_text_importer();

}  // namespace trocar
