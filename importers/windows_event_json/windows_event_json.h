#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// Windows events as JSON, eight shapes (docs/formats/windows-json.md): lines, arrays, concatenated and
/// pretty-printed objects; UTF-8 or UTF-16; memory does not grow with the file. Limits: a record of
/// kMaxJsonRecord bytes; deeper or wider records are read in part and counted.
[[nodiscard]] std::unique_ptr<const Importer> make_windows_event_json_importer();

/// Longest record read. EventSink allows raw blocks of 16 MiB.
inline constexpr std::size_t kMaxJsonRecord = (16U << 20U) - (128U << 10U);

}  // namespace trocar
