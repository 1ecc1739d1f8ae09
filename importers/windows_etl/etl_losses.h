#pragma once

#include "core/base/loss.h"

/// What can be lost of an event trace log, one name each. docs/formats/etl.md lists them.
namespace trocar::etl_loss {

inline constexpr LossKind kEventsLost{
    "etl_events_lost", LossSeverity::warning,
    "Windows says in the trace's header that events were lost while it recorded: its "
    "buffers were full. Larger buffers help. Counted up to 65,536."};
inline constexpr LossKind kBuffersLost{
    "etl_buffers_lost", LossSeverity::warning,
    "Windows says in the trace's header that whole buffers were lost while it recorded. "
    "Counted up to 65,536."};
inline constexpr LossKind kBufferFlag{
    "etl_buffer_after_loss", LossSeverity::warning,
    "A buffer is marked: events or buffers were lost when it was recorded."};
inline constexpr LossKind kCircular{
    "etl_circular", LossSeverity::info,
    "The trace was recorded in a circle: older events were overwritten, as it was set up."};
inline constexpr LossKind kTruncated{
    "etl_truncated", LossSeverity::error,
    "The file ends inside a buffer; the records before the cut were read. Copy the trace "
    "again."};
inline constexpr LossKind kBuffersMissing{
    "etl_buffers_missing", LossSeverity::error,
    "The trace's header counts more buffers than the file holds: the copy is cut off."};
inline constexpr LossKind kBufferHeader{
    "etl_buffer_header", LossSeverity::error,
    "A buffer's size cannot be right; reading went on where the session's buffer size "
    "says that the next one begins."};
inline constexpr LossKind kExpand{
    "etl_buffer_damaged", LossSeverity::error,
    "A compressed buffer does not expand to the size it states; the records that came out were "
    "read."};
inline constexpr LossKind kExpandLimit{
    "etl_expansion_limit", LossSeverity::error,
    "Compressed buffers expand beyond the limit for the file's size; this one was not "
    "read."};
inline constexpr LossKind kRecordBad{
    "etl_record_damaged", LossSeverity::error,
    "No record stands where one should begin; where the next one is is not known, so the "
    "rest of that buffer was left out."};
inline constexpr LossKind kRecordCut{"etl_record_truncated", LossSeverity::error,
                                     "A record reaches beyond the end of its buffer."};
inline constexpr LossKind kMisfit{
    "etl_payload_misfit", LossSeverity::warning,
    "An event's payload is shorter or longer than its version has it; it is kept and "
    "searchable, without its fields and their meaning."};
inline constexpr LossKind kVersion{
    "etl_payload_version", LossSeverity::warning,
    "An event of a version that is not known yet; it is kept and searchable, without its "
    "fields and their meaning."};
inline constexpr LossKind kSelfDescription{
    "etl_self_description", LossSeverity::warning,
    "An event's description of itself does not fit its payload; the fields before were "
    "read."};
inline constexpr LossKind kNoClock{
    "etl_no_clock", LossSeverity::error,
    "The trace's header gives its clock no frequency: the events have no time."};

}  // namespace trocar::etl_loss
