#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The numbers of the EVTX container and of BinXML.
/// Sources: "Windows XML Event Log (EVTX) format" (libyal/libevtx, documentation/), cited below as [EVTX];
/// [MS-EVEN6] 2.2.12 to 2.2.16 and 3.1.4.7 for BinXML.
namespace trocar::evtx {

// [EVTX] "File header" and "Chunk".
inline constexpr std::string_view kFileMagic{"ElfFile\0", 8};
inline constexpr std::string_view kChunkMagic{"ElfChnk\0", 8};
inline constexpr std::size_t kFileHeaderBlock = 4096;  ///< the first chunk begins here
inline constexpr std::size_t kFileHeaderSize = 128;
inline constexpr std::size_t kChunkSize = 65536;
inline constexpr std::size_t kChunkHeaderSize = 512;   ///< header, common strings, template pointers
inline constexpr std::size_t kChecksummedHeader = 120; ///< CRC-32 covers this much, then (chunk) bytes 128..512

// [EVTX] "Event record": magic, size, id, FILETIME, BinXML, size again.
inline constexpr std::uint32_t kRecordMagic = 0x00002a2a;
inline constexpr std::size_t kRecordHeaderSize = 24;
inline constexpr std::size_t kRecordTrailerSize = 4;
inline constexpr std::size_t kSmallestRecord = kRecordHeaderSize + kRecordTrailerSize;

// [EVTX] "File flags"; 4 is what writers without checksums set (header and chunk alike).
inline constexpr std::uint32_t kFlagDirty = 1;
inline constexpr std::uint32_t kFlagFull = 2;
inline constexpr std::uint32_t kFlagNoChecksum = 4;

/// [MS-EVEN6] 2.2.12 BinXml tokens; bit 0x40 says that more of the same follows (attributes, for an element).
enum class Token : std::uint8_t {
    end_of_fragment = 0x00,
    open_element = 0x01,
    close_start_element = 0x02,
    close_empty_element = 0x03,
    end_element = 0x04,
    value = 0x05,
    attribute = 0x06,
    cdata = 0x07,
    char_reference = 0x08,
    entity_reference = 0x09,
    pi_target = 0x0a,
    pi_data = 0x0b,
    template_instance = 0x0c,
    substitution = 0x0d,
    optional_substitution = 0x0e,
    fragment_header = 0x0f,
};
inline constexpr std::uint8_t kTokenMore = 0x40;
inline constexpr std::uint16_t kNoDependency = 0xffff;

/// [MS-EVEN6] 2.2.13 value types; bit 0x80 makes an array.
enum class Type : std::uint8_t {
    null = 0x00,
    string = 0x01,
    ansi_string = 0x02,
    int8 = 0x03,
    uint8 = 0x04,
    int16 = 0x05,
    uint16 = 0x06,
    int32 = 0x07,
    uint32 = 0x08,
    int64 = 0x09,
    uint64 = 0x0a,
    real32 = 0x0b,
    real64 = 0x0c,
    boolean = 0x0d,
    binary = 0x0e,
    guid = 0x0f,
    size = 0x10,
    file_time = 0x11,
    system_time = 0x12,
    sid = 0x13,
    hex32 = 0x14,
    hex64 = 0x15,
    event_handle = 0x20,
    bin_xml = 0x21,
    event_xml = 0x23,
};
inline constexpr std::uint8_t kTypeArray = 0x80;

// Limits on hostile input. A record is at most 64 KiB and a real one holds some hundred tokens.
inline constexpr int kMaxElementDepth = 64;
inline constexpr int kMaxNesting = 16;                        ///< BinXML values within values
inline constexpr std::uint32_t kMaxRecordTokens = 65'536;     ///< tokens and values looked at for one record
inline constexpr std::uint32_t kMaxChunkTokens = 1'000'000;   ///< ... and for one chunk
inline constexpr std::size_t kMaxRecordText = 1U << 20;       ///< UTF-8 bytes emitted for one record
inline constexpr std::size_t kMaxRecordFields = 8'192;
inline constexpr std::size_t kMaxNames = 16'384;              ///< distinct names in one file
inline constexpr std::size_t kMaxXmlText = 4U << 20;          ///< rendered XML of one record

}  // namespace trocar::evtx
