#pragma once

#include "core/base/byte_cursor.h"
#include "core/base/guid.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trocar::etl {

/// The header types of records; the numbers are those of the marker (TRACE_HEADER_TYPE_*, wmistr.h).
enum class RecordKind : std::uint8_t {
    system32 = 0x01,
    system64 = 0x02,
    compact32 = 0x03,
    compact64 = 0x04,
    full32 = 0x0a,
    instance32 = 0x0b,
    perfinfo32 = 0x10,
    perfinfo64 = 0x11,
    event32 = 0x12,
    event64 = 0x13,
    full64 = 0x14,
    instance64 = 0x15,
    message = 0x90,  ///< a WPP trace message; its text is in the program's symbols only
};

/// The process or thread that a header does not name.
inline constexpr std::uint32_t kNobody = 0xffffffff;

/// One record of a buffer. Offsets are from the start of the buffer, spans point into it.
struct Record {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;  ///< without the padding that follows
    RecordKind kind = RecordKind::system64;
    bool wide = true;  ///< pointers have 8 bytes
    bool has_ticks = false;
    std::uint64_t ticks = 0;  ///< of the session's clock
    std::uint32_t pid = kNobody;
    std::uint32_t tid = kNobody;
    Guid provider;  ///< none for NT kernel logger records, and for messages without one
    std::uint16_t id =
        0;  ///< event id; of NT kernel logger records group << 8 | opcode; of messages their number
    std::uint16_t version = 0;
    std::uint8_t level = 0;
    std::uint8_t opcode = 0;
    std::uint16_t task = 0;
    std::uint64_t keyword = 0;
    Guid activity;
    Bytes extended;  ///< the items before the payload
    Bytes payload;
    [[nodiscard]] bool kernel() const;  ///< of the NT kernel logger: group and opcode, no provider
    [[nodiscard]] bool event() const { return kind == RecordKind::event32 || kind == RecordKind::event64; }
};

enum class RecordState : std::uint8_t {
    record,
    end,      ///< no further record in this buffer
    bad,      ///< no marker, or a size that cannot be: where the next record begins is not known
    cut_off,  ///< the record reaches beyond the end of the buffer
};

/// The record at `offset` of an opened buffer. Linear in the number of its extended items.
[[nodiscard]] RecordState read_record(Bytes buffer, std::size_t offset, Record& out) noexcept;
/// Where the record after `record` begins.
[[nodiscard]] std::size_t next_record(const Record& record) noexcept;
/// "SYSTEM64", "EVENT_HEADER64", ...
[[nodiscard]] std::string_view name(RecordKind kind) noexcept;

}  // namespace trocar::etl
