#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/detect/capture.h"
#include "core/ingest/importer.h"

namespace trocar::bench {

/// A capture with the proportions measured on public Sysmon captures (FORMATS-windows, section 4 and TECHNIQUES, fact 6):
/// per million signals 27,000 pairs, 1.4 % of the handles with VM_WRITE | VM_OPERATION, a remote thread in one pair of
/// fifty (far more than real: a harder case), 15 ms ticks with many ties. Deterministic.
[[nodiscard]] std::shared_ptr<const Capture> synthetic_capture(std::size_t signal_count);

/// An importer that makes `events` events of the same proportions out of nothing, so that what is timed is the store. The
/// input's bytes matter only for size; `distinct_texts` many different CallTraces are used, `raw_bytes` of raw record come
/// with each event.
[[nodiscard]] std::unique_ptr<const Importer> synthetic_importer(std::uint64_t events, std::uint32_t distinct_texts,
                                                                 std::uint32_t raw_bytes);

/// Sysmon events as flat NDJSON (the nxlog shape), about `bytes` of it; see synthetic_ndjson.cpp for what it is fitted to.
[[nodiscard]] std::string synthetic_ndjson(std::size_t bytes);

/// `evtx` with its chunks repeated until it is `bytes` long, the file header mended to match.
[[nodiscard]] std::string repeated_evtx(const std::string& evtx, std::size_t bytes);

}  // namespace trocar::bench
