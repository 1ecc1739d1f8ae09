#pragma once

#include "core/base/guid.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trocar::test {

/// Appends values as an event's payload has them, little-endian.
class EtlBytes {
public:
    explicit EtlBytes(bool wide = true) : wide_(wide) {}
    EtlBytes& u8(std::uint8_t v) { return number(v, 1); }
    EtlBytes& u16(std::uint16_t v) { return number(v, 2); }
    EtlBytes& u32(std::uint32_t v) { return number(v, 4); }
    EtlBytes& u64(std::uint64_t v) { return number(v, 8); }
    EtlBytes& pointer(std::uint64_t v) { return number(v, wide_ ? 8 : 4); }
    EtlBytes& text(std::string_view ascii);  ///< UTF-16 and its null
    EtlBytes& ansi(std::string_view bytes);  ///< and its null
    EtlBytes& guid(const Guid& v);
    EtlBytes& raw(std::string_view bytes);
    EtlBytes& zeros(std::size_t count);
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    EtlBytes& number(std::uint64_t v, int size);
    bool wide_;
    std::string bytes_;
};

/// An EVENT_HEADER record.
struct EtlEvent {
    Guid provider;
    std::uint16_t id = 0;
    std::uint8_t version = 0;
    std::uint64_t ticks = 0;
    std::uint32_t pid = 0, tid = 0;
    std::string payload;
    std::vector<std::pair<std::uint16_t, std::string>> extended;  ///< type and data
};
[[nodiscard]] std::string etl_event(const EtlEvent& event, bool wide = true);

/// A record of the NT kernel logger with the header type given (1 to 4, 0x10, 0x11); pid and tid where that
/// has them.
[[nodiscard]] std::string etl_kernel(std::uint8_t type, std::uint8_t group, std::uint8_t opcode,
                                     std::uint8_t version, std::uint64_t ticks, std::uint32_t pid,
                                     std::uint32_t tid, std::string_view payload);

/// What the first record says of the session.
struct EtlSession {
    bool wide = true;
    std::uint32_t clock_type = 1;
    std::uint64_t frequency = 10'000'000;
    std::uint32_t cpu_mhz = 2'000;
    std::uint64_t start = 134'000'000'000'000'000ULL;  ///< FILETIME
    std::uint64_t first_ticks = 1'000;
    std::uint32_t events_lost = 0, buffers_lost = 0;
    std::uint32_t mode = 1;
    std::uint32_t buffers_written = 0;  ///< 0: as many as there are
    std::uint32_t buffer_size = 4096;
    bool compressed = false;  ///< all buffers but the first
};

/// Writes trace logs as Windows does: a buffer with the header, then those of each processor, which fill on
/// their own and are written when full, the rest at the end in reverse order of the processors. For tests.
/// Deterministic. Thread safety: none. Source: evntrace.h, [MS-XCA] 2.4, checked against real traces by the
/// golden test of the reader.
class EtlWriter {
public:
    explicit EtlWriter(EtlSession session) : session_(session) {}
    /// Appends a record, padded; it must fit into a buffer.
    void add(std::uint16_t cpu, const std::string& record);
    /// Flags of the processor's next buffer to be written (2: events lost before it).
    void flag(std::uint16_t cpu, std::uint16_t flags) { pending_[cpu].flags = flags; }
    [[nodiscard]] std::string finish();

private:
    struct Pending {
        std::string records;
        std::uint16_t flags = 0;
    };
    void write(std::uint16_t cpu, Pending& pending);
    [[nodiscard]] std::string buffer(std::uint16_t cpu, const std::string& records, std::uint16_t flags,
                                     bool first) const;
    [[nodiscard]] std::string header_record() const;

    EtlSession session_;
    std::map<std::uint16_t, Pending> pending_;
    std::vector<std::string> buffers_;
};

/// [MS-XCA] 2.3: plain LZ77, with every form of length that the input gives cause for.
[[nodiscard]] std::string pack_lz77(std::string_view bytes);

}  // namespace trocar::test
