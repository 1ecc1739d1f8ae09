#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/ingest/evidence_walk.h"
#include "core/ingest/importer.h"
#include "tests/fuzz/checking_sink.h"

namespace trocar::test {

/// What holds of an importer whatever the bytes: every raw place lies in the block announced, every text handed on is
/// UTF-8 (CheckingSink), reading from memory fails only by a refusal that the importer may give, probe and render take
/// the bytes too. Traps where it does not hold.
inline int fuzz_importer(const Importer& importer, const std::uint8_t* data, std::size_t size, bool may_refuse = false) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)importer.probe(as_bytes(bytes), "x");
    CheckingSink sink;
    const auto input = memory_input("fuzz", bytes);
    const Status read = importer.parse(*input, {}, sink, {});
    if (!read.ok() && !(may_refuse && read.error().kind == ErrorKind::unreadable)) {
        __builtin_trap();
    }
    for (const RawPlace place : sink.places) {
        (void)importer.render(as_bytes(sink.block), place);
    }
    return 0;
}

}  // namespace trocar::test
