#pragma once

#include "core/base/loss.h"

/// What can be lost of an EVTX file, one name each. docs/formats/evtx.md lists them.
namespace trocar::evtx_loss {

inline constexpr LossKind kHeader{"evtx_header_damaged", LossSeverity::warning,
                                  "The file header is damaged; chunks are looked for at their usual places."};
inline constexpr LossKind kHeaderChecksum{"evtx_header_checksum", LossSeverity::warning,
                                          "The checksum of the file header does not match: it was changed or torn. "
                                          "Reading does not depend on it."};
inline constexpr LossKind kDirty{"evtx_dirty", LossSeverity::info,
                                 "The log was copied while in use or not closed cleanly; its headers may be behind. "
                                 "All records were looked for regardless."};
inline constexpr LossKind kNoChecksums{"evtx_no_checksums", LossSeverity::info,
                                       "The file keeps no checksums: changes and torn writes cannot be seen."};
inline constexpr LossKind kChunkMagic{"evtx_chunk_magic", LossSeverity::error,
                                      "A chunk whose header is overwritten still holds records. They are not imported "
                                      "unless slack is asked for."};
inline constexpr LossKind kChunkUnused{"evtx_chunk_unused", LossSeverity::info,
                                       "Space set aside for a chunk that was never written holds other bytes, no "
                                       "records."};
inline constexpr LossKind kChunkChecksum{"evtx_chunk_checksum", LossSeverity::warning,
                                         "The checksum of a chunk header does not match; the records were followed to "
                                         "where they end."};
inline constexpr LossKind kRecordChecksum{"evtx_record_checksum", LossSeverity::warning,
                                          "The checksum over a chunk's records does not match: they were changed or "
                                          "written while the log was copied. They were read all the same."};
inline constexpr LossKind kChunkTruncated{"evtx_chunk_truncated", LossSeverity::error,
                                          "The file ends inside a chunk; the records before the cut were read."};
inline constexpr LossKind kChunksMissing{"evtx_chunks_missing", LossSeverity::error,
                                         "The file header counts more chunks than the file has room for: the copy is "
                                         "cut off, the records of those chunks are not there. Copy the log again."};
inline constexpr LossKind kUnflushed{"evtx_unflushed", LossSeverity::info,
                                     "Records beyond the end that their chunk's header states were read: they go on "
                                     "without a gap, the header is behind."};
inline constexpr LossKind kRecordDamaged{"evtx_record_damaged", LossSeverity::error,
                                         "A record's content does not read; its bytes are kept, it is not correlated."};
inline constexpr LossKind kRecordTruncated{"evtx_record_truncated", LossSeverity::error,
                                           "A record reaches beyond the end of its chunk or of the file."};
inline constexpr LossKind kGap{"evtx_gap", LossSeverity::error,
                               "Bytes between records that are no record: one or more records are overwritten."};
inline constexpr LossKind kRecordTail{"evtx_record_tail", LossSeverity::warning,
                                      "The two copies of a record's size differ: its end may be torn. It was read all "
                                      "the same."};
inline constexpr LossKind kRecordPartial{"evtx_record_partial", LossSeverity::warning,
                                         "A record lacks values that its template asks for, or has values of a wrong "
                                         "length; the others were read."};
inline constexpr LossKind kRecordLimit{"evtx_record_limit", LossSeverity::warning,
                                       "A record expands beyond the limit on fields or text and was cut."};
inline constexpr LossKind kNames{"evtx_names_limit", LossSeverity::warning,
                                 "More distinct field names than a file may have; further ones share one name."};
inline constexpr LossKind kSlack{"evtx_slack_record", LossSeverity::info,
                                 "A record left over in unused space, no longer part of the log. Imported on request "
                                 "only, and marked."};
inline constexpr LossKind kSlackUnreadable{"evtx_slack_unreadable", LossSeverity::info,
                                           "A record left over in unused space does not read: what it refers to is "
                                           "overwritten."};

}  // namespace trocar::evtx_loss
