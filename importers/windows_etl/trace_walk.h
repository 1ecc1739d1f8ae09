#pragma once

#include "core/base/loss.h"
#include "core/base/result.h"
#include "core/ingest/importer.h"
#include "importers/readers/etl/log_header.h"
#include "importers/readers/etl/record.h"

#include <cstdint>
#include <stop_token>

namespace trocar {

/// Receives what a walk over a trace finds, in the order of the file. Spans are valid during the call.
class TraceVisitor {
public:
    virtual ~TraceVisitor() = default;
    /// Before everything else, once.
    virtual void header(const etl::LogHeader& header) = 0;
    /// A buffer's bytes, to which the following records and losses refer. `expanded`: it was compressed in
    /// the file.
    virtual void buffer(Bytes bytes, std::uint64_t offset, bool expanded) = 0;
    /// `ordinal` counts the records of the file from 1.
    virtual void record(const etl::Record& record, std::uint64_t ordinal) = 0;
    virtual void lost(const LossKind& kind, const LossPlace& place, RawPlace raw = {}) = 0;
    /// Bytes of the file walked over so far; false: stop.
    [[nodiscard]] virtual bool progress(std::uint64_t bytes_done) = 0;
};

/// Walks all buffers of a trace. Memory: one buffer as stored and one expanded, kMaxBuffer each at most.
/// Errors: the input cannot be read, its first buffer holds no trace header, or the walk was stopped.
[[nodiscard]] Status walk_trace(Input& input, TraceVisitor& visitor, const std::stop_token& stop);

}  // namespace trocar
