#pragma once

#include <cstddef>
#include <cstdint>

/// The numbers of event trace logs (.etl).
/// Sources: evntcons.h, evntrace.h and relogger.h of the Windows SDK; wmicore structures as
/// fox-it/dissect.etl and airbus-cert/etl-parser have them (WMI_BUFFER_HEADER, the headers of NT kernel
/// logger records); [MS-XCA] 2.4.
namespace trocar::etl {

// WMI_BUFFER_HEADER. A file is a run of buffers, each as long as its own BufferSize says.
inline constexpr std::size_t kBufferHeaderSize = 0x48;
inline constexpr std::uint16_t kBufferEventsLost = 0x02;
inline constexpr std::uint16_t kBufferLost = 0x04;
inline constexpr std::uint16_t kBufferCompressed = 0x40;
inline constexpr std::uint16_t kBufferTypeHeader = 4;

inline constexpr std::size_t kRecordAlignment = 8;
inline constexpr std::uint32_t kEndOfRecords = 0xffffffff;
inline constexpr std::uint8_t kMarkerRecord = 0xc0;   ///< TRACE_HEADER_FLAG | TRACE_HEADER_EVENT_TRACE
inline constexpr std::uint8_t kMarkerMessage = 0x90;  ///< TRACE_HEADER_FLAG | TRACE_MESSAGE

// EVENT_HEADER.Flags (evntcons.h).
inline constexpr std::uint16_t kEventExtended = 0x0001;
inline constexpr std::uint16_t kEvent32Bit = 0x0020;
inline constexpr std::uint16_t kEvent64Bit = 0x0040;

/// EVENT_HEADER_EXT_TYPE_* (evntcons.h).
enum class Extended : std::uint16_t {
    related_activity = 1,
    sid = 2,
    terminal_session = 3,
    stack32 = 5,
    stack64 = 6,
    schema = 0x0b,  ///< TraceLogging: the event describes itself
    provider_traits = 0x0c,
    process_start_key = 0x0d,
};

// Limits on hostile input.
inline constexpr std::size_t kMaxBuffer = 16U << 20U;  ///< of one buffer; Windows makes none above 16 MiB
inline constexpr std::uint64_t kMaxExpansion = 64;  ///< bytes expanded for one byte of the file, over a file
inline constexpr std::size_t kMaxExtendedItems = 64;
inline constexpr std::size_t kMaxEventText = 1U << 20U;  ///< UTF-8 bytes of one event's fields
inline constexpr std::size_t kMaxEventFields = 4'096;
inline constexpr std::size_t kMaxStack = 256;  ///< addresses shown of one stack

}  // namespace trocar::etl
